"""PC/SC: endpoints, what each return code means, calls that do not come back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import entry_points
from typing import Any

import anyio
import pytest
from smartcard import scard

from drivers.link.call_thread import CallThread
from drivers.link.card import CardMute, CardProtocolUnknown, CardRemoved
from drivers.link.pcsc import SETTLE_S, SLICE_S, PcscReader
from drivers.link.pcsc_calls import PcscCalls, parse_endpoint
from drivers.link.pcsc_errors import pcsc_error
from kiosk.core.clock import SystemClock
from kiosk.core.device import CompletionCode, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import (
    DeviceBusy,
    DeviceFault,
    DeviceMissing,
    DeviceTimeout,
    SettingsError,
)


@pytest.mark.parametrize(
    ("endpoint", "parts"),
    [
        ("pcsc:", ("", "")),
        ("pcsc:ACS ACR39U", ("ACS ACR39U", "")),
        ("pcsc:Virtual PCD 00 00?socket=/tmp/x", ("Virtual PCD 00 00", "/tmp/x")),
    ],
)
def test_an_endpoint_names_reader_and_socket(
    endpoint: str, parts: tuple[str, str]
) -> None:
    assert parse_endpoint(endpoint) == parts


@pytest.mark.parametrize(
    "endpoint", ["", "/dev/ttyS1", "pcsc:R?socket=", "pcsc:R?socket=x"]
)
def test_another_endpoint_is_a_settings_error(endpoint: str) -> None:
    with pytest.raises(SettingsError):
        PcscReader(endpoint, SystemClock())


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (0x8010001D, DeviceMissing),
        (0x8010001E, DeviceMissing),
        (0x80100009, DeviceMissing),
        (0x80100017, DeviceMissing),
        (0x80100013, DeviceMissing),
        (0x8010000B, DeviceBusy),
        (0x8010000C, CardRemoved),
        (0x80100069, CardRemoved),
        (0x80100068, CardRemoved),
        (0x80100066, CardMute),
        (0x80100067, CardMute),
        (0x80100016, CardMute),
        (0x8010000F, CardProtocolUnknown),
        (0x80100001, DeviceFault),
        (-2146435043, DeviceMissing),
    ],
)
def test_every_return_code_has_its_error(code: int, kind: type[Exception]) -> None:
    error = pcsc_error(code, "test")
    assert type(error) is kind
    assert str(error).startswith("test: ")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("ACS 00 00", "ACS 00 00"), ("Iden", "Identive 01 00"), ("ACS 00", "ACS 00 00")],
)
def test_a_reader_is_found_by_name_or_by_how_it_begins(wanted: str, found: str) -> None:
    calls = PcscCalls(wanted, "")
    assert calls._find(["ACS 00 00", "Identive 01 00"]) == found


@pytest.mark.parametrize(("wanted", "why"), [("", "several"), ("Omni", "no reader")])
def test_what_is_there_is_said_where_none_or_several_fit(wanted: str, why: str) -> None:
    with pytest.raises(DeviceMissing, match=f"{why}.*ACS 00 00, ACS 01 00"):
        PcscCalls(wanted, "")._find(["ACS 00 00", "ACS 01 00"])


async def test_a_call_gives_its_result_or_its_error() -> None:
    thread = CallThread("test")
    assert await thread.call(lambda: 24, timeout_s=5) == 24

    def fails() -> int:
        raise DeviceMissing("gone")

    with pytest.raises(DeviceMissing, match="gone"):
        await thread.call(fails, timeout_s=5)
    thread.leave(lambda: None)


async def test_a_call_that_does_not_come_back_is_left_behind() -> None:
    thread, hold, left = CallThread("test"), threading.Event(), threading.Event()
    with pytest.raises(DeviceTimeout, match="does not come back"):
        await thread.call(hold.wait, timeout_s=0.05)
    thread.leave(left.set)
    hold.set()
    assert await anyio.to_thread.run_sync(left.wait, 5)


def made(endpoint: str, **options: Any) -> Any:
    (point,) = entry_points(group="kiosk.drivers", name="smartcard.pcsc")
    log = lambda event, /, **facts: None  # noqa: E731
    return point.load()(DriverSpec("chip-card", endpoint, SystemClock(), log, options))


async def test_making_the_driver_opens_nothing_and_no_service_is_a_completion(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code = scard.SCARD_E_NO_SERVICE
    monkeypatch.setattr(scard, "SCardEstablishContext", lambda scope: (code, 0))
    device = made("pcsc:")
    assert device.status.state is DeviceState.STARTING
    completion = await device.open()
    assert completion.code is CompletionCode.CONNECTION_LOST
    assert device.status.state is DeviceState.NO_DEVICE
    await device.close()
    await device.close()


async def test_two_services_in_one_process_are_a_completion_that_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", "/run/one.sock")
    device = made("pcsc:?socket=/run/two.sock")
    completion = await device.open()
    assert completion.code is CompletionCode.HARDWARE_ERROR
    assert completion.description == "this process reaches pcscd at /run/one.sock"
    assert device.status.state is DeviceState.HARDWARE_ERROR
    await device.close()


async def test_an_opening_that_is_cancelled_leaves_no_context_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, answer, released = threading.Event(), threading.Event(), threading.Event()

    def establish(_scope: int) -> tuple[int, int]:
        asked.set()
        answer.wait(5)
        return scard.SCARD_S_SUCCESS, 7

    monkeypatch.setattr(scard, "SCardEstablishContext", establish)
    monkeypatch.setattr(
        scard, "SCardListReaders", lambda *_: (scard.SCARD_S_SUCCESS, ["R"])
    )
    monkeypatch.setattr(scard, "SCardReleaseContext", lambda _context: released.set())
    reader = PcscReader("pcsc:R", SystemClock())
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(reader.open)
        assert await anyio.to_thread.run_sync(asked.wait, 5)
        tasks.cancel_scope.cancel()
    assert not reader.is_open
    answer.set()
    assert await anyio.to_thread.run_sync(released.wait, 5)
    await reader.close()


@pytest.mark.parametrize(
    "options", [{"applications": "transit"}, {"applications": ""}, {"colour": "red"}]
)
def test_a_wrong_option_is_a_settings_error(options: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        made("pcsc:", **options)


@pytest.mark.parametrize(
    "state", [scard.SCARD_STATE_UNKNOWN, scard.SCARD_STATE_UNAVAILABLE]
)
def test_a_reader_pulled_from_a_service_that_goes_on_is_missing(
    monkeypatch: pytest.MonkeyPatch, state: int
) -> None:
    changed = state | scard.SCARD_STATE_CHANGED
    calls = PcscCalls("ACS", "")
    monkeypatch.setattr(scard, "SCardEstablishContext", lambda scope: (0, 7))
    monkeypatch.setattr(scard, "SCardListReaders", lambda *_: (0, ["ACS 00 00"]))
    monkeypatch.setattr(scard, "SCardReleaseContext", lambda context: 0)
    monkeypatch.setattr(
        scard, "SCardGetStatusChange", lambda *_: (0, [("ACS 00 00", changed, [])])
    )
    assert calls.establish() == "ACS 00 00"
    with pytest.raises(DeviceMissing, match="READER_UNAVAILABLE"):
        calls.look()
    with pytest.raises(DeviceMissing, match="not connected"):
        calls.look()


PRESENT, EMPTY = scard.SCARD_STATE_PRESENT, scard.SCARD_STATE_EMPTY
STALL_S = 5.0


class SlotOfPcscd:
    """What pcscd knows of a slot whose card has answered nothing; it keeps the time.

    Args:
        pulled: when pcscd looks at the reader and finds it empty, in seconds of its
            own running; ``None`` = never.
        stalls: the machine stands still in the first wait, pcscd as well.
    """

    def __init__(self, pulled: float | None, *, stalls: bool) -> None:
        self._pulled = pulled
        self._stall_s = STALL_S if stalls else 0.0
        self._ran_s = 0.0
        self.time = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 21, tzinfo=UTC)

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds

    @property
    def _state(self) -> int:
        out = self._pulled is not None and self._ran_s >= self._pulled
        return EMPTY if out else PRESENT

    def status_change(
        self, _context: int, wait_ms: int, states: list[tuple[str, int]]
    ) -> tuple[int, list[tuple[str, int, list[int]]]]:
        """Stand in for ``SCardGetStatusChange``."""
        ((name, before),) = states
        if before == self._state:
            # Some of a wait is always lost to calling.
            self._ran_s += wait_ms / 1000
            self.time += wait_ms / 1000 + 0.001 + self._stall_s
            self._stall_s = 0.0
        if before == self._state:
            return scard.SCARD_E_TIMEOUT, []
        return scard.SCARD_S_SUCCESS, [(name, self._state, [])]


@pytest.fixture
def mute_in(
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[SlotOfPcscd], PcscReader]:
    """Return a reader in whose slot a card gives no answer to reset."""

    def reader_at(slot: SlotOfPcscd) -> PcscReader:
        monkeypatch.setattr(scard, "SCardEstablishContext", lambda scope: (0, 7))
        monkeypatch.setattr(scard, "SCardListReaders", lambda *_: (0, ["R"]))
        monkeypatch.setattr(scard, "SCardReleaseContext", lambda context: 0)
        mute = scard.SCARD_W_UNRESPONSIVE_CARD
        monkeypatch.setattr(scard, "SCardConnect", lambda *_: (mute, 0, 0))
        monkeypatch.setattr(scard, "SCardGetStatusChange", slot.status_change)
        return PcscReader("pcsc:R", slot)

    return reader_at


@pytest.mark.parametrize("stalls", [False, True])
@pytest.mark.parametrize(
    ("pulled", "word"), [(None, CardMute), (0.0, CardRemoved), (0.4, CardRemoved)]
)
async def test_a_mute_card_is_called_gone_or_mute_once_pcscd_has_looked_again(
    mute_in: Callable[[SlotOfPcscd], PcscReader],
    pulled: float | None,
    word: type[Exception],
    stalls: bool,
) -> None:
    slot = SlotOfPcscd(pulled, stalls=stalls)
    reader = mute_in(slot)
    await reader.open()
    with pytest.raises(word):
        await reader.power_on()
    await reader.close()
    assert slot.time <= SETTLE_S + SLICE_S + (STALL_S if stalls else 0.0)
