"""What a foreign client's PDF lacks of a print job: its pages counted, its digest.

The standard's ``Printer.PrintNative`` has the document only. A PDF from elsewhere is
read in a process of its own, which may crash or take too long: the library that counts
pages is no place for two threads, and the host may be inside the kiosk.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from base64 import b64decode
from typing import Any, Final

import anyio
import pypdfium2

from drivers.host.shape import Json, WrongValue

COUNT_S: Final = 20.0
"""A document that is not counted by then is refused."""
NAME: Final = "document"
_NO_PDF: Final = "data: no PDF that can be read"
_OTHER_ALPHABET: Final = bytes.maketrans(b"-_", b"+/")


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
    command = [sys.executable, "-P", "-m", "drivers.host.pages"]
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


def main() -> int:
    """Read base64 from standard input; print the number of pages and the SM3."""
    try:
        text = sys.stdin.buffer.read().translate(_OTHER_ALPHABET)
        content = b64decode(text, validate=True)
        with pypdfium2.PdfDocument(content) as pdf:
            pages = len(pdf)
        print(pages, hashlib.new("sm3", content).hexdigest())
    except (ValueError, pypdfium2.PdfiumError):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
