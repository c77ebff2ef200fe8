"""Resident ID card module over a serial line (SAM_V protocol).

Models known to speak it are listed in ``manifest.toml``. The picture block is passed
on as it came: its format (WLT) has no open decoder. Where the operator has a vendor's
library, the decoded picture is passed on too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from drivers.idcard.codec import Command, module_number
from drivers.idcard.explain import SamExplainer
from drivers.idcard.module import Delays, SamModule
from drivers.idcard.outcome import BROKEN_MODULE, INVALID_MEDIA, SAM_ERROR, refusal
from drivers.idcard.portrait import PictureLibrary, PortraitMaker
from drivers.idcard.reading import DocumentReading, Wanted
from drivers.link.deadline import Deadline
from drivers.link.endpoint import link_to
from drivers.link.health import HealthTest
from drivers.link.options import one_of, typed_options
from drivers.link.parts import parts_of
from drivers.link.pipe import Link
from drivers.link.queued import QueuedDevice
from drivers.link.serial import SerialLine
from kiosk.core.clock import Clock
from kiosk.core.device import (
    Completion,
    CompletionCode,
    DeviceInfo,
    DeviceState,
)
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import DeviceError
from kiosk.core.health import HealthLevel
from kiosk.core.people import IdDocument
from kiosk.core.ports import EventLog, MediaPresence

_UNKNOWN = {"media": "unknown", "samModule": "unknown"}
_BAUDRATES = ("115200", "57600", "38400", "19200", "9600")
_SHORT_S = 20.0
"""Last resort for commands that wait for nobody: a few answers, each with its limit."""


@dataclass(frozen=True, slots=True)
class SamOptions:
    """Settings of the driver.

    Attributes:
        baudrate: speed that the module is set to.
        later_address: read the address that was entered after the card was issued.
        fingerprints: read the fingerprint blocks too; nobody here understands them.
        wlt_library: path of a vendor's library that decodes the picture block; none
            comes with the kiosk.
        wlt_symbol, wlt_arguments, wlt_good_return: how it is called, see
            ``drivers.idcard.portrait``.
    """

    baudrate: int = 115200
    later_address: bool = False
    fingerprints: bool = False
    wlt_library: str = ""
    wlt_symbol: str = "unpack"
    wlt_arguments: str = "source,target,0"
    wlt_good_return: int = 1

    @property
    def library(self) -> PictureLibrary | None:
        """The picture library, if one is named."""
        if not self.wlt_library:
            return None
        return PictureLibrary(
            Path(self.wlt_library),
            self.wlt_symbol,
            self.wlt_arguments,
            self.wlt_good_return,
        )


class SamIdCardReader(QueuedDevice):
    """Resident ID card reader; see ``kiosk.core.ports.IdCardReader``."""

    def __init__(
        self,
        name: str,
        link: Link,
        clock: Clock,
        log: EventLog,
        options: SamOptions,
        delays: Delays | None = None,
    ) -> None:
        delays = delays or Delays()
        self._clock = clock
        self._module = SamModule(link, clock, delays)
        quiet = frozenset({"media"})
        info = DeviceInfo(
            name,
            "idcard",
            model_name="SAM_V module",
            interfaces=MappingProxyType(
                {
                    "Common": ("Status", "Capabilities", "Cancel"),
                    "ExtIdCard": ("Read", "GetMedia", "Reset"),
                }
            ),
        )
        super().__init__(
            *parts_of(info, link, log, _UNKNOWN, self._set_up, quiet=quiet),
            check=self._check,
            reset=self._reset,
            short_s=_SHORT_S,
            explainer=SamExplainer,
            settings=asdict(options),
        )
        wanted = Wanted(options.later_address, options.fingerprints)
        self._reading = DocumentReading(self._module, clock, delays, self._seen, wanted)
        self._portraits = PortraitMaker(name, options.library, log, delays.portrait_s)
        self._health_s = delays.health_s
        self._state = "not asked"

    async def read(
        self, *, photo: bool = True, timeout_s: float = 30.0
    ) -> Completion[IdDocument]:
        return await self._queue.run(
            partial(self._read, photo, timeout_s), timeout_s=timeout_s + _SHORT_S
        )

    def health_tests(self) -> Sequence[HealthTest]:
        return (
            *super().health_tests(),
            HealthTest("samModule", HealthLevel.INTERNAL, self._module_answers),
            HealthTest("restart", HealthLevel.EXTERNAL, self.reset),
            HealthTest("document", HealthLevel.INTERACTIVE, self._document_comes),
        )

    def diagnostics(self) -> Mapping[str, object]:
        return {
            **super().diagnostics(),
            "samModule": {"number": self._info.serial_number, "status": self._state},
            "portraits": self._portraits.last,
        }

    async def media(self) -> MediaPresence:
        if self._queue.busy:
            return self._last_seen()
        completion = await self._queue.run(self._look, timeout_s=_SHORT_S)
        return completion.payload or "unknown"

    async def _read(self, photo: bool, timeout_s: float) -> Completion[IdDocument]:
        deadline = Deadline(self._clock, timeout_s)
        try:
            await self._connection.ensure()
            refused = await self._module_refusal()
            if refused is not None:
                return refused
            self._events.emit("PresentCardEvent")
            completion = await self._reading.read(deadline, photo=photo)
        except DeviceError as error:
            return self._connection.failed(error)
        if completion.error_code == SAM_ERROR:
            self._module_broken(completion.description)
        if completion.error_code == INVALID_MEDIA:
            self._events.emit("InvalidMediaEvent")
        if completion.payload is None:
            return completion
        self._counters.add("documents")
        document = replace(
            completion.payload,
            module_id=self._info.serial_number,
            portrait=await self._portraits.make(completion.payload.photo),
        )
        return replace(completion, payload=document)

    async def _module_answers(self) -> Completion[None]:
        """Health: the module's own state and number."""
        return await self._queue.run(self._ask_module, timeout_s=_SHORT_S)

    async def _ask_module(self) -> Completion[None]:
        try:
            await self._connection.ensure()
            refused = await self._module_refusal()
            if refused is not None:
                return refused
            await self._set_up()
        except DeviceError as error:
            return self._connection.failed(error)
        said = f"status {self._state}, number {self._info.serial_number}"
        return Completion(CompletionCode.SUCCESS, description=said)

    async def _document_comes(self) -> Completion[None]:
        """Health: somebody lays a document down, and nothing of it is read."""
        return await self._queue.run(
            self._wait_for_document, timeout_s=self._health_s + _SHORT_S
        )

    async def _wait_for_document(self) -> Completion[None]:
        try:
            await self._connection.ensure()
            return await self._reading.wait(Deadline(self._clock, self._health_s))
        except DeviceError as error:
            return self._connection.failed(error)

    async def _check(self) -> Completion[None]:
        seen = await self._look()
        return Completion(seen.code, seen.error_code, seen.description)

    async def _reset(self) -> Completion[None]:
        try:
            await self._connection.ensure()
            await self._module.ask(Command.RESET)
        except DeviceError as error:
            return self._connection.failed(error)
        seen = await self._look()
        media = f"media {seen.payload}" if seen.ok else seen.description
        return Completion(seen.code, seen.error_code, media)

    async def _look(self) -> Completion[MediaPresence]:
        """Ask the module for its own state, then for what lies on it."""
        try:
            await self._connection.ensure()
            refused = await self._module_refusal()
            if refused is not None:
                return refused
            seen = await self._reading.look()
        except DeviceError as error:
            return self._connection.failed(error)
        if seen.error_code == SAM_ERROR:
            self._module_broken(seen.description)
        return seen

    async def _set_up(self) -> None:
        answer = await self._module.ask(Command.MODULE_ID)
        if answer.good:
            number = module_number(answer.data)
            self._info = replace(self._info, serial_number=number)

    async def _module_refusal(self) -> Completion[Any] | None:
        """Ask the module for its own state; ``None`` when it is fit to search."""
        answer = await self._module.ask(Command.STATUS)
        self._state = f"{answer.sw3:02X}"
        if answer.good:
            return None
        refused = refusal(Command.STATUS, answer)
        if answer.sw3 in BROKEN_MODULE:
            self._module_broken(refused.description)
        else:
            self._status.update(DeviceState.HARDWARE_ERROR, refused.description)
        return refused

    def _module_broken(self, why: str) -> None:
        self._status.update(DeviceState.HARDWARE_ERROR, why, samModule="inoperable")

    def _last_seen(self) -> MediaPresence:
        seen = self.status.detail["media"]
        if seen == "present":
            return "present"
        return "notPresent" if seen == "notPresent" else "unknown"

    def _seen(self, presence: MediaPresence) -> None:
        """A module that can tell what lies on it is fit."""
        before = self._last_seen()
        self._status.update(DeviceState.ONLINE, media=presence, samModule="ok")
        if presence == "present" and before != "present":
            self._events.emit("MediaDetectedEvent")
        if presence == "notPresent" and before == "present":
            self._events.emit("MediaRemovedEvent")


def create(spec: DriverSpec) -> SamIdCardReader:
    """Make the driver; nothing is opened.

    Raises:
        SettingsError: an option that is not known, or of no use.
    """
    options = typed_options(SamOptions, spec)
    one_of(spec.name, "baudrate", str(options.baudrate), _BAUDRATES)
    if options.library is not None:
        options.library.check(spec.name)
    line = SerialLine(baudrate=options.baudrate)
    link = link_to(spec.endpoint, line, spec.clock)
    return SamIdCardReader(spec.name, link, spec.clock, spec.log, options)
