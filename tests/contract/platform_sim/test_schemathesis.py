"""An independent referee: schemathesis reads the contract and tries the simulator.

Requests are signed as the contract says; otherwise the referee does as it likes, with
right and wrong data, and judges status codes, media types, headers, bodies, refused
nonsense and enforced signatures. Every second right request is given things that
exist (a person's token, a seeded bill), so that the good answers are judged as well.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import io
import itertools
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from PIL import Image
from schemathesis.core.parameters import ParameterLocation

from hardware_sim.platform.accounts import UTILITIES
from hardware_sim.platform.seed import load_seed
from hardware_sim.platform.simulator import create
from tests.contract.platform_sim.till import (
    ACCOUNT,
    ACCOUNTS,
    BILL,
    ORDER,
    OTHER,
    wish_for,
)

CONTRACT_FILE = Path(__file__).parents[3] / "services/platform/contract/openapi.yaml"
TERMINAL = "A-0317"
KEY = bytes(range(32))


class Signature(requests.auth.AuthBase):
    """Signs a request as it goes out."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        where = urlsplit(str(request.url))
        body = request.body or b""
        content = body if isinstance(body, bytes) else body.encode()
        with self._lock:
            number = next(self._numbers)
        stamp = {
            "X-Terminal": TERMINAL,
            "X-Sequence": f"1.{number}",
            "X-Timestamp": str(int(time.time())),
            "X-Nonce": secrets.token_hex(16),
        }
        lines = (
            str(request.method),
            where.path,
            "&".join(sorted(where.query.split("&"))),
            hashlib.new("sm3", content).hexdigest(),
            *stamp.values(),
        )
        mac = hmac.new(KEY, "\n".join(lines).encode(), "sm3").hexdigest()
        request.headers.update(stamp | {"X-Signature": mac})
        return request


def files(good: bytes) -> st.SearchStrategy[bytes]:
    return st.just(good) | st.binary(min_size=1, max_size=64)


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").save(out, kind)
    return out.getvalue()


schemathesis.openapi.media_type("image/jpeg", files(picture("JPEG")))
schemathesis.openapi.media_type("image/png", files(picture("PNG")))
schemathesis.openapi.media_type("application/pdf", files(b"%PDF-1.7\n%%EOF\n"))

schema = schemathesis.openapi.from_path(CONTRACT_FILE)
SIGNATURE = Signature()
SIGNED = {"X-Terminal", "X-Sequence", "X-Timestamp", "X-Nonce", "X-Signature"}


def spoils_signature(case: Any) -> bool:
    """Tell whether the referee means this request to be wrongly signed."""
    meta = case.meta
    if meta is None or not meta.generation.mode.is_negative:
        return False
    data = meta.phase.data
    names = {getattr(data, "parameter", None)}
    names |= {mutation.parameter for mutation in getattr(data, "mutations", ())}
    in_header = meta.is_negative_at(ParameterLocation.HEADER)
    return bool(names & SIGNED) or (in_header and not set(case.headers) >= SIGNED)


class World:
    """The running simulator, a verified person, and things that exist."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.seen: Counter[str] = Counter()
        self._turns: Counter[str] = Counter()
        self.last = ""
        verified = self._send("POST", "/identity/verifications", LI_FANG)
        self.token = str(verified["token"])
        filed = self._send("PUT", "/cases/by-submission/S-filed", FILING)
        self._case = str(filed["number"])
        self.licence = load_seed("licences")["licences"][0]["identifier"]

    def _send(self, method: str, path: str, content: object = None) -> Any:
        headers = {"X-Person-Token": getattr(self, "token", "")}
        answer = requests.request(
            method,
            self.address + path,
            json=content,
            headers=headers,
            auth=SIGNATURE,
            timeout=10,
        )
        answer.raise_for_status()
        return answer.json()

    def prepare(self, case: Any) -> None:
        """Give right requests a real token, and every second one real things."""
        meta = case.meta
        if meta is None or not meta.generation.mode.is_positive:
            return
        if "X-Person-Token" in case.headers:
            case.headers["X-Person-Token"] = self.token
        name = case.operation.definition.raw["operationId"]
        self._turns[name] += 1
        if self._turns[name] % 2:
            getattr(self, f"_{name}", lambda case: None)(case)

    def _verifyIdentity(self, case: Any) -> None:
        portrait = {"portrait": base64.b64encode(picture("JPEG")).decode()}
        with_face = self._turns["verifyIdentity"] % 4 > 1
        case.body = LI_FANG | portrait if with_face else LI_FANG

    def _fetchRecord(self, case: Any) -> None:
        case.path_parameters["matter"] = "social-insurance-contribution-proof"

    def _fetchPrefill(self, case: Any) -> None:
        case.path_parameters["matter"] = FILING["matter"]

    def _findLicences(self, case: Any) -> None:
        case.query["kind"] = ["social-security-card", "household-register"]

    def _useLicence(self, case: Any) -> None:
        case.body = {
            "identifier": self.licence,
            "matter": FILING["matter"],
            "reason": "备案",
        }

    def _uploadMaterial(self, case: Any) -> None:
        case.path_parameters |= {"submission_id": "S-page", "key": "page"}

    def _submitCase(self, case: Any) -> None:
        case.body = FILING
        case.path_parameters["submission_id"] = f"S-{self._turns['submitCase'] // 4}"

    def _findSubmission(self, case: Any) -> None:
        case.path_parameters["submission_id"] = "S-filed"

    def _fetchCase(self, case: Any) -> None:
        case.path_parameters["number"] = self._case

    def _findAccount(self, case: Any) -> None:
        turn = self._turns["findAccount"] // 2
        number = NUMBERS[turn % len(NUMBERS)]
        account = ACCOUNTS.get(number)
        assert account is not None
        case.body = {"biller_kind": account.firm.kind, "account": number}

    def _findAccounts(self, case: Any) -> None:
        turn = self._turns["findAccounts"] // 2
        case.body = {"biller_kind": UTILITIES[turn % len(UTILITIES)]}

    def _findCardAccount(self, case: Any) -> None:
        case.body = GAS_CARD

    def _fetchFee(self, case: Any) -> None:
        case.path_parameters["matter"] = "id-card-reissue"

    def _listPayments(self, case: Any) -> None:
        case.body = {"biller_kind": "water", "account": ACCOUNT}

    def _old_payment(self, case: Any) -> None:
        case.path_parameters["order_id"] = OLD_PAYMENT

    _findPayment = _countCopy = _fetchInvoice = _old_payment

    def _fetchDay(self, case: Any) -> None:
        turn = self._turns["fetchDay"] // 2
        now = datetime.now(UTC) + timedelta(hours=8)
        case.path_parameters["day"] = (now.date() - timedelta(days=turn)).isoformat()

    def _reportHead(self, case: Any) -> None:
        turn = self._turns["reportHead"]
        case.body = {"head": {"epoch": 1, "seq": turn, "hash": f"{turn:064x}"}}

    def _putOrder(self, case: Any) -> None:
        case.path_parameters["order_id"] = OTHER
        case.body = wish_for("330010021208")

    def _live_order(self, case: Any) -> None:
        case.path_parameters["order_id"] = ORDER
        self._send("PUT", f"/orders/{ORDER}", BILL)

    _payOrder = _queryOrder = _live_order

    def _reportCard(self, case: Any) -> None:
        self._live_order(case)
        case.body = {"receipt": None}

    def _bought_load(self, case: Any) -> None:
        case.path_parameters["order_id"] = BOUGHT_LOAD

    _fetchLoad = _bought_load

    def _confirmLoad(self, case: Any) -> None:
        self._bought_load(case)
        case.body = {"purchase": 5}

    def _postOrder(self, case: Any) -> None:
        self._live_order(case)
        self._send("POST", f"/orders/{ORDER}/void")

    def _rate(self, case: Any) -> None:
        case.path_parameters["subject"] = "R-1"
        case.body = {"matter": "water-payment", "level": 4}


LI_FANG = {
    "document": {
        "kind": "resident",
        "name": "李芳",
        "number": "999001195803121225",
        "valid_from": "2016-07-05",
        "valid_to": None,
    }
}
FILING = {
    "matter": "cross-region-treatment-filing",
    "situation": "",
    "form": {"phone": "19900000012"},
    "materials": [],
}
NUMBERS = [account.number for account in ACCOUNTS.all()]
GAS_CARD = {
    "serial": "9990030000000031",
    "service": "gas",
    "account": "80031031",
    "purchases": 12,
    "units": 0,
}
OLD_PAYMENT = "A0317-9Z02-00000088-0"
BOUGHT_LOAD = "RQ20261118093012000049"


def serve(stop: threading.Event, started: threading.Event, found: list[str]) -> None:
    async def run() -> None:
        simulator = create(keys={TERMINAL: KEY.hex()})
        found.append(await simulator.start())
        started.set()
        await asyncio.to_thread(stop.wait)
        await simulator.stop()
        simulator.city.close()

    asyncio.run(run())


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    stop, started = threading.Event(), threading.Event()
    found: list[str] = []
    thread = threading.Thread(target=serve, args=(stop, started, found), daemon=True)
    thread.start()
    assert started.wait(20)
    yield World(found[0])
    stop.set()
    thread.join(20)


@pytest.fixture(autouse=True)
def all_good_answers_seen(world: World) -> Iterator[None]:
    """A run that met refusals only would prove little."""
    yield
    operation = schema.find_operation_by_id(world.last)
    good = {code for code in operation.responses.status_codes if code[0] == "2"}
    assert {code for code in good if world.seen[f"{world.last} {code}"]} == good


@schema.parametrize()
@settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_referee_finds_nothing(case: Any, world: World) -> None:
    world.prepare(case)
    auth = None if spoils_signature(case) else SIGNATURE
    answer = case.call(base_url=world.address, auth=auth)
    name = case.operation.definition.raw["operationId"]
    world.last = name
    world.seen[f"{name} {answer.status_code}"] += 1
    case.validate_response(answer, transport_kwargs={"auth": auth})
