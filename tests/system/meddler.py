"""A man in the middle: changes one letter of every answer's body, while told to.

Sits between kiosk and network. The signature of such an answer is wrong, so nothing
in it may be believed.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit

_PIECE = 65536


class Meddler:
    """TCP proxy in front of ``upstream``.

    Attributes:
        spoiling: while True, answers are changed on their way.
        spoilt: how many pieces were changed.
    """

    def __init__(self, upstream: str) -> None:
        address = urlsplit(upstream)
        self._far = (str(address.hostname), int(address.port or 80))
        self._server: asyncio.Server | None = None
        self.spoiling = False
        self.spoilt = 0
        self.address = ""

    async def __aenter__(self) -> Meddler:
        self._server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    async def _join(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        far_reader, far_writer = await asyncio.open_connection(*self._far)
        back = asyncio.create_task(self._carry_back(far_reader, writer))
        with suppress(ConnectionError):
            while piece := await reader.read(_PIECE):
                far_writer.write(piece)
        far_writer.close()
        await asyncio.gather(back, return_exceptions=True)

    async def _carry_back(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(ConnectionError):
            while piece := await reader.read(_PIECE):
                writer.write(self._meddle(piece))
                await writer.drain()
        writer.close()

    def _meddle(self, piece: bytes) -> bytes:
        """Swap a digit or letter in the last third: the length stays right."""
        if not self.spoiling:
            return piece
        for at in range(len(piece) - 3, len(piece) // 2, -1):
            if chr(piece[at]).isascii() and chr(piece[at]).isalnum():
                self.spoilt += 1
                return piece[:at] + bytes([piece[at] ^ 1]) + piece[at + 1 :]
        return piece
