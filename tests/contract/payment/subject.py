"""The drivers of card terminals and what is at their far ends, for the contract kit."""

from __future__ import annotations

from functools import partial

from drivers.payment.zvt.channel import Delays
from hardware_sim.payment.terminal import Timings
from tests.contract.kit.subject import Fault, Subject
from tests.contract.payment.mis_subject import MIS
from tests.contract.payment.paying import AUTHORISE, CARD, STEPS
from tests.contract.payment.till import till

FAST = Delays(
    taken_s=0.15,
    answer_s=0.4,
    command_s=0.9,
    short_s=0.8,
    abort_s=1.5,
    write_s=0.4,
    again_s=0.02,
)
QUICK = Timings(
    card_s=0.005,
    pin_s=0.005,
    bank_s=0.01,
    removal_s=0.005,
    boot_s=0.01,
    card_wait_s=0.7,
    taken_s=0.12,
    answer_s=0.3,
)

_PAYS = frozenset({AUTHORISE})
FAULTS = (
    Fault("decline", {"reason": "notEnough"}, steps=_PAYS),
    Fault("busy", {"on": "yes"}),
    Fault("paper", {"state": "out"}, steps=_PAYS, shows=lambda s: not s.usable),
    Fault("lose", {"what": "result"}, steps=_PAYS),
    Fault("lose", {"what": "completion"}, steps=_PAYS),
    Fault("tell_wrong_amount", {"fen": 1}, steps=_PAYS),
    Fault("power_cut", {"step": "now"}),
    Fault("power_cut", {"step": "beforeBank"}, steps=_PAYS),
    Fault("power_cut", {"step": "afterBank"}, steps=_PAYS),
    Fault("power_cut", {"step": "afterStored"}, steps=_PAYS),
)

SUBJECTS = (
    Subject(
        "payment.zvt",
        partial(till, timings=QUICK, delays=FAST),
        steps=STEPS,
        faults=FAULTS,
        secrets=(CARD,),
    ),
    MIS,
)
