"""Order numbers: made by the kiosk before the first byte leaves, unique for ever.

::

    A0317-0G3K-00001907-X
    |     |    |        '- check character, ISO/IEC 7064 MOD 37,36
    |     |    '---------- orders made on this machine, 8 digits
    |     '--------------- boot counter, 4 characters, Crockford base 32
    '--------------------- terminal, up to 8 letters and digits

Two counters guard each other: the boot counter lives beside the journal and in it,
the sequence in the journal. A machine that was installed anew begins with a boot
counter made from the date, and passes over as many numbers as the platform knows rows
of its journal: every order has one row at least.

At most 24 characters of ``[0-9A-Z-]``; payment services allow 32 of
``[0-9A-Za-z_-]``.
"""

from __future__ import annotations

import re

from kiosk.core.errors import SettingsError, StoreError
from kiosk.core.ids import OrderId

_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECK = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FORM = re.compile(r"[0-9A-Z]{1,8}-[0-9A-HJKMNP-TV-Z]{4}-[0-9]{8}-[0-9A-Z]")
_BOOTS = 32**4
_ORDERS = 10**8


class OrderNumbers:
    """Numbers of one start.

    Args:
        terminal: machine number; letters, digits and separators.
        boot: number of this start, never used before on this machine.
        made: orders already made on this machine.

    Raises:
        SettingsError: the terminal has no usable number.
    """

    def __init__(self, terminal: str, boot: int, made: int) -> None:
        self._terminal = re.sub(r"[-_ ]", "", terminal).upper()
        if not re.fullmatch(r"[0-9A-Z]{1,8}", self._terminal):
            raise SettingsError("terminal number needs 1 to 8 letters or digits")
        self._boot = boot
        self._made = made

    def pass_over(self, rows: int) -> None:
        """Make none of the first numbers: a journal that is lost had these rows."""
        self._made = max(self._made, rows)

    def next(self) -> OrderId:
        """Make the next number.

        Raises:
            StoreError: the counters are used up.
        """
        self._made += 1
        if not (0 <= self._boot < _BOOTS and self._made < _ORDERS):
            raise StoreError("order numbers are used up")
        body = f"{self._terminal}-{_base32(self._boot)}-{self._made:08d}"
        return OrderId(f"{body}-{check_character(body)}")


def is_order_number(text: str) -> bool:
    """Tell whether form and check character of a number are right."""
    return bool(_FORM.fullmatch(text)) and check_character(text[:-2]) == text[-1]


def check_character(body: str) -> str:
    """Compute the check character over letters and digits; hyphens do not count."""
    product = 36
    for character in body.replace("-", ""):
        total = (product + _CHECK.index(character)) % 36 or 36
        product = total * 2 % 37
    return _CHECK[(1 - product) % 36]


def _base32(number: int) -> str:
    digits = ""
    for _ in range(4):
        number, digit = divmod(number, 32)
        digits = _BASE32[digit] + digits
    return digits
