"""Sample views of paying with a phone; the other pages of money are the flow's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kiosk.core import bodies as v
from kiosk.core import intents as i
from kiosk.core import views
from kiosk.core.parts import Button
from kiosk.core.words import Words as W
from tests.screens.sample_parts import (
    WATER,
    fact,
    progress,
    view,
)

PAY = v.PayBody(
    W("请付款", "Please pay"),
    "86.40",
    (
        fact("户名", "Name", "李*芳"),
        fact("户号", "Account", "3300 **** 1182"),
        fact("账期", "Period", ("2026年10月,24 吨", "October 2026, 24 m³")),
    ),
    "A0317-0042-00001907",
    "waiting",
    "https://pay.example/q/A0317-0042-00001907?sum=8640&sign=7d3b1c",
    276,
    W("用手机扫这里", "Scan this with your phone"),
    W("微信、支付宝、云闪付", "WeChat, Alipay, UnionPay"),
    W("或出示付款码", "Or show your payment code"),
    W("对准右下方亮灯的扫码窗", "to the lit window at the lower right"),
    W(
        "付款后请等本机显示“缴费成功”再离开。若没有显示,不要再付一次,本机会查清并告诉您。",
        "After paying please wait until this machine says that it is "
        "done. If it does not, do not pay again: the machine finds "
        "out and tells you.",
    ),
)


def every_view() -> Mapping[str, views.View]:
    """Return the page to pay on, in its three states."""
    return {
        "pay": view(
            PAY,
            progress=progress(4, 5, WATER),
            leave=Button(
                W("取消付款", "Cancel"),
                i.Leave(),
                style="quiet",
                icon="exit",
                key="leave",
            ),
        ),
        "pay-checking": view(
            replace(PAY, stage="checking", qr_payload=""),
            progress=progress(4, 5, WATER),
        ),
        "pay-paid": view(
            replace(PAY, stage="paid", qr_payload="", notice=None),
            progress=progress(4, 5, WATER),
        ),
    }
