"""The strict disk itself: what it keeps, and what it may lose."""

from __future__ import annotations

import random

from tests.proof.storage.disk import (
    FOLDER,
    Bind,
    Disk,
    Files,
    Move,
    SyncFile,
    SyncFolder,
    Truncate,
    Unbind,
    Write,
)


def states(disk: Disk) -> list[Files]:
    return list(disk.survivors())


def disk_with(*operations: object) -> Disk:
    disk = Disk(random.Random(1))
    for operation in operations:
        disk.perform(operation)  # type: ignore[arg-type]
    return disk


def test_a_name_is_durable_only_after_its_folder_was_synced() -> None:
    written = (Bind(("", "a"), 1), Write(1, 0, b"x"), SyncFile(1))
    assert {} in states(disk_with(*written))
    assert states(disk_with(*written, SyncFolder(""))) == [{"a": b"x"}]


def test_unsynced_writes_survive_in_any_subset() -> None:
    disk = disk_with(
        Bind(("", "a"), 1), SyncFolder(""), Write(1, 0, b"x"), Write(1, 1, b"y")
    )
    found = {state["a"] for state in states(disk)}
    assert found == {b"", b"x", b"\0y", b"xy"}


def test_a_write_may_be_torn_at_any_sector() -> None:
    disk = disk_with(Bind(("", "a"), 1), SyncFolder(""), Write(1, 0, b"z" * 1024))
    found = {state["a"] for state in states(disk)}
    assert {b"", b"z" * 1024, b"z" * 512, bytes(512) + b"z" * 512} <= found


def test_a_move_is_seen_in_both_folders_or_in_neither() -> None:
    disk = disk_with(
        Bind(("", "a"), 1),
        Write(1, 0, b"x"),
        SyncFile(1),
        Bind(("", "old"), FOLDER),
        SyncFolder(""),
        Move(("", "a"), ("old", "a"), 1),
    )
    found = [{n for n in state if not n.endswith("/")} for state in states(disk)]
    assert sorted(map(sorted, found)) == [["a"], ["old/a"]]


def test_what_is_synced_in_one_folder_takes_along_what_came_before() -> None:
    """A move cannot be durable before the file had its old name."""
    disk = disk_with(
        Bind(("", "old"), FOLDER),
        Bind(("", "a"), 1),
        Move(("", "a"), ("old", "a"), 1),
        SyncFolder("old"),
    )
    assert states(disk) == [{"old/": b"", "old/a": b""}]


def test_a_shortened_file_may_still_be_long() -> None:
    disk = disk_with(
        Bind(("", "a"), 1), SyncFolder(""), Write(1, 0, b"xy"), SyncFile(1)
    )
    disk.perform(Truncate(1, 1))
    assert {state["a"] for state in states(disk)} == {b"x", b"xy"}


def test_a_removed_name_may_still_be_there() -> None:
    disk = disk_with(Bind(("", "a"), 1), SyncFolder(""), Unbind(("", "a")))
    assert sorted(map(sorted, states(disk))) == [[], ["a"]]
