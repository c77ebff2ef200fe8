"""Bills, accounts and loads: as they come over the wire, and in the kiosk's words."""

from __future__ import annotations

from base64 import b64decode
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from kiosk.core.bills import Account, AmountRule, Bill, CardLoad, PayMethod
from kiosk.core.money import Fen
from services.platform.wire import (
    MOST_FEN,
    FenValue,
    OrderNumber,
    PositiveFen,
    Reference,
    WireModel,
)

BillerKind = Literal["water", "power", "gas", "heat", "fine"]
Balance = Annotated[int, Field(strict=True, ge=-MOST_FEN, le=MOST_FEN)]
Ordinal = Annotated[int, Field(strict=True, ge=1, le=65_535)]
UnitName = Annotated[str, Field(max_length=10)]
Units = Annotated[int, Field(strict=True, ge=0, le=4_294_967_295)]
_BASE64 = (
    r"^([A-Za-z0-9+/]{4})*"
    r"([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$"
)


class _Rule(WireModel):
    least_fen: PositiveFen
    most_fen: PositiveFen
    step_fen: PositiveFen
    suggested_fen: tuple[PositiveFen, ...] = Field(max_length=12)
    unit: UnitName
    unit_price_fen: PositiveFen | None

    @model_validator(mode="after")
    def _suggests_what_is_taken(self) -> Self:
        rule = self.rule()
        if rule.least > rule.most or not all(map(rule.fits, rule.suggested)):
            raise ValueError("amounts do not fit the rule")
        return self

    def rule(self) -> AmountRule:
        price = self.unit_price_fen
        return AmountRule(
            least=Fen(self.least_fen),
            most=Fen(self.most_fen),
            step=Fen(self.step_fen),
            suggested=tuple(Fen(amount) for amount in self.suggested_fen),
            unit=self.unit,
            unit_price=None if price is None else Fen(price),
        )


class BillShape(WireModel):
    """``Bill`` of the contract."""

    bill_key: Reference
    version: Reference
    biller: str
    account_masked: str
    holder_masked: str
    address_masked: str
    period: str = Field(pattern=r"^([0-9]{4}-(0[1-9]|1[0-2]))?$")
    usage: str
    amount_fen: FenValue
    account_key: str = Field(pattern=r"^([0-9A-Za-z][0-9A-Za-z_-]{0,63})?$")
    service: BillerKind | Literal["fee"]
    rule: _Rule | None
    methods: tuple[PayMethod, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _says_each_method_once(self) -> Self:
        if len(set(self.methods)) != len(self.methods):
            raise ValueError("a method is named twice")
        return self

    def bill(self) -> Bill:
        """Return the bill in the kiosk's own words."""
        return Bill(
            bill_key=self.bill_key,
            version=self.version,
            biller=self.biller,
            account_masked=self.account_masked,
            holder_masked=self.holder_masked,
            address_masked=self.address_masked,
            period=self.period,
            usage=self.usage,
            amount=Fen(self.amount_fen),
            account_key=self.account_key,
            service=self.service,
            rule=self.rule.rule() if self.rule else None,
            methods=self.methods,
        )


class LoadShape(WireModel):
    """``CardLoad`` of the contract."""

    order_id: OrderNumber
    serial: str = Field(pattern=r"^[0-9A-Za-z]{4,32}$")
    purchase: Ordinal
    units: Units
    unit: UnitName
    amount_fen: PositiveFen
    token: str = Field(pattern=_BASE64, max_length=344, repr=False)

    def load(self) -> CardLoad:
        """Return the load in the kiosk's own words."""
        return CardLoad(
            order_id=self.order_id,
            serial=self.serial,
            purchase=self.purchase,
            units=self.units,
            unit=self.unit,
            amount=Fen(self.amount_fen),
            token=b64decode(self.token, validate=True),
        )


class AccountShape(WireModel):
    """``Account`` of the contract."""

    account: str = Field(pattern=r"^[0-9]{6,20}$", repr=False)
    biller_kind: BillerKind
    biller_name: str
    holder_masked: str
    account_masked: str
    address_masked: str
    service: BillerKind
    kind: Literal["postpaid", "prepaid", "card"]
    bills: tuple[BillShape, ...]
    whole: BillShape | None
    topup: BillShape | None
    balance_fen: Balance | None
    unloaded: tuple[LoadShape, ...]

    @model_validator(mode="after")
    def _offers_what_belongs_to_its_kind(self) -> Self:
        if self.topup and (self.kind == "postpaid" or not self.topup.rule):
            raise ValueError("topup needs a prepaid or card account, and a rule")
        if self.unloaded and self.kind != "card":
            raise ValueError("only a card account has something unloaded")
        return self

    @model_validator(mode="after")
    def _proposes_what_is_taken(self) -> Self:
        for offer in (*self.bills, self.whole, self.topup):
            if offer and offer.rule:
                if not offer.rule.rule().fits(Fen(offer.amount_fen)):
                    raise ValueError("a proposal does not fit its rule")
        return self

    def account_found(self) -> Account:
        """Return the account in the kiosk's own words."""
        balance = self.balance_fen
        return Account(
            account=self.account,
            biller=self.biller_kind,
            biller_name=self.biller_name,
            holder_masked=self.holder_masked,
            account_masked=self.account_masked,
            address_masked=self.address_masked,
            bills=tuple(bill.bill() for bill in self.bills),
            service=self.service,
            kind=self.kind,
            whole=self.whole.bill() if self.whole else None,
            topup=self.topup.bill() if self.topup else None,
            balance=None if balance is None else Fen(balance),
            unloaded=tuple(load.load() for load in self.unloaded),
        )
