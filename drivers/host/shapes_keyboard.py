"""The shape of ``Keyboard.DataEntry`` and its ``KeyEvent``; source as for ``shapes``.

Digits are words there, ``zero`` to ``nine``; what the standard does not name begins
with ``oem``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from drivers.host.shape import EventShape, Json, Shape, WrongValue, only
from kiosk.core.device import CompletionCode

_WORDS: Final = (
    *("zero", "one", "two", "three", "four"),
    *("five", "six", "seven", "eight", "nine"),
)
_ENDING: Final = ("enter", "cancel")
_EDITING: Final = ("clear", "backspace")
_ALWAYS: Final = frozenset((*_WORDS, *_ENDING, *_EDITING))
"""Keys that count in every entry."""
_BESIDE: Final = frozenset(("help", "oemUp", "oemDown"))
"""Keys that are told, and change nothing of what is entered."""
_SPELT: Final[Mapping[str, str]] = {"up": "oemUp", "down": "oemDown"}
_READ: Final[Mapping[str, str]] = {
    **{word: str(digit) for digit, word in enumerate(_WORDS)},
    **{spelt: key for key, spelt in _SPELT.items()},
}
_OWN_COMPLETION: Final = frozenset((*_ENDING, *_EDITING, "help"))
_HIDDEN: Final = "digit"
"""What a port tells instead of a digit that nobody is to see."""

_SUCCESS: Final = CompletionCode.SUCCESS.value
_CANCELED: Final = CompletionCode.CANCELED.value
_TIME_OUT: Final = CompletionCode.TIME_OUT.value
_FAILED: Final = CompletionCode.COMMAND_ERROR.value
_NOBODY: Final = "entryTimeout"

# -- the command -----------------------------------------------------------------------


def _ask(ours: Json) -> dict[str, Any]:
    longest = ours.get("maximum", 0)
    hidden = ours.get("hidden", False)
    return {"maxLen": longest, "autoEnd": longest > 0, "extHidden": hidden}


def _asked(payload: Json) -> dict[str, Any]:
    only(payload, "maxLen", "autoEnd", "activeKeys", "extHidden")
    longest, hidden = payload.get("maxLen"), payload.get("extHidden")
    longest = 0 if longest is None else longest
    if type(longest) is not int or longest < 0:
        raise WrongValue("maxLen: no number of keys")
    if longest > 0 and payload.get("autoEnd") is not True:
        raise WrongValue("autoEnd: an entry ends at maxLen, so it must be true")
    _keys_asked(payload.get("activeKeys"))
    return {"maximum": longest, "hidden": False if hidden is None else hidden}


def _keys_asked(keys: Any) -> None:
    """Refuse a choice of keys that the keypad would not keep to."""
    if keys is None:
        return
    if not isinstance(keys, dict):
        raise WrongValue("activeKeys: no object of keys")
    if not _ALWAYS <= set(keys) <= _ALWAYS | _BESIDE:
        why = "activeKeys: digits, enter, cancel, clear, backspace, beside them help"
        raise WrongValue(why, "keyNotSupported")
    for key, how in keys.items():
        ends = isinstance(how, dict) and how.get("terminate") is True
        if ends != (key in _ENDING):
            why = "activeKeys: enter and cancel end an entry, no other key does"
            raise WrongValue(why, "keyNotSupported")


# -- its end ---------------------------------------------------------------------------


def _answer(digits: Any, asked: Json) -> dict[str, Any]:
    if digits is None:
        return {"keys": None, "pinKeys": None, "completion": None}
    full = bool(asked.get("maxLen")) and len(digits) == asked["maxLen"]
    return {
        "keys": len(digits),
        "pinKeys": [_tell(digit) for digit in digits],
        "completion": "auto" if full else "enter",
    }


def _answered(payload: Json) -> Any:
    keys = payload.get("pinKeys")
    if keys is None:
        return None
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        raise WrongValue("pinKeys: no list of keys")
    digits = [_told(key) for key in keys]
    if not set(digits) <= set("0123456789"):
        raise WrongValue("pinKeys: not only digits")
    return "".join(digits)


def _end(payload: Json) -> Json:
    """End with the cancel key as with any other key that ends an entry.

    The standard has no word for nobody's pressing a key but its own code for it.
    """
    if payload["completionCode"] == _CANCELED:
        nothing = {"keys": 0, "pinKeys": [], "completion": "cancel"}
        return {**payload, "completionCode": _SUCCESS, **nothing}
    if payload["errorCode"] == _NOBODY:
        late = {"completionCode": _TIME_OUT, "errorCode": None, "extErrorCode": _NOBODY}
        return {**payload, **late}
    return payload


def _ended(payload: Json) -> Json:
    code = payload.get("completionCode")
    if code == _SUCCESS and payload.get("completion") == "cancel":
        return {**payload, "completionCode": _CANCELED, "pinKeys": None}
    if code == _TIME_OUT and payload.get("extErrorCode") == _NOBODY:
        return {**payload, "completionCode": _FAILED, "errorCode": _NOBODY}
    return payload


# -- each key --------------------------------------------------------------------------


def _tell(key: Any) -> dict[str, Any]:
    if key == _HIDDEN:
        return {"completion": "continue"}
    if key in _OWN_COMPLETION:
        return {"completion": key, "digit": key}
    word = _WORDS[int(key)] if key in _READ.values() and key.isdigit() else key
    return {"completion": "continue", "digit": _SPELT.get(word, word)}


def _told(payload: Json) -> str:
    word = payload.get("digit")
    if word is None:
        if payload.get("completion") != "continue":
            raise WrongValue("digit: missing")
        return _HIDDEN
    if not isinstance(word, str):
        raise WrongValue("digit: no word")
    return _READ.get(word, word)


DATA_ENTRY: Final = Shape(_ask, _asked, _answer, _answered, _end, _ended)
KEY: Final = EventShape(_tell, _told)
