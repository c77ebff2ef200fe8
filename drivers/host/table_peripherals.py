"""What a device host serves of ``kiosk.core.peripherals``: the devices around them."""

from __future__ import annotations

from typing import Any, Final

from drivers.host.contract import MEDIA, Capability, Command, Told
from drivers.host.shapes import CHIP_IO, CHIP_POWER
from drivers.host.shapes_keyboard import DATA_ENTRY, KEY
from drivers.host.shapes_lights import SET_LIGHT, each_light
from kiosk.core import peripherals
from kiosk.core.peripherals import CashIn

_CASH: Final[dict[str, Any]] = {
    "lost": CashIn(status="unknown"),
    "unsent": CashIn(status="unknown"),
}

ROWS: Final = (
    Capability(
        "smartcard",
        peripherals.ChipCardReader,
        "CardReader",
        "CardReader.Reset",
        (
            Command(
                "CardReader.ExtReadCard",
                peripherals.ChipCardReader.read_raw_data,
                "card",
            ),
            Command(
                "CardReader.ChipPower",
                peripherals.ChipCardReader.chip_power,
                "chipData",
                shape=CHIP_POWER,
            ),
            Command(
                "CardReader.ChipIO",
                peripherals.ChipCardReader.chip_io,
                "chipData",
                shape=CHIP_IO,
            ),
            Command(
                "CardReader.ExtGetMedia",
                peripherals.ChipCardReader.media,
                "media",
                **MEDIA,
            ),
        ),
        events=(
            *("InsertCardEvent", "InvalidMediaEvent"),
            *("MediaInsertedEvent", "MediaRemovedEvent"),
        ),
    ),
    Capability(
        "keypad",
        peripherals.KeyPad,
        "Keyboard",
        "Keyboard.Reset",
        (
            Command(
                "Keyboard.DataEntry",
                peripherals.KeyPad.data_entry,
                "pinKeys",
                (Told("on_key", "Keyboard.KeyEvent", shape=KEY),),
                shape=DATA_ENTRY,
            ),
        ),
    ),
    Capability(
        "auxiliaries",
        peripherals.GuideLights,
        "Auxiliaries",
        "Common.ExtReset",
        (
            Command(
                "Lights.SetLight",
                peripherals.GuideLights.set_light,
                shape=SET_LIGHT,
                split=each_light,
            ),
        ),
    ),
    Capability("power", peripherals.PowerSupply, "PowerManagement", "Common.ExtReset"),
    Capability(
        "speech",
        peripherals.Speaker,
        "ExtSpeech",
        "ExtSpeech.Reset",
        (
            Command("ExtSpeech.Say", peripherals.Speaker.say),
            Command(
                "ExtSpeech.SetVolume", peripherals.Speaker.set_volume, queued=False
            ),
        ),
    ),
    Capability(
        "cash",
        peripherals.NoteAcceptor,
        "CashAcceptor",
        "CashManagement.Reset",
        (
            Command(
                "CashAcceptor.ExtCashInStart", peripherals.NoteAcceptor.cash_in_start
            ),
            Command(
                "CashAcceptor.ExtCashIn",
                peripherals.NoteAcceptor.cash_in,
                "cashIn",
                (Told("on_note", "CashAcceptor.ExtNoteEvent", "amount"),),
                **_CASH,
            ),
            Command(
                "CashAcceptor.ExtCashInEnd",
                peripherals.NoteAcceptor.cash_in_end,
                "cashIn",
                **_CASH,
            ),
            Command(
                "CashAcceptor.ExtCashInRollback",
                peripherals.NoteAcceptor.cash_in_rollback,
                "cashIn",
                **_CASH,
            ),
            Command(
                "CashAcceptor.ExtGetCashInStatus",
                peripherals.NoteAcceptor.get_cash_in_status,
                "cashIn",
                **_CASH,
            ),
        ),
    ),
)
