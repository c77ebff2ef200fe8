"""What an A4 printer is tested with: a page of our own, and somebody at the tray."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio

from drivers.link.deadline import Deadline
from drivers.printer.condition import Condition
from drivers.printer.delays import Delays
from kiosk.core.clock import Clock
from kiosk.core.device import Completion, CompletionCode
from kiosk.core.errors import DeviceError
from kiosk.core.media import PdfDocument

_WORDS = b"BT /F1 24 Tf 72 770 Td (Self-test page) Tj ET"
_OBJECTS = (
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
    b"/Resources<</Font<</F1 5 0 R>>>>>>",
    b"<</Length %d>>stream\n%s\nendstream" % (len(_WORDS), _WORDS),
    b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
)
_HANDS_IN = frozenset({"coverOpen", "paperOut"})


def page_for_test() -> PdfDocument:
    """Return one page of A4 (PDF 1.4) with nobody's data on it."""
    content = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(_OBJECTS, start=1):
        places.append(len(content))
        content += b"%d 0 obj%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(_OBJECTS) + 1
    content += (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\n"
        b"startxref\n%d\n%%%%EOF\n" % (size, table, size, len(content))
    )
    return PdfDocument("self-test", content, pages=1, digest="self-test".ljust(64, "0"))


class TrayWatch:
    """Waits until somebody has pulled out tray or cover, and put it back.

    Args:
        look: asks the printer and records what it says.
    """

    def __init__(
        self, look: Callable[[], Awaitable[Condition]], clock: Clock, delays: Delays
    ) -> None:
        self._look = look
        self._clock = clock
        self._delays = delays

    async def opened_and_closed(self) -> Completion[None]:
        """Return ``timeOut`` when nobody did, or the printer has no sensor for it."""
        deadline = Deadline(self._clock, self._delays.person_s)
        was_open = False
        while not deadline.passed:
            try:
                condition = await self._look()
            except DeviceError as error:
                return Completion(CompletionCode.CONNECTION_LOST, None, str(error))
            is_open = _is_open(condition)
            if was_open and not is_open:
                return Completion(CompletionCode.SUCCESS)
            was_open = was_open or is_open
            await anyio.sleep(deadline.at_most(self._delays.poll_s))
        return Completion(CompletionCode.TIME_OUT)


def _is_open(condition: Condition) -> bool:
    missing = "input-tray-missing" in condition.errors | condition.remarks
    return missing or condition.trouble in _HANDS_IN
