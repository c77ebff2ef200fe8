"""The 256-byte text block of the four documents, UTF-16LE padded with 20 00.

```
                    resident, J, 2023       2017
  0  name            30   30   30           English name 120
 30  sex             2    2    2            (sex at 120, birth at 220)
 32  nation/renewals 4    -    4
 36  birth           16   16   16
 52  address         70   70   English 70
122  number          36   36   36           30
158  issuer          30   30   -            Chinese name 30 (country at 152, 6)
188  valid from      16   16   16           16
204  valid to        16   16   16           16
220  tail            36   pass English 22   birth 16, version 4, authority 8
248  flag            ' '  'J'  'Y'          'I'
```
Sources: published SAM_V protocol texts (resident); structures in public application
code, two or three independent ones, for the other three: not confirmed by a
standard's text.
"""

from __future__ import annotations

from collections.abc import Mapping

TEXT_BYTES = 256
NEW_ADDRESS_BYTES = 70

_SEX = {"male": "1", "female": "2", "unknown": "0", "unspecified": "9"}


class _Block:
    def __init__(self, size: int = TEXT_BYTES) -> None:
        self._bytes = bytearray(b" \0" * (size // 2))

    def put(self, offset: int, length: int, text: str, *, cut: bool = False) -> None:
        data = text.encode("utf-16-le")
        if cut:
            data = data[:length]
        if len(data) > length:
            raise ValueError(f"{text!r} is longer than {length} bytes")
        self._bytes[offset : offset + len(data)] = data

    def whole(self) -> bytes:
        return bytes(self._bytes)


def _put_shared(block: _Block, person: Mapping[str, str]) -> None:
    block.put(0, 30, person["name"])
    block.put(30, 2, _SEX[person["sex"]])
    block.put(36, 16, person["birth"])
    block.put(122, 36, person["number"])
    block.put(188, 16, person["valid_from"])
    block.put(204, 16, person["valid_to"])


def _resident(person: Mapping[str, str]) -> bytes:
    block = _Block()
    _put_shared(block, person)
    block.put(32, 4, person["nation_code"])
    block.put(52, 70, person["address"])
    block.put(158, 30, person["issuer"])
    return block.whole()


def _hk_macao_taiwan(person: Mapping[str, str]) -> bytes:
    block = _Block()
    _put_shared(block, person)
    block.put(52, 70, person["address"])
    block.put(158, 30, person["issuer"])
    block.put(220, 18, person["pass_number"])
    block.put(238, 4, person["issues"])
    block.put(248, 2, "J")
    return block.whole()


def _foreign_2017(person: Mapping[str, str]) -> bytes:
    block = _Block()
    block.put(0, 120, person["english_name"], cut=True)
    block.put(120, 2, _SEX[person["sex"]])
    block.put(122, 30, person["number"])
    block.put(152, 6, person["country"])
    block.put(158, 30, person["name"])
    block.put(188, 16, person["valid_from"])
    block.put(204, 16, person["valid_to"])
    block.put(220, 16, person["birth"])
    block.put(236, 4, person["version"])
    block.put(240, 8, person["authority_code"])
    block.put(248, 2, "I")
    return block.whole()


def _foreign_2023(person: Mapping[str, str]) -> bytes:
    """A name longer than the 46 places is cut, as on the card."""
    block = _Block()
    _put_shared(block, person)
    english = person["english_name"]
    block.put(32, 4, person["renewals"])
    block.put(52, 70, english, cut=True)
    block.put(220, 22, english[35:], cut=True)
    block.put(242, 6, person["country"])
    block.put(248, 2, "Y")
    return block.whole()


_LAYOUTS = {
    "resident": _resident,
    "hkMacaoTaiwanResidence": _hk_macao_taiwan,
    "foreignPermanent2017": _foreign_2017,
    "foreignPermanent2023": _foreign_2023,
}


def build_text(person: Mapping[str, str]) -> bytes:
    """Return the text block of a person's document.

    Raises:
        KeyError: the person lacks something that the document has.
        ValueError: something is longer than its place.
    """
    return _LAYOUTS[person["document"]](person)


def build_new_address(address: str) -> bytes:
    """Return the 70 bytes of a later address."""
    block = _Block(NEW_ADDRESS_BYTES)
    block.put(0, NEW_ADDRESS_BYTES, address)
    return block.whole()
