"""A robot citizen: reads what is on the screen, decides, and touches it.

It knows no matter by name. It only knows what a person knows: what each kind of
page asks for. So it finishes any matter of the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from kiosk.core import bodies
from kiosk.core.bodies import FieldView
from kiosk.core.parts import Button, Tone
from kiosk.core.views import View

_CHANNELS = {"ecny": "ecny", "socialCard": "socialCard"}
"""Wallets that fit one kind of code only; any other code is paid with WeChat."""


class Hands(Protocol):
    """Fingers on a screen; each answers False when there is no such thing now."""

    async def touch(self, key: str) -> bool:
        """Touch what has this key."""
        ...

    async def touch_anywhere(self) -> bool:
        """Touch the middle of the screen."""
        ...

    async def type(self, field: str, text: str) -> bool:
        """Type a text into the field that is open."""
        ...

    async def sign(self) -> bool:
        """Write a name into the field for it, once."""
        ...


class Bench(Protocol):
    """What a citizen carries and does beside the screen."""

    async def act(self, device: str, verb: str, **arguments: Any) -> Any:
        """Do something to a simulated device."""
        ...


@dataclass(slots=True)
class Wishes:
    """What this citizen came for.

    Attributes:
        domain: department in whose list the matter is looked for.
        answers: values for form fields; the first choice or the prefilled value
            where nothing is said.
        pay_by: ``qr``, ``code``, ``card``, ``ecny`` or ``socialCard``.
        then_by: the way that is tried after a refusal.
        card: kind of bank card, as the bench names it.
        scan: what is held under the scanner where something may be scanned.
        by_card: the ID card finds the account.
        meter_card: account of the meter card in the pocket.
        amount_fen: one of the proposed amounts; 0 takes what is there.
        choose: keys that are touched, each once, where they are offered.
    """

    matter: str
    person: str = "li-fang"
    domain: str = "utilities"
    answers: dict[str, str] = field(default_factory=dict)
    pay_by: str = "qr"
    then_by: str = ""
    card: str = "debit"
    scan: str = ""
    by_card: bool = False
    meter_card: str = ""
    amount_fen: int = 0
    choose: tuple[str, ...] = ()


class Citizen:
    """Acts on one page after another. ``trouble`` holds the pages it was stuck on."""

    def __init__(self, hands: Hands, bench: Bench, wishes: Wishes) -> None:
        self._hands = hands
        self._bench = bench
        self._wishes = wishes
        self._did: set[object] = set()
        self.opened = False
        self.gone = False
        self.trouble: list[str] = []

    async def act(self, view: View) -> bool:
        """Do what the page asks for; return False to wait for it to change."""
        if view.overlay is not None:
            return await self._touch("stay")
        handler = getattr(self, f"_on_{type(view.body).__name__}", None)
        if handler is None:
            return False
        return bool(await handler(view.body))

    async def _touch(self, key: str) -> bool:
        return await self._hands.touch(key)

    async def _touch_once(self, key: str) -> bool:
        """Touch what is there; never the same thing twice in this visit."""
        if key in self._did or not await self._touch(key):
            return False
        self._did.add(key)
        return True

    async def _chosen(self) -> bool:
        """Touch the next thing that this citizen came for."""
        for key in self._wishes.choose:
            if await self._touch_once(key):
                return True
        return False

    async def _once(
        self, what: object, device: str, verb: str, **arguments: Any
    ) -> bool:
        """Do something with the hands once in this visit."""
        if what in self._did:
            return False
        self._did.add(what)
        await self._bench.act(device, verb, **arguments)
        return True

    # -- before and after ------------------------------------------------------

    async def _on_AttractBody(self, body: bodies.AttractBody) -> bool:
        self.gone = self.opened
        if self.gone:
            return False
        return await self._hands.touch_anywhere()

    async def _on_HomeBody(self, body: bodies.HomeBody) -> bool:
        if self.opened:
            return await self._touch("leave")
        self.opened = await self._touch(f"matter:{self._wishes.matter}")
        if self.opened or self._offered(body.quick):
            return self.opened
        return await self._touch(f"domain:{self._wishes.domain}")

    async def _on_ListBody(self, body: bodies.ListBody) -> bool:
        if self.opened:
            return await self._touch("leave")
        self.opened = await self._touch(f"matter:{self._wishes.matter}")
        if self.opened or self._offered(body.tiles):
            return self.opened
        return await self._touch("page:next")

    def _offered(self, tiles: tuple[Button, ...]) -> bool:
        """Tell whether the wish is among the tiles: greyed ones are waited for."""
        return any(each.key == f"matter:{self._wishes.matter}" for each in tiles)

    async def _on_QuestionBody(self, body: bodies.QuestionBody) -> bool:
        if await self._chosen():
            return True
        for key in ("finish", "none-applies", "agree", "load"):
            if await self._touch(key):
                return True
        return False

    async def _on_FarewellBody(self, body: bodies.FarewellBody) -> bool:
        return False

    async def _on_TakeBody(self, body: bodies.TakeBody) -> bool:
        if body.picture == "card":
            return await self._once("card", "idcard", "remove")
        if body.picture == "meter":
            return await self._once("meter out", "meter-card", "remove")
        await self._once("paper", "printer", "take_paper")
        return await self._touch("next")

    async def _on_TroubleBody(self, body: bodies.TroubleBody) -> bool:
        self.trouble.append(str(body.title))
        return await self._touch("home")

    # -- the steps -------------------------------------------------------------

    async def _on_GuideBody(self, body: bodies.GuideBody) -> bool:
        return await self._touch("next")

    async def _on_ConsentBody(self, body: bodies.ConsentBody) -> bool:
        return await self._touch("page:next") or await self._touch("next")

    async def _on_IdentifyBody(self, body: bodies.IdentifyBody) -> bool:
        if body.picture == "meter":
            account = self._wishes.meter_card
            return await self._once("meter", "meter-card", "insert", account=account)
        return await self._once(
            "insert", "idcard", "insert", person=self._wishes.person
        )

    async def _on_FaceBody(self, body: bodies.FaceBody) -> bool:
        return await self._once(
            "face", "face-camera", "person", key=self._wishes.person
        )

    async def _on_FormBody(self, body: bodies.FormBody) -> bool:
        if self._wishes.scan and body.scan_hint is not None:
            return await self._once(
                "scan", "scanner", "present", code=self._wishes.scan, seconds=10
            )
        if self._wishes.by_card and await self._touch_once("by-card"):
            return True
        if await self._touch_once(f"amount:{self._wishes.amount_fen}"):
            return True
        for field_view in body.fields:
            if not field_view.locked and field_view.required and not field_view.value:
                return await self._fill(field_view, body.active)
        return await self._touch("next")

    async def _fill(self, wanted: FieldView, active: str) -> bool:
        if active != wanted.key:
            return await self._touch(f"field:{wanted.key}")
        if wanted.choices:
            value = self._wishes.answers.get(wanted.key, wanted.choices[0][0])
            return await self._touch(f"choice:{value}")
        return await self._hands.type(wanted.key, self._wishes.answers[wanted.key])

    async def _on_MaterialsBody(self, body: bodies.MaterialsBody) -> bool:
        for item in body.items:
            if item.tone is not Tone.OK and item.action is not None:
                return await self._touch(item.action.key)
        return await self._touch("next")

    async def _on_CaptureBody(self, body: bodies.CaptureBody) -> bool:
        if body.accept is not None:
            return await self._touch(body.accept.key)
        if await self._once("page", "document-camera", "lay_page"):
            return True
        return await self._touch("shoot")

    async def _on_SignBody(self, body: bodies.SignBody) -> bool:
        if "signed" not in self._did and await self._hands.sign():
            self._did.add("signed")
            return True
        return await self._touch("sign:done")

    async def _on_ReviewBody(self, body: bodies.ReviewBody) -> bool:
        return await self._chosen() or await self._touch("next")

    async def _on_PayBody(self, body: bodies.PayBody) -> bool:
        wishes = self._wishes
        refused = body.trouble is not None and bool(wishes.then_by)
        way = wishes.then_by if refused or "refused" in self._did else wishes.pay_by
        if refused:
            self._did.add("refused")
        if body.stage == "insertCard":
            card = wishes.card
            return await self._once(
                "bank card", "card-terminal", "present_card", kind=card
            )
        if body.stage != "waiting":
            return False
        if way != "code" and await self._chose_way(body, way):
            return True
        if way == "code":
            return await self._show_phone()
        if way == "card" or not body.qr_payload:
            return False
        channel = _CHANNELS.get(way, "wechat")
        return await self._once(
            f"pay {way}", "platform", "pay_shown_code", channel=channel
        )

    async def _chose_way(self, body: bodies.PayBody, way: str) -> bool:
        """Touch the way to pay, unless it is the one in use."""
        used = [each.key for each in body.ways if each.style == "main"]
        return f"way:{way}" not in used and await self._touch_once(f"way:{way}")

    async def _show_phone(self) -> bool:
        """Hold the phone's payment code under the scanner, once."""
        if "pay" in self._did:
            return False
        self._did.add("pay")
        made = await self._bench.act("platform", "make_payment_code", channel="wechat")
        digits = made["digits"] if isinstance(made, dict) else str(made)
        await self._bench.act(
            "scanner", "present_payment_code", digits=digits, seconds=10
        )
        return True

    async def _on_ResultBody(self, body: bodies.ResultBody) -> bool:
        if await self._chosen():
            return True
        for key in ("next", "home"):
            if await self._touch(key):
                return True
        return False

    async def _on_CasesBody(self, body: bodies.CasesBody) -> bool:
        if await self._chosen():
            return True
        return await self._touch(body.items[0].open.key)

    async def _on_CaseBody(self, body: bodies.CaseBody) -> bool:
        return await self._touch("home")

    async def _on_RateBody(self, body: bodies.RateBody) -> bool:
        return await self._touch("rate:5")
