"""Sample views of arriving: the attract page, the lists, the guide, who somebody is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kiosk.core import bodies as v
from kiosk.core import intents as i
from kiosk.core import parts, views
from kiosk.core.parts import Button, Tone
from kiosk.core.words import Words as W
from tests.screens.sample_parts import (
    BAR,
    DOMAINS,
    FOOTER,
    LAMPS,
    LEAVE,
    QUICK,
    TROUBLE_WORDS,
    WAY,
    button,
    fact,
    home,
    progress,
    view,
)

GUIDE = v.GuideBody(
    W("参保缴费证明", "Proof of contributions"),
    W("社会保险参保缴费记录查询打印", "Social insurance contribution record"),
    (
        fact(
            "谁能办", "Who", ("在本市参加社会保险的人", "Anyone insured in this city")
        ),
        fact("要带什么", "Bring", ("本人身份证", "Your own resident ID card")),
        fact("多久", "Time", ("当场打印,约 2 分钟", "At once, about 2 minutes")),
        fact("多少钱", "Fee", ("不收费", "Free of charge")),
        fact(
            "拿到什么",
            "You get",
            (
                "A4 证明一张,带电子印章和验证二维码",
                "One A4 sheet with a seal and a code to verify it",
            ),
        ),
        fact(
            "依据",
            "Basis",
            (
                "《社会保险个人权益记录管理办法》第十四条",
                "Measures on personal records of social insurance, article 14",
            ),
        ),
    ),
    Button(W("开始办理", "Begin"), i.Next(), style="main", key="next"),
)
CONSENT = v.ConsentBody(
    W("请先看这几条", "Please read this first"),
    (
        W(
            "本机会读取您身份证上的姓名、号码和照片,只用于核对是不是您本人。",
            "This machine reads the name, number and photograph on your "
            "ID card, only to make sure that it is you.",
        ),
        W(
            "核对结果和办件记录由政务服务平台保存,本机不留存。您结束后,本机上的个人信息会立即清除。",
            "The result is kept by the government platform, not by this "
            "machine. When you finish, everything personal is wiped here "
            "at once.",
        ),
        W(
            "您可以随时点“退出”停止办理,已经填写的内容不会提交。",
            "You may leave at any time; nothing that you typed is submitted.",
        ),
    ),
    1,
    2,
    Button(
        W("同意并继续", "Agree and go on"),
        None,
        style="main",
        reason=W("请看到最后一页", "Please read to the last page"),
        key="next",
    ),
    Button(W("下一页", "Next page"), i.TurnPage(1), key="page:next"),
    None,
)
IDENTIFY = v.IdentifyBody(
    W("请把身份证放在读卡区", "Put your ID card on the reader"),
    W(
        "放平,不要移动,约 2 秒。办完请记得取走。",
        "Flat, without moving it, for 2 seconds. Take it with you afterwards.",
    ),
    v.CardStage.WAITING,
    W("没带身份证?这些也可以", "No ID card with you? These work too"),
    (
        button("phone-id", "手机身份码", "ID code on the phone", "phone"),
        button("social-card", "社保卡 + 密码", "Social security card", "card"),
        button("sms", "手机号 + 短信", "Phone number + SMS", "chat"),
        button("staff", "请工作人员协助", "Ask the staff", "people"),
    ),
)
FACE = v.FaceBody(
    W("请看镜头", "Please look into the camera"),
    W("站近一点,把脸放进框里", "Come a little closer, face in the frame"),
    "face",
    (0.36, 0.16, 0.28, 0.52),
    Tone.PLAIN,
    False,
    (
        button("other", "换个方式", "Another way", "id"),
        button("staff", "请工作人员协助", "Ask the staff", "people"),
    ),
)


def _matters() -> v.ListBody:
    names = (
        ("参保缴费证明", "Proof of contributions", "doc"),
        ("养老金资格认证", "Pension: proof of life", "face"),
        ("个人权益记录单", "Statement of entitlements", "doc"),
        ("社保卡挂失", "Report a lost card", "card"),
        ("灵活就业参保登记", "Insurance of the self-employed", "person"),
        ("待遇发放明细", "Benefits paid", "coin"),
    )
    tiles = [
        button(
            f"matter:{n}",
            zh,
            en,
            icon,
            ("即办,约 2 分钟", "At once, 2 minutes"),
            intent=i.OpenMatter(str(n)),
        )
        for n, (zh, en, icon) in enumerate(names)
    ]
    tiles[3] = Button(
        tiles[3].label,
        None,
        icon="card",
        reason=W(
            "打印机缺纸,附近可办:临江路邮局",
            "No paper here; nearest: post office, Linjiang Road",
        ),
        key="matter:3",
    )
    return v.ListBody(W("社会保险", "Social insurance"), tuple(tiles), 1, 3)


QUESTION = v.QuestionBody(
    W("您属于下面的情况吗?", "Does one of these apply to you?"),
    W("属于的话,要到窗口办理", "If so, please go to the counter"),
    (
        W("社保关系已经转到外省", "The insurance was moved to another province"),
        W("正在办理退休手续", "Retirement is under way"),
    ),
    (
        button("none-applies", "都不是", "None of them", "check"),
        button("one-applies", "有一项是", "One does", "people"),
    ),
)

ANOTHER = v.QuestionBody(
    W("还要办别的吗?", "Anything else?"),
    None,
    (),
    (
        Button(
            W("结束办理", "Finish"),
            i.Leave(),
            style="main",
            icon="exit",
            key="finish",
        ),
        button("another", "再办一件", "Another matter", "doc"),
    ),
)


def every_view() -> Mapping[str, views.View]:
    """Return the pages up to the first field of a form."""
    return {
        "attract": views.View(
            BAR,
            parts.Look(),
            v.AttractBody(
                W("24 小时政务服务", "Government services, day and night"),
                W(
                    "证明打印 · 生活缴费 · 业务申请",
                    "Certificates · Bills · Applications",
                ),
                LAMPS,
            ),
            footer=FOOTER,
        ),
        "home": view(home(), leave=LEAVE),
        "home-few": view(home(DOMAINS[:3], QUICK[:2]), leave=LEAVE),
        "list": view(_matters(), **WAY),
        "guide": view(GUIDE, progress=progress(1), **WAY),
        "consent": view(CONSENT, progress=progress(1), **WAY),
        "question": view(QUESTION, progress=progress(1), **WAY),
        "done": view(ANOTHER),
        **_identifying(),
        "face": view(FACE, progress=progress(3), **WAY),
    }


def _identifying() -> Mapping[str, views.View]:
    """Return the page that asks for the ID card, in its states."""
    return {
        "identify": view(IDENTIFY, progress=progress(2), **WAY),
        "identify-reading": view(
            replace(
                IDENTIFY,
                title=W("正在读卡,请不要移动", "Reading, please do not move it"),
                stage=v.CardStage.READING,
            ),
            progress=progress(2),
            **WAY,
        ),
        "identify-failed": view(
            replace(IDENTIFY, stage=v.CardStage.FAILED, trouble=TROUBLE_WORDS),
            progress=progress(2),
            **WAY,
        ),
        "identify-read": view(
            replace(
                IDENTIFY,
                title=W("读好了", "Done"),
                stage=v.CardStage.READ,
                alternatives=(),
                alternatives_title=None,
            ),
            progress=progress(2),
            **WAY,
        ),
    }
