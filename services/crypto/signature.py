"""What a request and its answer are signed over, and the signature itself.

A request (``\n`` is one LF byte; no LF at the end)::

    METHOD \n PATH \n SORTED-QUERY \n hex SM3(body) \n TERMINAL \n
    BOOT.SEQ \n TIMESTAMP \n NONCE

An answer, bound to its request by the request's nonce::

    STATUS \n hex SM3(body) \n REQUEST-NONCE \n TIMESTAMP

``PATH`` is the path as it travels, percent-encoded, without the query.
``SORTED-QUERY`` is every pair percent-encoded (RFC 3986, only the unreserved
characters stand as they are), pairs sorted by name, then by value, joined by
``&``. The signature is HMAC-SM3 with the terminal's key, as lower-case hex.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote

from services.crypto.sm3 import hmac_sm3_hex, same_mac, sm3_hex

QueryPairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """The parts of one request that its signature binds.

    Attributes:
        sequence: ``boot.seq``; grows with every request of a terminal.
        timestamp: seconds since the epoch, as decimal digits.
        nonce: 128 random bits as hex.
    """

    method: str
    path: str
    query: QueryPairs = field(repr=False)
    body: bytes = field(repr=False)
    terminal: str
    sequence: str
    timestamp: str
    nonce: str


@dataclass(frozen=True, slots=True)
class SignedAnswer:
    """The parts of one answer that its signature binds."""

    status: int
    body: bytes = field(repr=False)
    request_nonce: str
    timestamp: str


def sorted_query(pairs: Iterable[tuple[str, str]]) -> str:
    """Write a query so that both sides come to the same text."""
    encoded = sorted((_escape(name), _escape(value)) for name, value in pairs)
    return "&".join(f"{name}={value}" for name, value in encoded)


def request_text(request: SignedRequest) -> bytes:
    """Return the bytes that a request's signature is computed over."""
    parts = (
        request.method.upper(),
        request.path,
        sorted_query(request.query),
        sm3_hex(request.body),
        request.terminal,
        request.sequence,
        request.timestamp,
        request.nonce,
    )
    return "\n".join(parts).encode()


def answer_text(answer: SignedAnswer) -> bytes:
    """Return the bytes that an answer's signature is computed over."""
    parts = (
        str(answer.status),
        sm3_hex(answer.body),
        answer.request_nonce,
        answer.timestamp,
    )
    return "\n".join(parts).encode()


def sign_request(key: bytes, request: SignedRequest) -> str:
    """Return the signature of a request as hex."""
    return hmac_sm3_hex(key, request_text(request))


def sign_answer(key: bytes, answer: SignedAnswer) -> str:
    """Return the signature of an answer as hex."""
    return hmac_sm3_hex(key, answer_text(answer))


def answer_is_genuine(key: bytes, answer: SignedAnswer, signature: str) -> bool:
    """Tell whether the answer was signed with the key, for this very request."""
    return same_mac(sign_answer(key, answer), signature)


def _escape(text: str) -> str:
    return quote(text, safe="-._~")
