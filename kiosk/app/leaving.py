"""The end of a process that has drivers: a call that never returns does not hold it.

Drivers call blocking libraries in worker threads. Python waits at its end for every
thread, so one call that hangs (a serial adapter whose ``close`` waits for bytes that
nobody takes) would keep a kiosk from leaving until its supervisor kills it.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from typing import Final

PATIENCE_S: Final = 2.0
"""Time for calls that are nearly done."""
_WORKER: Final = "AnyIO worker thread"


def leave(code: int, *, patience_s: float = PATIENCE_S) -> int:
    """Return an exit code; end the process here if a driver's thread would hold it.

    To be called when everything is closed and written: what Python does at its end
    is then left out, but for what is still to be printed.
    """
    until = time.monotonic() + patience_s
    for thread in threading.enumerate():
        if thread.name == _WORKER and not thread.daemon:
            thread.join(max(0.0, until - time.monotonic()))
            if thread.is_alive():
                _end(code)
    return code


def _end(code: int) -> None:
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)
