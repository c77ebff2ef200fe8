"""A driver's options: from the settings into a frozen, typed record."""

from __future__ import annotations

from typing import Any, TypeVar, get_type_hints

from kiosk.core.driver import DriverSpec
from kiosk.core.errors import SettingsError

Options = TypeVar("Options")


def typed_options(kind: type[Options], spec: DriverSpec) -> Options:
    """Fill the dataclass ``kind`` from the options of an order slip.

    Its fields are ``bool``, ``int``, ``float`` or ``str``, each with a default.

    Raises:
        SettingsError: an option that the driver does not know, or a value of
            another type.
    """
    types = get_type_hints(kind)
    values: dict[str, Any] = {}
    for name, value in spec.options.items():
        if name not in types:
            known = ", ".join(sorted(types)) or "none"
            raise SettingsError(f"{spec.name}: no option {name!r}; known: {known}")
        values[name] = _checked(spec.name, name, value, types[name])
    return kind(**values)


def one_of(device: str, name: str, value: str, allowed: tuple[str, ...]) -> None:
    """Refuse a word that the driver does not know.

    Raises:
        SettingsError: with the words that it does know.
    """
    if value not in allowed:
        words = ", ".join(allowed)
        raise SettingsError(f"{device}: {name} = {value!r}; one of: {words}")


def in_range(device: str, name: str, value: float, low: float, high: float) -> None:
    """Refuse a number outside ``low`` to ``high``, both allowed.

    Raises:
        SettingsError: with the bounds.
    """
    if not low <= value <= high:
        raise SettingsError(f"{device}: {name} = {value}; from {low} to {high}")


def _checked(device: str, name: str, value: object, kind: type) -> object:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind:
        raise SettingsError(f"{device}: {name} must be {kind.__name__}, not {value!r}")
    return value
