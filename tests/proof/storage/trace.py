"""A programme's own system calls, read as operations of a disk.

``strace`` writes down every call that changes names or contents below one folder. A
call that the disk does not know is an error, never ignored.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.proof.storage.disk import (
    FOLDER,
    Bind,
    Files,
    Move,
    Operation,
    Place,
    SyncFile,
    SyncFolder,
    Tell,
    Truncate,
    Unbind,
    Write,
)

CALLS = (
    "?open,openat,?creat,openat2,close,pwrite64,write,writev,pwritev,pwritev2,lseek,"
    "fsync,fdatasync,sync_file_range,ftruncate,truncate,fallocate,?unlink,unlinkat,"
    "?rename,renameat,renameat2,?mkdir,mkdirat,?rmdir,?link,linkat,?symlink,"
    "symlinkat,copy_file_range,sendfile,splice"
)
TOLD = "TOLD "

_LINE = re.compile(r"^\d+\s+(\w+)\((.*)\)\s+= (-?\d+)")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_PATH = re.compile(
    r'(?:(?:AT_FDCWD|\d+)<((?:\\x[0-9a-f]{2})*)>, )?"((?:\\x[0-9a-f]{2})*)"'
)
_FD = re.compile(r"^(\d+)<((?:\\x[0-9a-f]{2})*)")


def record(command: Sequence[str], trace: Path, cwd: Path) -> None:
    """Run a programme under strace.

    Raises:
        subprocess.CalledProcessError: it failed.
        FileNotFoundError: strace is not installed.
    """
    watching = ["strace", "-f", "--seccomp-bpf", "-qq", "-y", "-xx", "-s", "4000000"]
    watching += ["-e", f"trace={CALLS}", "-e", "signal=none", "-o", str(trace)]
    subprocess.run(
        [*watching, "--", *command], check=True, cwd=cwd, stdout=subprocess.DEVNULL
    )


def read_trace(trace: Path, root: Path, start: Files) -> list[Operation]:
    """Return the operations of a trace; ``start`` is what lay there before."""
    return list(_Reader(str(root), start).read(trace))


def inode_table(start: Files) -> tuple[dict[Place, int], dict[int, bytes]]:
    """Number the files that are there at the start."""
    names: dict[Place, int] = {}
    data: dict[int, bytes] = {}
    for number, (path, content) in enumerate(sorted(start.items()), 1):
        folder, _, name = path.rstrip("/").rpartition("/")
        names[folder, name] = FOLDER if path.endswith("/") else number
        data[number] = content
    return names, data


@dataclass
class _Opened:
    """A descriptor: which file, and where its next write goes."""

    inode: int
    at: int = 0


@dataclass
class _Reader:
    root: str
    start: Files
    names: dict[Place, int] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)
    opened: dict[int, _Opened] = field(default_factory=dict)
    next_inode: int = 0

    def read(self, trace: Path) -> Iterator[Operation]:
        self.names, data = inode_table(self.start)
        self.sizes = {inode: len(content) for inode, content in data.items()}
        self.next_inode = len(data) + 1
        for name, arguments, answer in _calls(trace):
            if answer < 0:
                continue
            yield from self._operations(name, arguments, answer)

    def _operations(
        self, name: str, arguments: str, answer: int
    ) -> Iterator[Operation]:
        match name:
            case "openat":
                (place,) = self._places(arguments)
                yield from self._open(place, arguments, answer)
            case "close":
                self.opened.pop(_fd(arguments)[0], None)
            case "pwrite64":
                offset = int(arguments.rsplit(",", 1)[1])
                yield from self._write(arguments, offset, answer)
            case "write":
                yield from self._write(arguments, None, answer)
            case "lseek":
                if (file := self.opened.get(_fd(arguments)[0])) is not None:
                    file.at = answer
            case "ftruncate":
                if (file := self.opened.get(_fd(arguments)[0])) is not None:
                    size = int(arguments.rsplit(",", 1)[1])
                    self.sizes[file.inode] = size
                    yield Truncate(file.inode, size)
            case "fsync" | "fdatasync":
                yield from self._sync(arguments)
            case _:
                yield from self._name_change(name, arguments)

    def _open(
        self, place: Place | None, arguments: str, answer: int
    ) -> Iterator[Operation]:
        if place is None or place == ("", "") or place[1].endswith("-shm"):
            return
        if place not in self.names:
            if "O_CREAT" not in arguments:
                raise ValueError(f"unknown file opened: {place}")
            self.names[place] = self.next_inode
            self.sizes[self.next_inode] = 0
            yield Bind(place, self.next_inode)
            self.next_inode += 1
        inode = self.names[place]
        if inode == FOLDER:
            return
        if "O_TRUNC" in arguments and self.sizes[inode]:
            self.sizes[inode] = 0
            yield Truncate(inode, 0)
        at = self.sizes[inode] if "O_APPEND" in arguments else 0
        self.opened[answer] = _Opened(inode, at)

    def _write(
        self, arguments: str, offset: int | None, answer: int
    ) -> Iterator[Operation]:
        number, _path = _fd(arguments)
        (quoted,) = _STRING.findall(arguments)
        content = _bytes(quoted)[:answer]
        if content.startswith(TOLD.encode()):
            yield Tell(content.decode().removeprefix(TOLD).strip())
            return
        file = self.opened.get(number)
        if file is None:
            return
        at = file.at if offset is None else offset
        if offset is None:
            file.at += answer
        self.sizes[file.inode] = max(self.sizes[file.inode], at + len(content))
        yield Write(file.inode, at, content)

    def _sync(self, arguments: str) -> Iterator[Operation]:
        number, path = _fd(arguments)
        if number in self.opened:
            yield SyncFile(self.opened[number].inode)
        elif (place := _under(self.root, path)) is not None:
            yield SyncFolder("/".join(part for part in place if part))

    def _places(self, arguments: str) -> list[Place | None]:
        """Return the paths of a call below the root; relative ones made whole."""
        return [
            _under(self.root, str(Path(_text(folder), _text(path))))
            for folder, path in _PATH.findall(arguments)
        ]

    def _name_change(self, name: str, arguments: str) -> Iterator[Operation]:
        places = self._places(arguments)
        if not any(places) and _hex(self.root) not in arguments:
            return
        match name, places:
            case (("unlink" | "unlinkat" | "rmdir"), [place]) if place is not None:
                if place[1].endswith("-shm"):
                    return
                self.names.pop(place)
                yield Unbind(place)
            case (("mkdir" | "mkdirat"), [place]) if place is not None:
                self.names[place] = FOLDER
                yield Bind(place, FOLDER)
            case (("rename" | "renameat" | "renameat2"), [old, new]) if old and new:
                if old[1].endswith("-shm"):
                    return
                inode = self.names.pop(old)
                if inode == FOLDER:
                    raise ValueError("the disk moves no folders")
                self.names[new] = inode
                yield Move(old, new, inode)
            case _:
                raise ValueError(f"the disk knows no {name}({arguments[:200]})")


def _calls(trace: Path) -> Iterator[tuple[str, str, int]]:
    """Yield name, arguments and answer; calls cut in two are put together."""
    unfinished: dict[str, str] = {}
    with trace.open() as lines:
        for line in lines:
            thread, _, rest = line.partition(" ")
            if "<unfinished ...>" in rest:
                unfinished[thread] = line.split(" <unfinished", 1)[0]
                continue
            if "resumed>" in rest and thread in unfinished:
                line = unfinished.pop(thread) + rest.split("resumed>", 1)[1]
            found = _LINE.match(line)
            if found:
                yield found[1], found[2], int(found[3])
            elif "= ?" not in line and "+++" not in line:
                raise ValueError(f"strace said {line[:200]!r}")


def _under(root: str, path: str) -> Place | None:
    if path == root:
        return "", ""
    if not path.startswith(root + "/"):
        return None
    folder, _, name = path.removeprefix(root + "/").rpartition("/")
    return folder, name


def _fd(arguments: str) -> tuple[int, str]:
    found = _FD.match(arguments)
    if found is None:
        raise ValueError(f"no descriptor in {arguments[:100]!r}")
    return int(found[1]), _text(found[2])


def _bytes(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


def _text(escaped: str) -> str:
    return _bytes(escaped).decode("utf-8", "replace") if "\\x" in escaped else escaped


def _hex(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())
