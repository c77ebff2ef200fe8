"""The journal's high-water mark at the platform: a part of the family ``terminals``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kiosk.core.orders import JournalHead
from services.platform.exchange import Call, json_body, path_of
from services.platform.transport import Transport
from services.platform.wire import WireModel, parsed


class _Head(WireModel):
    epoch: Annotated[int, Field(strict=True, ge=1, le=4_294_967_295)]
    seq: Annotated[int, Field(strict=True, ge=1, le=9_007_199_254_740_991)]
    hash: str = Field(pattern=r"^[0-9a-f]{64}$")


class _HeadAnswer(WireModel):
    known: _Head | None


class HeadsFamily:
    """Operation ``reportHead``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def report_head(self, head: JournalHead | None) -> JournalHead | None:
        """Tell the journal's newest row; return the highest known before."""
        told = (
            {"epoch": head.epoch, "seq": head.seq, "hash": head.hash} if head else None
        )
        call = Call(
            "reportHead",
            "PUT",
            path_of("terminal", "journal-head"),
            changes=head is not None,
            body=json_body({"head": told}),
            media_type="application/json",
        )
        known = parsed(_HeadAnswer, call, await self._transport.ask(call)).known
        return JournalHead(known.epoch, known.seq, known.hash) if known else None
