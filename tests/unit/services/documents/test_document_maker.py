"""Certificates as a reader finds them: text, pages, faces, codes."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from kiosk.core.errors import CatalogueError, SettingsError
from kiosk.core.media import PdfDocument
from services.crypto.sm3 import sm3_hex
from services.documents.fonts import PaperFont
from services.documents.maker import TypstDocumentMaker, bundled_templates

PROOF = "social-insurance-contribution-proof"
NOTICE = "acceptance-notice"


def page_texts(document: PdfDocument) -> list[str]:
    """Text of every page, without blanks and line ends."""
    with pypdfium2.PdfDocument(document.content) as pdf:
        texts = [page.get_textpage().get_text_bounded() for page in pdf]
    return [re.sub(r"\s+", "", text) for text in texts]


def codes_on(maker: TypstDocumentMaker, document: PdfDocument) -> list[str]:
    """What a phone reads on the first page."""
    png = maker.preview_blocking(document, 1240)[0]
    return [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))]


def face_names(document: PdfDocument) -> set[str]:
    """Names of the faces that the text objects are set in."""
    names = set()
    with pypdfium2.PdfDocument(document.content) as pdf:
        for page in pdf:
            for item in page.get_objects(max_depth=8):
                if isinstance(item, pypdfium2.PdfTextObj):
                    names.add(item.get_font().get_base_name().split("+")[-1])
    return names


def test_certificate_says_what_the_record_says(
    maker: TypstDocumentMaker, proof_data: dict[str, Any]
) -> None:
    document = maker.render_blocking(PROOF, proof_data)
    (text,) = page_texts(document)
    for part in (
        "社会保险参保缴费证明",
        "证明编号FS20261120000317",
        "姓名王㛃",
        "999001197609090460",
        "2024年11月至2026年10月",
        "累计缴费24个月",
        "202512涪山云岭物流有限公司5,234.00444.89884.54",
        "2026年10月涪山云岭物流有限公司养老、失业、工伤",
        "涪山区社会保险事业服务中心",
        "2026年11月20日",
        "扫码核验本证明",
        "打印终端A-0317",
        "打印时间2026-11-2017:20",
        "第1页，共1页",
    ):
        assert part in text
    assert document.pages == 1
    assert document.name == PROOF


def test_long_record_runs_over_pages_with_the_head_repeated(
    maker: TypstDocumentMaker, proof_data: dict[str, Any]
) -> None:
    proof_data["months"] *= 20
    document = maker.render_blocking(PROOF, proof_data)
    texts = page_texts(document)
    assert document.pages == len(texts) == 3
    assert all("缴费年月" in text for text in texts)
    assert all("证明编号FS20261120000317" in text for text in texts)
    assert [f"第{n}页，共3页" in text for n, text in enumerate(texts, 1)] == [True] * 3


def test_text_is_set_in_the_simplified_chinese_face(
    maker: TypstDocumentMaker, proof_data: dict[str, Any]
) -> None:
    names = face_names(maker.render_blocking(PROOF, proof_data))
    assert names
    assert all(name.startswith("NotoSansCJKsc-") for name in names)


def test_same_data_give_the_same_bytes(
    maker: TypstDocumentMaker, proof_data: dict[str, Any]
) -> None:
    first = maker.render_blocking(PROOF, proof_data)
    second = TypstDocumentMaker().render_blocking(PROOF, proof_data)
    assert first.content == second.content
    assert first.digest == second.digest == sm3_hex(first.content)


def test_file_declares_pdf_a_2b(
    maker: TypstDocumentMaker, proof_data: dict[str, Any]
) -> None:
    content = maker.render_blocking(PROOF, proof_data).content
    assert b"<pdfaid:part>2</pdfaid:part>" in content
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in content


def test_preview_has_the_width_and_a_readable_code(
    maker: TypstDocumentMaker, proof_data: dict[str, Any]
) -> None:
    document = maker.render_blocking(PROOF, proof_data)
    (png,) = maker.preview_blocking(document, 1240)
    picture = Image.open(io.BytesIO(png))
    assert picture.size == (1240, 1754)
    assert codes_on(maker, document) == [proof_data["verify_url"]]


def test_notice_before_acceptance_is_a_receipt(
    maker: TypstDocumentMaker, notice_data: dict[str, Any]
) -> None:
    (text,) = page_texts(maker.render_blocking(NOTICE, notice_data))
    assert "提交回执" in text
    assert "受理通知书" not in text
    assert "办件编号999001-20261120-000317" in text
    assert "提交时间2026-11-2017:18" in text
    assert "承诺办结日期为2026年11月24日" in text
    assert "承诺办结时限2个工作日" in text
    assert "居住证明或转诊证明现场拍摄" in text
    assert "拨打0999-12345" in text


def test_code_on_the_notice_says_the_case_number_or_where_to_look(
    maker: TypstDocumentMaker, notice_data: dict[str, Any]
) -> None:
    document = maker.render_blocking(NOTICE, notice_data)
    (code,) = codes_on(maker, document)
    assert code == notice_data["case_number"]
    notice_data["progress_url"] = "https://case.fushan.example/1"
    document = maker.render_blocking(NOTICE, notice_data)
    assert codes_on(maker, document) == ["https://case.fushan.example/1"]


def test_notice_without_materials_date_and_days_is_shorter(
    maker: TypstDocumentMaker, notice_data: dict[str, Any]
) -> None:
    notice_data |= {"materials": [], "due": "", "promised_days": 0}
    (text,) = page_texts(maker.render_blocking(NOTICE, notice_data))
    assert "已收材料" not in text
    assert "承诺办结" not in text


def test_notice_after_acceptance_is_a_notice(
    maker: TypstDocumentMaker, notice_data: dict[str, Any]
) -> None:
    notice_data["accepted_on"] = "2026-11-21"
    (text,) = page_texts(maker.render_blocking(NOTICE, notice_data))
    assert "受理通知书" in text
    assert "我单位已于2026年11月21日受理" in text


@pytest.mark.parametrize("text", ["#panic()", '"]', "$x$ *b* _i_", "<a>@b", "\\ // /*"])
def test_markup_in_a_value_stays_text(
    maker: TypstDocumentMaker, notice_data: dict[str, Any], text: str
) -> None:
    notice_data["department"] = text
    (page,) = page_texts(maker.render_blocking(NOTICE, notice_data))
    assert re.sub(r"\s+", "", text) in page


@pytest.mark.parametrize("name", ["王𠮷", "㛃", "买买提·吐尔逊", "䶮", "Ｏ’Neil"])
def test_rare_names_come_out_as_they_are(
    maker: TypstDocumentMaker, proof_data: dict[str, Any], name: str
) -> None:
    proof_data["name"] = name
    (page,) = page_texts(maker.render_blocking(PROOF, proof_data))
    assert name in page


@pytest.mark.parametrize("character", ["\U00030000", "\u9fff", "\U000e0100", "\u202e"])
def test_character_without_glyph_is_refused_by_field_not_value(
    maker: TypstDocumentMaker, proof_data: dict[str, Any], character: str
) -> None:
    proof_data["name"] = f"王{character}"
    with pytest.raises(CatalogueError) as caught:
        maker.render_blocking(PROOF, proof_data)
    assert caught.value.context == {"template": PROOF, "field": "name"}
    assert "王" not in str(caught.value)


def test_character_without_glyph_in_a_row_is_refused(
    maker: TypstDocumentMaker, proof_data: dict[str, Any]
) -> None:
    proof_data["months"][1]["unit"] = "\u9fff"
    with pytest.raises(CatalogueError) as caught:
        maker.render_blocking(PROOF, proof_data)
    assert caught.value.context["field"] == "months.unit"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", None),
        ("name", ""),
        ("name", 7),
        ("name", "王\n㛃"),
        ("issued_on", "20th of November"),
        ("printed_at", "this afternoon"),
        ("printed_at", ""),
        ("period_to", "2026-13"),
        ("months", []),
        ("months", "none"),
        ("months", ["none"]),
        ("total_months", True),
        ("years", [{"year": 2025}]),
    ],
)
def test_missing_or_wrong_values_are_catalogue_errors(
    maker: TypstDocumentMaker, proof_data: dict[str, Any], field: str, value: object
) -> None:
    proof_data[field] = value
    with pytest.raises(CatalogueError, match=field):
        maker.render_blocking(PROOF, proof_data)


@pytest.mark.parametrize("name", ["no-such-template", "../templates/sheet", "sheet"])
def test_unknown_template_is_a_catalogue_error(
    maker: TypstDocumentMaker, name: str
) -> None:
    with pytest.raises(CatalogueError):
        maker.render_blocking(name, {})


def test_missing_font_is_a_clear_settings_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="fonts-noto-cjk"):
        TypstDocumentMaker(font_folders=(tmp_path,)).check()


def _template(folder: Path, manifest: str, drawing: str) -> TypstDocumentMaker:
    (folder / "broken.toml").write_text(manifest, encoding="utf-8")
    (folder / "broken.typ").write_text(drawing, encoding="utf-8")
    return TypstDocumentMaker(folder)


@pytest.mark.parametrize(
    "drawing",
    [
        "#no-such-function()",
        '#set text(font: "No Such Face")\nx',
        '#read("/etc/passwd")',
    ],
)
def test_template_with_a_mistake_is_a_catalogue_error(
    tmp_path: Path, drawing: str
) -> None:
    manifest = 'title = "x"\ndated_by = "at"\n[fields]\nat = "moment"\n'
    maker = _template(tmp_path, manifest, drawing)
    with pytest.raises(CatalogueError, match="broken"):
        maker.render_blocking("broken", {"at": "2026-11-20T09:20:05Z"})


@pytest.mark.parametrize(
    "manifest",
    [
        "title = ",
        'title = "x"\n',
        'title = "x"\ndated_by = "at"\n[fields]\nat = "text"\n',
        'title = "x"\ndated_by = "at"\n[fields]\nat = "colour"\n',
    ],
)
def test_manifest_with_a_mistake_is_a_catalogue_error(
    tmp_path: Path, manifest: str
) -> None:
    with pytest.raises(CatalogueError, match="broken"):
        _template(tmp_path, manifest, "x").render_blocking("broken", {})


def test_font_has_every_character_that_templates_write() -> None:
    font = PaperFont()
    for path in bundled_templates().glob("*.typ"):
        text = path.read_text(encoding="utf-8").replace("\n", "")
        assert font.can_show(text), path.name
