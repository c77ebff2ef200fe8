"""Families ``terminals`` and ``identity``: who the machine is, who the citizen is."""

from __future__ import annotations

import base64

from pydantic import AwareDatetime, Field

from kiosk.core.gateway import TerminalProfile
from kiosk.core.people import IdDocument, Person
from services.platform.exchange import Call, json_body, path_of
from services.platform.transport import Transport
from services.platform.wire import WireModel, parsed, require_same


class _Profile(WireModel):
    terminal: str
    site: str
    site_en: str
    hotline: str
    attended_hours: str
    server_time: AwareDatetime


class _VerifiedPerson(WireModel):
    token: str = Field(pattern=r"^[0-9a-f]{32}$", repr=False)
    assurance: str


class IdentityFamily:
    """Operations ``fetchProfile`` and ``verifyIdentity``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def fetch_profile(self, terminal: str) -> TerminalProfile:
        """Say hello; the answer must be about this very terminal."""
        call = Call(
            "fetchProfile", "GET", path_of("terminal", "profile"), changes=False
        )
        answer = parsed(_Profile, call, await self._transport.ask(call))
        require_same(call, terminal, answer.terminal)
        return TerminalProfile(
            terminal=answer.terminal,
            site=answer.site,
            site_en=answer.site_en,
            hotline=answer.hotline,
            server_time=answer.server_time,
            attended_hours=answer.attended_hours,
        )

    async def verify_identity(
        self, document: IdDocument, portrait_jpeg: bytes | None
    ) -> Person:
        """Check a document, and a face against it. Changes nothing: ask again."""
        body: dict[str, object] = {"document": _document(document)}
        if portrait_jpeg is not None:
            body["portrait"] = base64.b64encode(portrait_jpeg).decode("ascii")
        call = Call(
            "verifyIdentity",
            "POST",
            path_of("identity", "verifications"),
            changes=False,
            body=json_body(body),
            media_type="application/json",
        )
        answer = parsed(_VerifiedPerson, call, await self._transport.ask(call))
        return Person(
            name=document.name or document.english_name,
            number=document.number,
            token=answer.token,
            assurance=answer.assurance,
            document=document,
        )


def _document(document: IdDocument) -> dict[str, object]:
    return {
        "kind": document.kind.value,
        "name": document.name,
        "english_name": document.english_name,
        "number": document.number,
        "valid_from": document.valid_from.isoformat() if document.valid_from else None,
        "valid_to": document.valid_to.isoformat() if document.valid_to else None,
        "module_id": document.module_id,
    }
