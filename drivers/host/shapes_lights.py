"""The shape of ``Lights.SetLight``; source as for ``shapes``, and its form of 2025.

One light of ours is one place. Until version 2.0 the payload is a light for each name,
with ``position`` beside the rest; from 3.0 on it is a light for each position of each
name. We write the first and read both.
"""

from __future__ import annotations

from typing import Any, Final

from drivers.host.shape import Json, Shape, WrongValue, needed, only
from drivers.host.status_form import LIGHT_PLACE

_INVALID: Final = "invalidLight"
_OF_A_LIGHT: Final = ("flashRate", "colour", "color", "direction")


def _ask(ours: Json) -> dict[str, Any]:
    return {ours["position"]: ours["light"]}


def each_light(payload: Json) -> list[Json]:
    """Return the payload of each light that is to be set.

    Raises:
        WrongValue: there is none.
    """
    wanted = [{key: value} for key, value in payload.items() if value is not None]
    if not wanted:
        raise WrongValue("no light")
    return list(wanted)


def _asked(payload: Json) -> dict[str, Any]:
    wanted = each_light(payload)
    if len(wanted) != 1:
        raise WrongValue("not one light")
    ((name, said),) = wanted[0].items()
    if not isinstance(said, dict):
        raise WrongValue("the light is no object")
    light = _light(said)
    ours = {"flashRate": needed(light, "flashRate")}
    colour = light.get("colour", light.get("color"))
    if colour is not None:
        ours["colour"] = colour
    return {"position": name, "light": ours}


def _light(said: Json) -> Json:
    """Return what a light is to do, in whichever form it was said."""
    if any(isinstance(value, dict) for value in said.values()):
        places = {key: value for key, value in said.items() if value is not None}
        if set(places) != {LIGHT_PLACE}:
            raise WrongValue(f"a light has one position, {LIGHT_PLACE}", _INVALID)
        light = places[LIGHT_PLACE]
    else:
        light = {key: value for key, value in said.items() if key != "position"}
        if said.get("position") is not None:
            raise WrongValue("position: a light has one place", _INVALID)
    only(light, *_OF_A_LIGHT)
    if light.get("direction") is not None:
        raise WrongValue("direction: not served, a light has no arrow")
    return light  # type: ignore[no-any-return]  # an object of one of the two forms


SET_LIGHT: Final = Shape(_ask, _asked)
