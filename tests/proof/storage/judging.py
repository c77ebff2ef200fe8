"""What a disk after a power cut has to hold, and the two ways to find out.

The quick way reads the tables with bare SQLite and compares them with every state
that a commit of the traced run has left: the same rows have the same chain, so no
hash is computed again. It is allowed only while nothing but the database and its log
is in flux. Everything else, and a sample of all, goes through ``Journal.open``.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from kiosk.core.errors import StoreError
from services.store.journal import Journal
from tests.proof.storage.book import (
    Book,
    Content,
    Told,
    content_of,
    look,
    messages_of,
    read_content,
)
from tests.proof.storage.disk import Files
from tests.proof.storage.script import BEGAN, TERMINAL, StepClock, unheard
from tests.proof.storage.workloads import COPY, NAME

LOST, CORRUPT = "lost", "corrupt"
AFTERWARDS = BEGAN + timedelta(days=9)
_UNRECONCILED = "journal.unreconciled"
_NOT_BELIEVED = (_UNRECONCILED, "journal.failed", "journal.unmarked")
_STARTING = ("boot", "epoch", "schema", "message")
"""Rows that an opening itself may add; messages when it makes a new version."""

Key = tuple[tuple[str, tuple[tuple[object, ...], ...]], ...]


@dataclass
class Reference:
    """Contents that the commits of the run left, oldest first."""

    contents: list[Content] = field(default_factory=list)
    places: dict[Key, int] = field(default_factory=dict)

    def add(self, content: Content) -> None:
        """Note what can be read now, if it is new."""
        key = key_of(content)
        if key not in self.places:
            self.places[key] = len(self.contents)
            self.contents.append(content)

    @property
    def newest(self) -> int:
        """Number of the newest content, -1 while there is none."""
        return len(self.contents) - 1


@dataclass(frozen=True)
class Cut:
    """One moment of the run.

    Attributes:
        floor: number of the content that was told durable; older ones are losses.
        told: everything that was told until now.
        quiet: only the database and its log are in flux.
    """

    floor: int
    told: Sequence[Told]
    quiet: bool


def key_of(content: Content) -> Key:
    """Return a content as something that can be looked up."""
    return tuple(sorted(content.items()))


def lay(files: Files, folder: Path, below: str = "") -> Path:
    """Put a disk content into an empty folder and return the journal's path."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path, content in files.items():
        target = folder / path
        if path.endswith("/"):
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    return folder / below / NAME


def readable_content(path: Path) -> Content | None:
    """Return all rows, ``None`` when there is no journal in it yet."""
    if not path.exists():
        return None
    try:
        content = content_of(path)
    except sqlite3.Error:
        return None
    return content if content.get("journal") else None


class QuickJudge:
    """Reads the tables with bare SQLite."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference

    def judge(self, path: Path, cut: Cut) -> str:
        """Return ``lost``, ``corrupt`` or ``""``."""
        if not path.exists():
            return LOST if cut.told else ""
        try:
            verdict, content = self._read(path)
        except sqlite3.Error:
            return CORRUPT
        if verdict != "ok":
            return CORRUPT
        if not content:
            return LOST if cut.floor >= 0 else ""
        place = self._reference.places.get(key_of(content))
        if place is None:
            return CORRUPT
        return LOST if place < cut.floor else ""

    def _read(self, path: Path) -> tuple[str, Content]:
        rolling_back = path.with_name(f"{path.name}-journal").exists()
        connection = sqlite3.connect(path) if rolling_back else look(path)
        try:
            (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
            return verdict, read_content(connection)
        finally:
            connection.close()


class WholeJudge:
    """Opens the journal as the kiosk does after the power came back."""

    def __init__(self, reference: Reference) -> None:
        self._places = {_core(c): n for n, c in enumerate(reference.contents)}
        self._runner = asyncio.Runner()
        self.why = ""

    def close(self) -> None:
        """End the loop."""
        self._runner.close()

    def judge(self, path: Path, cut: Cut) -> str:
        """Return ``lost``, ``corrupt`` or ``""``; ``why`` says more."""
        if _mark_is_old(path, cut.told):
            self.why = "the mark knows less than was told"
            return LOST
        try:
            self.why = self._runner.run(self._open(path))
        except StoreError as error:
            self.why = str(error)
        if self.why:
            return CORRUPT
        content = content_of(path)
        if missing := Book.of(content).missing(cut.told):
            self.why = f"missing: {missing[:2]}"
            return LOST
        place = self._place_before_opening(content)
        if place is None:
            self.why = "rows that no commit left"
            return CORRUPT
        return LOST if place < cut.floor else _copy_judged(path, cut)

    async def _open(self, path: Path) -> str:
        journal = await Journal.open(path, StepClock(AFTERWARDS), unheard, TERMINAL)
        await journal.compare_head(None)
        refusal, broken = journal.refusal(), await journal.verify()
        await journal.aclose()
        if refusal in _NOT_BELIEVED:
            return f"set aside: {refusal}"
        return f"chain broken: {broken}" if broken else ""

    def _place_before_opening(self, content: Content) -> int | None:
        """Find the content again that lay there before this start counted itself."""
        rows = list(content["journal"])
        while rows:
            place = self._places.get(_core({**content, "journal": tuple(rows)}))
            if place is not None:
                return place
            if rows.pop()[2] not in _STARTING:
                return None
        return -1


def _mark_is_old(path: Path, told: Sequence[Told]) -> bool:
    """Tell whether the mark beside the journal forgot a start that was told."""
    boots = [each[1] for each in told if each[0] == "opened"]
    mark = path.with_name(f"{path.name}.mark")
    if not boots:
        return False
    try:
        return int(json.loads(mark.read_text())["boot"]) < int(boots[-1])
    except (OSError, ValueError, KeyError):
        return True


def _core(content: Content) -> Key:
    """Leave out what is computed from the rows, and checked by the opening.

    Messages and cursors are put as every version has them: which there are, and how
    many of them were sent.
    """
    if not (content.get("position") and "outbox" in content):
        return key_of(content)  # half a migration: like no whole journal
    messages = messages_of(content)
    positions = {row[0]: row[1] for row in content["position"]}
    sent = sum(number <= positions["outbox"] for number, _, _ in messages)
    return key_of(
        {
            "journal": content["journal"],
            "outbox": tuple((topic, key) for _, topic, key in messages),
            "position": ((sent, positions["probe"]),),
        }
    )


def _copy_judged(path: Path, cut: Cut) -> str:
    """A copy that was announced has to be whole, a half one has no name."""
    copy = path.with_name(COPY)
    announced = [told for told in cut.told if told[0] == "copied"]
    if not copy.exists():
        return LOST if announced else ""
    try:
        rows = content_of(copy)["journal"]
    except (sqlite3.Error, KeyError):
        return CORRUPT
    if announced and rows[-1][0] != announced[0][1]:
        return LOST
    return ""


class EvidenceJudge:
    """For a run that sets a journal aside: nothing of it may be lost.

    Args:
        broken: the files that have to end up as evidence, as they were; none when
            the journal was sound and only the platform knew more.
    """

    def __init__(self, broken: Files) -> None:
        self._broken = broken
        self._runner = asyncio.Runner()
        self.why = ""

    def close(self) -> None:
        """End the loop."""
        self._runner.close()

    def judge(self, path: Path, cut: Cut) -> str:
        """Return ``lost``, ``corrupt`` or ``""``; ``why`` says more."""
        self.why = ""
        try:
            refusal = self._runner.run(self._open(path))
        except StoreError as error:
            self.why = str(error)
            return CORRUPT
        book = Book.read(path)
        if (refusal != _UNRECONCILED) != (book.accepted or not self._aside(path)):
            self.why = f"money: {refusal!r}"
            return CORRUPT
        if self._broken and not self._is_kept(path.parent):
            self.why = "evidence differs"
            return LOST
        books = [book, *self._old_books(path)]
        lost = [t for t in cut.told if not any(each.has(t) for each in books)]
        self.why = f"missing: {lost[:2]}" if lost else ""
        return LOST if lost else ""

    async def _open(self, path: Path) -> str:
        journal = await Journal.open(path, StepClock(AFTERWARDS), unheard, TERMINAL)
        await journal.compare_head(None)
        refusal = journal.refusal()
        await journal.aclose()
        return refusal

    def _aside(self, path: Path) -> bool:
        """Tell whether a journal was set aside."""
        return any(path.parent.glob(f"*.evidence-*/{NAME}*"))

    def _old_books(self, path: Path) -> list[Book]:
        """Sound journals among the evidence, where what was told may lie."""
        if self._broken:
            return []
        found = map(readable_content, path.parent.glob(f"*.evidence-*/{NAME}"))
        return [Book.of(content) for content in found if content]

    def _is_kept(self, folder: Path) -> bool:
        """All broken files lie in one folder, byte for byte."""
        return any(
            all(
                (place / name).exists() and (place / name).read_bytes() == content
                for name, content in self._broken.items()
            )
            for place in folder.glob("*.evidence-*")
        )
