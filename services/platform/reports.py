"""Families ``ratings`` and ``prints``: what the terminal tells and asks nothing for."""

from __future__ import annotations

from services.platform.exchange import Call, json_body, path_of
from services.platform.transport import Transport
from services.platform.wire import WireModel, parsed, require_same


class _Rating(WireModel):
    subject: str
    level: int


class _PrintRecord(WireModel):
    act_id: str


class ReportsFamily:
    """Operations ``rate`` and ``reportPrint``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def rate(self, subject: str, matter: str, level: int) -> None:
        """Rate a case or visit; another rating of the same is refused."""
        call = Call(
            "rate",
            "PUT",
            path_of("ratings", subject),
            changes=True,
            body=json_body({"matter": matter, "level": level}),
            media_type="application/json",
        )
        answer = parsed(_Rating, call, await self._transport.ask(call))
        require_same(call, subject, answer.subject)

    async def report_print(
        self, act_id: str, matter: str, digest: str, sheets: int, outcome: str
    ) -> None:
        """Tell what came out of the printer; a later report replaces it."""
        body = {
            "matter": matter,
            "digest": digest,
            "sheets": sheets,
            "outcome": outcome,
        }
        call = Call(
            "reportPrint",
            "PUT",
            path_of("prints", act_id),
            changes=True,
            body=json_body(body),
            media_type="application/json",
        )
        answer = parsed(_PrintRecord, call, await self._transport.ask(call))
        require_same(call, act_id, answer.act_id)
