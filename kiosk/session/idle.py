"""When silence counts: not while the machine works, not while money is moving.

An order that gets no answer does not keep anybody: it is finished without them.
"""

from __future__ import annotations

from kiosk.core.bodies import PayBody, WorkingBody
from kiosk.core.parts import TextSize
from kiosk.flow import machine as matter_machine
from kiosk.session.state import Terminal
from kiosk.session.visit import scene_of

ELDER_FACTOR = 2.0


def wait_factor(terminal: Terminal) -> float:
    """Return how much longer than usual this person is waited for."""
    elder = terminal.look.text_size is TextSize.ELDER
    return ELDER_FACTOR if elder else 1.0


def idle_allowed(terminal: Terminal) -> bool:
    """Tell whether the terminal may ask "still there?" on this page."""
    flow = terminal.flow
    if flow is None:
        return True
    shown = matter_machine.body(flow, scene_of(terminal))
    if isinstance(shown, PayBody):
        return flow.facts.order is not None and flow.facts.order.slow
    return not isinstance(shown, WorkingBody)
