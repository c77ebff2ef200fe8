"""How one vendor's MIS library is called: a TOML file that the operator owns.

Every acquirer has its own fixed-width texts; none of them is public, so none is built
in. The file says where each field lies and what the result codes mean::

    [library]
    symbol = "bankall"                    # int bankall(char *request, char *response)
    arguments = ["request", "response"]   # numbers stand for fixed int arguments
    cancel = "bankcancel"                 # optional: may be called from another thread
    response_bytes = 256
    encoding = "gbk"
    good_return = 0                       # any other return value settles nothing

    [transaction]
    sale = "00"
    reversal = "01"
    query = "02"                          # the newest transaction again

    [[request]]
    name = "transaction"                  # or amount, receipt, date, time
    width = 2
    [[request]]
    name = "counter"
    width = 8
    value = "KIOSK24"                     # a fixed text

    [[response]]
    name = "result"                       # or transaction, amount, receipt, trace,
    width = 2                             # card, scheme, terminal, authorisation,
                                          # date (YYYYMMDD), time (HHMMSS)
    [result]
    approved = ["00"]
    declined = ["51", "55"]               # conclusive: no money moved
    cancelled = ["C1"]
    busy = ["B1"]
    reversed = ["R1"]                     # was taken back before
    none = ["N0"]                         # query: there is no transaction yet

A result code that is in no list settles nothing: the outcome is unknown.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kiosk.core.errors import DeviceProtocolError, SettingsError

Meaning = Literal["approved", "declined", "cancelled", "busy", "reversed", "none"]

_REQUEST = frozenset({"transaction", "amount", "receipt", "date", "time"})
_NUMBERS = frozenset({"amount", "receipt"})
"""Fields whose digits would still be a number, but another one, when cut short."""

_NEEDED = frozenset({"result", "receipt", "amount"})


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Library(_Strict):
    """How the function is called."""

    symbol: str = "bankall"
    arguments: tuple[Literal["request", "response"] | int, ...] = (
        "request",
        "response",
    )
    cancel: str = ""
    response_bytes: Annotated[int, Field(ge=1, le=65536)] = 512
    encoding: Literal["gbk", "gb18030", "utf-8", "ascii"] = "gbk"
    good_return: int = 0


class Transaction(_Strict):
    """The vendor's words for what is asked for."""

    sale: str
    reversal: str
    query: str


class Part(_Strict):
    """One fixed-width field, in bytes."""

    name: str
    width: Annotated[int, Field(ge=1, le=4096)]
    value: str | None = None


class Results(_Strict):
    """The vendor's result codes by meaning."""

    approved: tuple[str, ...]
    declined: tuple[str, ...]
    cancelled: tuple[str, ...] = ()
    busy: tuple[str, ...] = ()
    reversed: tuple[str, ...] = ()
    none: tuple[str, ...] = ()

    def meaning(self, code: str) -> Meaning | None:
        """Return what a code means; ``None`` for one that is in no list."""
        meanings: tuple[Meaning, ...] = (
            "approved",
            "declined",
            "cancelled",
            "busy",
            "reversed",
            "none",
        )
        return next((each for each in meanings if code in getattr(self, each)), None)


class Layout(_Strict):
    """The whole file."""

    library: Library
    transaction: Transaction
    request: tuple[Part, ...]
    response: tuple[Part, ...]
    result: Results

    @model_validator(mode="after")
    def _complete(self) -> Layout:
        strange = {p.name for p in self.request if p.value is None} - _REQUEST
        if strange:
            raise ValueError(f"request: no value for {', '.join(sorted(strange))}")
        missing = _NEEDED - {part.name for part in self.response}
        if missing:
            raise ValueError(f"response: {', '.join(sorted(missing))} is missing")
        width = sum(part.width for part in self.response)
        if width > self.library.response_bytes:
            raise ValueError(f"response: {width} bytes do not fit into the buffer")
        return self

    def write(self, values: Mapping[str, str]) -> bytes:
        """Return a request; numbers are filled with 0 in front, text with blanks.

        Raises:
            ValueError: a value is wider than its field.
        """
        return b"".join(self._written(part, values) for part in self.request)

    def read(self, response: bytes) -> dict[str, str]:
        """Cut a response into its fields; blanks and zero bytes at their ends go.

        Raises:
            DeviceProtocolError: it is too short, not in the encoding, nothing was
                written behind the first digits of a number, or a zero byte stands
                before the end of a text.
        """
        fields: dict[str, str] = {}
        at = 0
        end = len(response.rstrip(b"\x00"))
        for part in self.response:
            raw = response[at : at + part.width]
            at += part.width
            if len(raw) < part.width:
                raise DeviceProtocolError(f"the response ends before {part.name}")
            if part.name in _NUMBERS and at - part.width < end < at:
                raise DeviceProtocolError(f"the response ends inside {part.name}")
            try:
                text = raw.decode(self.library.encoding)
            except UnicodeDecodeError as error:
                raise DeviceProtocolError(f"{part.name} is no text") from error
            fields[part.name] = text.rstrip(" \x00").lstrip(" ")
            if "\x00" in fields[part.name]:
                raise DeviceProtocolError(f"a zero byte inside {part.name}")
        return fields

    def _written(self, part: Part, values: Mapping[str, str]) -> bytes:
        text = part.value if part.value is not None else values.get(part.name, "")
        data = text.encode(self.library.encoding)
        if len(data) > part.width:
            raise ValueError(f"{part.name} needs {len(data)} of {part.width} bytes")
        if part.name in _NUMBERS and part.value is None:
            return data.rjust(part.width, b"0")
        return data.ljust(part.width)


def load_layout(path: Path) -> Layout:
    """Read and check a layout file.

    Raises:
        SettingsError: with what is wrong in it.
    """
    try:
        return Layout.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error
    except ValidationError as error:
        places = "; ".join(
            f"{'.'.join(map(str, each['loc']))}: {each['msg']}"
            for each in error.errors(include_url=False, include_input=False)
        )
        raise SettingsError(f"{path}: {places}") from error
