"""Codes that are held before a lens: on a phone, or on a card on the desk."""

from __future__ import annotations

from dataclasses import dataclass

import segno
import zxingcpp
from PIL import Image, ImageDraw

KINDS = ("qrCode", "code128", "ean13")
ENCODINGS = ("utf-8", "gbk")

_FORMATS = {
    "code128": zxingcpp.BarcodeFormat.Code128,
    "ean13": zxingcpp.BarcodeFormat.EAN13,
}
_BEZEL = 26


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A code before the lens."""

    text: str
    kind: str = "qrCode"
    encoding: str = "utf-8"


def draw_code(code: ShownCode, width: int) -> Image.Image:
    """Draw the code with its quiet zone, about ``width`` pixels wide.

    Raises:
        ValueError: the text does not fit the kind of code.
    """
    if code.kind == "qrCode":
        symbol = segno.make_qr(code.text.encode(code.encoding, "replace"), error="m")
        matrix = [bytearray(row) for row in symbol.matrix_iter(border=4)]
    else:
        matrix = _bars(code)
    scale = max(1, width // len(matrix[0]))
    picture = Image.new("L", (len(matrix[0]), len(matrix)), 255)
    dark = [(x, y) for y, row in enumerate(matrix) for x, on in enumerate(row) if on]
    ImageDraw.Draw(picture).point(dark, fill=0)
    size = (picture.width * scale, picture.height * scale)
    return picture.resize(size, Image.Resampling.NEAREST)


def _bars(code: ShownCode) -> list[bytearray]:
    try:
        made = zxingcpp.create_barcode(code.text, _FORMATS[code.kind])
    except ValueError as error:
        raise ValueError(f"{code.kind}: {error}") from error
    row = Image.fromarray(made.to_image(scale=1, add_quiet_zones=True)).convert("L")
    middle = [row.getpixel((x, row.height // 2)) for x in range(row.width)]
    bars = bytearray(value == 0 for value in middle)
    return [bars] * (len(bars) // 3)


def on_a_phone(code: ShownCode, width: int) -> Image.Image:
    """Draw a phone that shows the code."""
    shown = draw_code(code, width - 2 * _BEZEL)
    wide, high = shown.width + 2 * _BEZEL, int(shown.width * 1.9)
    phone = Image.new("RGB", (wide, max(high, shown.height + 4 * _BEZEL)), (24, 26, 30))
    draw = ImageDraw.Draw(phone)
    draw.rectangle([8, 22, wide - 9, phone.height - 23], fill=(246, 247, 250))
    phone.paste(shown, (_BEZEL, (phone.height - shown.height) // 2))
    return phone
