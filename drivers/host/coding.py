"""Values of the ports as JSON and back: records, enums, bytes.

Keys are camelCase, as XFS4IoT has them; bytes are base64 (written with the standard
alphabet of RFC 4648, which its schemas ask for; read with either). Where the standard
has a payload of its own, the row's shape makes it of ours.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, create_model
from pydantic.alias_generators import to_camel
from pydantic_core import to_jsonable_python

from drivers.host.contract import Command, Told
from drivers.host.shape import Json, WrongValue
from kiosk.core.device import Completion, CompletionCode

_RULES = ConfigDict(
    alias_generator=to_camel,
    validate_by_alias=True,
    serialize_by_alias=True,
    val_json_bytes="base64",
    extra="forbid",
)


@cache
def _model(of: Any) -> type[BaseModel]:
    return create_model("Wire", __config__=_RULES, value=(of, ...))


def coded(of: Any, value: Any) -> Any:
    """Return a value as what JSON can say."""
    # Built, not checked: the value comes from typed code and may be large.
    model = _model(of).model_construct(value=value)
    whole = model.model_dump(mode="python", warnings=False)
    return to_jsonable_python(_plain(whole["value"]))


def _plain(value: object) -> object:
    """Return a value with its bytes as base64 and mappings of any class as ``dict``.

    pydantic itself writes bytes with the URL alphabet only.
    """
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


def read(of: Any, value: Any) -> Any:
    """Return what a JSON value means.

    Raises:
        WrongValue: it is none of that type.
    """
    try:
        return dict(_model(of).model_validate({"value": value}))["value"]
    except ValidationError as error:
        raise WrongValue(_places(error)) from None


def _places(error: ValidationError) -> str:
    """Say where a value is wrong and how; an unknown key is not quoted."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    said = [
        f"{'.'.join(map(str, each['loc'][1:])) or 'value'}: {each['type']}"
        for each in found
        if each["type"] != "unexpected_keyword_argument"
    ]
    return "; ".join(said) or "unknown properties"


def coded_arguments(row: Command, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a command's payload from its Python arguments."""
    ours = {
        to_camel(name): coded(of, values[name])
        for name, of in row.arguments.items()
        if name in values
    }
    return ours if row.shape.ask is None else row.shape.ask(ours)


def read_arguments(row: Command, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return a command's Python arguments; what is left out keeps its default.

    Raises:
        WrongValue: unknown, missing or wrong arguments.
    """
    if row.shape.asked is not None:
        payload = row.shape.asked(payload)
    known = {to_camel(name): name for name in row.arguments}
    if unknown := sorted(set(payload) - set(known)):
        raise WrongValue(f"{len(unknown)} unknown properties")
    values = {}
    for key, name in known.items():
        if key in payload:
            try:
                values[name] = read(row.arguments[name], payload[key])
            except WrongValue as error:
                raise WrongValue(f"{key}: {error}") from error
        elif row.signature.parameters[name].default is row.signature.empty:
            raise WrongValue(f"{key}: missing")
    return values


def coded_completion(
    row: Command,
    completion: Completion[Any],
    asked: Json = MappingProxyType({}),
    *,
    by_client: bool = False,
) -> dict[str, Any]:
    """Return a completion's payload.

    Args:
        asked: the command's, as it came.
        by_client: a client has cancelled the command.
    """
    payload: dict[str, Any] = {
        "completionCode": completion.code.value,
        "errorCode": completion.error_code,
        "errorDescription": completion.description,
    }
    if row.key:
        value = completion.payload
        ours = None if value is None else coded(row.payload, value)
        if row.shape.answer is None:
            payload[row.key] = ours
        else:
            payload |= row.shape.answer(ours, asked)
    if row.shape.end is not None and not by_client:
        payload = dict(row.shape.end(payload))
    return payload


def read_completion(row: Command, payload: Mapping[str, Any]) -> Completion[Any]:
    """Return the completion that a payload says.

    A command that promises a payload with every code has one: its ``lost``.

    Raises:
        WrongValue: it is none of this command.
    """
    if row.shape.ended is not None:
        payload = row.shape.ended(payload)
    try:
        code = CompletionCode(payload.get("completionCode", ""))
    except ValueError as error:
        raise WrongValue("completionCode") from error
    value = None
    if row.key:
        answered = row.shape.answered
        value = payload.get(row.key) if answered is None else answered(payload)
    if value is not None:
        value = read(row.payload, value)
    return Completion(
        code,
        payload.get("errorCode"),
        str(payload.get("errorDescription") or ""),
        row.lost if value is None else value,
    )


def coded_told(row: Command, told: Told, value: Any) -> dict[str, Any]:
    """Return the payload of an ``event``."""
    ours = coded(row.told_type(told), value)
    return {told.key: ours} if told.shape is None else told.shape.tell(ours)


def read_told(row: Command, told: Told, payload: Mapping[str, Any]) -> Any:
    """Return what a callback is to be told.

    Raises:
        WrongValue: the event has no such value.
    """
    shape = told.shape
    value = payload.get(told.key) if shape is None else shape.told(payload)
    return read(row.told_type(told), value)
