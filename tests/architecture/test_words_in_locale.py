"""Words that a person reads live in ``kiosk/locale`` and in data files only."""

from __future__ import annotations

import re
from typing import Any

# Han characters. Signs and punctuation (￥ 。 〓) are typography, not words.
_HAN = re.compile(
    "[\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)

EXEMPT = {
    "drivers/idcard/ethnicity.py": "names of the 56 groups as the standard lists them",
    "drivers/idcard/text_block.py": "what the chip itself says",
    "services/documents/values.py": "how a Chinese document writes a date",
}


def _spoken_in_code(source: Any) -> list[tuple[str, int, str]]:
    return [
        (source.path, node.lineno, node.value[:20])
        for node in source.strings(parts=True)
        if _HAN.search(node.value)
    ]


def test_no_chinese_words_in_code(product: tuple[Any, ...]) -> None:
    found = [
        hit
        for source in product
        if source.path not in EXEMPT
        for hit in _spoken_in_code(source)
    ]
    assert not found, "\n".join(map(str, found))


def test_exemptions_are_still_needed(product: tuple[Any, ...]) -> None:
    needed = {source.path for source in product if _spoken_in_code(source)}
    assert set(EXEMPT) <= needed
