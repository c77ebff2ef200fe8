"""Pinyin to characters: the seam, and libgooglepinyin behind it.

The library (Debian ``libgooglepinyin0``, header ``pinyinime.h``) keeps one decoder
per process and opens a user dictionary in which it can learn. It gets an empty
file in memory, deleted when the visit ends: one citizen's name must not become
the next one's first candidate.
"""

from __future__ import annotations

import ctypes
import logging
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

log = logging.getLogger(__name__)

_LIBRARY = "libgooglepinyin.so.0"
_DICTIONARIES = (
    "/usr/lib/x86_64-linux-gnu/googlepinyin/data/dict_pinyin.dat",
    "/usr/lib/aarch64-linux-gnu/googlepinyin/data/dict_pinyin.dat",
    "/usr/lib/googlepinyin/data/dict_pinyin.dat",
)
_MEMORY = Path("/dev/shm")
_MOST_CANDIDATES = 120
_LONGEST = 63


class PinyinEngine(Protocol):
    """Turns letters into characters."""

    def search(self, letters: str) -> tuple[str, ...]:
        """Return what the letters may mean, the likeliest first."""
        ...

    def choose(self, letters: str, number: int) -> int:
        """Return how many of the letters a candidate uses up."""
        ...

    def forget(self) -> None:
        """Drop everything learnt."""
        ...


class GooglePinyin:
    """libgooglepinyin by ctypes.

    Raises:
        OSError: the library or its dictionary is not installed.
    """

    def __init__(self, dictionaries: Iterable[str] = _DICTIONARIES) -> None:
        found = next((name for name in dictionaries if Path(name).exists()), None)
        if found is None:
            raise OSError("no pinyin dictionary")
        self._dictionary = found
        self._library: Any = ctypes.CDLL(_LIBRARY)
        self._declare()
        self._folder: Path | None = None
        self._open()

    def search(self, letters: str) -> tuple[str, ...]:
        data = letters.lower().encode("ascii")
        self._library.im_reset_search()
        count = self._library.im_search(data, len(data))
        return tuple(
            self._candidate(number) for number in range(min(count, _MOST_CANDIDATES))
        )

    def choose(self, letters: str, number: int) -> int:
        self.search(letters)
        self._library.im_choose(number)
        fixed = self._library.im_get_fixed_len()
        starts = ctypes.POINTER(ctypes.c_uint16)()
        syllables = self._library.im_get_spl_start_pos(ctypes.byref(starts))
        used = int(starts[min(fixed, syllables)]) if fixed else len(letters)
        self._library.im_reset_search()
        return used or len(letters)

    def forget(self) -> None:
        self._library.im_close_decoder()
        self._open()

    def _open(self) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        place = _MEMORY if _MEMORY.is_dir() else None
        self._folder = Path(tempfile.mkdtemp(prefix="kiosk-pinyin-", dir=place))
        learnt = str(self._folder / "user.dat").encode()
        if not self._library.im_open_decoder(self._dictionary.encode(), learnt):
            raise OSError("the pinyin dictionary cannot be read")
        # The decoder has read its user file by now and writes it on closing only.
        shutil.rmtree(self._folder, ignore_errors=True)

    def _declare(self) -> None:
        library, size = self._library, ctypes.c_size_t
        library.im_open_decoder.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
        library.im_open_decoder.restype = ctypes.c_bool
        library.im_search.argtypes = [ctypes.c_char_p, size]
        library.im_search.restype = size
        library.im_get_candidate.argtypes = [size, ctypes.c_void_p, size]
        library.im_choose.argtypes = [size]
        library.im_choose.restype = size
        library.im_get_fixed_len.restype = size
        starts = ctypes.POINTER(ctypes.POINTER(ctypes.c_uint16))
        library.im_get_spl_start_pos.argtypes = [starts]
        library.im_get_spl_start_pos.restype = size

    def _candidate(self, number: int) -> str:
        buffer = (ctypes.c_uint16 * (_LONGEST + 1))()
        self._library.im_get_candidate(number, buffer, _LONGEST)
        return bytes(buffer).decode("utf-16-le", "replace").split("\0", 1)[0]


def pinyin_engine() -> PinyinEngine | None:
    """Return the engine of this machine, or ``None`` where there is none."""
    try:
        return GooglePinyin()
    except OSError as error:
        log.warning("no pinyin input: %s", error)
        return None
