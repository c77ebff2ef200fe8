"""When silence counts: not while the machine works, not while money is moving.

An order that gets no answer does not keep anybody: it is finished without them.
"""

from __future__ import annotations

from kiosk.core.views import PayBody, TextSize, WorkingBody
from kiosk.flow import machine as matter_machine
from kiosk.flow.move import Scene
from kiosk.session.state import Terminal

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
    scene = Scene(
        matter=flow.matter,
        terminal=terminal.machine.terminal,
        hotline=terminal.machine.hotline,
        site=terminal.machine.site,
        now=terminal.now,
        local=terminal.local,
        available=terminal.machine.available,
    )
    shown = matter_machine.body(flow, scene)
    if isinstance(shown, PayBody):
        return flow.facts.order is not None and flow.facts.order.slow
    return not isinstance(shown, WorkingBody)
