"""GM65 family over a serial line: ``scanner.gm65``."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.link.endpoint import link_to
from drivers.link.options import typed_options
from drivers.link.pipe import Link
from drivers.link.serial import SerialLine
from drivers.scanner.gm65.explain import Gm65Explainer
from drivers.scanner.gm65.module import Gm65Module
from drivers.scanner.module import Delays
from drivers.scanner.scanner import Family, ModuleScanner, ScannerOptions
from kiosk.core.driver import DriverSpec


@dataclass(frozen=True, slots=True)
class Gm65Options(ScannerOptions):
    """Settings of the driver.

    Attributes:
        code_mark: ask the module to begin each code with its AIM mark.
    """

    code_mark: bool = True


def gm65_scanner(
    spec: DriverSpec, link: Link, options: Gm65Options, delays: Delays
) -> ModuleScanner:
    """Make the driver for a pipe; nothing is opened."""

    def module(pipe: Link) -> Gm65Module:
        return Gm65Module(pipe, spec.clock, delays, mark=options.code_mark)

    family = Family("GM65 family", module, Gm65Explainer)
    return ModuleScanner(spec, link, family, options, delays)


def create(spec: DriverSpec) -> ModuleScanner:
    """Make the driver; nothing is opened.

    Raises:
        SettingsError: an option that is not known, or of no use.
    """
    options = typed_options(Gm65Options, spec)
    options.check(spec.name)
    line = SerialLine(baudrate=options.baudrate)
    link = link_to(spec.endpoint, line, spec.clock)
    return gm65_scanner(spec, link, options, Delays())
