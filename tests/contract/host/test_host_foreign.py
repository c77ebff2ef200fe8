"""A client that knows the standard, and nothing of this kiosk: payload by payload.

What is sent and expected here is written from the standard's message classes, not from
this host's code.
"""

from __future__ import annotations

import base64
import io
import re
from importlib.metadata import version
from typing import Any

import pypdfium2
import pytest

from kiosk.core.device import Completion, CompletionCode, DeviceState
from kiosk.core.media import Barcode, PdfDocument
from kiosk.core.peripherals import Light
from tests.contract.host.bench import NAMES, Bench, Raw
from tests.contract.host.puppet import YIELDS
from tests.contract.host.standard import strange

ODD = b"\xff\xfe\xfb"
"""In base64 it has both characters in which the two alphabets differ."""
PATIENCE_S = 40
"""A document is counted by another process."""
STANDARD = re.compile(r"^([a-zA-Z0-9+/]{4})*([a-zA-Z0-9+/]{2}([a-zA-Z0-9+/]|=)=)?$")
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight")
KEYS = (*DIGITS, "nine", "clear", "backspace")
ENTRY = {key: {"terminate": False} for key in KEYS} | {
    key: {"terminate": True} for key in ("enter", "cancel")
}


def pdf(pages: int) -> bytes:
    with pypdfium2.PdfDocument.new() as document:
        for _ in range(pages):
            document.new_page(595, 842)
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()


async def ask(bench: Bench, device: str, name: str, payload: Any) -> Any:
    async with bench.raw(device) as socket:
        return await Raw(socket, PATIENCE_S).ask(name, payload)


# -- codes and cards -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "said"),
    [
        ("qrCode", {"symbology": "qrCode"}),
        ("hanXin", {"symbology": "symbologyUnknown", "symbologyName": "hanXin"}),
        ("unknown", {"symbology": "symbologyUnknown"}),
    ],
)
async def test_a_code_is_read_with_the_symbologies_of_the_standard(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, ours: str, said: dict[str, str]
) -> None:
    monkeypatch.setitem(YIELDS, "BarcodeReader.Read", Barcode(ODD, ours))
    wanted = {"symbologies": {"qrCode": True}}
    answer = await ask(bench, "scanner", "BarcodeReader.Read", wanted)
    (code,) = answer["readOutput"]
    assert code == {**said, "barcodeData": "//77"}
    assert STANDARD.match(code["barcodeData"])
    scanner = await bench.device("scanner")
    assert (await scanner.read()).payload == Barcode(ODD, ours)


async def test_a_chip_is_powered_and_spoken_to(bench: Bench) -> None:
    answer = await ask(bench, "chip-card", "CardReader.ChipPower", {"chipPower": "off"})
    assert base64.b64decode(answer["chipData"]) == YIELDS["CardReader.ChipPower"]
    asked = {"chipProtocol": "chipProtocolNotRequired", "chipData": "//77"}
    answer = await ask(bench, "chip-card", "CardReader.ChipIO", asked)
    assert answer["chipProtocol"] == "chipProtocolNotRequired"
    assert base64.b64decode(answer["chipData"]) == YIELDS["CardReader.ChipIO"]
    calls = bench.puppets["chip-card"].calls
    assert [named for _, _, named in calls] == [
        {"action": "off", "timeout_s": 10.0},
        {"command": ODD, "timeout_s": 10.0},
    ]


async def test_a_chip_that_says_nothing_is_null_on_the_wire_and_empty_at_the_port(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(YIELDS, "CardReader.ChipPower", b"")
    answer = await ask(bench, "chip-card", "CardReader.ChipPower", {"chipPower": "off"})
    assert answer["chipData"] is None
    reader = await bench.device("chip-card")
    assert (await reader.chip_power("off")).payload == b""


async def test_a_protocol_that_cannot_be_forced_is_refused_with_the_standards_word(
    bench: Bench,
) -> None:
    asked = {"chipProtocol": "chipT0", "chipData": "AKQEAAA="}
    answer = await ask(bench, "chip-card", "CardReader.ChipIO", asked)
    assert answer["completionCode"] == "commandErrorCode"
    assert answer["errorCode"] == "protocolNotSupported"
    assert bench.puppets["chip-card"].calls == []


# -- keys and lights -------------------------------------------------------------------


async def test_keys_are_entered_and_told_in_words(bench: Bench) -> None:
    asked = {"maxLen": 4, "autoEnd": True, "activeKeys": ENTRY}
    async with bench.raw("keypad") as socket:
        raw = Raw(socket)
        await raw.send("Keyboard.DataEntry", asked)
        event = await raw.next("event")
        answer = (await raw.next("completion"))["payload"]
    assert event["header"]["name"] == "Keyboard.KeyEvent"
    assert event["payload"] == {"completion": "continue", "digit": "five"}
    assert (answer["keys"], answer["completion"]) == (4, "auto")
    told = [key["digit"] for key in answer["pinKeys"]]
    assert told == ["zero", "one", "two", "three"]


async def test_an_entry_without_a_limit_ends_with_enter(bench: Bench) -> None:
    answer = await ask(bench, "keypad", "Keyboard.DataEntry", {"maxLen": 0})
    assert (answer["keys"], answer["completion"]) == (4, "enter")


async def test_the_cancel_key_ends_an_entry_as_any_key_that_does(bench: Bench) -> None:
    keypad = bench.puppets["keypad"]

    async def pressed(**_named: Any) -> Completion[str]:
        return Completion(CompletionCode.CANCELED)

    keypad.data_entry = pressed  # type: ignore[attr-defined]
    answer = await ask(bench, "keypad", "Keyboard.DataEntry", {"maxLen": 0})
    assert (answer["completionCode"], answer["errorCode"]) == ("success", None)
    assert answer["completion"] == "cancel"
    assert (answer["keys"], answer["pinKeys"]) == (0, [])
    hosted = await (await bench.device("keypad")).data_entry()
    assert (hosted.code, hosted.payload) == (CompletionCode.CANCELED, None)


async def test_a_cancelled_entry_is_canceled(bench: Bench) -> None:
    keypad = bench.puppets["keypad"]
    keypad.patient = True
    async with bench.raw("keypad") as socket:
        raw = Raw(socket)
        await raw.send("Keyboard.DataEntry", {"maxLen": 0})
        await keypad.began.wait()
        await raw.send("Common.Cancel", {})
        said = [(await raw.next("completion")) for _ in range(2)]
    (entry,) = (each for each in said if each["header"]["name"] != "Common.Cancel")
    assert entry["payload"]["completionCode"] == "canceled"
    assert entry["payload"]["completion"] is None


async def test_an_entry_that_nobody_makes_is_a_time_out(bench: Bench) -> None:
    async def waited(**_named: Any) -> Completion[str]:
        return Completion(CompletionCode.COMMAND_ERROR, "entryTimeout")

    bench.puppets["keypad"].data_entry = waited  # type: ignore[attr-defined]
    answer = await ask(bench, "keypad", "Keyboard.DataEntry", {"maxLen": 0})
    assert (answer["completionCode"], answer["errorCode"]) == ("timeOut", None)
    hosted = await (await bench.device("keypad")).data_entry()
    assert hosted.code is CompletionCode.COMMAND_ERROR
    assert hosted.error_code == "entryTimeout"


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"maxLen": 4, "autoEnd": False}, None),
        ({"maxLen": "4"}, None),
        ({"activeKeys": []}, None),
        ({"activeKeys": {"one": {}, "enter": {"terminate": True}}}, "keyNotSupported"),
        ({"activeKeys": {**ENTRY, "fdk01": {}}}, "keyNotSupported"),
        ({"activeKeys": {**ENTRY, "clear": {"terminate": True}}}, "keyNotSupported"),
    ],
)
async def test_what_the_keypad_would_not_keep_to_is_refused(
    bench: Bench, asked: dict[str, Any], error: str | None
) -> None:
    answer = await ask(bench, "keypad", "Keyboard.DataEntry", asked)
    assert answer["errorCode"] == error
    assert answer["completionCode"] == ("commandErrorCode" if error else "invalidData")
    assert answer["errorDescription"]
    assert bench.puppets["keypad"].calls == []


@pytest.mark.parametrize("spelt", ["colour", "color"])
async def test_a_light_is_set_under_its_name(bench: Bench, spelt: str) -> None:
    light = {"flashRate": "slow", spelt: "green", "direction": None}
    asked = {"cardReader": light, "scanner": None}
    answer = await ask(bench, "auxiliaries", "Lights.SetLight", asked)
    assert answer["completionCode"] == "success"
    ((_, _, named),) = bench.puppets["auxiliaries"].calls
    assert (named["position"], named["light"]) == ("cardReader", Light("slow", "green"))


async def test_a_light_is_set_in_the_form_of_later_versions(bench: Bench) -> None:
    light = {"flashRate": "slow", "color": "green", "direction": None}
    asked = {"cardReader": {"extDefault": light}, "scanner": None}
    answer = await ask(bench, "auxiliaries", "Lights.SetLight", asked)
    assert answer["completionCode"] == "success"
    ((_, _, named),) = bench.puppets["auxiliaries"].calls
    assert (named["position"], named["light"]) == ("cardReader", Light("slow", "green"))


async def test_lights_are_set_in_order_until_one_fails(bench: Bench) -> None:
    puppet = bench.puppets["auxiliaries"]
    off = {"flashRate": "off"}
    asked = {"cardReader": off, "scanner": {"extDefault": off}, "pinPad": off}
    answer = await ask(bench, "auxiliaries", "Lights.SetLight", asked)
    assert answer["completionCode"] == "success"
    assert [named["position"] for _, _, named in puppet.calls] == list(asked)
    puppet.calls.clear()
    puppet.refuse("set_light")
    answer = await ask(bench, "auxiliaries", "Lights.SetLight", asked)
    assert answer["completionCode"] == "hardwareError"
    assert [named["position"] for _, _, named in puppet.calls] == ["cardReader"]


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({}, None),
        ({"cardReader": None}, None),
        ({"cardReader": {"flashRate": "off", "direction": "entry"}}, None),
        ({"cardReader": {"colour": "red"}}, None),
        ({"cardReader": "off"}, None),
        ({"cardReader": {}}, None),
        ({"scanner": {"flashRate": "off"}, "cardReader": {"colour": "red"}}, None),
        ({"cardReader": {"extDefault": {"colour": "red"}}}, None),
        ({"cardReader": {"left": {"flashRate": "off"}}}, "invalidLight"),
        ({"cardReader": {"flashRate": "off", "position": "left"}}, "invalidLight"),
        (
            {"cardReader": {"extDefault": {"flashRate": "off"}, "left": {}}},
            "invalidLight",
        ),
    ],
)
async def test_a_light_that_cannot_be_set_so_is_refused_and_no_other_set(
    bench: Bench, asked: dict[str, Any], error: str | None
) -> None:
    answer = await ask(bench, "auxiliaries", "Lights.SetLight", asked)
    assert answer["errorCode"] == error
    assert answer["completionCode"] == ("commandErrorCode" if error else "invalidData")
    assert bench.puppets["auxiliaries"].calls == []


# -- paper -----------------------------------------------------------------------------


async def test_a_document_alone_is_counted_and_printed(bench: Bench) -> None:
    content = pdf(3)
    asked = {
        "data": base64.b64encode(content).decode(),
        "mediaControl": {"eject": True, "cut": False},
        "paperSource": "any",
    }
    answer = await ask(bench, "printer", "Printer.PrintNative", asked)
    assert answer["completionCode"] == "success", answer
    assert answer["extOutcome"]["settled"] == "presented"
    printed = bench.puppets["printer"].calls[-1][2]["document"]
    assert isinstance(printed, PdfDocument)
    assert (printed.content, printed.pages) == (content, 3)
    assert re.fullmatch("[0-9a-f]{64}", printed.digest)


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({}, None),
        ({"data": None}, None),
        ({"data": base64.b64encode(b"no document").decode()}, None),
        ({"data": "***"}, None),
        ({"data": "", "mediaControl": {"stamp": True}}, None),
        ({"data": "JVBE", "extPages": 1, "extDigest": "", "paperSource": "aux"}, 1),
    ],
)
async def test_what_cannot_be_printed_is_refused_and_not_printed(
    bench: Bench, asked: dict[str, Any], error: int | None
) -> None:
    answer = await ask(bench, "printer", "Printer.PrintNative", asked)
    assert answer["errorCode"] == ("sourceInvalid" if error else None)
    assert answer["completionCode"] == ("commandErrorCode" if error else "invalidData")
    assert answer["extOutcome"] == {"settled": "notPrinted", "sheets": 0}
    assert "print_native" not in [call[0] for call in bench.puppets["printer"].calls]


# -- envelope, status and capabilities -------------------------------------------------


async def test_a_time_out_in_the_payload_is_that_of_the_first_edition(
    bench: Bench,
) -> None:
    answer = await ask(bench, "scanner", "BarcodeReader.Read", {"timeout": 4000})
    assert answer["completionCode"] == "success"
    assert bench.puppets["scanner"].calls[-1][2]["timeout_s"] == 4.0


@pytest.mark.parametrize("device", NAMES)
async def test_every_service_says_what_it_is_and_how_it_is(
    bench: Bench, device: str
) -> None:
    said = await ask(bench, device, "Common.Capabilities", None)
    assert strange("capabilities", said) == []
    assert said["common"]["serviceVersion"] == version("kiosk24")
    for each in (*said["interfaces"], *said.get("extInterfaces", ())):
        for name in (*each["commands"], *(each["events"] or ())):
            assert name.startswith(f"{each['name']}.")
    status = await ask(bench, device, "Common.Status", None)
    assert strange("status", status) == []


@pytest.mark.parametrize("asked", [{"maxLen": 0}, {"maxLen": "4"}, {"activeKeys": {}}])
async def test_a_header_says_how_a_command_ended_as_later_editions_have_it(
    bench: Bench, asked: dict[str, Any]
) -> None:
    async with bench.raw("keypad") as socket:
        raw = Raw(socket)
        await raw.send("Keyboard.DataEntry", asked)
        message = await raw.next("completion")
    for key in ("completionCode", "errorDescription"):
        assert message["header"][key] == message["payload"][key]


async def test_a_change_of_the_status_has_the_form_of_the_status(bench: Bench) -> None:
    cell = bench.puppets["power"].cell
    async with bench.raw("power") as socket:
        raw = Raw(socket)
        await raw.ask("Common.Status")
        cell.update(DeviceState.ONLINE, powerInStatus="noPower", charge=80)
        payload = (await raw.next("unsolicited"))["payload"]
    assert strange("status", payload) == []
    assert payload["powerManagement"]["info"] == {"powerInStatus": "noPower"}
    assert payload["powerManagement"]["extCharge"] == 80
    power = await bench.device("power")
    assert power.status.detail["powerInStatus"] == "noPower"
    assert power.status.detail["charge"] == 80


@pytest.mark.parametrize("device", NAMES)
async def test_what_is_listed_is_served(bench: Bench, device: str) -> None:
    kind = bench.puppets[device].capability
    async with bench.raw(device) as socket:
        raw = Raw(socket)
        answer = await raw.ask("Common.Capabilities")
        listed = {
            command
            for each in (*answer["interfaces"], *answer.get("extInterfaces", ()))
            for command in each["commands"]
        }
        assert set(kind.every) <= listed
        for name in listed - set(kind.every) - {"Common.ExtTrace"}:
            said = await raw.ask(name)
            assert said["completionCode"] != "unsupportedCommand", name
        assert (await raw.ask("CashAcceptor.CashIn"))["completionCode"] == (
            "unsupportedCommand"
        )
        assert (await raw.ask("CardReader.ReadRawData"))["completionCode"] == (
            "unsupportedCommand"
        )


async def test_what_a_driver_does_not_have_is_not_listed(bench: Bench) -> None:
    del bench.puppets["chip-card"].chip_io  # type: ignore[attr-defined]
    answer = await ask(bench, "chip-card", "Common.Capabilities", None)
    listed = {each["name"]: set(each["commands"]) for each in answer["interfaces"]}
    assert "CardReader.ChipIO" not in listed["CardReader"]
    assert answer["cardReader"]["chipProtocols"] is None
    answer = await ask(bench, "chip-card", "CardReader.ChipIO", {"chipData": "AAAA"})
    assert answer["completionCode"] == "unsupportedCommand"
