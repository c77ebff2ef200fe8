"""Sample views of stopping: trouble, goodbye, out of service, an overlay."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.core import bodies as v
from kiosk.core import intents as i
from kiosk.core import views
from kiosk.core.parts import Button
from kiosk.core.words import Words as W
from tests.screens.arrival_samples import IDENTIFY
from tests.screens.sample_parts import (
    WAY,
    button,
    progress,
    view,
)

OVERLAY = views.Overlay(
    W("您还在吗?", "Are you still there?"),
    W(
        "再过一会儿没有操作,本机会清除您的信息并结束。",
        "If nothing is touched, the machine will wipe your data and end.",
    ),
    (
        Button(W("我还在", "I am here"), i.Stay(), style="main", key="stay"),
        Button(W("结束办理", "End"), i.Leave(), icon="exit", key="really-leave"),
    ),
    18,
)

TROUBLE = v.TroubleBody(
    W("暂时打印不了", "Printing is not possible now"),
    W(
        "打印机没有纸了。您的证明已经生成,没有丢失;补纸后可以接着打印,也可以到手机上查看。",
        "The printer is out of paper. Your certificate exists and is "
        "not lost: print it when paper is in, or see it on your "
        "phone.",
    ),
    (
        Button(
            W("再试一次", "Try again"), i.Choose("retry"), style="main", key="retry"
        ),
        button("home", "办别的事", "Something else", "house", intent=i.GoHome()),
        button("ask-help", "请人来帮我", "Call somebody", "call", intent=i.AskHelp()),
    ),
    "FS-2026-1120-0042",
    "0000-12345",
)


def every_view() -> Mapping[str, views.View]:
    """Return the pages on which nothing goes on."""
    return {
        "trouble": view(TROUBLE, **WAY),
        "farewell": view(
            v.FarewellBody(
                W("再见,慢走", "Goodbye"),
                W("您的信息已从本机清除", "Your data have been wiped here"),
            )
        ),
        "out": view(
            v.OutOfServiceBody(
                W("本机暂停服务", "Out of service"),
                W(
                    "网络中断,正在抢修。最近的自助机在临江路邮局(步行 5 分钟)。",
                    "The network is down and being repaired. The nearest machine "
                    "is in the post office on Linjiang Road, 5 minutes on foot.",
                ),
                "A-0317",
                "0000-12345",
            )
        ),
        "serviced": view(
            v.ServicedBody(
                W("正在维护", "Being serviced"),
                W(
                    "工作人员正在检修本机，很快恢复服务。",
                    "Staff are at work on this machine. Back soon.",
                ),
                (
                    W("Being serviced", "正在维护"),
                    W(
                        "Staff are at work on this machine. Back soon.",
                        "工作人员正在检修本机，很快恢复服务。",
                    ),
                ),
                "A-0317",
                "0000-12345",
            )
        ),
        "overlay": view(IDENTIFY, progress=progress(2), overlay=OVERLAY, **WAY),
    }
