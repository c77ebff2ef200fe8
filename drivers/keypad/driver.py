"""Serial keypad in plain mode, for account numbers and amounts. Never for bank PINs.

The keys are open only while an entry runs. What is pressed is personal: it is neither
logged nor kept, nor told to anybody but the caller.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from types import MappingProxyType

import anyio

from drivers.keypad.codec import key_table
from drivers.keypad.entry import Ending, Entry
from drivers.keypad.explain import KeypadExplainer
from drivers.keypad.pad import Delays, Pad
from drivers.link.deadline import Deadline
from drivers.link.endpoint import link_to
from drivers.link.health import HealthTest
from drivers.link.options import one_of, typed_options
from drivers.link.parts import parts_of
from drivers.link.pipe import Link
from drivers.link.queued import QueuedDevice
from drivers.link.serial import SerialLine
from kiosk.core.clock import Clock
from kiosk.core.device import Completion, CompletionCode, DeviceInfo, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import DeviceError
from kiosk.core.health import HealthLevel
from kiosk.core.ports import EventLog

_UNKNOWN = {"keys": "unknown", "autoBeepMode": None}
_BAUDRATES = ("1200", "2400", "4800", "9600", "19200", "38400", "57600", "115200")
_CHATTERS_MS = ("0", "10", "20", "30", "40", "50")
_SHORT_S = 10.0
_LONGEST_S = 900.0
"""An entry in which keys are pressed all the time ends after this."""

OnKey = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class KeypadOptions:
    """Settings of the driver.

    Attributes:
        keys: keys of this pad beside the usual ones, ``"23=help, 2E=clear"``.
        answers: the pad knows the command 89. Without it a dead pad is noticed only
            when nobody can type.
        chatter_ms: the same key again this soon is one press, for worn pads: 10 to
            50. On a machine that is late it may swallow a digit that was typed twice.
    """

    baudrate: int = 9600
    keys: str = ""
    answers: bool = True
    chatter_ms: int = 0


def _info(name: str) -> DeviceInfo:
    interfaces = {
        "Common": ("Status", "Capabilities", "Cancel"),
        "Keyboard": ("DataEntry", "Reset"),
    }
    return DeviceInfo(
        name,
        "keypad",
        model_name="serial keypad, plain mode",
        interfaces=MappingProxyType(interfaces),
    )


class SerialKeypad(QueuedDevice):
    """See ``kiosk.core.peripherals.KeyPad``."""

    def __init__(
        self,
        name: str,
        link: Link,
        clock: Clock,
        log: EventLog,
        options: KeypadOptions,
        delays: Delays | None = None,
    ) -> None:
        self._clock = clock
        self._delays = delays or Delays()
        table = key_table(name, options.keys)
        self._chatter_s = options.chatter_ms / 1000
        self._pad = Pad(link, clock, self._delays, table, answers=options.answers)
        super().__init__(
            *parts_of(_info(name), link, log, _UNKNOWN),
            check=self._check,
            reset=self._check,
            short_s=_SHORT_S,
            explainer=KeypadExplainer,
            settings=asdict(options),
        )

    async def data_entry(
        self,
        *,
        maximum: int = 0,
        hidden: bool = False,
        on_key: OnKey | None = None,
        timeout_s: float = 60.0,
    ) -> Completion[str]:
        body = partial(self._data_entry, maximum, _teller(on_key, hidden), timeout_s)
        return await self._queue.run(body, timeout_s=timeout_s + _LONGEST_S)

    def health_tests(self) -> tuple[HealthTest, ...]:
        return (
            *super().health_tests(),
            HealthTest("keys", HealthLevel.INTERACTIVE, self._one_digit),
        )

    async def _one_digit(self) -> Completion[str]:
        return await self.data_entry(
            maximum=1, hidden=True, timeout_s=self._delays.person_s
        )

    async def _data_entry(
        self, maximum: int, tell: OnKey, timeout_s: float
    ) -> Completion[str]:
        try:
            await self._connection.ensure()
            await self._pad.enquire()
            if await self._is_stuck():
                return self._stuck()
            self._status.update(DeviceState.ONLINE, keys="ok")
            entry = Entry(maximum, self._chatter_s)
            return await self._with_keys_open(entry, tell, timeout_s)
        except DeviceError as error:
            return self._connection.failed(error)

    async def _with_keys_open(
        self, entry: Entry, tell: OnKey, timeout_s: float
    ) -> Completion[str]:
        try:
            await self._pad.open_keys()
            return await self._collect(entry, tell, timeout_s)
        finally:
            if self._pad.is_there:
                with anyio.CancelScope(shield=True):
                    await self._close_keys()

    async def _close_keys(self) -> None:
        """Close the keys; what was typed stands, whatever becomes of this."""
        try:
            await self._pad.close_keys()
        except DeviceError:
            # The next command finds out by itself how the pad is.
            self._counters.add("keysLeftOpen")

    async def _collect(
        self, entry: Entry, tell: OnKey, timeout_s: float
    ) -> Completion[str]:
        listening = self._pad.listening()
        deadline = Deadline(self._clock, timeout_s)
        over = False
        while not over:
            # What was pressed in time counts, however late it is by now.
            over = deadline.passed
            for key in await listening.keys(deadline):
                over = False
                deadline = Deadline(self._clock, timeout_s)
                counts, ending = entry.press(key, self._clock.monotonic())
                if counts:
                    tell(key)
                if ending is not None:
                    return self._ended(entry, ending)
        return Completion(CompletionCode.COMMAND_ERROR, "entryTimeout")

    def _ended(self, entry: Entry, ending: Ending) -> Completion[str]:
        if ending is Ending.CANCEL:
            return Completion(CompletionCode.CANCELED)
        if ending is Ending.STUCK:
            self._counters.add("stuckKeys")
            return self._stuck()
        return Completion(CompletionCode.SUCCESS, payload=entry.digits)

    def _stuck(self) -> Completion[str]:
        self._status.update(DeviceState.HARDWARE_ERROR, "stuck", keys="stuck")
        description = "a key stays pressed"
        return Completion(CompletionCode.COMMAND_ERROR, "keyInvalid", description)

    async def _check(self) -> Completion[None]:
        """Ask the pad whether it is there, and look whether a key is stuck."""
        try:
            await self._connection.ensure()
            await self._pad.enquire()
            stuck = await self._is_stuck()
            await self._pad.close_keys()
        except DeviceError as error:
            return self._connection.failed(error)
        if stuck:
            self._status.update(DeviceState.HARDWARE_ERROR, "stuck", keys="stuck")
            return Completion(CompletionCode.HARDWARE_ERROR, description="stuck key")
        self._status.update(DeviceState.ONLINE, keys="ok")
        return Completion(CompletionCode.SUCCESS)

    async def _is_stuck(self) -> bool:
        """Listen to a pad that had a key stuck, before anything else."""
        return self.status.detail["keys"] == "stuck" and await self._pad.is_stuck()


def _teller(on_key: OnKey | None, hidden: bool) -> OnKey:
    def tell(key: str) -> None:
        if on_key is not None:
            on_key("digit" if hidden and key.isdigit() else key)

    return tell


def create(spec: DriverSpec) -> SerialKeypad:
    """Make the driver; nothing is opened.

    Raises:
        SettingsError: an option that is not known, or of no use.
    """
    options = typed_options(KeypadOptions, spec)
    one_of(spec.name, "baudrate", str(options.baudrate), _BAUDRATES)
    one_of(spec.name, "chatter_ms", str(options.chatter_ms), _CHATTERS_MS)
    line = SerialLine(baudrate=options.baudrate)
    link = link_to(spec.endpoint, line, spec.clock)
    return SerialKeypad(spec.name, link, spec.clock, spec.log, options)
