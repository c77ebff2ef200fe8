"""A strict POSIX disk: what may be on it when the power goes.

Kinder file systems exist (ext4, XFS); whoever survives this one survives those:

* a name made, moved or removed is durable once its folder was synced; until then any
  set of changes survives that keeps the order within each folder. A move from one
  folder to another happens in both or in neither;
* writes and truncations of a file are durable once the file was synced; until then
  any subset of them survives, in their order;
* of a write that survives, any of its sectors of 512 bytes may be missing.

A drive that lies about its cache is outside: that needs a rig which pulls plugs.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

SECTOR = 512
MOST_NAME_STATES = 24

Folder = str
"""Path of a folder below the root, ``""`` for the root."""

Place = tuple[Folder, str]


@dataclass(frozen=True, slots=True)
class Bind:
    """A name now means this file or folder."""

    place: Place
    inode: int


@dataclass(frozen=True, slots=True)
class Unbind:
    """A name is gone."""

    place: Place


@dataclass(frozen=True, slots=True)
class Move:
    """A name is gone and another one means its file, in one step."""

    old: Place
    new: Place
    inode: int


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes at an offset; ``sectors`` names those that arrive, ``None`` = all."""

    inode: int
    offset: int
    data: bytes
    sectors: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Truncate:
    """A new length."""

    inode: int
    size: int


@dataclass(frozen=True, slots=True)
class SyncFile:
    """fsync or fdatasync of a file has returned."""

    inode: int


@dataclass(frozen=True, slots=True)
class SyncFolder:
    """fsync of a folder has returned."""

    folder: Folder


@dataclass(frozen=True, slots=True)
class Tell:
    """The programme said that something is durable."""

    line: str


NameChange = Bind | Unbind | Move
DataChange = Write | Truncate
Operation = NameChange | DataChange | SyncFile | SyncFolder | Tell
Files = dict[str, bytes]
"""What is found after the cut: content by path below the root."""

FOLDER = -1
"""Inode that stands for any folder."""


@dataclass(slots=True)
class Disk:
    """What is durable, and what is on its way.

    Args:
        dice: chooses among subsets too many to try all.
        random_subsets: how many of those are tried at every cut.
    """

    dice: random.Random
    random_subsets: int = 8
    names: dict[Place, int] = field(default_factory=dict)
    data: dict[int, bytes] = field(default_factory=dict)
    pending_names: list[NameChange] = field(default_factory=list)
    pending_data: list[DataChange] = field(default_factory=list)
    _generation: int = 0
    _seen: set[object] = field(default_factory=set)

    def perform(self, operation: Operation) -> None:
        """Carry out one operation."""
        match operation:
            case Bind() | Unbind() | Move():
                self.pending_names.append(operation)
            case Write() | Truncate():
                self.pending_data.append(operation)
            case SyncFile(inode):
                self._sync_file(inode)
            case SyncFolder(folder):
                self._sync_folder(folder)
            case Tell():
                self._generation += 1

    def complete(self) -> Files:
        """Return the disk without any loss."""
        return self._files(self.pending_names, self.pending_data)

    def survivors(self) -> Iterator[Files]:
        """Yield what may be found after a cut now and was not yielded before."""
        for changes in self._data_subsets():
            for names in self._name_subsets():
                key = (
                    self._generation,
                    tuple(self.pending_names.index(each) for each in names),
                    tuple(changes),
                )
                if key not in self._seen:
                    self._seen.add(key)
                    yield self._files(names, changes)

    def _sync_file(self, inode: int) -> None:
        self._generation += 1
        self._seen.clear()
        for change in self.pending_data:
            if change.inode == inode:
                self.data[inode] = applied(self.data.get(inode, b""), [change])
        self.pending_data = [c for c in self.pending_data if c.inode != inode]

    def _sync_folder(self, folder: Folder) -> None:
        """A folder takes along what has to be durable before its own changes."""
        self._generation += 1
        self._seen.clear()
        folders = {folder}
        durable: list[NameChange] = []
        for change in reversed(self.pending_names):
            if folders & _touched(change):
                folders |= _touched(change)
                durable.append(change)
        durable.reverse()
        _rename(self.names, durable)
        self.pending_names = [c for c in self.pending_names if c not in durable]

    def _data_subsets(self) -> Iterator[list[DataChange]]:
        pending = self.pending_data
        yield pending
        yield []
        if not pending:
            return
        for place in range(len(pending)):
            yield pending[:place] + pending[place + 1 :]
            yield [pending[place]]
            yield pending[:place]
        for _ in range(self.random_subsets):
            yield [self._torn(c) for c in pending if self.dice.random() < 0.5]
        for keep in self._tears(pending[-1]):
            yield [*pending[:-1], keep]
            yield [keep]

    def _tears(self, change: DataChange) -> Iterator[DataChange]:
        """Yield the last write torn from either side, and with holes."""
        if not isinstance(change, Write) or len(change.data) <= SECTOR:
            return
        sectors = range((len(change.data) + SECTOR - 1) // SECTOR)
        cut = self.dice.randrange(1, len(sectors))
        for kept in (
            frozenset(sectors[:cut]),
            frozenset(sectors[cut:]),
            frozenset(s for s in sectors if self.dice.random() < 0.5),
        ):
            yield Write(change.inode, change.offset, change.data, kept)

    def _torn(self, change: DataChange) -> DataChange:
        tears = list(self._tears(change)) if self.dice.random() < 0.2 else []
        return self.dice.choice(tears) if tears else change

    def _name_subsets(self) -> list[list[NameChange]]:
        """Return the sets of name changes that keep the order in each folder."""
        found: list[list[NameChange]] = [[]]
        for place, change in enumerate(self.pending_names):
            before = [
                earlier
                for earlier in self.pending_names[:place]
                if _touched(earlier) & _touched(change)
            ]
            found += [
                [*subset, change]
                for subset in found
                if all(earlier in subset for earlier in before)
            ]
        if len(found) <= MOST_NAME_STATES:
            return found
        return [found[0], found[-1], *self.dice.sample(found, MOST_NAME_STATES - 2)]

    def _files(self, names: list[NameChange], changes: list[DataChange]) -> Files:
        bound = dict(self.names)
        _rename(bound, names)
        files: Files = {}
        for (folder, name), inode in bound.items():
            if inode == FOLDER or not _reachable(folder, bound):
                continue
            mine = [change for change in changes if change.inode == inode]
            path = f"{folder}/{name}" if folder else name
            files[path] = applied(self.data.get(inode, b""), mine)
        for (folder, name), inode in bound.items():
            if inode == FOLDER and _reachable(folder, bound):
                files[f"{folder}/{name}/" if folder else f"{name}/"] = b""
        return files


def applied(content: bytes, changes: list[DataChange]) -> bytes:
    """Return a file's bytes after changes, in their order."""
    if not changes:
        return content
    work = bytearray(content)
    for change in changes:
        if isinstance(change, Truncate):
            del work[change.size :]
            work.extend(bytes(change.size - len(work)))
            continue
        for start, part in _parts(change):
            work.extend(bytes(max(0, start - len(work))))
            work[start : start + len(part)] = part
    return bytes(work)


def _parts(write: Write) -> Iterator[tuple[int, bytes]]:
    if write.sectors is None:
        yield write.offset, write.data
        return
    for sector in sorted(write.sectors):
        start = sector * SECTOR
        yield write.offset + start, write.data[start : start + SECTOR]


def _touched(change: NameChange) -> set[Folder]:
    if isinstance(change, Move):
        return {change.old[0], change.new[0]}
    return {change.place[0]}


def _rename(bound: dict[Place, int], changes: list[NameChange]) -> None:
    for change in changes:
        match change:
            case Bind(place, inode):
                bound[place] = inode
            case Unbind(place):
                bound.pop(place, None)
            case Move(old, new, inode):
                bound.pop(old, None)
                bound[new] = inode


def _reachable(folder: Folder, bound: dict[Place, int]) -> bool:
    """A file can be reached when every folder above it is there."""
    if not folder:
        return True
    above, _, name = folder.rpartition("/")
    return (above, name) in bound and _reachable(above, bound)
