"""Sample views of forms: digits, words, a date, a choice."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.core import bodies as v
from kiosk.core import intents as i
from kiosk.core import views
from kiosk.core.parts import Button
from kiosk.core.words import Words as W
from tests.screens.sample_parts import (
    NEXT,
    WATER,
    WAY,
    progress,
    view,
)

FORM = v.FormBody(
    W("请填写户号", "Please type the account number"),
    W("在水费单的右上角,共 12 位", "Top right on the bill, 12 digits"),
    (
        v.FieldView(
            "account", W("户号", "Account number"), "digits", "330012", max_length=12
        ),
    ),
    "account",
    Button(W("下一步", "Next"), i.Next(), style="main", key="next"),
    scan_hint=W(
        "也可以把账单条形码对准右下方的扫码窗",
        "Or hold the bill's barcode under the scanner at the lower right",
    ),
)
_FIELDS = (
    v.FieldView(
        "name",
        W("姓名", "Name"),
        "pinyin",
        "李*芳",
        source=W("身份证", "ID card"),
        locked=True,
    ),
    v.FieldView("contact", W("联系人", "Contact person"), "pinyin", "王小虎"),
    v.FieldView(
        "phone",
        W("联系电话", "Phone"),
        "phone",
        "13900001182",
        error=W("号码要有 11 位", "11 digits are needed"),
        max_length=11,
    ),
)
_PLACES = tuple(
    (f"city{n}", W(zh, en))
    for n, (zh, en) in enumerate(
        (
            ("涪山市", "Fushan"),
            ("临川市", "Linchuan"),
            ("松原市", "Songyuan"),
            ("海丰市", "Haifeng"),
            ("青岭市", "Qingling"),
        )
    )
)


def _form(active: str, *fields: v.FieldView) -> v.FormBody:
    return v.FormBody(
        W("请填写备案信息", "Please fill in the filing"),
        W("已知道的内容已经替您填好", "What is known has been filled in"),
        fields,
        active,
        NEXT,
    )


def every_view() -> Mapping[str, views.View]:
    """Return a form with each kind of keyboard."""
    return {
        "form-digits": view(FORM, progress=progress(2, 5, WATER), **WAY),
        "form-words": view(_form("contact", *_FIELDS), progress=progress(3), **WAY),
        "form-date": view(
            _form(
                "since", v.FieldView("since", W("开始日期", "From"), "date", "2026-1")
            ),
            progress=progress(3),
            **WAY,
        ),
        "form-choice": view(
            _form(
                "city",
                v.FieldView(
                    "city", W("就医地", "City"), "choice", "city1", choices=_PLACES
                ),
            ),
            progress=progress(3),
            **WAY,
        ),
    }
