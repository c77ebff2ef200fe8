"""Codes as text, and what may not be shown."""

from __future__ import annotations

import pytest

from kiosk.core.media import Barcode, PdfDocument, Receipt, ReceiptLine


@pytest.mark.parametrize(
    "data", ["水费".encode(), "水费".encode("gb18030"), "水费通知单".encode("gb18030")]
)
def test_text_of_a_code_is_utf8_or_gb18030(data: bytes) -> None:
    assert Barcode(data).text.startswith("水费")


def test_any_bytes_have_some_text() -> None:
    assert len(Barcode(b"\xff\xff").text) == 2


def test_codes_and_papers_do_not_show_their_content() -> None:
    secret = "134567890123456789"
    shown = [
        repr(Barcode(secret.encode())),
        repr(PdfDocument("job", secret.encode(), 1, "00" * 32)),
        repr(Receipt("order", (ReceiptLine(text=secret),))),
    ]
    assert [text for text in shown if secret in text] == []
