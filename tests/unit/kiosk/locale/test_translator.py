"""Message files become sentences; a hole in them is an error, never half a text."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kiosk.core.errors import CatalogueError
from kiosk.core.words import Language, Words, say
from kiosk.locale.translator import load_translator

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def _write(root: Path, language: Language, name: str, **texts: str) -> None:
    folder = root / language
    folder.mkdir(exist_ok=True)
    lines = [
        f'msgid "{key.replace("__", ".")}"\nmsgstr "{text}"\n'
        for key, text in texts.items()
    ]
    (folder / f"{name}.po").write_text(HEAD + "\n".join(lines), "utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    _write(
        tmp_path,
        Language.CHINESE,
        "pay",
        pay__left="还有 {seconds} 秒",
        pay__what="缴纳{what}",
        pay__water="水费",
    )
    _write(
        tmp_path,
        Language.ENGLISH,
        "pay",
        pay__left="{seconds} s left",
        pay__what="Pay {what}",
        pay__water="water",
    )
    return tmp_path


def test_value_is_filled_in(root: Path) -> None:
    words = load_translator(root)
    assert words.text(say("pay.left", seconds=9), Language.CHINESE) == "还有 9 秒"
    assert words.text(say("pay.left", seconds=9), Language.ENGLISH) == "9 s left"


def test_value_may_be_a_sentence(root: Path) -> None:
    words = load_translator(root)
    what = say("pay.what", what=say("pay.water"))
    assert words.text(what, Language.CHINESE) == "缴纳水费"
    assert words.text(what, Language.ENGLISH) == "Pay water"


def test_value_may_come_from_the_catalogue(root: Path) -> None:
    words = load_translator(root)
    what = say("pay.what", what=Words("燃气费", "gas"))
    assert words.text(what, Language.ENGLISH) == "Pay gas"


def test_date_is_written_the_same_everywhere(root: Path) -> None:
    words = load_translator(root)
    text = words.text(say("pay.what", what=date(2026, 11, 5)), Language.CHINESE)
    assert text == "缴纳2026-11-05"


def test_text_without_english_is_shown_in_chinese(root: Path) -> None:
    words = load_translator(root)
    assert words.text(Words("自来水公司"), Language.ENGLISH) == "自来水公司"
    assert words.text(Words("水", "water"), Language.CHINESE) == "水"


def test_unknown_message_is_an_error(root: Path) -> None:
    words = load_translator(root)
    assert not words.knows("pay.right", Language.CHINESE)
    with pytest.raises(CatalogueError, match=r"pay\.right in en"):
        words.text(say("pay.right"), Language.ENGLISH)


def test_missing_value_is_an_error(root: Path) -> None:
    with pytest.raises(CatalogueError, match=r"pay\.left"):
        load_translator(root).text(say("pay.left"), Language.CHINESE)


def test_braces_in_a_value_stay_as_they_are(root: Path) -> None:
    words = load_translator(root)
    text = words.text(say("pay.what", what=Words("{seconds}")), Language.CHINESE)
    assert text == "缴纳{seconds}"


def test_message_that_stands_twice_is_an_error(root: Path) -> None:
    _write(root, Language.ENGLISH, "twice", pay__left="left")
    with pytest.raises(CatalogueError, match="stands twice"):
        load_translator(root)


@pytest.mark.parametrize(
    "text",
    [b'msgid "a.b"\nmsgid "c.d"\nmsgstr "e"\n', b'msgid "a.b"\nmsgstr "\xff"\n'],
)
def test_damaged_file_is_an_error(root: Path, text: bytes) -> None:
    (root / "en" / "bad.po").write_bytes(text)
    with pytest.raises(CatalogueError, match=r"bad\.po"):
        load_translator(root)


def test_bundled_words_are_complete() -> None:
    words = load_translator()
    assert words.ids(Language.CHINESE) == words.ids(Language.ENGLISH)
    assert len(words.ids(Language.CHINESE)) > 200
