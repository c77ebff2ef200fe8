"""How a document is found, read and watched: find, select, read.

Many modules do not find a card again that they have read, until it is lifted; others
go on finding it. So after a read the question whether it still lies there is put to
the card itself, by asking for its management number (30 05). That this command answers
while the card lies there is an assumption: it stands in the command table, but no
public text describes its use. A module that does not know it makes the answer
``unknown`` rather than wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from drivers.idcard.codec import Command, Response, Sw3, base_blocks, finger_blocks
from drivers.idcard.module import Delays, SamModule
from drivers.idcard.outcome import (
    DOCUMENT_UNREADABLE,
    ERROR_CODES,
    INVALID_MEDIA,
    NO_MEDIA,
    SAM_ERROR,
    WORTH_ANOTHER_TRY,
    refusal,
    trouble,
)
from drivers.idcard.text_block import (
    TextBlockError,
    UnknownDocument,
    new_address,
    parse_text_block,
)
from drivers.link.deadline import Deadline
from kiosk.core.clock import Clock
from kiosk.core.device import Completion, CompletionCode
from kiosk.core.errors import DeviceProtocolError
from kiosk.core.people import IdDocument
from kiosk.core.ports import MediaPresence

_READ_TRIES = 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the chip beside text and picture.

    Attributes:
        later_address: an address entered after the card was issued.
        fingerprints: carried as they come; nobody here understands them.
    """

    later_address: bool = False
    fingerprints: bool = False

    @property
    def command(self) -> Command:
        """The command that reads it all at once."""
        return Command.READ_WITH_FINGERS if self.fingerprints else Command.READ_BASE


class DocumentReading:
    """Finds, reads and watches the document on one module.

    Args:
        on_media: told whenever it is seen whether a document lies there.
        wanted: what is asked of the chip beside text and picture.
    """

    def __init__(
        self,
        module: SamModule,
        clock: Clock,
        delays: Delays,
        on_media: Callable[[MediaPresence], None],
        wanted: Wanted,
    ) -> None:
        self._module = module
        self._clock = clock
        self._delays = delays
        self._on_media = on_media
        self._wanted = wanted
        self._was_read = False
        self._knows_management_number = True

    async def read(self, deadline: Deadline, *, photo: bool) -> Completion[IdDocument]:
        """Wait for a document until the deadline, then read it.

        Raises:
            DeviceError: the module is gone, silent or unintelligible.
        """
        failures = 0
        while True:
            refused = await self._search(deadline)
            if refused is not None:
                return refused
            answer = await self._module.ask(Command.SELECT)
            if answer.good:
                return await self._read_selected(photo)
            failures += 1
            worn_out = failures >= self._delays.select_tries
            if answer.sw3 != Sw3.SELECT_FAILED or worn_out:
                return refusal(Command.SELECT, answer)

    async def wait(self, deadline: Deadline) -> Completion[None]:
        """Wait for a document until the deadline, and read nothing of it.

        Raises:
            DeviceError: the module is gone, silent or unintelligible.
        """
        refused = await self._search(deadline)
        if refused is not None:
            return refused
        return Completion(CompletionCode.SUCCESS, description="a document was found")

    async def look(self) -> Completion[MediaPresence]:
        """Find out whether a document lies there now.

        Raises:
            DeviceError: the module is gone, silent or unintelligible.
        """
        answer = await self._look()
        if isinstance(answer, Response):
            return refusal(Command.FIND, answer)
        self._on_media(answer)
        return Completion(CompletionCode.SUCCESS, payload=answer)

    async def _search(self, deadline: Deadline) -> Completion[Any] | None:
        while True:
            answer = await self._module.ask(Command.FIND)
            if answer.sw3 == Sw3.FOUND:
                self._was_read = False
                self._on_media("present")
                return None
            if answer.sw3 != Sw3.NO_CARD:
                return refusal(Command.FIND, answer)
            if self._was_read:
                await self.look()
            else:
                self._on_media("notPresent")
            if deadline.passed:
                return Completion(CompletionCode.TIME_OUT)
            await self._clock.sleep(deadline.at_most(self._delays.poll_s))

    async def _look(self) -> MediaPresence | Response:
        if self._was_read and self._knows_management_number:
            answer = await self._module.ask(Command.READ_MANAGEMENT_NUMBER)
            if answer.sw3 in (Sw3.OK, Sw3.ABSENT):
                return "present"
            self._knows_management_number = answer.sw3 != Sw3.BAD_COMMAND
        answer = await self._module.ask(Command.FIND)
        if answer.sw3 == Sw3.FOUND:
            self._was_read = False
            return "present"
        if answer.sw3 != Sw3.NO_CARD:
            of_module = ERROR_CODES.get(answer.sw3, SAM_ERROR) == SAM_ERROR
            return answer if of_module else "unknown"
        if self._was_read and not self._knows_management_number:
            return "unknown"
        self._was_read = False
        return "notPresent"

    async def _read_selected(self, photo: bool) -> Completion[IdDocument]:
        refused: Completion[Any] = trouble(DOCUMENT_UNREADABLE, "not read")
        command = self._wanted.command
        for _ in range(_READ_TRIES):
            answer = await self._ask_card(command)
            if answer.good:
                return await self._document(answer, photo)
            refused = refusal(command, answer)
            if answer.sw3 not in WORTH_ANOTHER_TRY:
                break
            if not await self._still_there():
                return trouble(NO_MEDIA, "lifted while it was read")
            selected = await self._module.ask(Command.SELECT)
            if not selected.good:
                return refusal(Command.SELECT, selected)
        return refused

    async def _ask_card(self, command: Command) -> Response:
        """Ask for the card's data; an answer that breaks off is a failed read."""
        try:
            return await self._module.ask(command)
        except DeviceProtocolError:
            return Response(0, 0, Sw3.READ_FAILED)

    async def _still_there(self) -> bool:
        answer = await self._module.ask(Command.FIND)
        there = answer.sw3 == Sw3.FOUND
        self._on_media("present" if there else "notPresent")
        return there

    async def _document(self, answer: Response, photo: bool) -> Completion[IdDocument]:
        self._was_read = True
        try:
            text, picture, fingers = self._blocks(answer.data)
            document = parse_text_block(text)
        except UnknownDocument as error:
            return trouble(INVALID_MEDIA, str(error))
        except (TextBlockError, ValueError) as error:
            return trouble(DOCUMENT_UNREADABLE, str(error))
        if photo:
            document = replace(document, photo=picture)
        if fingers is not None:
            document = replace(document, fingerprints=fingers)
        if self._wanted.later_address and document.address:
            return await self._with_later_address(document)
        return Completion(CompletionCode.SUCCESS, payload=document)

    def _blocks(self, data: bytes) -> tuple[bytes, bytes, bytes | None]:
        if self._wanted.fingerprints:
            return finger_blocks(data)
        return *base_blocks(data), None

    async def _with_later_address(self, document: IdDocument) -> Completion[IdDocument]:
        answer = await self._ask_card(Command.READ_NEW_ADDRESS)
        if answer.sw3 == Sw3.ABSENT:
            return Completion(CompletionCode.SUCCESS, payload=document)
        if answer.sw3 == Sw3.READ_FAILED:
            return trouble(NO_MEDIA, "lifted before the later address was read")
        if not answer.good:
            return refusal(Command.READ_NEW_ADDRESS, answer)
        try:
            address = new_address(answer.data)
        except TextBlockError as error:
            return trouble(DOCUMENT_UNREADABLE, str(error))
        document = replace(document, address=address or document.address)
        return Completion(CompletionCode.SUCCESS, payload=document)
