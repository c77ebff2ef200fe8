"""Every wait of the A4 printer driver."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds, each with its reason.

    Attributes:
        connect_s: a printer in the same cabinet connects within milliseconds; one
            that sleeps takes a second or two.
        answer_s: a printer that warms up or converts a page answers late.
        upload_s: a certificate has some 100 kB, a slow network interface or a
            converter inside may take its time with it.
        poll_s: between two questions about a job; a page takes 1 to 6 seconds.
        refill_s: how long a job may stand still for want of hands before it is
            withdrawn: a citizen may close a cover, nobody runs for paper.
        gone_s: how long a printer that went away in the middle, or before it had a
            byte of the document, is waited for: a cable pushed back in takes seconds,
            a citizen is not kept for minutes.
        confirm_s: a job that is cancelled may first finish the sheet in the path.
        person_s: how long a test waits for somebody at the tray.
    """

    connect_s: float = 3.0
    answer_s: float = 8.0
    upload_s: float = 30.0
    poll_s: float = 0.4
    refill_s: float = 20.0
    gone_s: float = 30.0
    confirm_s: float = 15.0
    person_s: float = 30.0
