"""The process that decodes one picture: ``python -m … LIBRARY SYMBOL ARGUMENTS``.

A vendor's library is loaded, called once and forgotten with the process. The picture
block comes on stdin; on stdout goes what the library returned, as four bytes, and what
it wrote. What it prints goes to stderr, so that it cannot speak in our name.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys

from drivers.idcard.wlt_layout import BLOCK_BYTES, LONGEST, parse_arguments

_SLACK = 8192
"""Room behind the buffer for libraries that write more than they should."""


def decode(path: str, symbol: str, arguments: str, block: bytes) -> bytes:
    """Call the library; return its return value and its buffer.

    Raises:
        OSError: it cannot be loaded.
        AttributeError: it has no such function.
    """
    function = ctypes.CDLL(path)[symbol]
    function.restype = ctypes.c_int
    source = ctypes.create_string_buffer(block, BLOCK_BYTES + _SLACK)
    target = ctypes.create_string_buffer(LONGEST + _SLACK)
    buffers = {"source": source, "target": target}
    given = [
        buffers[each] if isinstance(each, str) else ctypes.c_int(each)
        for each in parse_arguments(arguments)
    ]
    returned = int(function(*given))
    return struct.pack("<i", returned) + target.raw[:LONGEST]


def main(path: str, symbol: str, arguments: str) -> None:
    """Decode what stands on stdin."""
    ours = os.dup(1)
    os.dup2(2, 1)
    block = sys.stdin.buffer.read(BLOCK_BYTES)
    with os.fdopen(ours, "wb") as out:
        out.write(decode(path, symbol, arguments, block))


if __name__ == "__main__":
    main(*sys.argv[1:4])
