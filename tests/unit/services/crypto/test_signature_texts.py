"""The signed texts, line by line, with answers computed by OpenSSL's own tool."""

from __future__ import annotations

from dataclasses import replace

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

KEY = b"k" * 32
NONCE = "00112233445566778899aabbccddeeff"
REQUEST = SignedRequest(
    method="get",
    target="/licences?kind=B&kind=A",
    body=b"",
    terminal="A-0317",
    sequence="7.1",
    timestamp="1795166400",
    nonce=NONCE,
)
ANSWER = SignedAnswer(200, REQUEST.target, b'{"licences": []}', NONCE, "1795166401")


def test_request_text_has_eight_lines_and_a_sorted_query() -> None:
    assert request_text(REQUEST).decode().split("\n") == [
        "GET",
        "/licences",
        "kind=A&kind=B",
        "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b",
        "A-0317",
        "7.1",
        "1795166400",
        NONCE,
    ]


def test_request_without_query_keeps_an_empty_line() -> None:
    text = request_text(replace(REQUEST, target="/cases"))
    assert text.decode().split("\n")[1:3] == ["/cases", ""]


def test_answer_text_has_five_lines() -> None:
    assert answer_text(ANSWER).decode().split("\n") == [
        "200",
        "/licences",
        "7597bb199ed53853911a01f65a4982b71de58cfb13d9372437cc48df51fb1cfb",
        NONCE,
        "1795166401",
    ]


def test_signatures_agree_with_openssl() -> None:
    # openssl mac -digest SM3 -macopt hexkey:6b...6b HMAC < text
    assert sign_request(KEY, REQUEST) == (
        "67ce7a860cf74c553da2e4bbe5450d617cf595afa650c31fce640a08c4b2df48"
    )
    assert sign_answer(KEY, ANSWER) == (
        "ac4abbe4c4feee065804a9efc2f5ad4d6814ea003f79b1fbd393e6b1c18efc31"
    )


@pytest.mark.parametrize(
    "other",
    [
        replace(REQUEST, method="put"),
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
