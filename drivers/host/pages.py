"""What a foreign client's PDF lacks of a print job: its pages counted, its digest.

The standard's ``Printer.PrintNative`` has the document only. A PDF from elsewhere is
read in a process of its own, which may crash or take too long: the library that counts
pages is no place for two threads, and the host may be inside the kiosk.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any, Final

import anyio

from drivers.host.shape import Json, WrongValue

COUNT_S: Final = 20.0
"""A document that is not counted by then is refused."""
NAME: Final = "document"
_MODULE: Final = "drivers.host.page_count"
_NO_PDF: Final = "data: no PDF that can be read"


async def with_pages(payload: Json) -> Json:
    """Return the payload of ``Printer.PrintNative`` with all that a port needs.

    Raises:
        WrongValue: the document has to be counted and is none.
    """
    whole: dict[str, Any] = {"extName": NAME, **payload}
    data = payload.get("data")
    if {"extPages", "extDigest"} <= set(payload) or not isinstance(data, str):
        return whole
    pages, digest = await _looked_at(data.encode("utf-8", "replace"))
    return {"extPages": pages, "extDigest": digest, **whole}


async def _looked_at(data: bytes) -> tuple[int, str]:
    command = [sys.executable, "-P", "-m", _MODULE]
    try:
        with anyio.fail_after(COUNT_S):
            done = await anyio.run_process(
                command, input=data, check=False, stderr=subprocess.DEVNULL
            )
    except (TimeoutError, OSError, ExceptionGroup) as error:
        # A group: it was gone before it had taken the document.
        raise WrongValue(_NO_PDF) from error
    said = done.stdout.decode().split()
    if done.returncode != 0 or len(said) != 2:
        raise WrongValue(_NO_PDF)
    return int(said[0]), said[1]
