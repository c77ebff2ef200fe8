"""What a request and its answer are signed over, and the signature itself.

A request, eight lines joined by one LF, no LF at the end, as UTF-8::

    METHOD          upper case
    PATH            as sent on the request line, percent-encoded, no query
    QUERY           pairs of the raw query, sorted as text, joined by "&"
    SM3(BODY)       64 hex digits, also of an empty body
    TERMINAL        A-0317
    BOOT.SEQ        two decimal numbers
    TIMESTAMP       epoch seconds, decimal
    NONCE           128 random bits, 32 hex digits

An answer, five lines, bound to its request by path and nonce::

    STATUS          three digits
    PATH            of the request, as above
    SM3(BODY)       of the answer's body
    NONCE           of the request
    TIMESTAMP       of the answer

The signature is HMAC-SM3 under the terminal's key, lower-case hex. The contract
(``services/platform/contract/openapi.yaml``) says the same in its own words.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from services.crypto.sm3 import hmac_sm3_hex, same_mac, sm3_hex


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """The parts of one request that its signature binds.

    Attributes:
        target: path and, behind "?", the raw query: as on the request line.
    """

    method: str
    target: str
    body: bytes = field(repr=False)
    terminal: str
    sequence: str
    timestamp: str
    nonce: str


@dataclass(frozen=True, slots=True)
class SignedAnswer:
    """The parts of one answer that its signature binds.

    Attributes:
        target: of the request that was answered.
        nonce: of the request that was answered.
    """

    status: int
    target: str
    body: bytes = field(repr=False)
    nonce: str
    timestamp: str


def sorted_query(raw: str) -> str:
    """Bring the pairs of a raw query string into the order that is signed."""
    return "&".join(sorted(raw.split("&")))


def request_text(request: SignedRequest) -> bytes:
    """Return the bytes that a request's signature is computed over."""
    path, _, query = request.target.partition("?")
    lines = (
        request.method.upper(),
        path,
        sorted_query(query),
        sm3_hex(request.body),
        request.terminal,
        request.sequence,
        request.timestamp,
        request.nonce,
    )
    return "\n".join(lines).encode()


def answer_text(answer: SignedAnswer) -> bytes:
    """Return the bytes that an answer's signature is computed over."""
    lines = (
        str(answer.status),
        answer.target.partition("?")[0],
        sm3_hex(answer.body),
        answer.nonce,
        answer.timestamp,
    )
    return "\n".join(lines).encode()


def sign_request(key: bytes, request: SignedRequest) -> str:
    """Return the signature of a request as hex."""
    return hmac_sm3_hex(key, request_text(request))


def sign_answer(key: bytes, answer: SignedAnswer) -> str:
    """Return the signature of an answer as hex."""
    return hmac_sm3_hex(key, answer_text(answer))


def answer_is_genuine(key: bytes, answer: SignedAnswer, signature: str) -> bool:
    """Tell whether the answer was signed with the key, for this very request."""
    return same_mac(sign_answer(key, answer), signature)
