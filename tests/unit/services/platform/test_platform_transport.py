"""Signing, verifying, clocks, and what becomes of every way a line can fail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from kiosk.core.errors import (
    OutcomeUnknown,
    PlatformError,
    PlatformProtocolError,
    PlatformRefused,
    PlatformUnreachable,
    SettingsError,
)
from kiosk.core.people import Person
from services.crypto.signature import SignedRequest, sign_request
from services.platform.client import HttpGateway
from services.platform.sequence import BootSequence
from services.platform.settings import PlatformSettings

KEY = bytes(range(32))
PROFILE = {
    "terminal": "A-0317",
    "site": "涪山市政务服务中心",
    "site_en": "Fushan Service Centre",
    "hotline": "12345",
    "attended_hours": "",
    "server_time": "2026-11-20T17:20:05+08:00",
    "from_the_future": 1,
}


async def test_request_carries_a_signature_that_verifies(
    gateway: HttpGateway, far_end: Any, person: Person
) -> None:
    far_end.says(200, {"licences": []})
    await gateway.find_licences(("B", "A"), person)
    (request,) = far_end.requests
    headers = request.headers
    assert request.url.raw_path == b"/api/licences?kind=B&kind=A"
    assert headers["X-Terminal"] == "A-0317"
    assert headers["X-Sequence"] == "7.1"
    assert headers["X-Timestamp"] == "1795166405"
    assert len(bytes.fromhex(headers["X-Nonce"])) == 16
    facts = SignedRequest(
        "GET",
        "/api/licences?kind=B&kind=A",
        b"",
        "A-0317",
        "7.1",
        "1795166405",
        headers["X-Nonce"],
    )
    assert headers["X-Signature"] == sign_request(KEY, facts)


async def test_person_token_is_in_the_header_and_nowhere_else(
    gateway: HttpGateway, far_end: Any, diary: Any, person: Person
) -> None:
    far_end.refuses(409, "record.none")
    with pytest.raises(PlatformRefused) as caught:
        await gateway.fetch_record("social-insurance-contribution-proof", person)
    (request,) = far_end.requests
    assert request.headers["X-Person-Token"] == person.token
    told = [str(request.url), str(caught.value), caught.value.context, diary.entries]
    assert person.token not in str(told)
    assert person.number not in str(told)


async def test_numbers_and_nonces_never_repeat(
    gateway: HttpGateway, far_end: Any
) -> None:
    for _ in range(3):
        far_end.says(200, PROFILE)
        await gateway.fetch_profile()
    assert [r.headers["X-Sequence"] for r in far_end.requests] == ["7.1", "7.2", "7.3"]
    assert len({request.headers["X-Nonce"] for request in far_end.requests}) == 3


@pytest.mark.parametrize("fault", ["unsigned", "other key", "other nonce"])
async def test_answer_that_is_not_genuine_is_never_trusted(
    gateway: HttpGateway, far_end: Any, fault: str
) -> None:
    if fault == "unsigned":
        far_end.signs = False
    elif fault == "other key":
        far_end.key = bytes(32)
    else:
        real = far_end._headers
        stale = httpx.Request("GET", "http://x/api/terminal/profile")
        stale.headers["X-Nonce"] = "0" * 32
        far_end._headers = lambda _request, status, body: real(stale, status, body)
    far_end.says(200, PROFILE)
    with pytest.raises(PlatformProtocolError):
        await gateway.fetch_profile()


async def test_clock_refusal_teaches_the_time_and_is_signed_anew(
    gateway: HttpGateway, far_end: Any, diary: Any
) -> None:
    far_end.time += timedelta(hours=3)
    far_end.refuses(401, "signature.clock")
    far_end.says(200, {"subject": "C-1", "level": 5})
    await gateway.rate("C-1", "water-payment", 5)
    first, second = far_end.requests
    stamps = [int(request.headers["X-Timestamp"]) for request in (first, second)]
    assert stamps[1] - stamps[0] == 3 * 3600
    assert first.headers["X-Nonce"] != second.headers["X-Nonce"]
    assert ("platform.clock_learned", {"offset_s": 10800}) in diary.entries


async def test_second_clock_refusal_ends_the_attempt(
    gateway: HttpGateway, far_end: Any
) -> None:
    far_end.refuses(401, "signature.clock")
    far_end.refuses(401, "signature.clock")
    with pytest.raises(PlatformUnreachable):
        await gateway.rate("C-1", "water-payment", 5)
    assert len(far_end.requests) == 2


async def test_clocks_that_differ_are_written_to_the_log(
    gateway: HttpGateway, far_end: Any, diary: Any
) -> None:
    far_end.time += timedelta(seconds=90)
    far_end.says(200, PROFILE)
    await gateway.fetch_profile()
    assert ("platform.clock_skew", {"skew_s": 90}) in diary.entries


LINE_FAILURES = [
    (httpx.ConnectError("no"), PlatformUnreachable, PlatformUnreachable),
    (httpx.ConnectTimeout("no"), PlatformUnreachable, PlatformUnreachable),
    (httpx.PoolTimeout("no"), PlatformUnreachable, PlatformUnreachable),
    (httpx.WriteError("no"), PlatformUnreachable, OutcomeUnknown),
    (httpx.WriteTimeout("no"), PlatformUnreachable, OutcomeUnknown),
    (httpx.ReadError("no"), PlatformUnreachable, OutcomeUnknown),
    (httpx.ReadTimeout("no"), PlatformUnreachable, OutcomeUnknown),
    (httpx.RemoteProtocolError("no"), PlatformUnreachable, OutcomeUnknown),
    (httpx.CloseError("no"), PlatformUnreachable, OutcomeUnknown),
    (httpx.DecodingError("no"), PlatformUnreachable, OutcomeUnknown),
]


@pytest.mark.parametrize(("failure", "read", "write"), LINE_FAILURES)
async def test_failures_of_the_line_by_kind_of_request(
    gateway: HttpGateway,
    far_end: Any,
    failure: httpx.HTTPError,
    read: type[PlatformError],
    write: type[PlatformError],
) -> None:
    far_end.breaks(failure)
    with pytest.raises(PlatformError) as caught:
        await gateway.cancel_order("A0317-0007-00000001-5")
    assert type(caught.value) is write
    assert len(far_end.requests) == 1

    far_end.breaks(failure)
    far_end.breaks(failure)
    with pytest.raises(PlatformError) as caught:
        await gateway.query_order("A0317-0007-00000001-5")
    assert type(caught.value) is read


async def test_read_is_made_once_more_when_the_connection_broke(
    gateway: HttpGateway, far_end: Any, clock: Any
) -> None:
    far_end.breaks(httpx.RemoteProtocolError("closed"))
    far_end.says(200, PROFILE)
    profile = await gateway.fetch_profile()
    assert profile.site == "涪山市政务服务中心"
    assert len(clock.slept) == 1
    assert 0.2 <= clock.slept[0] <= 0.4


async def test_read_that_timed_out_is_not_made_again(
    gateway: HttpGateway, far_end: Any
) -> None:
    far_end.breaks(httpx.ReadTimeout("slow"))
    with pytest.raises(PlatformUnreachable):
        await gateway.fetch_profile()
    assert len(far_end.requests) == 1


REFUSALS = [
    (400, "request.body", PlatformProtocolError),
    (401, "signature.bad", PlatformUnreachable),
    (401, "signature.nonce", OutcomeUnknown),
    (401, "signature.sequence", OutcomeUnknown),
    (403, "person.token", PlatformRefused),
    (404, "matter.unknown", PlatformRefused),
    (409, "EQ0006", PlatformRefused),
    (413, "request.too_large", PlatformProtocolError),
    (415, "request.media_type", PlatformProtocolError),
    (500, "platform.error", OutcomeUnknown),
    (503, "platform.busy", PlatformUnreachable),
]


@pytest.mark.parametrize(("status", "code", "expected"), REFUSALS)
async def test_refusals_become_errors(
    gateway: HttpGateway,
    far_end: Any,
    status: int,
    code: str,
    expected: type[PlatformError],
) -> None:
    far_end.refuses(status, code)
    with pytest.raises(PlatformError) as caught:
        await gateway.cancel_order("A0317-0007-00000001-5")
    assert type(caught.value) is expected
    assert caught.value.context["reason"] == code
    if isinstance(caught.value, PlatformRefused):
        assert caught.value.reason == code


@pytest.mark.parametrize(
    ("signs", "status", "body", "expected"),
    [
        (False, 502, b"<html>bad gateway</html>", OutcomeUnknown),
        (False, 503, b"", OutcomeUnknown),
        (True, 503, b"", OutcomeUnknown),
        (False, 302, b"", PlatformProtocolError),
        (False, 404, b"<html>not here</html>", PlatformProtocolError),
        (True, 404, b"{}", PlatformProtocolError),
        (True, 200, b"[]", PlatformProtocolError),
    ],
)
async def test_answers_of_strangers_and_broken_answers(
    gateway: HttpGateway,
    far_end: Any,
    signs: bool,
    status: int,
    body: bytes,
    expected: type[PlatformError],
) -> None:
    far_end.signs = signs
    far_end.says(status, body)
    with pytest.raises(PlatformError) as caught:
        await gateway.cancel_order("A0317-0007-00000001-5")
    assert type(caught.value) is expected


async def test_stranger_on_the_way_of_a_read_is_unreachable(
    gateway: HttpGateway, far_end: Any
) -> None:
    far_end.signs = False
    far_end.says(502, b"bad gateway")
    with pytest.raises(PlatformUnreachable):
        await gateway.fetch_profile()


async def test_answer_without_end_is_refused(
    gateway: HttpGateway, far_end: Any
) -> None:
    far_end.says(200, b" " * (4 * 1024 * 1024 + 1))
    with pytest.raises(PlatformProtocolError, match="too long"):
        await gateway.fetch_profile()


async def test_missing_field_is_named_and_its_value_is_not(
    gateway: HttpGateway, far_end: Any
) -> None:
    far_end.says(200, {key: PROFILE[key] for key in PROFILE if key != "hotline"})
    with pytest.raises(PlatformProtocolError) as caught:
        await gateway.fetch_profile()
    assert caught.value.context["fields"] == ["hotline"]
    assert "涪山" not in repr(caught.value.context)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://platform.example", KEY),
        ("ftp://127.0.0.1", KEY),
        ("127.0.0.1:8080", KEY),
        ("http://127.0.0.1:8080", b"short"),
        ("http://127.0.0.1:eighty", KEY),
    ],
)
def test_settings_that_cannot_be_right_are_refused(
    url: str, key: bytes, clock: Any, diary: Any
) -> None:
    with pytest.raises(SettingsError):
        HttpGateway(PlatformSettings(url, "A-0317", key), clock, BootSequence(1), diary)


@pytest.mark.parametrize("which", ["ca_file", "client_certificate"])
def test_missing_certificate_is_a_settings_error(
    tmp_path: Any, clock: Any, diary: Any, which: str
) -> None:
    certificates: dict[str, Any] = {which: tmp_path / "none.pem"}
    settings = PlatformSettings(
        "https://platform.example", "A-0317", KEY, **certificates
    )
    with pytest.raises(SettingsError):
        HttpGateway(settings, clock, BootSequence(1), diary)


def test_terminal_number_is_needed() -> None:
    with pytest.raises(SettingsError):
        PlatformSettings("http://127.0.0.1", "", KEY)


def test_key_is_not_in_the_repr_of_the_settings() -> None:
    settings = PlatformSettings("http://127.0.0.1", "A-0317", KEY)
    assert repr(KEY) not in repr(settings)
