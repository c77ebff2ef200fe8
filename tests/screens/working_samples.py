"""Sample views of work under way, and of what has to be taken."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.core import bodies as v
from kiosk.core import views
from kiosk.core.words import Words as W
from tests.screens.sample_parts import (
    NEXT,
    button,
    progress,
    view,
)

WORKING = v.WorkingBody(
    W("正在打印", "Printing"),
    W("共 2 张,请稍等", "2 sheets, a moment please"),
    "paper",
    0.5,
    6,
)


def every_view() -> Mapping[str, views.View]:
    """Return the pages on which a machine is busy, or waits for a hand."""
    return {
        "working": view(WORKING, progress=progress(6)),
        "working-long": view(
            v.WorkingBody(
                W("正在提交", "Submitting"),
                W("正在等平台回复", "Waiting for the platform"),
                "platform",
                None,
                14,
                button(
                    "leave-told", "先离开,结果发短信", "Leave, be told by SMS", "phone"
                ),
            ),
            progress=progress(6),
        ),
        "take-paper": view(
            v.TakeBody(
                W("请取走证明", "Take your certificate"),
                W("在屏幕下方的出纸口", "From the slot below the screen"),
                "paper",
                NEXT,
            ),
            progress=progress(6),
        ),
        "take-card": view(
            v.TakeBody(
                W("请取走身份证", "Take your ID card"),
                W("身份证还在读卡区", "It is still on the reader"),
                "card",
                None,
                42,
            )
        ),
    }
