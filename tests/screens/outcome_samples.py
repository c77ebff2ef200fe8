"""Sample views of what comes of it: a result, cases, a rating."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kiosk.core import bodies as v
from kiosk.core import intents as i
from kiosk.core import views
from kiosk.core.parts import Button, Tone
from kiosk.core.words import Words as W
from tests.screens.sample_parts import (
    LEAVE,
    WAY,
    button,
    fact,
    progress,
    view,
)

CASE = v.CaseBody(
    W("异地就医备案", "Treatment in another city"),
    W("等您补材料", "Waiting for a material"),
    Tone.WARN,
    (
        fact("办件编号", "Number", "FS-2026-1120-0042"),
        fact("承诺办结", "Promised", ("2026年11月25日前", "by 25 November 2026")),
    ),
    (
        v.CaseStepRow(
            W("已提交", "Submitted"),
            W("11月20日 14:40", "20 Nov 14:40"),
            None,
            Tone.OK,
            True,
        ),
        v.CaseStepRow(
            W("已受理", "Accepted"),
            W("11月20日 16:05", "20 Nov 16:05"),
            None,
            Tone.OK,
            True,
        ),
        v.CaseStepRow(
            W("需要补齐", "Something is missing"),
            W("11月21日 09:30", "21 Nov 09:30"),
            W(
                "转诊意见看不清,请重新拍一张",
                "The referral cannot be read, please photograph it again",
            ),
            Tone.WARN,
            True,
        ),
        v.CaseStepRow(W("审核", "Review"), None, None, Tone.PLAIN, False),
        v.CaseStepRow(W("办结", "Closed"), None, None, Tone.PLAIN, False),
    ),
    (W("转诊意见(原件照片)", "Referral (photograph of the original)"),),
    (
        Button(
            W("现在补材料", "Add it now"),
            i.Next(),
            style="main",
            icon="camera",
            key="supplement",
        ),
    ),
)


def _cases() -> v.CasesBody:
    rows = (
        (
            "FS-2026-1120-0042",
            "异地就医备案",
            "Treatment in another city",
            "等您补材料",
            "Waiting for you",
            Tone.WARN,
        ),
        (
            "FS-2026-1012-0007",
            "灵活就业参保登记",
            "Insurance of the self-employed",
            "正在审核",
            "Under review",
            Tone.PLAIN,
        ),
        (
            "FS-2026-0903-0113",
            "居住证签注",
            "Residence permit",
            "已办结",
            "Closed",
            Tone.OK,
        ),
    )
    items = tuple(
        v.CaseItem(
            number,
            W(zh, en),
            W(state, state_en),
            tone,
            W("申请于 11月20日", "applied 20 Nov"),
            button(f"case:{number}", zh, en),
        )
        for number, zh, en, state, state_en, tone in rows
    )
    return v.CasesBody(
        W("办到哪一步了", "How far are my cases?"),
        W("点一下看详情", "Touch one to see more"),
        items,
        1,
        2,
    )


def _levels() -> tuple[Button, ...]:
    words = (
        ("非常满意", "Very good"),
        ("满意", "Good"),
        ("基本满意", "Fair"),
        ("不满意", "Poor"),
        ("非常不满意", "Very poor"),
    )
    return tuple(
        Button(W(zh, en), i.Rate(5 - n), key=f"rate:{5 - n}")
        for n, (zh, en) in enumerate(words)
    )


RESULT = v.ResultBody(
    W("已提交", "Submitted"),
    W(
        "办件已收到,5 个工作日内办结。进度可以在本机刷身份证查看。",
        "Your case has arrived and will be closed within 5 working "
        "days. See its progress here with your ID card.",
    ),
    Tone.OK,
    (
        fact("办件编号", "Number", "FS-2026-1120-0042", strong=True),
        fact("申请人", "Applicant", "李*芳"),
        fact(
            "受理部门",
            "Department",
            ("涪山区医疗保障局", "Fushan Medical Insurance Office"),
        ),
        fact("承诺办结", "Promised", ("2026年11月25日前", "by 25 November 2026")),
    ),
    (
        Button(
            W("打印受理通知", "Print the notice"),
            i.Next(),
            style="main",
            icon="print",
            key="next",
        ),
        button("done", "不用打印", "No print needed", "check"),
    ),
    "https://case.example/FS-2026-1120-0042",
    W("用手机扫一扫,随时看进度", "Scan with your phone to follow it"),
)


def every_view() -> Mapping[str, views.View]:
    """Return the pages after the work was done."""
    return {
        "result": view(RESULT, progress=progress(6), leave=LEAVE),
        "result-few": view(
            replace(
                RESULT, rows=RESULT.rows[:2], actions=RESULT.actions[:1], qr_payload=""
            )
        ),
        "cases": view(_cases(), **WAY),
        "case": view(CASE, **WAY),
        "rate": view(
            v.RateBody(
                W("这次办得怎么样?", "How was it?"),
                W(
                    "自愿评价,不影响办理结果",
                    "Voluntary, without any effect on your case",
                ),
                _levels(),
                Button(
                    W("不评价", "Rather not"), i.Rate(0), style="quiet", key="rate:skip"
                ),
            )
        ),
    }
