"""What is kept beside the journal: the mark of the last start, and broken files.

A journal that cannot be trusted is set aside as it is, for people to look at; what
becomes of its unfinished work is told in ``services.store.epochs``. The mark is one
small file that outlives the journal: it keeps the boot counter, so that no number is
made twice, and the head of the chain, so that a journal that lost its newest rows is
recognised at the next start.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from kiosk.core.errors import StoreError

_CONTENT = ("-wal", "-journal")
_COMPANIONS = (*_CONTENT, "-shm")
MOVING = "moving"
"""File in a folder of evidence for as long as not everything has arrived there."""


@dataclass(frozen=True, slots=True)
class Mark:
    """State at the last start: ``seq`` and ``hash`` are the head of the chain."""

    boot: int
    epoch: int
    seq: int
    hash: str


def load_mark(path: Path) -> Mark | None:
    """Return the mark of the journal at ``path``, ``None`` when it has none.

    A mark that cannot be read counts as none: the journal has the same numbers.
    """
    try:
        found = json.loads(_mark_path(path).read_text("utf-8"))
        return Mark(
            int(found["boot"]),
            int(found["epoch"]),
            int(found["seq"]),
            str(found["hash"]),
        )
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        return None


def save_mark(path: Path, mark: Mark) -> None:
    """Replace the mark in one step that survives a power cut."""
    target = _mark_path(path)
    fresh = target.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(asdict(mark), file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(target)
    sync_folder(path.parent)


def set_aside(path: Path, now: datetime) -> Path:
    """Move a broken journal into a folder of its own and return that folder.

    The main file goes first: without it the rest is recognised as a left-over by
    ``finish_moving``, whereas a main file without its log would look healthy. What
    belongs to this folder is known by the file ``MOVING`` in it.
    """
    number = len(evidence_folders(path)) + 1
    folder = path.with_name(f"{path.name}.evidence-{number:04d}-{now:%Y%m%dT%H%M%SZ}")
    folder.mkdir()
    (folder / MOVING).touch()
    sync_folder(folder)
    sync_folder(path.parent)
    if path.exists():
        path.rename(folder / path.name)
    _move_rest(path, folder)
    return folder


def finish_moving(path: Path, now: datetime) -> str:
    """Complete a ``set_aside`` that a power cut interrupted.

    A log whose main file is missing for another reason gets a folder of its own: in
    an older one it would take the place of that journal's log, or change its rows.

    Returns:
        The name of the folder where something arrived, ``""`` if nothing did.
    """
    if path.exists():
        return ""
    folders = evidence_folders(path)
    if folders and (folders[-1] / MOVING).exists():
        _move_rest(path, folders[-1])
        return folders[-1].name
    return set_aside(path, now).name if has_left_overs(path) else ""


def has_left_overs(path: Path) -> bool:
    """Tell whether there is a log, of whichever main file."""
    return any(path.with_name(path.name + suffix).exists() for suffix in _CONTENT)


def read_through(path: Path) -> None:
    """Read a journal's files to their ends, to know that the disk gives them.

    Raises:
        OSError: it does not.
    """
    for file in (path, path.with_name(f"{path.name}-wal")):
        if file.exists():
            with file.open("rb") as opened:
                while opened.read(1 << 20):
                    pass


def remove_fresh(fresh: Path) -> None:
    """Remove what an interrupted beginning left: nobody was ever told of it."""
    for suffix in ("", *_COMPANIONS):
        fresh.with_name(fresh.name + suffix).unlink(missing_ok=True)


def put_in_place(fresh: Path, path: Path) -> None:
    """Give a file that is complete its name, in one step that survives a power cut."""
    descriptor = os.open(fresh, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    fresh.replace(path)
    sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each one durable where it lies.

    Folders that are there already are synced as well when nothing is in the last one
    yet: the process that made them may have been killed before it came to that.
    """
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(exist_ok=True)
    if missing or not any(folder.iterdir()):
        for above in folder.parents:
            if os.access(above, os.R_OK):  # else it is not ours, and was there before
                sync_folder(above)


def evidence_folders(path: Path) -> list[Path]:
    """Return the folders with broken journals, oldest first."""
    return sorted(path.parent.glob(f"{path.name}.evidence-*"))


def sync_folder(folder: Path) -> None:
    """Make names created in, renamed in or removed from a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        raise StoreError("folder cannot be synced") from error
    finally:
        os.close(descriptor)


def _move_rest(path: Path, folder: Path) -> None:
    _move_companions(path, folder)
    (folder / MOVING).unlink()
    sync_folder(folder)


def _move_companions(path: Path, folder: Path) -> None:
    for suffix in _COMPANIONS:
        companion = path.with_name(path.name + suffix)
        if companion.exists():
            companion.rename(folder / companion.name)
    sync_folder(folder)
    sync_folder(path.parent)


def _mark_path(path: Path) -> Path:
    return path.with_name(path.name + ".mark")
