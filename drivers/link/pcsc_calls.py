"""PC/SC for one reader: every call blocks, and belongs into one thread.

The context is that of one connection to pcscd. When pcscd ends, the context is of no
more use, and neither is anything that was made with it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from smartcard import scard

from drivers.link.card import CardMute, CardRemoved
from drivers.link.pcsc_errors import pcsc_error
from kiosk.core.errors import (
    DeviceError,
    DeviceFault,
    DeviceMissing,
    SettingsError,
)

SCHEME = "pcsc:"
_SOCKET = "PCSCLITE_CSOCK_NAME"
"""libpcsclite reads it once in a process: one process reaches one pcscd."""

_PROTOCOLS = {scard.SCARD_PROTOCOL_T0: "T=0", scard.SCARD_PROTOCOL_T1: "T=1"}
_PCI = {"T=0": scard.SCARD_PCI_T0, "T=1": scard.SCARD_PCI_T1}
_GONE = scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE
_ANY = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1


def parse_endpoint(endpoint: str) -> tuple[str, str]:
    """Split ``pcsc:READER?socket=PATH`` into reader and path (``""``: the usual one).

    Raises:
        SettingsError: the endpoint has another form.
    """
    if not endpoint.startswith(SCHEME):
        raise SettingsError(f"pcsc:READER expected, not {endpoint!r}")
    reader, mark, socket = endpoint.removeprefix(SCHEME).partition("?socket=")
    if mark and not socket.startswith("/"):
        raise SettingsError(f"no path of a socket in {endpoint!r}")
    return reader.strip(), socket


@dataclass(frozen=True, slots=True)
class Powered:
    """A card under power.

    Attributes:
        protocol: ``T=0`` or ``T=1``.
    """

    answer_to_reset: bytes
    protocol: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What the reader says of its slot.

    Attributes:
        mute: a card is there and gives no answer to reset.
        mark: PC/SC's state, to be given back when a change is waited for.
    """

    card: bool
    mute: bool
    mark: int


class PcscCalls:
    """One reader; see the module.

    Args:
        wanted: the reader's name, or how it begins: the number at its end depends on
            the order in which readers were plugged in. ``""``: the only one.
        socket: path of pcscd's socket, ``""`` for the system's.
    """

    def __init__(self, wanted: str, socket: str) -> None:
        self._wanted = wanted
        self._socket = socket
        self._context: int | None = None
        self._handle: int | None = None
        self._protocol = ""
        self._reader = ""

    def establish(self) -> str:
        """Connect to pcscd and find the reader; return its whole name.

        Raises:
            DeviceMissing: no pcscd, or no such reader.
            DeviceFault: another driver of this process uses another pcscd.
        """
        self._choose_socket()
        code, self._context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        if code != scard.SCARD_S_SUCCESS:
            self._context = None
            raise pcsc_error(code, "connect to pcscd")
        code, readers = scard.SCardListReaders(self._context, [])
        if code not in (scard.SCARD_S_SUCCESS, scard.SCARD_E_NO_READERS_AVAILABLE):
            raise self._lost(code, "list readers")
        self._reader = self._find(readers or [])
        return self._reader

    def look(self, before: int = scard.SCARD_STATE_UNAWARE, wait_s: float = 0) -> Seen:
        """Return the state of the slot, at once or when it is no longer ``before``.

        Raises:
            DeviceMissing: the reader or pcscd is gone.
        """
        code, states = scard.SCardGetStatusChange(
            self._held(), int(wait_s * 1000), [(self._reader, before)]
        )
        if code == scard.SCARD_E_TIMEOUT:
            return _seen(before)
        if code != scard.SCARD_S_SUCCESS:
            raise self._lost(code, "look for a card")
        seen = _seen(states[0][1])
        if states[0][1] & _GONE:
            raise self._lost(scard.SCARD_E_READER_UNAVAILABLE, "look for a card")
        return seen

    def power(self, *, warm: bool = False) -> Powered:
        """Power the card, or reset the one that is powered.

        Raises:
            CardError: no card, mute, or of another protocol.
            DeviceBusy: another programme holds it.
            DeviceMissing: the reader or pcscd is gone.
        """
        if self._handle is not None:
            how = scard.SCARD_RESET_CARD if warm else scard.SCARD_UNPOWER_CARD
            code, protocol = scard.SCardReconnect(
                self._handle, scard.SCARD_SHARE_EXCLUSIVE, _ANY, how
            )
        else:
            code, handle, protocol = scard.SCardConnect(
                self._held(), self._reader, scard.SCARD_SHARE_EXCLUSIVE, _ANY
            )
            if code == scard.SCARD_S_SUCCESS:
                self._handle = handle
        if code != scard.SCARD_S_SUCCESS:
            raise self._failed(code, "power the card")
        self._protocol = _PROTOCOLS.get(protocol, "T=0")
        code, _reader, _state, _protocol, reset = scard.SCardStatus(self._handle)
        if code != scard.SCARD_S_SUCCESS:
            raise self._failed(code, "answer to reset")
        return Powered(bytes(reset), self._protocol)

    def transmit(self, apdu: bytes) -> bytes:
        """Send one command to the powered card; return its answer.

        Raises:
            CardError: not powered, pulled, or silent.
            DeviceMissing: the reader or pcscd is gone.
        """
        if self._handle is None:
            raise CardRemoved("the card is not powered")
        code, answer = scard.SCardTransmit(
            self._handle, _PCI[self._protocol], list(apdu)
        )
        if code != scard.SCARD_S_SUCCESS:
            raise self._failed(code, "send a command to the card")
        if not answer:
            # Seen of vpcd when a card is pulled in the middle of a command.
            self.power_off()
            raise CardMute("a command without an answer")
        return bytes(answer)

    def power_off(self) -> None:
        """Let the card be taken; does nothing when it is not powered."""
        handle, self._handle = self._handle, None
        if handle is not None:
            # What it returns changes nothing: the card is let go in any case.
            scard.SCardDisconnect(handle, scard.SCARD_UNPOWER_CARD)

    def release(self) -> None:
        """Let everything go; safe to call twice."""
        self.power_off()
        context, self._context = self._context, None
        if context is not None:
            scard.SCardReleaseContext(context)

    def _choose_socket(self) -> None:
        if not self._socket:
            return
        chosen = os.environ.setdefault(_SOCKET, self._socket)
        if chosen != self._socket:
            raise DeviceFault(f"this process reaches pcscd at {chosen}")

    def _find(self, readers: list[str]) -> str:
        if self._wanted in readers:
            return self._wanted
        found = [name for name in readers if name.startswith(self._wanted)]
        if len(found) == 1:
            return found[0]
        self.release()
        there = ", ".join(readers) or "none"
        what = "several readers" if found else "no reader"
        raise DeviceMissing(f"{what} {self._wanted!r}; there are: {there}")

    def _held(self) -> int:
        if self._context is None:
            raise DeviceMissing("not connected to pcscd")
        return self._context

    def _failed(self, code: int, doing: str) -> DeviceError:
        error = pcsc_error(code, doing)
        if isinstance(error, DeviceMissing):
            self.release()
        else:
            self.power_off()
        return error

    def _lost(self, code: int, doing: str) -> DeviceError:
        """Whatever it was: a context that cannot do this is of no more use."""
        self.release()
        return pcsc_error(code, doing)


def _seen(state: int) -> Seen:
    card = bool(state & scard.SCARD_STATE_PRESENT)
    mute = card and bool(state & scard.SCARD_STATE_MUTE)
    return Seen(card, mute, state & ~scard.SCARD_STATE_CHANGED)
