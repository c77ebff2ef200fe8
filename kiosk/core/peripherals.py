"""Ports of the devices around the screen: chip cards, keys, lights, power, voice, cash.

Like ``kiosk.core.ports``; words are XFS4IoT's (CWA 17852) where it has them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol

from kiosk.core.device import Completion, Device
from kiosk.core.money import Fen
from kiosk.core.ports import MediaPresence
from kiosk.core.words import Language


class ChipCardKind(StrEnum):
    """What a chip card is for."""

    SOCIAL_SECURITY = "socialSecurity"
    BANK = "bank"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ChipCard:
    """What a chip card tells without a PIN; personal, so not in ``repr``.

    Attributes:
        number: social-security card number, or the bank card's account number.
        id_number: resident identity number, where the card has it.
        issuer: region code of the issuer, or the application's name.
        valid_until: ``YYYY-MM-DD``, ``""`` where the card has none.
    """

    kind: ChipCardKind
    number: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    id_number: str = field(default="", repr=False)
    issuer: str = ""
    valid_until: str = ""


class ChipCardReader(Device, Protocol):
    """Contact or contactless chip card reader (``CardReader``) over PC/SC."""

    async def read_raw_data(self, *, timeout_s: float = 60.0) -> Completion[ChipCard]:
        """Wait for a card and read what it tells freely.

        Error codes: ``noMedia`` (pulled while reading), ``invalidMedia`` (no
        application that is known here, or one that is not in order),
        ``authenticationFailed`` (it tells nothing without a security module),
        ``atrNotObtained``, ``protocolNotSupported``; code ``timeOut`` when none was
        put in.
        """
        ...

    async def chip_power(
        self, action: Literal["cold", "warm", "off"], *, timeout_s: float = 10.0
    ) -> Completion[bytes]:
        """Power the chip; the payload is its ATR, ``b""`` when switched off.

        Error codes: ``noMedia``, ``atrNotObtained``.
        """
        ...

    async def chip_io(
        self, command: bytes, *, timeout_s: float = 10.0
    ) -> Completion[bytes]:
        """Exchange one APDU with the powered chip; the payload ends in SW1 SW2.

        Error codes: ``noMedia`` (pulled, or not powered), ``protocolNotSupported``.
        """
        ...

    async def media(self) -> MediaPresence:
        """Tell whether a card is in the reader now (for leftovers)."""
        ...


class KeyPad(Device, Protocol):
    """Keypad with digits and function keys (``Keyboard``). Never for bank PINs."""

    async def data_entry(
        self,
        *,
        maximum: int = 0,
        hidden: bool = False,
        on_key: Callable[[str], None] | None = None,
        timeout_s: float = 60.0,
    ) -> Completion[str]:
        """Collect keys until ``enter``, ``cancel`` or ``maximum`` digits.

        Args:
            maximum: 0 = no limit.
            hidden: ``on_key`` is told ``digit`` instead of the digit itself.
            on_key: told each key: ``0`` to ``9``, ``clear``, ``backspace``, ``enter``,
                ``cancel``, ``help``, ``up``, ``down``.

        The payload are the digits. Error codes: ``entryTimeout`` (nobody pressed a
        key in time); code ``canceled`` when the person pressed cancel.
        """
        ...


FlashRate = Literal["off", "slow", "medium", "quick", "continuous"]
Colour = Literal["red", "green", "yellow", "blue", "cyan", "magenta", "white"]


@dataclass(frozen=True, slots=True)
class Light:
    """How a guide light shines (``Lights.SetLight``)."""

    flash_rate: FlashRate = "off"
    colour: Colour = "white"


class GuideLights(Device, Protocol):
    """Lights that show where to put or take something (``Lights``)."""

    async def set_light(
        self, position: str, light: Light, *, timeout_s: float = 2.0
    ) -> Completion[None]:
        """Set one light. Positions are XFS4IoT's: ``cardReader``, ``scanner`` …

        Error codes: ``invalidLight``, ``lightError``.
        """
        ...


class Auxiliaries(Device, Protocol):
    """Doors, presence, call button, headphones (``Auxiliaries``): status and events.

    ``status.detail`` has ``cabinetDoor`` (``open``, ``closed``), ``proximitySensor``,
    ``headsetMicrophoneSensor`` (``present``, ``notPresent``),
    ``operatorCallButtonSensor``, ``tamperSensor`` (``on``, ``off``), each ``None``
    where the machine has none. A change is a ``StatusChangedEvent`` within a second.
    """


class PowerSupply(Device, Protocol):
    """Mains and battery (``PowerManagement``), from an uninterruptible supply.

    ``status.detail``: ``powerInStatus`` (``powering``, ``noPower``), ``batteryStatus``
    (``full``, ``low``, ``operational``, ``critical``, ``failure``),
    ``batteryChargingStatus`` (``charging``, ``discharging``, ``notCharging``),
    ``runtime_s`` and ``charge`` (percent), ``None`` where it cannot tell.
    """


class Speaker(Device, Protocol):
    """Voice of the machine (``ExtSpeech``)."""

    async def say(
        self, text: str, language: Language, *, timeout_s: float = 60.0
    ) -> Completion[None]:
        """Speak; success when the last sound has been played.

        A text with a prompt recorded for it is played, any other is synthesised.
        ``cancel`` stops the voice within a tenth of a second. Error codes:
        ``soundFailed`` (no way out for sound), ``noVoice`` (nothing can say this).
        """
        ...

    async def set_volume(self, percent: int) -> Completion[None]:
        """Set the loudness, 0 to 100, for all that is said from now on."""
        ...


NOTHING = Fen(0)


@dataclass(frozen=True, slots=True)
class CashIn:
    """Notes taken in since ``cash_in_start``.

    Attributes:
        notes: value of each note in fen, in the order in which they were stacked.
        escrow: value of a note that lies between citizen and box; 0 when none.
        status: ``active``, ``ok``, ``rollback``, ``reset`` or ``unknown``, as
            ``CashAcceptor.GetCashInStatus`` has them.
    """

    notes: tuple[Fen, ...] = ()
    escrow: Fen = NOTHING
    status: Literal["active", "ok", "rollback", "reset", "unknown"] = "active"

    @property
    def total(self) -> Fen:
        """Sum of the notes in the box."""
        return Fen(sum(self.notes))


class NoteAcceptor(Device, Protocol):
    """Banknote acceptor (``CashAcceptor``). Off unless the settings name it.

    A note counts when it is in the box. A note in escrow goes back to the citizen on
    cancel, time-out and rollback; what is in the box cannot come back.
    """

    async def cash_in_start(self, *, timeout_s: float = 10.0) -> Completion[None]:
        """Begin a transaction; nothing is accepted yet."""
        ...

    async def cash_in(
        self,
        most: Fen,
        *,
        on_note: Callable[[Fen], None] | None = None,
        timeout_s: float = 60.0,
    ) -> Completion[CashIn]:
        """Accept one note of at most ``most``, through escrow into the box.

        Error codes: ``noItems`` (nothing came: with code ``timeOut``),
        ``foreignItemsDetected``, ``cashUnitError`` (box full or jammed); a payload
        comes with every code.
        """
        ...

    async def cash_in_end(self, *, timeout_s: float = 10.0) -> Completion[CashIn]:
        """Stop accepting, and tell what is in the box from this transaction."""
        ...

    async def cash_in_rollback(self, *, timeout_s: float = 10.0) -> Completion[CashIn]:
        """Return the note in escrow and stop; what is in the box stays there."""
        ...

    async def get_cash_in_status(self) -> Completion[CashIn]:
        """Tell the last transaction; ``unknown`` after a power cut in the middle."""
        ...
