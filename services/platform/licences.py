"""Family ``licences``: the e-licence library, and permission to use what is in it."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from kiosk.core.gateway import Licence, LicenceUse
from kiosk.core.people import Person
from services.platform.exchange import Call, json_body, path_of
from services.platform.transport import Transport
from services.platform.wire import WireModel, parsed, require_same


class _Licence(WireModel):
    identifier: str
    kind: str
    title: str
    issuer: str
    holder: str = Field(repr=False)
    valid_to: date | None


class _LicenceList(WireModel):
    licences: tuple[_Licence, ...]


class _LicenceUse(WireModel):
    use_number: str
    identifier: str
    digest: str


class LicencesFamily:
    """Operations ``findLicences`` and ``useLicence``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def find_licences(
        self, kinds: tuple[str, ...], person: Person
    ) -> tuple[Licence, ...]:
        """List the person's valid licences of these types; asking for none is fine."""
        if not kinds:
            return ()
        call = Call(
            "findLicences",
            "GET",
            path_of("licences"),
            changes=False,
            query=tuple(("kind", kind) for kind in kinds),
            person_token=person.token,
        )
        answer = parsed(_LicenceList, call, await self._transport.ask(call))
        return tuple(
            Licence(
                identifier=licence.identifier,
                kind=licence.kind,
                title=licence.title,
                issuer=licence.issuer,
                valid_to=licence.valid_to,
                holder=licence.holder,
            )
            for licence in answer.licences
        )

    async def use_licence(
        self, licence: Licence, matter: str, reason: str, person: Person
    ) -> LicenceUse:
        """Record the holder's permission; the same day it is harmless to repeat."""
        call = Call(
            "useLicence",
            "POST",
            path_of("licences", "uses"),
            changes=True,
            body=json_body(
                {
                    "identifier": licence.identifier,
                    "matter": matter,
                    "reason": reason,
                }
            ),
            media_type="application/json",
            person_token=person.token,
        )
        answer = parsed(_LicenceUse, call, await self._transport.ask(call))
        require_same(call, licence.identifier, answer.identifier)
        return LicenceUse(answer.use_number, answer.identifier, answer.digest)
