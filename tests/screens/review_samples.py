"""Sample views of checking: a bill, a certificate, an application."""

from __future__ import annotations

import io
from collections.abc import Mapping

from PIL import Image, ImageDraw

from kiosk.core import bodies as v
from kiosk.core import intents as i
from kiosk.core import views
from kiosk.core.parts import Button
from kiosk.core.words import Words as W
from tests.screens.sample_parts import (
    WATER,
    WAY,
    button,
    fact,
    progress,
    view,
)


def _paper() -> bytes:
    sheet = Image.new("RGB", (620, 877), "white")
    brush = ImageDraw.Draw(sheet)
    brush.rectangle((160, 70, 460, 96), fill=(30, 40, 50))
    for row in range(16):
        brush.line(
            (70, 170 + row * 34, 550 - (row % 4) * 60, 170 + row * 34),
            fill=(120, 128, 136),
            width=6,
        )
    brush.ellipse((390, 640, 530, 780), outline=(190, 30, 40), width=6)
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


REVIEW_BILL = v.ReviewBody(
    W("请核对账单", "Please check the bill"),
    W("确认后才会生成订单", "The order is made after you confirm"),
    (
        (
            W("水费账单", "Water bill"),
            (
                fact("户名", "Name", "李*芳"),
                fact("户号", "Account", "3300 **** 1182"),
                fact(
                    "地址",
                    "Address",
                    ("涪山区临江路 *** 号", "*** Linjiang Road, Fushan District"),
                ),
                fact("账期", "Period", ("2026年10月", "October 2026")),
                fact("用水量", "Used", ("24 吨", "24 m³")),
            ),
        ),
    ),
    Button(W("去付款", "Go to payment"), i.Next(), style="main", key="next"),
    amount="86.40",
    choices=(
        button("mode:qr", "手机扫码付", "Pay by phone", "phone"),
        button("mode:code", "出示付款码", "Show payment code", "scan"),
    ),
)

RECORD = v.ReviewBody(
    W("请核对证明内容", "Please check the certificate"),
    W("核对无误后打印", "It is printed when you confirm"),
    (
        (
            W("参保信息", "Insurance"),
            (
                fact("姓名", "Name", "李*芳"),
                fact("证件号", "ID number", "9990************1182"),
                fact("参保状态", "State", ("正常参保", "Insured")),
                fact("累计缴费", "Paid", ("126 个月", "126 months")),
            ),
        ),
    ),
    Button(
        W("确认并打印", "Confirm and print"),
        i.Next(),
        style="main",
        icon="print",
        key="next",
    ),
    pages_png=(_paper(),),
    page=1,
    pages=1,
)

DRAFT = v.ReviewBody(
    W("请核对后提交", "Please check before submitting"),
    None,
    (
        (
            W("申请人", "Applicant"),
            (
                fact("姓名", "Name", "李*芳"),
                fact("证件号", "ID number", "9990************1182"),
                fact("联系电话", "Phone", "13900001182"),
            ),
        ),
        (
            W("备案信息", "Filing"),
            (
                fact("就医地", "City", ("临川市", "Linchuan")),
                fact("备案类型", "Kind", ("异地长期居住", "Long-term residence")),
                fact("开始日期", "From", "2026-12-01"),
                fact(
                    "医院",
                    "Hospital",
                    ("临川市第一人民医院", "Linchuan First People's Hospital"),
                ),
            ),
        ),
        (
            W("材料", "Materials"),
            (
                fact("医疗保障凭证", "Certificate", ("电子证照", "licence library")),
                fact("转诊意见", "Referral", ("已拍摄 1 页", "1 page photographed")),
            ),
        ),
    ),
    Button(W("提交申请", "Submit"), i.Next(), style="main", key="next"),
    notice=W(
        "提交后可以在本机或手机上查看进度。",
        "Progress can be seen here or on your phone.",
    ),
)


def every_view() -> Mapping[str, views.View]:
    """Return the pages on which everything is read once more."""
    return {
        "review-bill": view(REVIEW_BILL, progress=progress(3, 5, WATER), **WAY),
        "review-record": view(RECORD, progress=progress(4), **WAY),
        "review-draft": view(DRAFT, progress=progress(5), **WAY),
    }
