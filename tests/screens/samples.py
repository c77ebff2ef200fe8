"""Sample views for review and tests: every kind of page, with invented content."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace

from PIL import Image, ImageDraw

from kiosk.core import bodies as v
from kiosk.core import intents as i
from kiosk.core import parts, views
from kiosk.core.parts import Button, Tone
from kiosk.core.words import Words as W
from tests.screens.money_samples import every_money_body
from tests.screens.sample_parts import (
    BACK,
    BAR,
    CANCEL,
    DOMAINS,
    FOOTER,
    LAMPS,
    LEAVE,
    NEXT,
    QUICK,
    SECRETS,  # noqa: F401  for the tests
    TROUBLE_WORDS,
    button,
    fact,
    home,
    pictures,
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
WATER = W("水费缴纳", "Water bill")
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
            button("none-applies", "都不是", "None of them", "check"),
            button("one-applies", "有一项是", "One does", "people"),
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
            button("another", "再办一件", "Another matter", "doc"),
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
            button("home", "办别的事", "Something else", "house", intent=i.GoHome()),
            button(
                "ask-help", "请人来帮我", "Call somebody", "call", intent=i.AskHelp()
            ),
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
                button("again:referral", "重拍", "Again", "camera"),
                _photo(),
            ),
            v.MaterialItem(
                "residence",
                W("长期居住承诺书", "Statement of long residence"),
                W("还没有", "Missing"),
                Tone.WARN,
                button("capture:residence", "拍一张", "Photograph", "camera"),
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
        again=button("again", "重拍", "Again", "camera"),
    )
    record = v.ReviewBody(
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
    draft = v.ReviewBody(
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
                    fact(
                        "医疗保障凭证", "Certificate", ("电子证照", "licence library")
                    ),
                    fact(
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
        "guide": view(GUIDE, progress=progress(1), **way),
        "consent": view(CONSENT, progress=progress(1), **way),
        "question": view(question, progress=progress(1), **way),
        "done": view(leave),
        "identify": view(IDENTIFY, progress=progress(2), **way),
        "identify-reading": view(
            replace(
                IDENTIFY,
                title=W("正在读卡,请不要移动", "Reading, please do not move it"),
                stage=v.CardStage.READING,
            ),
            progress=progress(2),
            **way,
        ),
        "identify-failed": view(
            replace(IDENTIFY, stage=v.CardStage.FAILED, trouble=TROUBLE_WORDS),
            progress=progress(2),
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
            progress=progress(2),
            **way,
        ),
        "face": view(FACE, progress=progress(3), **way),
        "form-digits": view(FORM, progress=progress(2, 5, WATER), **way),
        "form-words": view(_form("contact", *_FIELDS), progress=progress(3), **way),
        "form-date": view(
            _form(
                "since", v.FieldView("since", W("开始日期", "From"), "date", "2026-1")
            ),
            progress=progress(3),
            **way,
        ),
        "form-choice": view(
            _form(
                "city",
                v.FieldView(
                    "city", W("就医地", "City"), "choice", "city1", choices=_PLACES
                ),
            ),
            progress=progress(3),
            **way,
        ),
        "materials": view(materials, progress=progress(4), **way),
        "capture": view(capture, progress=progress(4), **way),
        "capture-taken": view(taken, progress=progress(4), **way),
        "sign": view(
            v.SignBody(
                W("请签名", "Please sign"),
                W("签名会印在申请表上", "It is printed on the application"),
                W("签好了", "Done"),
                W("重写", "Again"),
            ),
            progress=progress(5),
            **way,
        ),
        "review-bill": view(REVIEW_BILL, progress=progress(3, 5, WATER), **way),
        "review-record": view(record, progress=progress(4), **way),
        "review-draft": view(draft, progress=progress(5), **way),
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
        "working": view(working, progress=progress(6)),
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
        "result": view(result, progress=progress(6), leave=LEAVE),
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
        "overlay": view(IDENTIFY, progress=progress(2), overlay=overlay, **way),
        **_money_views(),
    }


def _money_views() -> Mapping[str, views.View]:
    """Return the pages of money, with the buttons around them."""
    found = {}
    for name, body in every_money_body().items():
        around: dict[str, object] = {"back": BACK, "leave": LEAVE}
        if isinstance(body, v.PayBody):
            around = {"leave": CANCEL}
        found[name] = view(body, progress=progress(4, 6, WATER), **around)
    return found
