"""zbar and zxing, decoders by strangers, read every code that we make, byte for byte.

Both see the finished picture: the screen's pixels, the page of a document as a printer
rasters it, the receipt that came out, and what a simulated lens sees. zbar guesses an
encoding unless it is asked for binary (``ZBAR_CFG_BINARY``), which pyzbar does not do
by itself.
"""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from drivers.camera.codes.decoder import nearest_to_middle
from drivers.link.endpoint import link_to
from drivers.link.serial import SerialLine
from drivers.receipt.driver import EscPosOptions, EscPosReceiptPrinter
from drivers.receipt.printer import Delays
from hardware_sim.camera.codes import ShownCode, draw_code
from hardware_sim.camera.scene import (
    DeskScene,
    FaceScene,
    desk_frames_blocking,
    face_frames_blocking,
)
from hardware_sim.receipt.simulator import create as create_receipt
from kiosk.core.clock import SystemClock
from kiosk.core.media import Receipt, ReceiptLine
from services.documents.maker import TypstDocumentMaker

PAYMENT = "weixin://wxpay/bizpayurl?pr=K24Test0a&sr=1"
ALIPAY = "https://qr.alipay.example/bax04024k24testcode0stgb00b3"
INVOICE = "01,32,,26502000000099990317,86.40,20261120,,9F3C"
CASE = "999001-20261120-000317"
BILL = "户号 1001 涪山区水务 86.40元"
TEXTS = (PAYMENT, ALIPAY, INVOICE, CASE, BILL)

_BINARY = 4
"""``ZBAR_CFG_BINARY`` of zbar.h, since 0.23.1."""

Picture = Image.Image
Referee = Callable[[Picture], list[bytes]]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def zxing(picture: Picture) -> list[bytes]:
    return [bytes(one.bytes) for one in zxingcpp.read_barcodes(picture.convert("L"))]


def zbar(picture: Picture) -> list[bytes]:
    from pyzbar import pyzbar, wrapper

    plain = pyzbar._image_scanner

    @contextlib.contextmanager
    def binary() -> Iterator[Any]:
        with plain() as scanner:
            done = wrapper.zbar_image_scanner_set_config(scanner, 0, _BINARY, 1)
            assert done == 0
            yield scanner

    pyzbar._image_scanner = binary
    try:
        return [bytes(one.data) for one in pyzbar.decode(picture.convert("L"))]
    finally:
        pyzbar._image_scanner = plain


@pytest.fixture(params=[zxing, zbar], ids=["zxing", "zbar"])
def referee(request: pytest.FixtureRequest) -> Referee:
    chosen: Referee = request.param
    return chosen


@pytest.fixture(scope="module")
def maker() -> TypstDocumentMaker:
    return TypstDocumentMaker()


@pytest.mark.parametrize("text", TEXTS)
def test_code_on_the_screen(
    referee: Referee, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """The pixels that go to the graphics card, as large as on the panel."""
    for name in ("KIVY_NO_ARGS", "KIVY_NO_CONSOLELOG", "KIVY_NO_FILELOG"):
        monkeypatch.setitem(os.environ, name, "1")
    from screens.widgets import marks

    given: list[np.ndarray[Any, Any]] = []

    class Texture:
        mag_filter = min_filter = ""

    def texture_of(pixels: np.ndarray[Any, Any]) -> Texture:
        given.append(pixels)
        return Texture()

    monkeypatch.setattr(marks, "texture_of", texture_of)
    marks._code_texture(text)
    shown = Image.fromarray(given[0][:, :, :3])
    panel = shown.resize((shown.width * 9, shown.height * 9), Image.Resampling.NEAREST)
    assert referee(panel) == [text.encode()]


NOTICE = {
    "case_number": CASE,
    "matter": "异地就医备案",
    "applicant": "李*",
    "applied_at": "2026-11-20T09:18:00+00:00",
    "department": "医疗保障局",
    "hotline": "0999-12345",
    "terminal": "A-0317",
    "site": "涪山区政务服务中心",
    "printed_at": "2026-11-20T09:20:05+00:00",
    "due": "2026-11-24",
    "promised_days": 2,
    "materials": [{"title": "居民身份证", "source": "电子证照"}],
}


def test_code_on_a_document(referee: Referee, maker: TypstDocumentMaker) -> None:
    """The page as a printer of 150 dots to the inch rasters it."""
    document = maker.render_blocking("acceptance-notice", NOTICE)
    png = maker.preview_blocking(document, 1240)[0]
    assert referee(Image.open(io.BytesIO(png))) == [CASE.encode()]


@pytest.mark.parametrize("how", ["native", "raster"])
@pytest.mark.parametrize("text", TEXTS)
async def test_code_on_a_receipt(
    referee: Referee, tmp_path: Path, how: str, text: str
) -> None:
    """The paper that came out, made by the printer or sent to it as a picture."""
    sim = create_receipt(directory=tmp_path, speed_mm_s=2000.0, cut_s=0.01)
    clock = SystemClock()
    link = link_to(await sim.start(), SerialLine(baudrate=115200), clock)
    printer = EscPosReceiptPrinter(
        "receipt",
        link,
        clock,
        lambda event, /, **facts: None,
        EscPosOptions(qr=how),
        Delays(answer_s=0.5, write_s=2.0, look_s=0.2, mechanics_s=5.0),
    )
    try:
        receipt = Receipt("R1", (ReceiptLine("缴费凭条"), ReceiptLine(qr=text)))
        assert (await printer.print_receipt(receipt)).ok
        papers = sim.papers()
    finally:
        await printer.close()
        await sim.stop()
    (paper,) = papers
    assert referee(Image.open(io.BytesIO(paper.png))) == [text.encode()]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("qrCode", PAYMENT),
        ("qrCode", BILL),
        ("code128", "134567890123456789"),
        ("code128", "K24-2026"),
        ("ean13", "6901234567892"),
    ],
)
def test_code_drawn_for_the_lens(referee: Referee, kind: str, text: str) -> None:
    assert referee(draw_code(ShownCode(text, kind), 560)) == [text.encode()]


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_code_before_the_simulated_lenses(referee: Referee, encoding: str) -> None:
    """What the face and the document camera send, compressed and with noise."""
    code = ShownCode(BILL, "qrCode", encoding)
    for frames in (
        face_frames_blocking(FaceScene(), code),
        desk_frames_blocking(DeskScene(), code),
    ):
        picture = Image.open(io.BytesIO(frames[0]))
        assert referee(picture) == [BILL.encode(encoding)]


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
@pytest.mark.parametrize("text", TEXTS)
def test_our_camera_reader_agrees_with_both(text: str, encoding: str) -> None:
    picture = draw_code(ShownCode(text, "qrCode", encoding), 560)
    seen = nearest_to_middle(np.asarray(picture.convert("RGB")))
    assert seen is not None
    assert [seen.barcode.data] == zxing(picture) == zbar(picture)
