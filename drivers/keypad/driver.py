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

from drivers.keypad.codec import CLOSE, ENQUIRE, OPEN, KeyReader, key_table
from drivers.keypad.entry import Ending, Entry
from drivers.keypad.explain import KeypadExplainer
from drivers.link.connection import Connection
from drivers.link.deadline import Deadline
from drivers.link.endpoint import link_to
from drivers.link.events import EventFanout
from drivers.link.health import HealthTest
from drivers.link.options import one_of, typed_options
from drivers.link.pipe import Link
from drivers.link.queued import QueuedDevice
from drivers.link.serial import SerialLine
from drivers.link.status import StatusCell
from kiosk.core.clock import Clock
from kiosk.core.device import Completion, CompletionCode, DeviceInfo, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import DeviceError, DeviceTimeout
from kiosk.core.health import HealthLevel
from kiosk.core.ports import EventLog

_UNKNOWN = {"keys": "unknown", "autoBeepMode": None}
_BAUDRATES = ("1200", "2400", "4800", "9600", "19200", "38400", "57600", "115200")
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
    """

    baudrate: int = 9600
    keys: str = ""
    answers: bool = True


@dataclass(frozen=True, slots=True)
class Delays:
    """Waits of the driver, in seconds.

    Attributes:
        reply_s: longest wait for the answer to "are you there".
        idle_s: after so long without a key the pad is asked whether it still lives.
        quiet_s: no key for so long means that none is stuck.
        person_s: how long the interactive test waits for somebody.
    """

    reply_s: float = 0.5
    write_s: float = 0.5
    idle_s: float = 3.0
    quiet_s: float = 0.3
    person_s: float = 20.0


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
        self._link = link
        self._clock = clock
        self._options = options
        self._delays = delays or Delays()
        self._table = key_table(name, options.keys)
        events = EventFanout(name)
        status = StatusCell(name, log, events, _UNKNOWN)
        info = DeviceInfo(
            name,
            "keypad",
            model_name="serial keypad, plain mode",
            interfaces=MappingProxyType(
                {
                    "Common": ("Status", "Capabilities", "Cancel"),
                    "Keyboard": ("DataEntry", "Reset"),
                }
            ),
        )
        super().__init__(
            info,
            status,
            events,
            Connection(link, status, _UNKNOWN),
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
            await self._enquire()
            if await self._is_stuck():
                return self._stuck()
            self._status.update(DeviceState.ONLINE, keys="ok")
            return await self._with_keys_open(Entry(maximum), tell, timeout_s)
        except DeviceError as error:
            return self._connection.failed(error)

    async def _with_keys_open(
        self, entry: Entry, tell: OnKey, timeout_s: float
    ) -> Completion[str]:
        try:
            await self._send(OPEN)
            return await self._collect(entry, tell, timeout_s)
        finally:
            if self._link.is_open:
                with anyio.CancelScope(shield=True):
                    await self._close_keys()

    async def _close_keys(self) -> None:
        """Close the keys; what was typed stands, whatever becomes of this."""
        try:
            await self._send(CLOSE)
        except DeviceError:
            # The next command finds out by itself how the pad is.
            self._counters.add("keysLeftOpen")

    async def _collect(
        self, entry: Entry, tell: OnKey, timeout_s: float
    ) -> Completion[str]:
        reader = KeyReader(self._table)
        life = _LifeSign(self._clock, self._delays)
        deadline = Deadline(self._clock, timeout_s)
        while not deadline.passed:
            patience_s = life.left_s if self._options.answers else deadline.left_s
            data = await self._link.read(timeout_s=deadline.at_most(patience_s))
            keys = reader.feed(data)
            life.heard(len(keys), reader.answers)
            if self._options.answers and life.doubtful:
                await self._send(ENQUIRE)
                life.asked()
            for key in keys:
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
            await self._enquire()
            stuck = await self._is_stuck()
            await self._send(CLOSE)
        except DeviceError as error:
            return self._connection.failed(error)
        if stuck:
            self._status.update(DeviceState.HARDWARE_ERROR, "stuck", keys="stuck")
            return Completion(CompletionCode.HARDWARE_ERROR, description="stuck key")
        self._status.update(DeviceState.ONLINE, keys="ok")
        return Completion(CompletionCode.SUCCESS)

    async def _is_stuck(self) -> bool:
        """Open the keys of a pad that had one stuck, and listen for a moment."""
        if self.status.detail["keys"] != "stuck":
            return False
        await self._send(OPEN)
        return bool(await self._link.read(timeout_s=self._delays.quiet_s))

    async def _enquire(self) -> None:
        """Have the pad say that it is there.

        Raises:
            DeviceTimeout: it does not.
            DeviceProtocolError: something else came.
        """
        await self._link.drain()
        if not self._options.answers:
            return
        await self._send(ENQUIRE)
        reader = KeyReader(self._table)
        for left_s in Deadline(self._clock, self._delays.reply_s).looks():
            reader.feed(await self._link.read(timeout_s=left_s))
            if reader.answers:
                return
        raise DeviceTimeout("the keypad does not answer")

    async def _send(self, command: bytes) -> None:
        await self._link.write(command, timeout_s=self._delays.write_s)


class _LifeSign:
    """Knows when a pad was silent for so long that it must be asked, or is dead."""

    def __init__(self, clock: Clock, delays: Delays) -> None:
        self._clock = clock
        self._delays = delays
        self._answers = 0
        self._waiting = False
        self._patience = Deadline(clock, delays.idle_s)

    @property
    def left_s(self) -> float:
        """Seconds until something must have been heard."""
        return self._patience.left_s

    @property
    def doubtful(self) -> bool:
        """True when it is time to ask.

        Raises:
            DeviceTimeout: it was asked and did not answer: the person is not to blame.
        """
        if self._patience.passed and self._waiting:
            raise DeviceTimeout("the keypad fell silent")
        return self._patience.passed

    def heard(self, keys: int, answers: int) -> None:
        """Take note of the keys of one read, and of all answers so far."""
        if keys or answers > self._answers:
            self._answers = answers
            self._waiting = False
            self._patience = Deadline(self._clock, self._delays.idle_s)

    def asked(self) -> None:
        """The pad was asked just now."""
        self._waiting = True
        self._patience = Deadline(self._clock, self._delays.reply_s)


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
    line = SerialLine(baudrate=options.baudrate)
    link = link_to(spec.endpoint, line, spec.clock)
    return SerialKeypad(spec.name, link, spec.clock, spec.log, options)
