"""Cables to a meter card reader, serial CCID and PC/SC, and the slot at their ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from drivers.link.apdu import Exchange
from drivers.link.deadline import Deadline
from drivers.link.endpoint import link_to
from drivers.link.pcsc import PcscReader
from drivers.link.pcsc_calls import SCHEME
from drivers.link.pipe import Lifeline, Link
from drivers.link.serial import SerialLine
from drivers.metercard.explain import CcidExplainer, MeterCardExplainer
from drivers.metercard.reader import CardReader, Delays
from kiosk.core.clock import Clock
from kiosk.core.wire import WireExplainer


class CardSlot(Protocol):
    """One slot of a reader.

    Each may raise ``DeviceError``: the reader is gone, silent, or answers nonsense.
    """

    async def card_present(self) -> bool:
        """Ask whether a card is in the slot."""
        ...

    async def wait_for_card(self, deadline: Deadline) -> bool:
        """Wait for a card; ``False`` when the time is over."""
        ...

    async def power_on(self) -> bytes:
        """Power the card and return its answer to reset.

        Raises:
            CardError: it is not there, or mute.
        """
        ...

    async def power_off(self) -> None:
        """Let the card be taken."""
        ...


@dataclass(frozen=True, slots=True)
class Cable:
    """What distinguishes one kind of reader from another.

    Attributes:
        held: the cable itself.
        slot: at its end.
        exchange: sends a command to the card in it; ``CardError`` if it was pulled.
        explainer: puts what crosses the cable into words.
    """

    model_name: str
    held: Lifeline
    slot: CardSlot
    exchange: Exchange
    explainer: Callable[[], WireExplainer]


def serial_cable(link: Link, clock: Clock, delays: Delays) -> Cable:
    """Reach a reader that speaks CCID on a serial line."""
    slot = CardReader(link, clock, delays)
    return Cable("serial CCID reader", link, slot, slot.transmit, CcidExplainer)


def pcsc_cable(reader: PcscReader, delays: Delays) -> Cable:
    """Reach a reader behind PC/SC."""
    exchange = partial(reader.transmit, timeout_s=delays.reply_s)
    return Cable("PC/SC reader", reader, reader, exchange, MeterCardExplainer)


def cable_to(endpoint: str, baudrate: int, clock: Clock, delays: Delays) -> Cable:
    """Choose by the endpoint, ``pcsc:READER`` or a serial one; nothing is opened.

    Raises:
        SettingsError: the endpoint is none.
    """
    if endpoint.startswith(SCHEME):
        return pcsc_cable(PcscReader(endpoint, clock), delays)
    link = link_to(endpoint, SerialLine(baudrate=baudrate), clock)
    return serial_cable(link, clock, delays)
