"""A robot citizen: reads what is on the screen, decides, and touches it.

It knows no matter by name. It only knows what a person knows: what each kind of
page asks for. So it finishes any matter of the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from kiosk.core import bodies
from kiosk.core.bodies import FieldView
from kiosk.core.parts import Tone
from kiosk.core.views import View


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
        answers: values for form fields; the first choice or the prefilled value
            where nothing is said.
        pay_by: ``qr`` or ``code``.
    """

    matter: str
    person: str = "li-fang"
    answers: dict[str, str] = field(default_factory=dict)
    pay_by: str = "qr"
    scan: str = ""


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
        return self.opened

    async def _on_QuestionBody(self, body: bodies.QuestionBody) -> bool:
        for key in ("finish", "none-applies", "agree"):
            if await self._touch(key):
                return True
        return False

    async def _on_FarewellBody(self, body: bodies.FarewellBody) -> bool:
        return False

    async def _on_TakeBody(self, body: bodies.TakeBody) -> bool:
        if body.picture == "card":
            return await self._once("card", "idcard", "remove")
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
        return await self._touch("next")

    async def _on_PayBody(self, body: bodies.PayBody) -> bool:
        if body.stage != "waiting" or not body.qr_payload:
            return False
        if self._wishes.pay_by == "qr":
            return await self._once("pay", "platform", "pay_shown_code")
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
        for key in ("next", "home"):
            if await self._touch(key):
                return True
        return False

    async def _on_CasesBody(self, body: bodies.CasesBody) -> bool:
        return await self._touch(body.items[0].open.key)

    async def _on_CaseBody(self, body: bodies.CaseBody) -> bool:
        return await self._touch("home")

    async def _on_RateBody(self, body: bodies.RateBody) -> bool:
        return await self._touch("rate:5")
