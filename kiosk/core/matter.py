"""The schema of a matter (事项): one TOML file, validated when it is loaded.

A matter is data. Codes are opaque strings (GB/T 39554.1-2020: 基本编码 12, 实施编码
31-36, 业务办理项编码 up to 50 characters; provinces differ). Step kinds are the arms
of ``Step``; each has a reducer arm in ``kiosk.flow.steps`` and a screen.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, field_validator, model_validator

from kiosk.core.bill_steps import (
    AccountStep,
    AmountStep,
    LoadStep,
    MeterStep,
    OwedStep,
    PaymentsStep,
)
from kiosk.core.schema import LocalText as LocalText
from kiosk.core.schema import Model as Model


class Codes(Model):
    """National codes, where the city has been given them."""

    basic: str = Field(default="", max_length=12)
    implementation: str = Field(default="", max_length=36)
    handling_item: str = Field(default="", max_length=50)


class Guide(Model):
    """What one reads before anything is asked. Every part must be there."""

    conditions: LocalText
    materials: LocalText
    time: LocalText
    fee: LocalText
    output: LocalText
    basis: LocalText


class GuideStep(Model):
    """Show the guide."""

    kind: Literal["guide"]


class ConsentStep(Model):
    """Terms to agree to, one paragraph after another."""

    kind: Literal["consent"]
    title: LocalText
    paragraphs: tuple[LocalText, ...] = Field(min_length=1)


class EligibilityStep(Model):
    """Ask the exclusions first, so that nobody types for nothing."""

    kind: Literal["eligibility"]


class IdentifyStep(Model):
    """Read the ID card; with ``face`` the platform compares face and card.

    Attributes:
        unless: ``payment``: not asked of someone who holds the slip of a payment.
    """

    kind: Literal["identify"]
    face: bool = False
    unless: Literal["", "payment"] = ""


Keyboard: TypeAlias = Literal["digits", "phone", "pinyin", "date", "choice"]


class Choice(Model):
    """One answer of a choice field."""

    value: str
    label: LocalText


class FormField(Model):
    """One field of a form.

    Attributes:
        prefill: ``card.name``, ``card.number``, ``card.address`` or
            ``platform.<field>``: where the value comes from before anybody types.
        pattern: regular expression that the whole value must match.
        locked: a prefilled value may not be changed here.
        barcode: regular expression with one group; a scanned code that matches
            fills the field with the group.
    """

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: LocalText
    keyboard: Keyboard
    prefill: str = Field(
        default="", pattern=r"^(|card\.[a-z_]+|platform\.[a-z_]+|clock\.today)$"
    )
    pattern: str = ""
    wrong: LocalText | None = None
    placeholder: LocalText | None = None
    choices: tuple[Choice, ...] = ()
    required: bool = True
    locked: bool = False
    barcode: str = ""
    max_length: int = Field(default=40, ge=1, le=200)

    @field_validator("pattern", "barcode")
    @classmethod
    def _compiles(cls, value: str) -> str:
        re.compile(value)
        return value

    @model_validator(mode="after")
    def _choices_fit(self) -> FormField:
        if (self.keyboard == "choice") != bool(self.choices):
            raise ValueError("choices go with the keyboard 'choice', and only with it")
        return self


class FormStep(Model):
    """Fields to fill in, ``page_size`` on a page."""

    kind: Literal["form"]
    title: LocalText
    hint: LocalText | None = None
    fields: tuple[FormField, ...] = Field(min_length=1)
    page_size: int = Field(default=3, ge=1, le=5)


class MaterialSpec(Model):
    """One material and where it may come from: e-licence first, then a photo."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: LocalText
    licence_kinds: tuple[str, ...] = ()
    photo: bool = True
    required: bool = True

    @model_validator(mode="after")
    def _has_a_source(self) -> MaterialSpec:
        if not self.licence_kinds and not self.photo:
            raise ValueError("a material needs a licence kind or a photo")
        return self


class MaterialStep(Model):
    """Collect the materials."""

    kind: Literal["material"]
    materials: tuple[MaterialSpec, ...] = Field(min_length=1)


class SignStep(Model):
    """Sign on the screen."""

    kind: Literal["sign"]
    statement: LocalText


class ReviewStep(Model):
    """Read before it counts.

    Attributes:
        source: ``record`` (a department's record, shown with the finished
            document), ``draft`` (what is about to be filed), ``bill`` (of the
            account found) or ``fee`` (what this matter costs, by its answers).
        template: document template, with ``record``.
    """

    kind: Literal["review"]
    source: Literal["record", "draft", "bill", "fee"]
    template: str = ""

    @model_validator(mode="after")
    def _template_with_record(self) -> ReviewStep:
        if (self.source == "record") != bool(self.template):
            raise ValueError("a template goes with source 'record', and only with it")
        return self


class PayStep(Model):
    """Pay the bill chosen before."""

    kind: Literal["pay"]


class SubmitStep(Model):
    """File the application."""

    kind: Literal["submit"]


class PrintStep(Model):
    """Print: the reviewed ``document``, a ``notice`` or the payment ``receipt``."""

    kind: Literal["print"]
    what: Literal["document", "notice", "receipt"]
    template: str = ""

    @model_validator(mode="after")
    def _template_with_notice(self) -> PrintStep:
        if (self.what == "notice") != bool(self.template):
            raise ValueError("a template goes with what 'notice', and only with it")
        return self


class ResultStep(Model):
    """Show what came of it, or the citizen's cases."""

    kind: Literal["result"]
    what: Literal["cases"]


class RateStep(Model):
    """Ask for a rating; always voluntary."""

    kind: Literal["rate"]


Step: TypeAlias = Annotated[
    GuideStep
    | ConsentStep
    | EligibilityStep
    | IdentifyStep
    | FormStep
    | MaterialStep
    | SignStep
    | ReviewStep
    | PayStep
    | SubmitStep
    | PrintStep
    | ResultStep
    | RateStep
    | AccountStep
    | AmountStep
    | MeterStep
    | LoadStep
    | OwedStep
    | PaymentsStep,
    Field(discriminator="kind"),
]


class Matter(Model):
    """One matter that a citizen can finish on the machine.

    Attributes:
        title: official name; ``plain``: what a person would say.
        needs: devices without which it cannot be begun, by settings name, and
            ``payment`` where money moves.
        quick: order among the large tiles of the home page, 0 = not there.
        order: order among the matters of its department; equal ones by key.
    """

    key: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: LocalText
    plain: LocalText
    second_line: LocalText
    phrasings: tuple[str, ...] = ()
    domain: str
    department: LocalText
    icon: str
    codes: Codes = Codes()
    audience: tuple[Literal["person", "company"], ...] = ("person",)
    handling: Literal["immediate", "promised"]
    promised_days: int | None = Field(default=None, ge=1)
    quick: int = Field(default=0, ge=0)
    order: int = Field(default=100, ge=0)
    sites: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    exclusions: tuple[LocalText, ...] = ()
    guide: Guide
    steps: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _promised_has_days(self) -> Matter:
        if (self.handling == "promised") != (self.promised_days is not None):
            raise ValueError("promised_days goes with handling 'promised'")
        return self


class Domain(Model):
    """A department's tile on the home page."""

    slug: str
    title: LocalText
    icon: str
    order: int


class Catalogue(Model):
    """All matters of one snapshot, in their order."""

    version: str
    domains: tuple[Domain, ...]
    matters: tuple[Matter, ...]

    def matter(self, key: str) -> Matter | None:
        """Return the matter of that key, if this snapshot has it."""
        return next((each for each in self.matters if each.key == key), None)

    def of_domain(self, slug: str) -> tuple[Matter, ...]:
        """Return the matters of one domain, in their order."""
        found = (each for each in self.matters if each.domain == slug)
        return tuple(sorted(found, key=lambda each: (each.order, each.key)))
