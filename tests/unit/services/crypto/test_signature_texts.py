"""The signed texts, line by line, against answers of OpenSSL's own tool."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.crypto.signature import (
    SignedAnswer,
    SignedRequest,
    answer_is_genuine,
    answer_text,
    request_text,
    sign_answer,
    sign_request,
)

_FILE = Path(__file__).parents[3] / "golden" / "platform" / "signatures.toml"
GOLDEN = tomllib.loads(_FILE.read_text(encoding="utf-8"))
KEY = bytes.fromhex(GOLDEN["key"])


def request_of(row: dict[str, Any]) -> SignedRequest:
    """Build a request from a golden row."""
    return SignedRequest(
        method=row["method"],
        target=f"{row['path']}?{row['query']}" if row["query"] else row["path"],
        body=row["body"].encode(),
        terminal=row["terminal"],
        sequence=row["sequence"],
        timestamp=row["timestamp"],
        nonce=row["nonce"],
    )


def answer_of(row: dict[str, Any]) -> SignedAnswer:
    """Build an answer from a golden row; its request had a query."""
    return SignedAnswer(
        status=row["status"],
        target=f"{row['path']}?kind=B",
        body=row["body"].encode(),
        nonce=row["nonce"],
        timestamp=row["timestamp"],
    )


REQUEST = request_of(GOLDEN["requests"][0])
ANSWER = answer_of(GOLDEN["answers"][0])
NONCE = REQUEST.nonce


@pytest.mark.parametrize("row", GOLDEN["requests"])
def test_request_text_and_signature_are_the_golden_ones(row: dict[str, Any]) -> None:
    request = request_of(row)
    assert request_text(request).decode() == row["text"]
    assert sign_request(KEY, request) == row["signature"]


@pytest.mark.parametrize("row", GOLDEN["answers"])
def test_answer_text_and_signature_are_the_golden_ones(row: dict[str, Any]) -> None:
    answer = answer_of(row)
    assert answer_text(answer).decode() == row["text"]
    assert sign_answer(KEY, answer) == row["signature"]


def test_method_is_signed_in_upper_case() -> None:
    assert request_text(replace(REQUEST, method="get")) == request_text(REQUEST)


@pytest.mark.parametrize(
    "other",
    [
        replace(REQUEST, method="PUT"),
        replace(REQUEST, target="/licence?kind=B&kind=A"),
        replace(REQUEST, target="/licences?kind=B"),
        replace(REQUEST, body=b"x"),
        replace(REQUEST, terminal="A-0318"),
        replace(REQUEST, sequence="7.2"),
        replace(REQUEST, timestamp="1795166401"),
        replace(REQUEST, nonce=NONCE[::-1]),
    ],
)
def test_every_part_of_a_request_is_bound(other: SignedRequest) -> None:
    assert sign_request(KEY, other) != sign_request(KEY, REQUEST)


@pytest.mark.parametrize(
    "other",
    [
        replace(ANSWER, status=201),
        replace(ANSWER, target="/cases"),
        replace(ANSWER, body=b"{}"),
        replace(ANSWER, nonce=NONCE[::-1]),
        replace(ANSWER, timestamp="1795166402"),
    ],
)
def test_every_part_of_an_answer_is_bound(other: SignedAnswer) -> None:
    signature = sign_answer(KEY, ANSWER)
    assert answer_is_genuine(KEY, ANSWER, signature)
    assert not answer_is_genuine(KEY, other, signature)
    assert not answer_is_genuine(b"K" * 32, ANSWER, signature)
