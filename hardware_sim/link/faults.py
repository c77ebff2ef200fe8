"""What can be wrong with an answer on its way: silence, lateness, garbage, splits.

Pure: an answer goes in, the pieces that really cross the wire come out. One object
belongs to one cable; the verbs in ``verbs.py`` arm it, ``heal`` clears it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

GARBAGE_MODES = ("noise", "flipped", "cut")


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes to put on the wire after a pause, and a word for the wire log."""

    after_s: float
    data: bytes
    note: str = ""


@dataclass(slots=True)
class Fault:
    """One armed fault.

    Attributes:
        amount: milliseconds or bytes, as the fault takes it.
        answers: how many answers are still spoilt; 0 = all until healed.
    """

    amount: float = 0.0
    mode: str = ""
    answers: int = 0


@dataclass(slots=True)
class Faults:
    """The faults armed on one cable."""

    armed: dict[str, Fault] = field(default_factory=dict)
    _random: random.Random = field(default_factory=lambda: random.Random(24))

    def arm(
        self, name: str, *, amount: float = 0.0, mode: str = "", answers: int = 0
    ) -> None:
        """Arm a fault for the next ``answers`` answers, 0 = until healed."""
        self.armed[name] = Fault(amount, mode, answers)

    def heal(self) -> None:
        """Forget every fault."""
        self.armed.clear()

    def names(self) -> list[str]:
        """Return the armed faults by name, sorted."""
        return sorted(self.armed)

    def shape(self, answer: bytes) -> list[Piece]:
        """Return what becomes of one answer; counts limited faults down."""
        if self._use("silent"):
            return []
        late = self._use("late")
        garbage = self._use("garbage")
        noise = self._use("noise_before")
        split = self._use("split")
        notes = []
        if garbage:
            answer = self._spoil(answer, garbage.mode)
            notes.append(f"spoilt: {garbage.mode}")
        if noise:
            answer = self._noise(int(noise.amount)) + answer
            notes.append("noise before")
        if late:
            notes.append(f"late {late.amount:g} ms")
        wait = late.amount / 1000 if late else 0.0
        pieces = [Piece(wait, answer, ", ".join(notes))]
        if split and len(answer) > 1:
            middle = len(answer) // 2
            pieces = [
                Piece(wait, answer[:middle], ", ".join([*notes, "first half"])),
                Piece(split.amount / 1000, answer[middle:], "second half"),
            ]
        if self._use("duplicate"):
            pieces.append(Piece(0.0, answer, "duplicate"))
        return pieces

    def _use(self, name: str) -> Fault | None:
        fault = self.armed.get(name)
        if fault is not None and fault.answers > 0:
            fault.answers -= 1
            if fault.answers == 0:
                del self.armed[name]
        return fault

    def _spoil(self, answer: bytes, mode: str) -> bytes:
        if mode == "cut":
            return answer[: len(answer) // 2]
        if mode == "flipped":
            at = len(answer) // 2
            return answer[:at] + bytes([answer[at] ^ 0x01]) + answer[at + 1 :]
        return self._noise(len(answer))

    def _noise(self, count: int) -> bytes:
        return self._random.randbytes(count)
