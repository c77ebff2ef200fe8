"""A card's operating system: applications, files of records, a test key.

Applications are selected by name, a file by its identifier, records read by number
(P2 ends in 100) or by tag (P2 = 00, as older systems do it). A protected file answers
6982 until EXTERNAL AUTHENTICATE was right. The key of real cards is in the issuer's
security module; the one here is ours and openly so.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

from hardware_sim.smartcard import apdu
from hardware_sim.smartcard.apdu import Answer, Command

TEST_KEY = b"KIOSK24-TEST-KEY"
"""Not a key of any issuer."""


@dataclass(frozen=True, slots=True)
class Application:
    """One application.

    Attributes:
        fci: what SELECT answers.
        records: by short file identifier and number, from 1.
        files: short file identifier by file identifier, for SELECT of a file.
        locked: short identifiers of files that need authentication.
        options: what GET PROCESSING OPTIONS answers; ``b""`` where there is none.
        options_bytes: length of the data that it wants to be told before.
    """

    name: bytes
    fci: bytes = b""
    records: dict[tuple[int, int], bytes] = field(default_factory=dict, repr=False)
    files: dict[int, int] = field(default_factory=dict)
    locked: frozenset[int] = frozenset()
    options: bytes = b""
    options_bytes: int = 0


def cryptogram(challenge: bytes) -> bytes:
    """Return the 16 bytes that prove knowledge of the test key."""
    return hmac.new(TEST_KEY, challenge, hashlib.sha256).digest()[:16]


class CardSystem:
    """Carries commands out, one at a time.

    Args:
        records_by_number: False for an old system that knows tags only.
        chance: makes challenges.
    """

    def __init__(
        self,
        applications: tuple[Application, ...],
        *,
        records_by_number: bool = True,
        chance: Callable[[int], bytes] = lambda size: bytes(range(size)),
    ) -> None:
        self._applications = applications
        self._by_number = records_by_number
        self._chance = chance
        self.reset()

    def reset(self) -> None:
        """Forget everything chosen, as power off does."""
        self._application: Application | None = None
        self._file: int | None = None
        self._challenge = b""
        self._proved = False

    def obey(self, command: Command) -> Answer:
        """Carry out one command."""
        if command.cla not in (0x00, 0x80):
            return b"", apdu.NO_CLASS
        match command.cla, command.ins:
            case 0x00, 0xA4:
                return self._select(command)
            case 0x00, 0xB2:
                return self._read_record(command)
            case 0x00, 0x84:
                self._challenge = self._chance(command.most or 8)
                return self._challenge, apdu.OK
            case 0x00, 0x82:
                return b"", self._authenticate(command.data)
            case 0x80, 0xA8:
                return self._processing_options(command.data)
        return b"", apdu.NO_INSTRUCTION

    def _select(self, command: Command) -> Answer:
        if command.p1 != 0x04:
            return b"", self._select_file(command.data)
        for application in self._applications:
            if command.data and application.name.startswith(command.data):
                self._application, self._file = application, None
                return application.fci, apdu.OK
        return b"", apdu.NOT_FOUND

    def _select_file(self, data: bytes) -> int:
        if self._application is None or len(data) != 2:
            return apdu.NOT_FOUND
        file = int.from_bytes(data, "big")
        if file not in self._application.files:
            return apdu.NOT_FOUND
        self._file = self._application.files[file]
        return apdu.OK

    def _read_record(self, command: Command) -> Answer:
        if self._application is None:
            return b"", apdu.NO_FILE_CHOSEN
        by_number = command.p2 & 0x07 == 0x04
        file = command.p2 >> 3 or self._file
        if file is None:
            return b"", apdu.NO_FILE_CHOSEN
        if by_number and not self._by_number:
            return b"", apdu.WRONG_PARAMETERS
        if file in self._application.locked and not self._proved:
            return b"", apdu.NOT_ALLOWED
        if by_number:
            found = self._application.records.get((file, command.p1))
        else:
            found = self._tagged(self._application, file, command.p1)
        return (found, apdu.OK) if found is not None else (b"", apdu.NO_RECORD)

    @staticmethod
    def _tagged(application: Application, file: int, tag: int) -> bytes | None:
        for (of, _number), record in application.records.items():
            if of == file and record[:1] == bytes([tag]):
                return record
        return None

    def _authenticate(self, proof: bytes) -> int:
        challenge, self._challenge = self._challenge, b""
        if not challenge:
            return apdu.NO_CONDITION
        self._proved = hmac.compare_digest(proof, cryptogram(challenge))
        return apdu.OK if self._proved else 0x63C2

    def _processing_options(self, data: bytes) -> Answer:
        application = self._application
        if application is None or not application.options:
            return b"", apdu.NO_CONDITION
        wanted = bytes([0x83, application.options_bytes])
        if data[:2] != wanted or len(data) != 2 + application.options_bytes:
            return b"", apdu.WRONG_LENGTH
        return application.options, apdu.OK
