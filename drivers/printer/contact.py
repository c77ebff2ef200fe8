"""The printer's own word: how it is, who it is, what it can do."""

from __future__ import annotations

from dataclasses import replace

from drivers.printer.condition import PRINTER_ATTRIBUTES, Condition, read_condition
from drivers.printer.identity import Abilities, read_abilities
from drivers.printer.supplies import SUPPLY_ATTRIBUTES
from drivers.printer.watch import PrinterWatch
from drivers.printer.way import Way
from kiosk.core.device import (
    USABLE_STATES,
    Completion,
    CompletionCode,
    DeviceInfo,
)
from kiosk.core.errors import DeviceError, DeviceProtocolError

_WANTED = (*PRINTER_ATTRIBUTES, *SUPPLY_ATTRIBUTES)


class Contact:
    """Asks the printer and remembers what it said.

    Attributes:
        info: identity; the model is known after the first contact.
        abilities: learnt at the last contact.
    """

    def __init__(self, way: Way, watch: PrinterWatch, info: DeviceInfo) -> None:
        self._way = way
        self._watch = watch
        self.info = info
        self.abilities = Abilities()

    async def ask(self) -> Condition:
        """Ask the printer, and record what it says.

        Raises:
            DeviceError: it cannot be asked, or the way to it is closed.
        """
        try:
            printer = await self._way.printer.printer_attributes(_WANTED)
        except DeviceProtocolError:
            # One spoilt answer is no broken printer.
            printer = await self._way.printer.printer_attributes(_WANTED)
        self.abilities = read_abilities(printer)
        self.info = self.abilities.name_in(self.info)
        condition = read_condition(printer)
        if await self._way.obstacle():
            condition = replace(condition, accepting=False)
        self._watch.notice(condition)
        return condition

    async def examine(self) -> Completion[None]:
        """Ask; a trouble that the printer names is the completion's."""
        try:
            condition = await self.ask()
            words = await self._way.obstacle()
        except DeviceError as error:
            return self._watch.failed(error)
        if condition.trouble:
            return Completion(CompletionCode.COMMAND_ERROR, condition.trouble)
        if self._watch.status.state not in USABLE_STATES:
            words = words or self._watch.status.state.value
            return Completion(CompletionCode.DEVICE_NOT_READY, None, words)
        return Completion(CompletionCode.SUCCESS)
