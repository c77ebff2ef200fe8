"""Pictures by a library that is not ours: what it does costs the picture at most.

The library is one of our own making, for the openly labelled test codec of the
simulated cards. No library of a vendor was at hand; blocks of real cards are refused.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from drivers.idcard.driver import create
from drivers.idcard.portrait import PictureLibrary, PortraitMaker
from hardware_sim.idcard.photo import decode_photo, encode_photo
from kiosk.core.clock import SystemClock
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import SettingsError

GCC = shutil.which("gcc")
pytestmark = pytest.mark.skipif(GCC is None, reason="gcc is not installed")

BLOCK = encode_photo("li-fang")
Make = Callable[..., Awaitable[Any]]


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("picture") / "libpicture.so"
    source = Path(__file__).with_name("picture_library.c")
    command = [str(GCC), "-shared", "-fPIC", "-O1", "-o", str(made), str(source)]
    subprocess.run(command, check=True)
    return made


def maker(library: Path, symbol: str, log: list[Any], **how: Any) -> PortraitMaker:
    arguments = how.get("arguments", "source,target,0")
    called = PictureLibrary(library, symbol, arguments, how.get("good", 1))

    def diary(event: str, /, **facts: object) -> None:
        log.append((event, facts))

    return PortraitMaker("idcard", called, diary, how.get("limit_s", 10.0))


def same_picture(png: bytes | None) -> bool:
    assert png is not None
    expected = Image.open(io.BytesIO(decode_photo(BLOCK))).convert("RGB")
    found = Image.open(io.BytesIO(png))
    assert found.size == (102, 126)
    return ImageChops.difference(found, expected).getbbox() is None


@pytest.mark.parametrize("symbol", ["unpack", "unpack_talkative"])
async def test_a_bitmap_becomes_the_picture(library: Path, symbol: str) -> None:
    log: list[Any] = []
    portraits = maker(library, symbol, log)
    assert same_picture(await portraits.make(BLOCK))
    assert portraits.last == "decoded"
    assert log == []


async def test_plain_points_and_another_order_of_arguments_do_as_well(
    library: Path,
) -> None:
    portraits = maker(library, "unpack_plain", [], arguments="target, source", good=0)
    assert same_picture(await portraits.make(BLOCK))


@pytest.mark.parametrize(
    ("symbol", "why"),
    [
        ("unpack_crash", "ended with -11"),
        ("unpack_exit", "ended with 3"),
        ("unpack_lie", "no picture was written"),
        ("unpack_other_size", "a bitmap of 200 x 126"),
        ("unpack_missing", "ended with 1"),
    ],
)
async def test_a_library_that_fails_costs_the_picture_only(
    library: Path, symbol: str, why: str
) -> None:
    log: list[Any] = []
    portraits = maker(library, symbol, log)
    assert await portraits.make(BLOCK) is None
    assert why in portraits.last
    assert [event for event, _facts in log] == ["idcard.portrait_failed"]
    assert same_picture(await maker(library, "unpack", log).make(BLOCK))


async def test_a_library_that_hangs_is_ended(library: Path) -> None:
    portraits = maker(library, "unpack_hang", [], limit_s=0.5)
    assert await portraits.make(BLOCK) is None
    assert "hangs" in portraits.last


async def test_a_block_of_another_codec_is_refused_not_invented(
    library: Path,
) -> None:
    log: list[Any] = []
    portraits = maker(library, "unpack", log)
    assert await portraits.make(b"WLf\x00".ljust(1024, b"\x01")) is None
    assert "returned -4" in portraits.last


async def test_no_library_is_no_trouble() -> None:
    portraits = PortraitMaker("idcard", None, lambda event, /, **facts: None, 1.0)
    assert await portraits.make(BLOCK) is None
    assert portraits.last == "no library"


async def test_a_library_that_is_not_there_is_named(tmp_path: Path) -> None:
    log: list[Any] = []
    assert await maker(tmp_path / "gone.so", "unpack", log).make(BLOCK) is None
    assert "no library" in log[0][1]["why"]


async def test_the_document_carries_block_and_picture(
    make_desk: Make, library: Path
) -> None:
    desk = await make_desk(wlt_library=str(library))
    await desk.hands("insert", person="li-fang")
    completion = await desk.reader.read(timeout_s=5)
    assert completion.payload.photo == BLOCK
    assert same_picture(completion.payload.portrait)
    assert desk.reader.diagnostics()["portraits"] == "decoded"


async def test_the_document_is_read_even_if_the_library_crashes(
    make_desk: Make, library: Path
) -> None:
    desk = await make_desk(wlt_library=str(library), wlt_symbol="unpack_crash")
    await desk.hands("insert", person="li-fang")
    completion = await desk.reader.read(timeout_s=5)
    assert completion.payload.name == "李芳"
    assert completion.payload.photo == BLOCK
    assert completion.payload.portrait is None


@pytest.mark.parametrize(
    "arguments", ["", "source", "source,target,x", "source,source"]
)
def test_arguments_that_make_no_sense_are_a_settings_error(arguments: str) -> None:
    options = {"wlt_library": "/opt/wlt.so", "wlt_arguments": arguments}
    log = lambda event, /, **facts: None  # noqa: E731
    with pytest.raises(SettingsError):
        create(DriverSpec("idcard", "/dev/ttyS1", SystemClock(), log, options))


@pytest.mark.parametrize("programme", ["/nonexistent/python", "/bin/true"])
async def test_a_process_that_cannot_be_started_or_is_gone_at_once_costs_the_picture(
    library: Path, programme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", programme)
    log: list[Any] = []
    portraits = maker(library, "unpack", log)
    assert await portraits.make(BLOCK) is None
    assert log[0][0] == "idcard.portrait_failed"
    assert portraits.last.startswith("failed: ")
