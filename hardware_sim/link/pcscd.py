"""A pcscd of one's own, with virtual card readers (vsmartcard's vpcd) in it.

A machine's pcscd has one fixed socket, ``/run/pcscd/pcscd.comm``. This one lives in a
mount namespace where ``/run`` is a directory of ours, so it disturbs no other; its
socket is a file like any other, and clients outside reach it by path: libpcsclite
takes it from ``PCSCLITE_CSOCK_NAME``. The folder of reader drivers is hidden from it,
so that it takes no real reader away from the machine.

Needs root, or a kernel that lets anybody have a user namespace. vpcd listens for its
cards on all addresses: whoever can reach the machine could put a card in, so this is
for a bench and for tests.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

_LIBRARY = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
_DRIVERS = Path("/usr/lib/pcsc/drivers")
_START_S = 10.0
_POLL_S = 0.01
_PORT_TRIES = 3
SLOTS = 2
"""Each virtual reader has two slots, on two ports that follow one another."""

_SCRIPT = """
mount --bind "$1/empty" "$2"
mount --bind "$1/run" /run
shift 2
exec "$@"
"""


def why_no_pcscd() -> str:
    """Return why no pcscd of one's own can run here, ``""`` when it can."""
    for name in ("pcscd", "unshare", "setpriv"):
        if _where(name) is None:
            return f"{name} is not installed"
    if not _LIBRARY.exists():
        return "vsmartcard-vpcd is not installed"
    tried = subprocess.run(
        [*_apart(), "true"], capture_output=True, text=True, check=False
    )
    if tried.returncode:
        return f"no mount namespace for us: {tried.stderr.strip()}"
    return ""


class Pcscd:
    """One pcscd with ``readers`` virtual readers of two slots each.

    ``start`` has to be called in a thread that lives as long as the daemon is wanted
    (the main thread): the daemon is ended with it.

    Attributes:
        ports: where the cards of each slot connect, slot by slot.
        names: what PC/SC calls each slot.
    """

    def __init__(self, readers: int = 1) -> None:
        self._readers = readers
        self._place: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._plugged = [True] * readers
        self.ports: tuple[int, ...] = ()
        self.names = tuple(
            f"{_friendly(reader)} 00 {slot:02d}"
            for reader in range(readers)
            for slot in range(SLOTS)
        )

    @property
    def socket(self) -> str:
        """Path of its socket."""
        if self._place is None:
            raise RuntimeError("not started")
        return str(self._place / "run" / "pcscd" / "pcscd.comm")

    def endpoint(self, slot: int) -> str:
        """Return what the kiosk's settings name for a slot."""
        return f"pcsc:{self.names[slot]}?socket={self.socket}"

    @property
    def running(self) -> bool:
        """True while the daemon lives."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the daemon and wait until it answers; does nothing when it runs.

        Raises:
            OSError: it cannot run here, or did not start.
        """
        if self.running:
            return
        if self._place is None:
            self._place = self._furnish()
        for _ in range(_PORT_TRIES - 1):
            self._begin(self._place)
            if not self._lost_a_port():
                return
            # Another programme was faster, between our looking and vpcd's taking it.
            self.stop()
            self.ports = _free_ports(self._readers)
        self._begin(self._place)

    def _furnish(self) -> Path:
        if why := why_no_pcscd():
            raise OSError(why)
        # Short, and not the caller's: a socket's path has 107 bytes at most.
        place = Path(tempfile.mkdtemp(prefix="k24-pcscd-"))
        (place / "empty").mkdir()
        (place / "conf").mkdir()
        for reader in range(self._readers):
            # A copy each: readers of one library wait for one another.
            shutil.copy(_LIBRARY, place / f"vpcd{reader}.so")
        self.ports = _free_ports(self._readers)
        return place

    def _begin(self, place: Path) -> None:
        (place / "run" / "pcscd").mkdir(parents=True, exist_ok=True)
        (place / "pcscd.log").unlink(missing_ok=True)
        self._write_readers()
        self._process = self._launch(place)
        self._wait_until(self._answers, "pcscd did not start")

    def _lost_a_port(self) -> bool:
        if self._place is None:
            return False
        log = (self._place / "pcscd.log").read_text("utf-8", "replace")
        return "init failed" in log

    def stop(self) -> None:
        """End the daemon; its place stays for another start."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(_START_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def close(self) -> None:
        """End the daemon and remove its place; safe to call twice."""
        self.stop()
        if self._place is not None:
            shutil.rmtree(self._place, ignore_errors=True)
            self._place = None

    def plug(self, reader: int, *, plugged: bool) -> None:
        """Plug a reader in or pull it out, with both its slots.

        pcscd notices a USB reader that goes; a virtual one it keeps until it is
        started again, so that is done: clients see their pcscd end and come back.

        Raises:
            OSError: pcscd did not start.
        """
        self._plugged[reader] = plugged
        if self.running:
            self.stop()
            self.start()

    def _launch(self, place: Path) -> subprocess.Popen[bytes]:
        pcscd = [str(_where("pcscd")), "-f", "-c", str(place / "conf")]
        told = subprocess.run([pcscd[0], "-h"], capture_output=True, check=False)
        if b"disable-polkit" in told.stdout:
            pcscd.append("--disable-polkit")
        script = ["sh", "-ec", _SCRIPT, "sh", str(place), str(_DRIVERS), *pcscd]
        end_with_us = ["setpriv", "--pdeathsig", "KILL"]
        with (place / "pcscd.log").open("ab") as log:
            return subprocess.Popen(
                [*_apart(), *end_with_us, *script],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _write_readers(self) -> None:
        if self._place is None:
            return
        text = "".join(
            f'FRIENDLYNAME "{_friendly(reader)}"\n'
            f"DEVICENAME /dev/null:{self.ports[reader * SLOTS]}\n"
            f"LIBPATH {self._place / f'vpcd{reader}.so'}\n"
            f"CHANNELID {self.ports[reader * SLOTS]}\n\n"
            for reader in range(self._readers)
            if self._plugged[reader]
        )
        (self._place / "conf" / "readers").write_text(text, encoding="ascii")

    def _answers(self) -> bool:
        if not self.running:
            raise OSError(f"pcscd ended at once: {self._last_words()}")
        ports = [
            self.ports[reader * SLOTS]
            for reader in range(self._readers)
            if self._plugged[reader]
        ]
        return Path(self.socket).exists() and all(map(_listens, ports))

    def _last_words(self) -> str:
        if self._place is None:
            return ""
        log = (self._place / "pcscd.log").read_text("utf-8", "replace")
        return log.strip().splitlines()[-1] if log.strip() else "no word"

    def _wait_until(self, true: Callable[[], bool], else_: str) -> None:
        end = time.monotonic() + _START_S
        while not true():
            if time.monotonic() > end:
                raise OSError(f"{else_}: {self._last_words()}")
            time.sleep(_POLL_S)


def _friendly(reader: int) -> str:
    return "Virtual PCD" if reader == 0 else f"Virtual PCD {chr(ord('A') + reader)}"


def _apart() -> list[str]:
    """Return the command that gives a mount namespace, for root or for anybody."""
    unshare = str(_where("unshare"))
    return [unshare, "--mount"] if os.geteuid() == 0 else [unshare, "-r", "--mount"]


def _where(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def _free_ports(readers: int) -> tuple[int, ...]:
    """Return two neighbouring free ports for each reader."""
    found: list[int] = []
    while len(found) < readers * SLOTS:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("", port + 1))
            except OSError:
                continue
        if not {port, port + 1} & set(found):
            found += [port, port + 1]
    return tuple(found)


def _listens(port: int) -> bool:
    """Tell whether something listens on the port, without connecting to it."""
    wanted = f":{port:04X} "
    with Path("/proc/net/tcp").open(encoding="ascii") as table:
        return any(wanted in line and " 0A " in line for line in table)
