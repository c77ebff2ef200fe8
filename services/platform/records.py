"""Families ``records`` and ``forms``: what departments already know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from kiosk.core.gateway import Record, RecordRow
from kiosk.core.people import Person
from services.platform.exchange import Call, path_of
from services.platform.transport import Transport
from services.platform.wire import WireModel, parsed, require_same


class _Row(WireModel):
    label: str
    label_en: str
    value: str


class _Record(WireModel):
    matter: str
    certificate_number: str = Field(min_length=1)
    verify_url: str = Field(min_length=1)
    rows: tuple[_Row, ...]
    data: dict[str, Any]


class _Prefill(WireModel):
    matter: str
    fields: dict[str, str]


class RecordsFamily:
    """Operations ``fetchRecord`` and ``fetchPrefill``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def fetch_record(self, matter: str, person: Person) -> Record:
        """Fetch the record that a certificate is made of."""
        call = Call(
            "fetchRecord",
            "GET",
            path_of("records", matter),
            changes=False,
            person_token=person.token,
        )
        answer = parsed(_Record, call, await self._transport.ask(call))
        require_same(call, matter, answer.matter)
        return Record(
            matter=answer.matter,
            rows=tuple(
                RecordRow(row.label, row.label_en, row.value) for row in answer.rows
            ),
            data=answer.data,
            certificate_number=answer.certificate_number,
            verify_url=answer.verify_url,
        )

    async def fetch_prefill(self, matter: str, person: Person) -> Mapping[str, str]:
        """Fetch what the platform already knows, by form field key."""
        call = Call(
            "fetchPrefill",
            "GET",
            path_of("forms", matter, "prefill"),
            changes=False,
            person_token=person.token,
        )
        answer = parsed(_Prefill, call, await self._transport.ask(call))
        require_same(call, matter, answer.matter)
        return answer.fields
