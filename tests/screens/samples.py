"""Sample views for review and tests: every kind of page, with invented content."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import numpy as np
from PIL import Image, ImageDraw

from kiosk.core import bodies as v
from kiosk.core import intents as i
from kiosk.core import parts, views
from kiosk.core.media import Frame
from kiosk.core.parts import Button, Lamp, Row, Tone
from kiosk.core.words import Words as W
from tests.screens.money_samples import every_money_body

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


def _b(
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
    _b(
        "matter:certificate",
        "打印证明",
        "Print a certificate",
        "doc",
        ("社保、公积金、房产等", "Insurance, housing fund, property"),
        intent=i.OpenMatter("certificate"),
    ),
    _b(
        "matter:water",
        "水电气暖",
        "Water, power, gas, heat",
        "drop",
        ("查欠费、缴费、充值", "See what is due and pay"),
        intent=i.OpenMatter("water"),
    ),
    _b(
        "matter:cases",
        "办到哪一步了",
        "How far is my case?",
        "clock",
        ("进度、补材料、取结果", "Progress, materials, results"),
        intent=i.OpenMatter("cases"),
    ),
    _b(
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


MATTER = W("参保缴费证明打印", "Proof of social insurance payments")
TROUBLE_WORDS = W(
    "没有读到卡。请把身份证平放在读卡区,不要移动。",
    "The card could not be read. Lay it flat and do not move it.",
)


def _progress(step: int, total: int = 6, title: W = MATTER) -> parts.Progress:
    return parts.Progress(title, step, total)


def _row(
    zh: str, en: str, value: tuple[str, str] | str, *, strong: bool = False
) -> Row:
    pair = (value, value) if isinstance(value, str) else value
    return Row(W(zh, en), W(*pair), strong)


GUIDE = v.GuideBody(
    W("参保缴费证明", "Proof of contributions"),
    W("社会保险参保缴费记录查询打印", "Social insurance contribution record"),
    (
        _row(
            "谁能办", "Who", ("在本市参加社会保险的人", "Anyone insured in this city")
        ),
        _row("要带什么", "Bring", ("本人身份证", "Your own resident ID card")),
        _row("多久", "Time", ("当场打印,约 2 分钟", "At once, about 2 minutes")),
        _row("多少钱", "Fee", ("不收费", "Free of charge")),
        _row(
            "拿到什么",
            "You get",
            (
                "A4 证明一张,带电子印章和验证二维码",
                "One A4 sheet with a seal and a code to verify it",
            ),
        ),
        _row(
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
        _b("phone-id", "手机身份码", "ID code on the phone", "phone"),
        _b("social-card", "社保卡 + 密码", "Social security card", "card"),
        _b("sms", "手机号 + 短信", "Phone number + SMS", "chat"),
        _b("staff", "请工作人员协助", "Ask the staff", "people"),
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
        _b("other", "换个方式", "Another way", "id"),
        _b("staff", "请工作人员协助", "Ask the staff", "people"),
    ),
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


def _photo() -> bytes:
    frame = pictures()["document"]
    out = io.BytesIO()
    Image.fromarray(frame.pixels[:, :, ::-1]).crop((300, 110, 980, 860)).save(
        out, "JPEG"
    )
    return out.getvalue()


REVIEW_BILL = v.ReviewBody(
    W("请核对账单", "Please check the bill"),
    W("确认后才会生成订单", "The order is made after you confirm"),
    (
        (
            W("水费账单", "Water bill"),
            (
                _row("户名", "Name", "李*芳"),
                _row("户号", "Account", "3300 **** 1182"),
                _row(
                    "地址",
                    "Address",
                    ("涪山区临江路 *** 号", "*** Linjiang Road, Fushan District"),
                ),
                _row("账期", "Period", ("2026年10月", "October 2026")),
                _row("用水量", "Used", ("24 吨", "24 m³")),
            ),
        ),
    ),
    Button(W("去付款", "Go to payment"), i.Next(), style="main", key="next"),
    amount="86.40",
    choices=(
        _b("mode:qr", "手机扫码付", "Pay by phone", "phone"),
        _b("mode:code", "出示付款码", "Show payment code", "scan"),
    ),
)
PAY = v.PayBody(
    W("请付款", "Please pay"),
    "86.40",
    (
        _row("户名", "Name", "李*芳"),
        _row("户号", "Account", "3300 **** 1182"),
        _row("账期", "Period", ("2026年10月,24 吨", "October 2026, 24 m³")),
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
WATER = W("水费缴纳", "Water bill")
CASE = v.CaseBody(
    W("异地就医备案", "Treatment in another city"),
    W("等您补材料", "Waiting for a material"),
    Tone.WARN,
    (
        _row("办件编号", "Number", "FS-2026-1120-0042"),
        _row("承诺办结", "Promised", ("2026年11月25日前", "by 25 November 2026")),
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
            _b(f"case:{number}", zh, en),
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
        _b(
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


def every_view() -> Mapping[str, views.View]:
    """Return all samples by name."""
    way = {"back": BACK, "leave": LEAVE}
    question = v.QuestionBody(
        W("您属于下面的情况吗?", "Does one of these apply to you?"),
        W("属于的话,要到窗口办理", "If so, please go to the counter"),
        (
            W("社保关系已经转到外省", "The insurance was moved to another province"),
            W("正在办理退休手续", "Retirement is under way"),
        ),
        (
            _b("none-applies", "都不是", "None of them", "check"),
            _b("one-applies", "有一项是", "One does", "people"),
        ),
    )
    leave = v.QuestionBody(
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
            _b("another", "再办一件", "Another matter", "doc"),
        ),
    )
    overlay = views.Overlay(
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
    trouble = v.TroubleBody(
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
            _b("home", "办别的事", "Something else", "house", intent=i.GoHome()),
            _b("ask-help", "请人来帮我", "Call somebody", "call", intent=i.AskHelp()),
        ),
        "FS-2026-1120-0042",
        "0000-12345",
    )
    result = v.ResultBody(
        W("已提交", "Submitted"),
        W(
            "办件已收到,5 个工作日内办结。进度可以在本机刷身份证查看。",
            "Your case has arrived and will be closed within 5 working "
            "days. See its progress here with your ID card.",
        ),
        Tone.OK,
        (
            _row("办件编号", "Number", "FS-2026-1120-0042", strong=True),
            _row("申请人", "Applicant", "李*芳"),
            _row(
                "受理部门",
                "Department",
                ("涪山区医疗保障局", "Fushan Medical Insurance Office"),
            ),
            _row("承诺办结", "Promised", ("2026年11月25日前", "by 25 November 2026")),
        ),
        (
            Button(
                W("打印受理通知", "Print the notice"),
                i.Next(),
                style="main",
                icon="print",
                key="next",
            ),
            _b("done", "不用打印", "No print needed", "check"),
        ),
        "https://case.example/FS-2026-1120-0042",
        W("用手机扫一扫,随时看进度", "Scan with your phone to follow it"),
    )
    materials = v.MaterialsBody(
        W("需要这两份材料", "Two materials are needed"),
        W(
            "能调用电子证照的不用再交",
            "What the licence library has need not be handed in",
        ),
        (
            v.MaterialItem(
                "insurance",
                W("医疗保障凭证", "Medical insurance certificate"),
                W("已由电子证照代替", "Taken from the licence library"),
                Tone.OK,
            ),
            v.MaterialItem(
                "referral",
                W("转诊意见", "Referral"),
                W("已拍摄", "Photographed"),
                Tone.OK,
                _b("again:referral", "重拍", "Again", "camera"),
                _photo(),
            ),
            v.MaterialItem(
                "residence",
                W("长期居住承诺书", "Statement of long residence"),
                W("还没有", "Missing"),
                Tone.WARN,
                _b("capture:residence", "拍一张", "Photograph", "camera"),
            ),
        ),
        Button(
            W("下一步", "Next"),
            None,
            style="main",
            reason=W("还差 1 份材料", "One is missing"),
            key="next",
        ),
    )
    corners = ((0.26, 0.135), (0.727, 0.115), (0.765, 0.896), (0.227, 0.885))
    capture = v.CaptureBody(
        W("把材料放在高拍仪下面", "Put the page under the camera"),
        W("四角都要看见,文字朝上", "All four corners, text up"),
        "document",
        corners,
        Tone.OK,
        None,
        Button(
            W("拍照", "Photograph"),
            i.Choose("shoot"),
            style="main",
            icon="camera",
            key="shoot",
        ),
        None,
        None,
    )
    taken = replace(
        capture,
        title=W("看得清楚吗?", "Is it easy to read?"),
        hint=W("文字清楚、没有缺角就可以", "The text is sharp and nothing is cut"),
        taken_jpeg=_photo(),
        corners=None,
        shoot=None,
        accept=Button(
            W("清楚,用这张", "Yes, use it"),
            i.Next(),
            style="main",
            icon="check",
            key="accept",
        ),
        again=_b("again", "重拍", "Again", "camera"),
    )
    record = v.ReviewBody(
        W("请核对证明内容", "Please check the certificate"),
        W("核对无误后打印", "It is printed when you confirm"),
        (
            (
                W("参保信息", "Insurance"),
                (
                    _row("姓名", "Name", "李*芳"),
                    _row("证件号", "ID number", "9990************1182"),
                    _row("参保状态", "State", ("正常参保", "Insured")),
                    _row("累计缴费", "Paid", ("126 个月", "126 months")),
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
    draft = v.ReviewBody(
        W("请核对后提交", "Please check before submitting"),
        None,
        (
            (
                W("申请人", "Applicant"),
                (
                    _row("姓名", "Name", "李*芳"),
                    _row("证件号", "ID number", "9990************1182"),
                    _row("联系电话", "Phone", "13900001182"),
                ),
            ),
            (
                W("备案信息", "Filing"),
                (
                    _row("就医地", "City", ("临川市", "Linchuan")),
                    _row("备案类型", "Kind", ("异地长期居住", "Long-term residence")),
                    _row("开始日期", "From", "2026-12-01"),
                    _row(
                        "医院",
                        "Hospital",
                        ("临川市第一人民医院", "Linchuan First People's Hospital"),
                    ),
                ),
            ),
            (
                W("材料", "Materials"),
                (
                    _row(
                        "医疗保障凭证", "Certificate", ("电子证照", "licence library")
                    ),
                    _row(
                        "转诊意见", "Referral", ("已拍摄 1 页", "1 page photographed")
                    ),
                ),
            ),
        ),
        Button(W("提交申请", "Submit"), i.Next(), style="main", key="next"),
        notice=W(
            "提交后可以在本机或手机上查看进度。",
            "Progress can be seen here or on your phone.",
        ),
    )
    working = v.WorkingBody(
        W("正在打印", "Printing"),
        W("共 2 张,请稍等", "2 sheets, a moment please"),
        "paper",
        0.5,
        6,
    )
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
        "list": view(_matters(), **way),
        "guide": view(GUIDE, progress=_progress(1), **way),
        "consent": view(CONSENT, progress=_progress(1), **way),
        "question": view(question, progress=_progress(1), **way),
        "done": view(leave),
        "identify": view(IDENTIFY, progress=_progress(2), **way),
        "identify-reading": view(
            replace(
                IDENTIFY,
                title=W("正在读卡,请不要移动", "Reading, please do not move it"),
                stage=v.CardStage.READING,
            ),
            progress=_progress(2),
            **way,
        ),
        "identify-failed": view(
            replace(IDENTIFY, stage=v.CardStage.FAILED, trouble=TROUBLE_WORDS),
            progress=_progress(2),
            **way,
        ),
        "identify-read": view(
            replace(
                IDENTIFY,
                title=W("读好了", "Done"),
                stage=v.CardStage.READ,
                alternatives=(),
                alternatives_title=None,
            ),
            progress=_progress(2),
            **way,
        ),
        "face": view(FACE, progress=_progress(3), **way),
        "form-digits": view(FORM, progress=_progress(2, 5, WATER), **way),
        "form-words": view(_form("contact", *_FIELDS), progress=_progress(3), **way),
        "form-date": view(
            _form(
                "since", v.FieldView("since", W("开始日期", "From"), "date", "2026-1")
            ),
            progress=_progress(3),
            **way,
        ),
        "form-choice": view(
            _form(
                "city",
                v.FieldView(
                    "city", W("就医地", "City"), "choice", "city1", choices=_PLACES
                ),
            ),
            progress=_progress(3),
            **way,
        ),
        "materials": view(materials, progress=_progress(4), **way),
        "capture": view(capture, progress=_progress(4), **way),
        "capture-taken": view(taken, progress=_progress(4), **way),
        "sign": view(
            v.SignBody(
                W("请签名", "Please sign"),
                W("签名会印在申请表上", "It is printed on the application"),
                W("签好了", "Done"),
                W("重写", "Again"),
            ),
            progress=_progress(5),
            **way,
        ),
        "review-bill": view(REVIEW_BILL, progress=_progress(3, 5, WATER), **way),
        "review-record": view(record, progress=_progress(4), **way),
        "review-draft": view(draft, progress=_progress(5), **way),
        "pay": view(
            PAY,
            progress=_progress(4, 5, WATER),
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
            progress=_progress(4, 5, WATER),
        ),
        "pay-paid": view(
            replace(PAY, stage="paid", qr_payload="", notice=None),
            progress=_progress(4, 5, WATER),
        ),
        "working": view(working, progress=_progress(6)),
        "working-long": view(
            v.WorkingBody(
                W("正在提交", "Submitting"),
                W("正在等平台回复", "Waiting for the platform"),
                "platform",
                None,
                14,
                _b("leave-told", "先离开,结果发短信", "Leave, be told by SMS", "phone"),
            ),
            progress=_progress(6),
        ),
        "take-paper": view(
            v.TakeBody(
                W("请取走证明", "Take your certificate"),
                W("在屏幕下方的出纸口", "From the slot below the screen"),
                "paper",
                NEXT,
            ),
            progress=_progress(6),
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
        "result": view(result, progress=_progress(6), leave=LEAVE),
        "result-few": view(
            replace(
                result, rows=result.rows[:2], actions=result.actions[:1], qr_payload=""
            )
        ),
        "cases": view(_cases(), **way),
        "case": view(CASE, **way),
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
        "trouble": view(trouble, **way),
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
        "overlay": view(IDENTIFY, progress=_progress(2), overlay=overlay, **way),
        **_money_views(),
    }


def _money_views() -> Mapping[str, views.View]:
    """Return the pages of money, with the buttons around them."""
    found = {}
    for name, body in every_money_body().items():
        around: dict[str, object] = {"back": BACK, "leave": LEAVE}
        if isinstance(body, v.PayBody):
            around = {"leave": CANCEL}
        found[name] = view(body, progress=_progress(4, 6, WATER), **around)
    return found


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
