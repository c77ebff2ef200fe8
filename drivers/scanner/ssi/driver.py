"""Decoders with the Simple Serial Interface: ``scanner.ssi``."""

from __future__ import annotations

from drivers.link.endpoint import link_to
from drivers.link.options import typed_options
from drivers.link.pipe import Link
from drivers.link.serial import SerialLine
from drivers.scanner.module import Delays
from drivers.scanner.scanner import Family, ModuleScanner, ScannerOptions
from drivers.scanner.ssi.explain import SsiExplainer
from drivers.scanner.ssi.module import SsiModule
from kiosk.core.driver import DriverSpec


def ssi_scanner(
    spec: DriverSpec, link: Link, options: ScannerOptions, delays: Delays
) -> ModuleScanner:
    """Make the driver for a pipe; nothing is opened."""

    def module(pipe: Link) -> SsiModule:
        return SsiModule(pipe, spec.clock, delays)

    family = Family("SSI decoder", module, SsiExplainer)
    return ModuleScanner(spec, link, family, options, delays)


def create(spec: DriverSpec) -> ModuleScanner:
    """Make the driver; nothing is opened.

    Raises:
        SettingsError: an option that is not known, or of no use.
    """
    options = typed_options(ScannerOptions, spec)
    options.check(spec.name)
    line = SerialLine(baudrate=options.baudrate)
    link = link_to(spec.endpoint, line, spec.clock)
    return ssi_scanner(spec, link, options, Delays())
