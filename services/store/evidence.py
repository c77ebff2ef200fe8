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

_COMPANIONS = ("-wal", "-shm")


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
    ``finish_moving``, whereas a main file without its log would look healthy.
    """
    number = len(evidence_folders(path)) + 1
    folder = path.with_name(f"{path.name}.evidence-{number:04d}-{now:%Y%m%dT%H%M%SZ}")
    folder.mkdir()
    sync_folder(path.parent)
    path.rename(folder / path.name)
    _move_companions(path, folder)
    return folder


def finish_moving(path: Path) -> None:
    """Complete a ``set_aside`` that a power cut interrupted."""
    folders = evidence_folders(path)
    if folders and not path.exists():
        _move_companions(path, folders[-1])


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


def _move_companions(path: Path, folder: Path) -> None:
    for suffix in _COMPANIONS:
        companion = path.with_name(path.name + suffix)
        if companion.exists():
            companion.rename(folder / companion.name)
    sync_folder(folder)
    sync_folder(path.parent)


def _mark_path(path: Path) -> Path:
    return path.with_name(path.name + ".mark")
