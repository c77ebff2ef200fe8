"""Honeywell scanners over a serial line: ``scanner.honeywell``."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.link.endpoint import link_to
from drivers.link.options import typed_options
from drivers.link.pipe import Link
from drivers.link.serial import SerialLine
from drivers.scanner.honeywell.explain import HoneywellExplainer
from drivers.scanner.honeywell.module import HoneywellModule
from drivers.scanner.module import Delays
from drivers.scanner.scanner import Family, ModuleScanner, ScannerOptions
from kiosk.core.driver import DriverSpec


@dataclass(frozen=True, slots=True)
class HoneywellOptions(ScannerOptions):
    """Settings of the driver.

    Attributes:
        code_mark: ask the module to begin each code with its AIM mark.
    """

    baudrate: int = 115200
    code_mark: bool = True


def honeywell_scanner(
    spec: DriverSpec, link: Link, options: HoneywellOptions, delays: Delays
) -> ModuleScanner:
    """Make the driver for a pipe; nothing is opened."""

    def module(pipe: Link) -> HoneywellModule:
        return HoneywellModule(pipe, spec.clock, delays, mark=options.code_mark)

    family = Family("Honeywell serial command", module, HoneywellExplainer)
    return ModuleScanner(spec, link, family, options, delays)


def create(spec: DriverSpec) -> ModuleScanner:
    """Make the driver; nothing is opened.

    Raises:
        SettingsError: an option that is not known, or of no use.
    """
    options = typed_options(HoneywellOptions, spec)
    options.check(spec.name)
    line = SerialLine(baudrate=options.baudrate)
    link = link_to(spec.endpoint, line, spec.clock)
    return honeywell_scanner(spec, link, options, Delays())
