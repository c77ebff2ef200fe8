"""What every sample view is made of: bar, footer, buttons, rows, camera pictures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import numpy as np
from PIL import Image, ImageDraw

from kiosk.core import bodies as v
from kiosk.core import intents as i
from kiosk.core import parts, views
from kiosk.core.media import Frame
from kiosk.core.parts import Button, Lamp, Row, Tone
from kiosk.core.words import Words as W

PERSON = "李*芳"
SECRETS = ("李*芳", "9990************1182", "3300 **** 1182", "王小虎", "13900001182")
"""Strings of the samples that count as personal: none may outlive a wipe."""

BAR = parts.Bar(
    W("涪山区政务服务中心 · 24 小时", "Fushan District Service Centre · 24 hours"),
    "A-0317",
    datetime(2026, 11, 20, 14, 32),
    "0000-12345",
)
FOOTER = (
    Button(W("中 / EN", "中 / EN"), i.SwitchLanguage(), icon="globe", key="language"),
    Button(W("大字", "Larger"), i.SwitchTextSize(), icon="big", key="text_size"),
    Button(
        W("高对比", "Contrast"), i.SwitchContrast(), icon="contrast", key="contrast"
    ),
    Button(W("求助", "Help"), i.AskHelp(), style="help", icon="call", key="help"),
)
LEAVE = Button(W("退出", "Leave"), i.Leave(), style="quiet", icon="exit", key="leave")
BACK = Button(W("上一步", "Back"), i.Back(), style="quiet", icon="back", key="back")
WAY: Mapping[str, Button] = {"back": BACK, "leave": LEAVE}
"""The two ways off most pages."""
CANCEL = Button(
    W("取消付款", "Cancel payment"),
    i.Leave(),
    style="quiet",
    icon="exit",
    key="leave",
)
NEXT = Button(W("下一步", "Next"), i.Next(), style="main", key="next")
LAMPS = (
    Lamp(W("打印", "Printing"), Tone.OK),
    Lamp(W("缴费", "Payment"), Tone.OK),
    Lamp(W("扫描", "Scanning"), Tone.OK),
)


def button(
    key: str,
    zh: str,
    en: str,
    icon: str = "",
    second: tuple[str, str] | None = None,
    **more: object,
) -> Button:
    return Button(
        W(zh, en),
        more.pop("intent", i.Choose(key)),  # type: ignore[arg-type]
        icon=icon,
        second_line=W(*second) if second else None,
        key=key,
        **more,  # type: ignore[arg-type]
    )


def _domain(slug: str, zh: str, en: str, icon: str, count: int) -> Button:
    return Button(
        W(zh, en),
        i.OpenDomain(slug),
        icon=icon,
        second_line=W(f"{count} 项", f"{count} items"),
        key=f"domain:{slug}",
    )


QUICK = (
    button(
        "matter:certificate",
        "打印证明",
        "Print a certificate",
        "doc",
        ("社保、公积金、房产等", "Insurance, housing fund, property"),
        intent=i.OpenMatter("certificate"),
    ),
    button(
        "matter:water",
        "水电气暖",
        "Water, power, gas, heat",
        "drop",
        ("查欠费、缴费、充值", "See what is due and pay"),
        intent=i.OpenMatter("water"),
    ),
    button(
        "matter:cases",
        "办到哪一步了",
        "How far is my case?",
        "clock",
        ("进度、补材料、取结果", "Progress, materials, results"),
        intent=i.OpenMatter("cases"),
    ),
    button(
        "matter:queue",
        "取号和预约",
        "Queue and appointments",
        "ticket",
        ("前面 6 人,约 12 分钟", "6 ahead, about 12 minutes"),
        intent=i.OpenMatter("queue"),
    ),
)
DOMAINS = (
    _domain("social", "社会保险", "Social insurance", "person", 18),
    _domain("medical", "医疗保障", "Medical insurance", "heart", 26),
    _domain("fund", "公积金", "Housing fund", "coin", 17),
    _domain("estate", "不动产", "Property", "house", 7),
    _domain("household", "户籍证件", "Household, ID", "id", 16),
    _domain("vehicle", "车辆驾驶", "Driving", "car", 15),
    _domain("tax", "税务", "Taxes", "tax", 34),
    Button(
        W("市场监管", "Business"),
        None,
        icon="shop",
        reason=W("系统维护至 15:00", "Down until 15:00"),
        key="domain:business",
    ),
    _domain("civil", "民政助残", "Civil affairs", "people", 16),
    _domain("education", "教育考试", "Education", "book", 11),
    _domain("justice", "司法诉讼", "Justice", "scale", 9),
    Button(
        W("12345", "12345"),
        i.OpenDomain("hotline"),
        icon="chat",
        second_line=W("咨询、投诉、建议", "Ask, complain"),
        key="domain:hotline",
    ),
)


def home(
    domains: tuple[Button, ...] = DOMAINS, quick: tuple[Button, ...] = QUICK
) -> v.HomeBody:
    return v.HomeBody(
        W("您好,要办什么事?", "Hello, what would you like to do?"),
        quick,
        W("按部门找", "By department"),
        W("共 283 项,今天可办 271 项", "283 services, 271 available today"),
        domains,
        LAMPS,
        W("21:00 后无人值守,求助改为预约回电", "After 21:00 help is by call-back"),
    )


def view(body: v.Body, **more: object) -> views.View:
    return views.View(BAR, parts.Look(), body, footer=FOOTER, **more)  # type: ignore[arg-type]


WATER = W("水费缴纳", "Water bill")
MATTER = W("参保缴费证明打印", "Proof of social insurance payments")
TROUBLE_WORDS = W(
    "没有读到卡。请把身份证平放在读卡区,不要移动。",
    "The card could not be read. Lay it flat and do not move it.",
)


def progress(step: int, total: int = 6, title: W = MATTER) -> parts.Progress:
    return parts.Progress(title, step, total)


def fact(
    zh: str, en: str, value: tuple[str, str] | str, *, strong: bool = False
) -> Row:
    pair = (value, value) if isinstance(value, str) else value
    return Row(W(zh, en), W(*pair), strong)


def pictures() -> Mapping[str, Frame]:
    """Return what the cameras see."""
    face = Image.new("RGB", (960, 720), (196, 204, 208))
    brush = ImageDraw.Draw(face)
    brush.rectangle((0, 520, 960, 720), fill=(150, 160, 170))
    brush.ellipse((250, 470, 710, 980), fill=(70, 92, 130))
    brush.ellipse((360, 150, 600, 480), fill=(226, 190, 164))
    brush.pieslice((345, 120, 615, 420), 180, 360, fill=(44, 40, 40))
    for x in (430, 530):
        brush.ellipse((x - 12, 300, x + 12, 322), fill=(40, 40, 44))
    brush.arc((430, 360, 530, 420), 20, 160, fill=(150, 80, 80), width=6)
    page = Image.new("RGB", (1280, 960), (92, 84, 76))
    brush = ImageDraw.Draw(page)
    brush.polygon(
        [(330, 130), (930, 110), (980, 860), (290, 850)], fill=(244, 243, 238)
    )
    for row in range(12):
        brush.line(
            (380, 230 + row * 48, 880 - (row % 3) * 90, 225 + row * 48),
            fill=(90, 90, 96),
            width=8,
        )
    return {
        name: Frame(np.asarray(image)[:, :, ::-1].copy(), 0.0, 1)
        for name, image in (("face", face), ("document", page))
    }
