"""Uploaded pages and signatures, stored with their digest."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, UnidentifiedImageError

from hardware_sim.platform.people import Citizen
from hardware_sim.platform.refusal import Refusal, refused
from hardware_sim.platform.signing import sm3
from hardware_sim.platform.store import Store

MEDIA_TYPES = ("image/jpeg", "image/png", "application/pdf")


class Materials:
    """Keeps one file for each key of a submission."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(
        self,
        submission_id: str,
        key: str,
        content: bytes,
        media_type: str,
        citizen: Citizen,
    ) -> tuple[dict[str, Any], bool]:
        """Store a page.

        Returns:
            The contract's ``Material``, and whether it is new.

        Raises:
            Refusal: 400 ``request.body`` (empty), 415, and 409
                ``material.unreadable``, ``material.sealed``, ``submission.foreign``.
        """
        if media_type not in MEDIA_TYPES:
            raise Refusal(415, "request.media_type", "不支持的文件类型")
        if not content:
            raise Refusal(400, "request.body", "文件为空")
        self._check_owner(submission_id, citizen)
        digest = sm3(content)
        shown = {
            "key": key,
            "reference": "CL" + sm3(f"{submission_id}\n{key}\n{digest}".encode())[:20],
            "digest": digest,
            "size": len(content),
            "media_type": media_type,
        }
        if self.stored_digest(submission_id, key, shown["reference"]) == digest:
            return shown, False
        if self._filed(submission_id):
            raise refused("material.sealed", "申请已提交,材料不能更换")
        if not _readable(content, media_type):
            raise refused("material.unreadable", "文件内容与类型不符")
        self._store.run(
            "INSERT OR REPLACE INTO materials VALUES (?, ?, ?, ?, ?, ?, ?)",
            submission_id,
            key,
            citizen.key,
            shown["reference"],
            digest,
            media_type,
            content,
        )
        return shown, True

    def stored_digest(
        self, submission_id: str, key: str, reference: object
    ) -> str | None:
        """Return the digest of a stored page, ``None`` when there is none."""
        row = self._store.one(
            "SELECT digest FROM materials"
            " WHERE submission_id = ? AND key = ? AND reference = ?",
            submission_id,
            key,
            reference,
        )
        return None if row is None else str(row["digest"])

    def _check_owner(self, submission_id: str, citizen: Citizen) -> None:
        row = self._store.one(
            "SELECT person FROM materials WHERE submission_id = ? UNION"
            " SELECT person FROM cases WHERE submission_id = ?",
            submission_id,
            submission_id,
        )
        if row is not None and row["person"] != citizen.key:
            raise refused("submission.foreign", "此申请属于他人")

    def _filed(self, submission_id: str) -> bool:
        statement = "SELECT 1 FROM cases WHERE submission_id = ?"
        return self._store.one(statement, submission_id) is not None


def _readable(content: bytes, media_type: str) -> bool:
    if media_type == "application/pdf":
        return content.startswith(b"%PDF-")
    kind = "JPEG" if media_type == "image/jpeg" else "PNG"
    try:
        with Image.open(io.BytesIO(content), formats=(kind,)) as picture:
            picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return False
    return True
