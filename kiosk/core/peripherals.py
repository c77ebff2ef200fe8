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
    ``extOutput`` (``ok``, ``overload``: more hangs on it than it can carry; the device
    is ``userError`` then, and ``open`` and ``reset`` have error code ``overload``),
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
        inside: a note is somewhere between slot and box, its value known or not.
    """

    notes: tuple[Fen, ...] = ()
    escrow: Fen = NOTHING
    status: Literal["active", "ok", "rollback", "reset", "unknown"] = "active"
    inside: bool = False

    @property
    def total(self) -> Fen:
        """Sum of the notes in the box."""
        return Fen(sum(self.notes))


class NoteStep(StrEnum):
    """What a row of a note book says."""

    ACCEPTING = "accepting"
    """This note is let into the box next."""
    COUNTED = "counted"
    """It is in the box; the acceptor does not know yet that this is written."""
    HEARD = "heard"
    """The acceptor was told so, and will not say it again."""
    COMPARED = "compared"
    """The acceptor's own counter was read: here the book and the box agree."""
    MISSED = "missed"
    """The box has notes that no row has, or the other way round: a case for SUSPENSE,
    which people settle by counting the box."""


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One row of a note book.

    Attributes:
        acceptor: serial number of the machine that has the note.
        value: of the note, ``NOTHING`` where nobody knows it.
        stacked: what the acceptor's own counter must show when nothing is missed;
            ``None`` = it has none.
        missed: notes in the box without a row; negative: rows without a note.
        late: told while no transaction was open here: it belongs to one that was cut
            off, before a restart of the kiosk.
        number: grows by one with each row. A write that was reported as failed may
            have come through all the same; the next row has its number and stands in
            its place.
    """

    step: NoteStep
    acceptor: str
    number: int
    value: Fen = NOTHING
    stacked: int | None = None
    missed: int = 0
    late: bool = False


class NoteBook(Protocol):
    """Durable book of one acceptor's notes, kept by whoever owes the money for them.

    The driver writes each row before it takes the step that cannot be taken back: let
    a note into the box, tell the acceptor that its note was heard of.
    """

    async def last(self) -> NoteRow | None:
        """Return the newest row, ``None`` in an empty book.

        Raises:
            StoreError: it cannot be read.
        """
        ...

    async def write(self, row: NoteRow) -> None:
        """Append a row; return when it would survive a power cut.

        A row whose number the book has already takes that row's place.

        Raises:
            StoreError: it is not written, as far as can be told.
        """
        ...


class NoteAcceptor(Device, Protocol):
    """Banknote acceptor (``CashAcceptor``). Off unless the settings name it.

    A note counts when it is in the box. A note in escrow goes back to the citizen on
    cancel, time-out and rollback; what is in the box cannot come back. Every note is
    written into the ``NoteBook`` of the ``DriverSpec``; without one none is taken.
    """

    async def cash_in_start(self, *, timeout_s: float = 10.0) -> Completion[None]:
        """Begin a transaction; nothing is accepted yet.

        Error codes: ``cashUnitError`` (box full or jammed, or the book cannot be
        written); code ``unsupportedCommand`` without a book, or with an acceptor that
        neither repeats nor counts its notes.
        """
        ...

    async def cash_in(
        self,
        most: Fen,
        *,
        on_note: Callable[[Fen], None] | None = None,
        timeout_s: float = 60.0,
    ) -> Completion[CashIn]:
        """Accept one note of at most ``most``, through escrow into the box.

        Args:
            on_note: told each note that is in the box, for the screen; what is owed
                stands in the book, and there already.

        Error codes: ``noItems`` (nothing came: with code ``timeOut``),
        ``noCashInActive`` (no ``cash_in_start`` before), ``foreignItemsDetected``,
        ``cashUnitError`` (box full or jammed, a note that stays inside, the book cannot
        be written); a payload comes with every code, and has the note that is in the
        machine however the command ended.
        """
        ...

    async def cash_in_end(self, *, timeout_s: float = 10.0) -> Completion[CashIn]:
        """Stop accepting, and tell what is in the box from this transaction.

        Error codes: ``noCashInActive``.
        """
        ...

    async def cash_in_rollback(self, *, timeout_s: float = 10.0) -> Completion[CashIn]:
        """Return the note in escrow and stop; what is in the box stays there.

        Error codes: ``noCashInActive``.
        """
        ...

    async def get_cash_in_status(self) -> Completion[CashIn]:
        """Tell the last transaction; ``unknown`` after a power cut in the middle."""
        ...
