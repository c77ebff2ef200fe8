"""What a service says of itself: ``Common.Capabilities``.

Source: the ``CapabilitiesClass`` of each interface in the message classes of
``KAL_XFS4IoT_SP-Dev``, form of 2025 (version 3.0 of the messages), where commands and
events are named in full and null is "has none" or "not known". What cannot be answered
is left out; interfaces that the standard does not have are listed apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from typing import Any, Final

from drivers.host.capability_facts import Facts, Section
from drivers.host.capability_media import MEDIA_SECTIONS
from drivers.host.capability_parts import PART_SECTIONS
from drivers.host.contract import ASIDE, MAXIMUM_REQUESTS, Capability
from drivers.host.message import VERSION
from drivers.host.status_form import section_of
from kiosk.core.device import DeviceInfo

ALWAYS_TOLD: Final = ("Common.StatusChangedEvent", "Common.ExtWireEvent")
"""Events of every service."""
_SECTIONS: Final[Mapping[str, Section]] = {**MEDIA_SECTIONS, **PART_SECTIONS}
_ONLY: Final = {"versions": [VERSION]}


def capabilities(name: str, kind: Capability, device: Any) -> dict[str, Any]:
    """Return the payload for a device of that kind.

    Args:
        name: in the settings.
        device: its driver; what it has no method for is not served, and not listed.
    """
    info: DeviceInfo = device.info
    served = [
        row.name for row in kind.every.values() if hasattr(device, row.method_name)
    ]
    interfaces = _interfaces(kind, (*ASIDE, *served))
    settings = device.diagnostics().get("settings")
    facts = Facts(
        name,
        kind.name,
        frozenset(served),
        dict(device.status.detail),
        settings if isinstance(settings, Mapping) else {},
    )
    ours = [each for each in interfaces if _is_ours(each)]
    return {
        "common": _common(info),
        "interfaces": [each for each in interfaces if not _is_ours(each)],
        **({"extInterfaces": ours} if ours else {}),
        **{
            section_of(each["name"]): _SECTIONS[each["name"]](facts)
            for each in interfaces
            if each["name"] in _SECTIONS
        },
    }


def _common(info: DeviceInfo) -> dict[str, Any]:
    return {
        "serviceVersion": _service_version(),
        "deviceInformation": [
            {
                "modelName": info.model_name or None,
                "serialNumber": info.serial_number or None,
                "revisionNumber": info.revision_number or None,
            }
        ],
        "powerSaveControl": False,
        "antiFraudModule": False,
        "endToEndSecurity": None,
        "persistentDataStore": None,
        "extCapability": info.capability,
    }


@cache
def _service_version() -> str:
    return version("kiosk24")


def _interfaces(kind: Capability, commands: Iterable[str]) -> list[dict[str, Any]]:
    """Return what is carried out here, by interface.

    What a driver names in its ``info`` are the port's commands; here are the wire's.
    """
    events = (*ALWAYS_TOLD, *kind.told)
    names = dict.fromkeys(["Common", kind.interface])
    names |= dict.fromkeys(name.partition(".")[0] for name in (*commands, *events))
    return [
        {
            "name": interface,
            "commands": _of(interface, commands),
            "events": _of(interface, events) or None,
            "maximumRequests": MAXIMUM_REQUESTS,
        }
        for interface in names
    ]


def _of(interface: str, names: Iterable[str]) -> dict[str, Any]:
    return {name: _ONLY for name in names if name.partition(".")[0] == interface}


def _is_ours(interface: Mapping[str, Any]) -> bool:
    return str(interface["name"]).startswith("Ext")
