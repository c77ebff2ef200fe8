"""The process that a vendor's MIS library runs in: ``python -m … LIBRARY``.

JSON lines on stdin and stdout. The first line in says how the library is called, the
first line out whether it could be loaded; after that one question, one answer::

    -> {"symbol": "bankall", "arguments": [...], "cancel": "", "response_bytes": 256}
    <- {"ready": true}                        or {"failed": "..."}
    -> {"id": 1, "request": "<base64>"}
    <- {"id": 1, "returned": 0, "response": "<base64>"}
    -> {"cancel": true}                       no answer; the question is answered sooner

What the library prints goes to stderr, so that it cannot speak in our name.

A kiosk that dies must not tear a transaction, and the next one must not talk into it:
when stdin ends, a running call is given time to come back, and the library's file is
locked as long as the process lives. A second child is not ready before that.
"""

from __future__ import annotations

import base64
import ctypes
import fcntl
import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any, TextIO

_GRACE_S = 300.0
"""Longer than a citizen and a bank take together."""

_SLACK = 8192
"""Room behind the buffer for libraries that write more than they should."""


def own_stdout() -> TextIO:
    """Take stdout for ourselves; the library's own goes to stderr."""
    ours = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(ours, "w", encoding="ascii", buffering=1)


class VendorLibrary:
    """The loaded library.

    Args:
        how: the first line of the parent.

    Raises:
        OSError: it cannot be loaded.
        AttributeError: it has no such function.
    """

    def __init__(self, path: str, how: Mapping[str, Any]) -> None:
        loaded = ctypes.CDLL(path)
        self._function = loaded[how["symbol"]]
        self._function.restype = ctypes.c_int
        self._cancel = loaded[how["cancel"]] if how["cancel"] else None
        self._arguments: list[str | int] = how["arguments"]
        self._response_bytes: int = how["response_bytes"]

    def call(self, request: bytes) -> tuple[int, bytes]:
        """Ask; blocks as long as the citizen and the bank take."""
        answer = ctypes.create_string_buffer(self._response_bytes + _SLACK)
        question = ctypes.create_string_buffer(request)
        given = {"request": question, "response": answer}
        arguments = [
            given[each] if isinstance(each, str) else ctypes.c_int(each)
            for each in self._arguments
        ]
        returned = int(self._function(*arguments))
        return returned, answer.raw[: self._response_bytes]

    def cancel(self) -> None:
        """Ask the library to stop, where it has a function for that."""
        if self._cancel is not None:
            self._cancel()


def answer(library: VendorLibrary, line: Mapping[str, Any], say: TextIO) -> None:
    """Carry out one question and write its answer."""
    returned, response = library.call(base64.b64decode(line["request"]))
    text = base64.b64encode(response).decode("ascii")
    _write(say, {"id": line["id"], "returned": returned, "response": text})


def serve(path: str, lines: TextIO, say: TextIO, leave: Callable[[int], None]) -> None:
    """Answer until stdin ends, and the last call has come back.

    Args:
        leave: ends the process, whatever the library is doing.
    """
    how = json.loads(lines.readline())
    try:
        lock = os.open(path, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        library = VendorLibrary(path, how)
    except (OSError, AttributeError) as error:
        _write(say, {"failed": str(error)})
        leave(1)
        return
    _write(say, {"ready": True})
    work: threading.Thread | None = None
    for text in lines:
        line = json.loads(text)
        if line.get("cancel"):
            library.cancel()
        else:
            # Beside this loop, so that a cancel is heard while the library works.
            work = threading.Thread(target=answer, args=(library, line, say))
            work.start()
    if work is not None:
        work.join(_GRACE_S)
    leave(0)


def _write(say: TextIO, line: Mapping[str, Any]) -> None:
    say.write(json.dumps(line) + "\n")
    say.flush()


if __name__ == "__main__":
    serve(sys.argv[1], sys.stdin, own_stdout(), os._exit)
