"""Arguments of verbs: the bench sends text, scenarios and tests send values."""

from __future__ import annotations

from collections.abc import Collection


def whole_number(
    value: object, name: str, *, least: int = 0, most: int = 1_000_000
) -> int:
    """Return the argument as a number within bounds.

    Raises:
        ValueError: it is no number, or out of bounds.
    """
    try:
        number = int(float(str(value)))
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{name}: a number is needed, not {value!r}") from error
    if not least <= number <= most:
        raise ValueError(f"{name}: between {least} and {most}, not {number}")
    return number


def one_of(value: object, name: str, choices: Collection[str]) -> str:
    """Return the argument when it is one of the choices.

    Raises:
        ValueError: it is not.
    """
    text = str(value)
    if text not in choices:
        raise ValueError(f"{name}: one of {', '.join(sorted(choices))}, not {text!r}")
    return text
