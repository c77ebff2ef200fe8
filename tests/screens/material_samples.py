"""Sample views of handing in: materials, photographs, a signature."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace

from PIL import Image

from kiosk.core import bodies as v
from kiosk.core import intents as i
from kiosk.core import views
from kiosk.core.parts import Button, Tone
from kiosk.core.words import Words as W
from tests.screens.sample_parts import (
    WAY,
    button,
    pictures,
    progress,
    view,
)


def _photo() -> bytes:
    frame = pictures()["document"]
    out = io.BytesIO()
    Image.fromarray(frame.pixels[:, :, ::-1]).crop((300, 110, 980, 860)).save(
        out, "JPEG"
    )
    return out.getvalue()


MATERIALS = v.MaterialsBody(
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

_CORNERS = ((0.26, 0.135), (0.727, 0.115), (0.765, 0.896), (0.227, 0.885))

CAPTURE = v.CaptureBody(
    W("把材料放在高拍仪下面", "Put the page under the camera"),
    W("四角都要看见,文字朝上", "All four corners, text up"),
    "document",
    _CORNERS,
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

TAKEN = replace(
    CAPTURE,
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


def every_view() -> Mapping[str, views.View]:
    """Return the pages on which somebody hands something in."""
    return {
        "materials": view(MATERIALS, progress=progress(4), **WAY),
        "capture": view(CAPTURE, progress=progress(4), **WAY),
        "capture-taken": view(TAKEN, progress=progress(4), **WAY),
        "sign": view(
            v.SignBody(
                W("请签名", "Please sign"),
                W("签名会印在申请表上", "It is printed on the application"),
                W("签好了", "Done"),
                W("重写", "Again"),
            ),
            progress=progress(5),
            **WAY,
        ),
    }
