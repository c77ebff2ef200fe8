"""Draws the papers that people bring along: A4 pages with a red round seal.

Everything on them is invented: the hospital, the numbers, the people.
"""

from __future__ import annotations

import math

from PIL import Image, ImageDraw, ImageFont

from hardware_sim.camera.fonts import load_font
from hardware_sim.scenarios.people import PersonCard

SIZE = (1240, 1754)
"""A4 at 150 dots per inch."""

INK = (34, 34, 40)
SEAL = (196, 30, 40)
PAPER = (226, 225, 220)
HOSPITAL = "涪山区人民医院"

KINDS = {
    "admission": "住院证明",
    "diagnosis": "诊断证明书",
    "referral": "转诊转院备案表",
    "blank": "",
}
"""Papers that can be laid on the desk, with the title printed on them."""


def draw_paper(kind: str, person: PersonCard) -> Image.Image:
    """Draw one page.

    Args:
        kind: a key of ``KINDS``.
        person: whose name stands on it.
    """
    page = Image.new("RGB", SIZE, PAPER)
    if not KINDS[kind]:
        return page
    draw = ImageDraw.Draw(page)
    _centred(draw, 150, HOSPITAL, 58)
    _centred(draw, 245, KINDS[kind], 78, bold=True)
    draw.line([(130, 365), (1110, 365)], fill=INK, width=4)
    _particulars(draw, person, kind)
    _body(draw, _sentences(kind, person))
    draw.text((700, 1395), f"{HOSPITAL}（盖章）", INK, load_font(36))
    draw.text((700, 1460), "2026 年 11 月 12 日", INK, load_font(36))
    _stamp(page, (860, 1420), 165)
    _footer(draw)
    return page


def _centred(
    draw: ImageDraw.ImageDraw, top: int, text: str, size: int, *, bold: bool = False
) -> None:
    draw.text((SIZE[0] / 2, top), text, INK, load_font(size, bold=bold), anchor="ma")


def _particulars(draw: ImageDraw.ImageDraw, person: PersonCard, kind: str) -> None:
    number = "ZY202611080317" if kind == "admission" else "MZ202611120058"
    cells = (
        ("姓名", person.name),
        ("性别", "女" if person.sex == "female" else "男"),
        ("出生日期", person.birth_words),
        ("编号", number),
        ("科室", "心血管内科"),
        ("医疗类别", "职工基本医疗保险"),
    )
    label, value = load_font(36, bold=True), load_font(36)
    for place, (name, content) in enumerate(cells):
        x, y = 140 + place % 2 * 540, 410 + place // 2 * 72
        draw.text((x, y), f"{name}：", INK, label)
        draw.text((x + 40 + 36 * len(name), y), content, INK, value)
    draw.line([(130, 640), (1110, 640)], fill=INK, width=2)


def _sentences(kind: str, person: PersonCard) -> str:
    if kind == "admission":
        return (
            f"兹证明患者{person.name}因反复胸闷三月、加重一周，于 2026 年 11 月 8 日"
            "收入我院心血管内科住院治疗。入院诊断：冠状动脉粥样硬化性心脏病，"
            "高血压病 2 级。预计住院时间十四日。患者长期在本地随子女居住，"
            "现申请办理异地就医备案，请予协助。"
        )
    if kind == "referral":
        return (
            f"患者{person.name}因病情需要，经我院专家会诊，拟转往上级医院继续治疗。"
            "转诊原因：限于本院技术与设备条件，需行进一步检查及介入治疗。"
            "转诊有效期自开具之日起六个月。请参保地医疗保障经办机构予以备案。"
        )
    return (
        f"患者{person.name}于 2026 年 11 月 12 日来我院门诊就诊。查体：血压 156/92，"
        "心率 82 次每分，律齐。心电图示 ST 段轻度改变。诊断：高血压病 2 级，"
        "冠心病待排。建议：休息两周，规律服药，两周后门诊复查，不适随诊。"
    )


def _body(draw: ImageDraw.ImageDraw, text: str) -> None:
    font = load_font(40)
    for number, line in enumerate(_wrapped("　　" + text, font, 970)):
        draw.text((140, 700 + number * 76), line, INK, font)


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """Break text at that width; no line begins with a punctuation mark."""
    lines = [""]
    for letter in text:
        fits = font.getlength(lines[-1] + letter) <= width
        if fits or letter in "，。、：）":
            lines[-1] += letter
        else:
            lines.append(letter)
    return lines


def _footer(draw: ImageDraw.ImageDraw) -> None:
    draw.line([(130, 1610), (1110, 1610)], fill=INK, width=1)
    note = "本证明仅供演示，人物、机构与编号均为虚构。"
    _centred(draw, 1630, note, 28)


def _stamp(page: Image.Image, middle: tuple[int, int], radius: int) -> None:
    """Press a round seal with a star on the page, ink shining through."""
    side = radius * 2 + 20
    seal = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(seal)
    centre = side / 2
    draw.ellipse([10, 10, side - 10, side - 10], outline=225, width=9)
    draw.polygon(_star(centre, centre, radius * 0.33), fill=225)
    for place, letter in enumerate(HOSPITAL):
        angle = math.radians(-90 + (place - (len(HOSPITAL) - 1) / 2) * 34)
        _turned_letter(seal, letter, centre, radius * 0.74, angle)
    draw.text((centre, centre + radius * 0.6), "诊断专用章", 225, load_font(32), "mm")
    slanted = seal.rotate(-9, resample=Image.Resampling.BICUBIC)
    ink = Image.new("RGB", (side, side), SEAL)
    page.paste(ink, (middle[0] - side // 2, middle[1] - side // 2), slanted)


def _turned_letter(
    seal: Image.Image, letter: str, centre: float, distance: float, angle: float
) -> None:
    tile = Image.new("L", (72, 72), 0)
    ImageDraw.Draw(tile).text((36, 36), letter, 225, load_font(46, bold=True), "mm")
    turned = tile.rotate(
        -math.degrees(angle) - 90, resample=Image.Resampling.BICUBIC, expand=False
    )
    x = centre + distance * math.cos(angle) - 36
    y = centre + distance * math.sin(angle) - 36
    seal.paste(225, (int(x), int(y)), turned)


def _star(x: float, y: float, size: float) -> list[tuple[float, float]]:
    points = []
    for corner in range(10):
        reach = size if corner % 2 == 0 else size * 0.4
        angle = math.radians(-90 + corner * 36)
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    return points
