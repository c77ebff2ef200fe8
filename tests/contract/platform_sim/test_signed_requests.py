"""Signatures, clock, nonce and sequence: who may speak, and only once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import httpx
import pytest

from hardware_sim.platform.signing import (
    SignedRequest,
    hmac_sm3,
    sign_answer,
)
from hardware_sim.platform.simulator import SimPlatform

PROFILE = "/terminal/profile"
GOLDEN = Path(__file__).parents[2] / "golden/platform/signatures.toml"


async def ask(terminal: Any, **instead: str) -> httpx.Response:
    headers = terminal.headers("GET", PROFILE, **instead)
    answer: httpx.Response = await terminal.send("GET", PROFILE, b"", headers)
    return answer


def test_golden_texts_and_signatures() -> None:
    golden = tomllib.loads(GOLDEN.read_text(encoding="utf-8"))
    key = bytes.fromhex(golden["key"])
    for row in golden["requests"]:
        headers = {f"x-{name}": row[name] for name in ("terminal", "sequence")}
        headers |= {f"x-{name}": row[name] for name in ("timestamp", "nonce")}
        request = SignedRequest(
            row["method"], row["path"], row["query"], row["body"].encode(), headers
        )
        assert request.text() == row["text"]
        assert hmac_sm3(key, request.text()) == row["signature"]
    for row in golden["answers"]:
        signature = sign_answer(
            key,
            row["status"],
            row["path"],
            row["body"].encode(),
            row["nonce"],
            int(row["timestamp"]),
        )
        assert signature == row["signature"]


async def test_signed_request_is_answered_with_the_profile(terminal: Any) -> None:
    answer = await ask(terminal)
    assert answer.status_code == 200
    assert answer.json()["terminal"] == "A-0317"
    assert answer.json()["site"] == "涪山区政务服务中心"
    assert answer.json()["site_en"] == "Fushan District Government Service Centre"


async def test_unsigned_request_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get(PROFILE)
    assert (answer.status_code, answer.json()["code"]) == (401, "signature.header")
    assert "x-signature" not in answer.headers


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"x-sequence": "1"}, "signature.header"),
        ({"x-nonce": "short"}, "signature.header"),
        ({"x-timestamp": "soon"}, "signature.header"),
    ],
)
async def test_malformed_header_is_refused(
    terminal: Any, changed: dict[str, str], code: str
) -> None:
    answer = await ask(terminal, **changed)
    assert (answer.status_code, answer.json()["code"]) == (401, code)


async def test_terminal_that_is_not_enrolled_is_refused(
    terminal: Any, client: httpx.AsyncClient
) -> None:
    headers = terminal.headers("GET", PROFILE, **{"x-terminal": "Z-9999"})
    answer = await client.get(PROFILE, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "signature.terminal")


async def test_any_change_after_signing_is_refused(
    terminal: Any, client: httpx.AsyncClient
) -> None:
    query = {"biller_kind": "water", "account": "330010021182"}
    for method, path, body in (
        ("GET", "/bills/find", b"{}"),
        ("POST", "/bills/findx", b"{}"),
        ("POST", "/bills/find?a=1", b"{}"),
        ("POST", "/bills/find", b"{ }"),
    ):
        headers = terminal.headers("POST", "/bills/find", b"{}")
        answer = await client.request(method, path, content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "signature.bad")
    assert (await terminal.call("POST", "/bills/find", query)).status_code == 200


@pytest.mark.parametrize("seconds", [-301, 301])
async def test_clock_too_far_off_is_told_the_time(
    terminal: Any, clock: Any, seconds: int
) -> None:
    answer = await ask(terminal, **{"x-timestamp": str(int(clock()) + seconds)})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (401, "signature.clock")
    assert problem["server_time"] == "2026-11-20T12:00:00+08:00"


@pytest.mark.parametrize("seconds", [-299, 299])
async def test_clock_a_little_off_is_accepted(
    terminal: Any, clock: Any, seconds: int
) -> None:
    answer = await ask(terminal, **{"x-timestamp": str(int(clock()) + seconds)})
    assert answer.status_code == 200


async def test_bench_can_set_the_platform_clock_wrong(
    terminal: Any, platform: SimPlatform
) -> None:
    await platform.verbs()["clock_skew"].call(seconds="3600")
    answer = await ask(terminal)
    assert answer.json()["code"] == "signature.clock"
    assert answer.json()["server_time"] == "2026-11-20T13:00:00+08:00"


async def test_replayed_request_is_refused(terminal: Any) -> None:
    headers = terminal.headers("GET", PROFILE)
    assert (await terminal.send("GET", PROFILE, b"", headers)).status_code == 200
    again = await terminal.send("GET", PROFILE, b"", headers)
    assert (again.status_code, again.json()["code"]) == (401, "signature.nonce")


async def test_sequence_number_works_once(terminal: Any) -> None:
    assert (await ask(terminal, **{"x-sequence": "1.5"})).status_code == 200
    again = await ask(terminal, **{"x-sequence": "1.5"})
    assert (again.status_code, again.json()["code"]) == (401, "signature.sequence")


async def test_requests_may_overtake_one_another_within_64(terminal: Any) -> None:
    taken = {}
    for sequence in ("1.100", "1.37", "1.99", "1.36", "1.37", "1.164", "1.100"):
        answer = await ask(terminal, **{"x-sequence": sequence})
        taken.setdefault(sequence, []).append(answer.status_code)
    assert taken == {
        "1.100": [200, 401],
        "1.37": [200, 401],
        "1.99": [200],
        "1.36": [401],
        "1.164": [200],
    }


async def test_new_boot_begins_anew_and_an_older_one_is_refused(terminal: Any) -> None:
    assert (await ask(terminal, **{"x-sequence": "1.500"})).status_code == 200
    assert (await ask(terminal, **{"x-sequence": "2.1"})).status_code == 200
    old = await ask(terminal, **{"x-sequence": "1.501"})
    assert old.json()["code"] == "signature.sequence"


async def test_refused_request_uses_up_nothing(
    terminal: Any, client: httpx.AsyncClient
) -> None:
    headers = terminal.headers("GET", PROFILE)
    bad = headers | {"x-signature": "0" * 64}
    assert (await client.get(PROFILE, headers=bad)).status_code == 401
    assert (await terminal.send("GET", PROFILE, b"", headers)).status_code == 200


async def test_sequences_of_terminals_are_apart(
    terminal: Any, other_terminal: Any
) -> None:
    assert (await ask(terminal, **{"x-sequence": "9.9"})).status_code == 200
    assert (await ask(other_terminal, **{"x-sequence": "1.1"})).status_code == 200


async def test_memory_of_sequences_survives_a_restart(
    terminal: Any, platform: SimPlatform
) -> None:
    assert (await ask(terminal, **{"x-sequence": "3.3"})).status_code == 200
    await platform.stop()
    await platform.start()
    assert (await ask(terminal, **{"x-sequence": "3.3"})).status_code == 401


async def test_busy_platform_carries_nothing_out(
    terminal: Any, platform: SimPlatform
) -> None:
    await platform.verbs()["be_busy"].call(times=1)
    answer = await ask(terminal)
    assert (answer.status_code, answer.json()["code"]) == (503, "platform.busy")
    assert (await ask(terminal)).status_code == 200


async def test_heartbeat_is_heard(terminal: Any) -> None:
    word = {"software": "26.11.0", "uptime_s": 12, "devices": []}
    answer = await terminal.call("POST", "/terminal/heartbeat", word)
    assert answer.status_code == 200


async def test_body_beyond_the_limit_is_refused(terminal: Any) -> None:
    answer = await terminal.call(
        "POST", "/terminal/heartbeat", raw=b"x" * (8 * 1024 * 1024 + 1)
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "request.too_large")


async def test_wrong_media_type_is_refused(terminal: Any) -> None:
    answer = await terminal.call(
        "POST", "/terminal/heartbeat", raw=b"<a/>", media_type="text/xml"
    )
    assert (answer.status_code, answer.json()["code"]) == (415, "request.media_type")


async def test_broken_body_is_named_without_its_value(terminal: Any) -> None:
    content = {"biller_kind": "water", "account": "secret-account"}
    answer = await terminal.call("POST", "/bills/find", content)
    assert (answer.status_code, answer.json()["code"]) == (400, "request.body")
    assert "secret" not in answer.text
