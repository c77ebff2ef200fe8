"""Which method of a driver is which command of XFS4IoT, and what it claims to have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from inspect import iscoroutinefunction
from typing import Any

from tests.contract.kit.subject import Subject

_OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "Common.Status": ("refresh_status",),
    "Common.Capabilities": ("info",),
    "ExtIdCard.GetMedia": ("media",),
    "ExtPayment.Query": ("last_receipt",),
    "ExtLiveView.Latest": ("latest",),
    "Printer.PrintNative": ("print_native", "print_receipt"),
}
"""Where the method is not the command's name in small letters."""

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def claimed(device: Any) -> list[str]:
    """Return the commands that a driver says it has, ``BarcodeReader.Read``."""
    return [
        f"{interface}.{command}"
        for interface, commands in device.info.interfaces.items()
        for command in commands
    ]


def method_names(command: str) -> tuple[str, ...]:
    """Return the names that the command's method may have."""
    plain = _WORD.sub("_", command.rpartition(".")[2]).lower()
    return _OTHER_NAMES.get(command, (plain, plain.removeprefix("ext_")))


def claim_findings(subject: Subject, device: Any) -> Iterator[str]:
    """Yield claims that are not true, and steps of commands that are not claimed."""
    commands = claimed(device)
    if not commands:
        yield "claims nothing"
    if len(set(commands)) < len(commands):
        yield f"claims twice: {sorted(commands)}"
    for command in commands:
        if not any(_has(device, name) for name in method_names(command)):
            yield f"claims {command}, but has no {method_names(command)[0]}"
    for step in subject.steps:
        if step.name not in commands:
            yield f"a step of {step.name}, which is not claimed"


def _has(device: Any, name: str) -> bool:
    found = getattr(device, name, None)
    return name in ("info", "latest") or iscoroutinefunction(found)
