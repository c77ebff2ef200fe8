"""Every wait of the camera driver."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds, each with its reason.

    Attributes:
        open_s: a camera in the cabinet opens in a tenth of a second over the
            network, in about one second over USB.
        read_s: no new picture for so long means that the stream has stopped; the
            slowest cameras in the dark still send two a second.
        identical_s: sensor noise makes two equal pictures impossible; a stream
            that repeats one for so long shows the past.
        black_s: a hand before the lens is no fault, a cap is.
        retry_first_s, retry_last_s: between two attempts to open it again, doubled
            each time.
        let_go_s: how long ``stop`` waits for the reading thread; a thread that
            hangs in a dead stream ends by itself after ``read_s``.
        look_again_s: a camera that is not in use is tried at most so often.
        unfit_again_s: a stream whose pictures are of no use, too small or too large, is
            opened again at once, and after that so often: some devices find back to
            their size only when they are opened.
        new_picture_s: how often a reader of codes asks for a new picture; cameras give
            one in 30 to 100 ms.
    """

    open_s: float = 3.0
    read_s: float = 2.0
    identical_s: float = 4.0
    black_s: float = 2.0
    retry_first_s: float = 0.3
    retry_last_s: float = 5.0
    let_go_s: float = 0.3
    look_again_s: float = 60.0
    unfit_again_s: float = 30.0
    new_picture_s: float = 0.01

    @property
    def command_s(self) -> float:
        """Last resort for every command."""
        return 2 * (self.open_s + self.read_s + self.identical_s + self.black_s)
