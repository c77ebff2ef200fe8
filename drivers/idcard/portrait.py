"""The picture of a document by a vendor's library, in a process of its own.

One process for one picture: whatever the library does (crashes, hangs, writes where it
should not) ends with it, and costs the picture, never the reading. The operator names
the library; none comes with this.
"""

from __future__ import annotations

import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import anyio

from drivers.idcard.wlt_layout import BLOCK_BYTES, LONGEST, parse_arguments, picture
from kiosk.core.errors import DeviceFault, SettingsError
from kiosk.core.ports import EventLog

_MODULE = "drivers.idcard.wlt_child"


@dataclass(frozen=True, slots=True)
class PictureLibrary:
    """A library and how it is called.

    Attributes:
        symbol: its function; it returns an ``int``.
        arguments: ``source``, ``target`` and numbers, as ``wlt_layout`` has them.
        good_return: what it returns when the picture is good.
    """

    path: Path
    symbol: str
    arguments: str
    good_return: int

    def check(self, device: str) -> None:
        """Refuse arguments that make no sense, before anything is called.

        Raises:
            SettingsError: with what is wrong.
        """
        try:
            parse_arguments(self.arguments)
        except ValueError as error:
            raise SettingsError(f"{device}: wlt_arguments: {error}") from error


class PortraitMaker:
    """Makes PNG of picture blocks, as far as there is a library.

    Attributes:
        last: how the last attempt ended, for diagnostics.
    """

    def __init__(
        self, device: str, library: PictureLibrary | None, log: EventLog, limit_s: float
    ) -> None:
        self._device = device
        self._library = library
        self._log = log
        self._limit_s = limit_s
        self.last = "no library" if library is None else "not used yet"

    async def make(self, block: bytes | None) -> bytes | None:
        """Return the picture, ``None`` without a library or when it failed."""
        if self._library is None or block is None or len(block) != BLOCK_BYTES:
            return None
        try:
            portrait = picture(await self._decode(self._library, block))
        except (DeviceFault, ValueError) as error:
            self.last = f"failed: {error}"
            self._log("idcard.portrait_failed", device=self._device, why=str(error))
            return None
        self.last = "decoded"
        return portrait

    async def _decode(self, library: PictureLibrary, block: bytes) -> bytes:
        """Run the child.

        Raises:
            DeviceFault: it could not be started, crashed, hung or refused.
        """
        path = library.path.absolute()
        if not path.is_file():
            raise DeviceFault(f"no library {path}")
        command = [sys.executable, "-P", "-m", _MODULE, str(path)]
        command += [library.symbol, library.arguments]
        try:
            with anyio.move_on_after(self._limit_s) as limit:
                done = await anyio.run_process(
                    command,
                    input=block,
                    stderr=subprocess.DEVNULL,
                    check=False,
                    # Some libraries look for files of their own beside them.
                    cwd=path.parent,
                    start_new_session=True,
                )
        except (OSError, ExceptionGroup) as error:
            # A group: it was gone before it had taken the block.
            raise DeviceFault(f"no process: {type(error).__name__}") from error
        if limit.cancelled_caught:
            raise DeviceFault(f"{path.name} hangs")
        if done.returncode or len(done.stdout) != 4 + LONGEST:
            raise DeviceFault(f"{path.name} ended with {done.returncode}")
        (returned,) = struct.unpack_from("<i", done.stdout)
        if returned != library.good_return:
            raise DeviceFault(f"{path.name} returned {returned}")
        return done.stdout[4:]
