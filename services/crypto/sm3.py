"""SM3 and HMAC-SM3 through the interpreter's own OpenSSL.

GB/T 32905-2016 (SM3); HMAC as in GB/T 15852.2-2012 and RFC 2104 with a block of
64 bytes. Whether ``hashlib`` has SM3 depends on the OpenSSL that Python was linked
to, so ``check_crypto`` computes known answers once at start-up.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import cache

from kiosk.core.errors import SettingsError

_DIGEST_ANSWERS = (
    # GB/T 32905-2016, annex A, examples 1 and 2.
    (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    (
        b"abcd" * 16,
        "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
    ),
)
_MAC_KEY = bytes(range(1, 33))
_MAC_MESSAGE = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq" * 2
# GM/T 0042-2015, annex; the same key and text in the tests of OpenSSL and GmSSL.
_MAC_ANSWER = "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a"


def sm3_hex(data: bytes) -> str:
    """Return the SM3 digest as 64 lower-case hex digits.

    Raises:
        SettingsError: this Python has no SM3.
    """
    digest = _blank().copy()
    digest.update(data)
    return digest.hexdigest()


@cache
def _blank() -> hashlib._Hash:
    """Look SM3 up once: to copy what was found takes a third of the time."""
    try:
        return hashlib.new("sm3")
    except ValueError as error:
        raise SettingsError("hashlib has no SM3") from error


def hmac_sm3_hex(key: bytes, message: bytes) -> str:
    """Return HMAC-SM3 as 64 lower-case hex digits.

    Raises:
        SettingsError: this Python has no SM3.
    """
    try:
        return hmac.new(key, message, "sm3").hexdigest()
    except ValueError as error:
        raise SettingsError("hmac has no SM3") from error


def same_mac(expected: str, given: str) -> bool:
    """Compare two hex codes without telling by time where they differ."""
    return hmac.compare_digest(expected.encode(), given.lower().encode())


def check_crypto() -> None:
    """Compute known answers; to be called once at start-up.

    Raises:
        SettingsError: an answer is missing or wrong.
    """
    for message, answer in _DIGEST_ANSWERS:
        if sm3_hex(message) != answer:
            raise SettingsError("SM3 gives a wrong known answer")
    if hmac_sm3_hex(_MAC_KEY, _MAC_MESSAGE) != _MAC_ANSWER:
        raise SettingsError("HMAC-SM3 gives a wrong known answer")
