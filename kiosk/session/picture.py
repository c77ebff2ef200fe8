"""From the terminal's state to what is to be seen. Pure."""

from __future__ import annotations

from kiosk.core.bodies import (
    AttractBody,
    Body,
    FarewellBody,
    OutOfServiceBody,
    PayBody,
    QuestionBody,
    ServicedBody,
    TakeBody,
    WorkingBody,
)
from kiosk.core.intents import (
    AskHelp,
    Back,
    Choose,
    Leave,
    Stay,
    SwitchContrast,
    SwitchLanguage,
    SwitchTextSize,
)
from kiosk.core.parts import Bar, Button, Progress
from kiosk.core.views import Overlay, View
from kiosk.core.words import say
from kiosk.flow import machine as matter_machine
from kiosk.flow.machine import Flow
from kiosk.flow.payment_page import CARD_STAGES
from kiosk.session.idle import wait_factor
from kiosk.session.offer import home_body, lamps, list_body
from kiosk.session.state import Asking, Phase, Terminal
from kiosk.session.visit import scene_of

_FOOTER = (
    Button(say("footer.language"), SwitchLanguage(), icon="globe", key="language"),
    Button(say("footer.text_size"), SwitchTextSize(), icon="big", key="text-size"),
    Button(say("footer.contrast"), SwitchContrast(), icon="contrast", key="contrast"),
    Button(say("footer.help"), AskHelp(), style="help", icon="call", key="help"),
)
_LEAVING = (
    *(Phase.ENDING, Phase.FAREWELL, Phase.ATTRACT, Phase.STARTING),
    Phase.MAINTENANCE,
)


def view_of(terminal: Terminal) -> View:
    """Return what is to be seen now."""
    body = _body(terminal)
    return View(
        bar=_bar(terminal),
        look=terminal.look,
        body=body,
        progress=_progress(terminal),
        back=_back(terminal, body),
        leave=_leave(terminal, body),
        footer=_FOOTER,
        overlay=_overlay(terminal),
        spoken=getattr(body, "title", None),
    )


def _bar(terminal: Terminal) -> Bar:
    local = terminal.local.replace(second=0, microsecond=0) if terminal.local else None
    machine = terminal.machine
    return Bar(machine.site, machine.terminal, local, machine.hotline)


def _body(terminal: Terminal) -> Body:
    match terminal.phase:
        case Phase.STARTING:
            return WorkingBody(
                say("starting.title"), say("starting.second"), "platform"
            )
        case Phase.ATTRACT:
            return _attract(terminal)
        case Phase.HOME:
            return home_body(terminal)
        case Phase.LIST:
            return list_body(terminal)
        case Phase.MATTER if terminal.flow is not None:
            return matter_machine.body(terminal.flow, scene_of(terminal))
        case Phase.DONE:
            return _done()
        case Phase.ENDING:
            return _ending(terminal)
        case Phase.MAINTENANCE:
            return _serviced(terminal)
        case _:
            return FarewellBody(say("farewell.title"), say("farewell.second"))


def _attract(terminal: Terminal) -> AttractBody | OutOfServiceBody:
    machine = terminal.machine
    if "platform" not in machine.available:
        return OutOfServiceBody(
            title=say("out.title"),
            sentence=say("out.platform"),
            terminal=machine.terminal,
            hotline=machine.hotline,
        )
    second = "attract.card_left" if terminal.leftover else "attract.second"
    if terminal.meter_leftover:
        second = "attract.meter_left"
    return AttractBody(say("attract.title"), say(second), lamps(machine))


def _serviced(terminal: Terminal) -> ServicedBody:
    return ServicedBody(
        title=say("serviced.title"),
        second_line=say("serviced.second"),
        also=(say("serviced.also.title"), say("serviced.also.second")),
        terminal=terminal.machine.terminal,
        hotline=terminal.machine.hotline,
    )


def _done() -> QuestionBody:
    return QuestionBody(
        title=say("done.title"),
        second_line=say("done.second"),
        points=(),
        answers=(
            Button(say("done.end"), Leave(), style="main", icon="exit", key="finish"),
            Button(say("done.another"), Choose("another"), icon="doc", key="another"),
        ),
    )


def _ending(terminal: Terminal) -> Body:
    left_behind = terminal.leftover or terminal.meter_leftover
    if terminal.printing and not left_behind:
        return WorkingBody(
            say("ending.paper.title"), say("ending.paper.second"), "receipt"
        )
    if not left_behind:
        return WorkingBody(say("ending.title"), say("ending.second"), "card")
    left = terminal.patience.leftover_s - (terminal.now - terminal.phase_at)
    what = "card" if terminal.leftover else "meter"
    return TakeBody(
        title=say(f"ending.{what}.title"),
        second_line=say(f"ending.{what}.second"),
        picture=what,
        next=None,
        seconds_left=max(0, int(left)),
    )


def _progress(terminal: Terminal) -> Progress | None:
    if terminal.phase is not Phase.MATTER or terminal.flow is None:
        return None
    step, total = matter_machine.progress(terminal.flow)
    return Progress(terminal.flow.matter.plain.words, step, total)


def _back(terminal: Terminal, body: Body) -> Button | None:
    if terminal.phase is Phase.LIST:
        return Button(say("button.back"), Back(), "quiet", "back", key="back")
    flow = terminal.flow
    if terminal.phase is not Phase.MATTER or flow is None:
        return None
    if not matter_machine.back_allowed(flow) or isinstance(body, PayBody):
        return None
    return Button(say("button.back"), Back(), "quiet", "back", key="back")


def _leave(terminal: Terminal, body: Body) -> Button | None:
    if terminal.phase in _LEAVING or terminal.phase is Phase.DONE:
        return None
    flow = terminal.flow
    if isinstance(body, PayBody):
        return _leave_payment(flow, body)
    if flow is not None and not matter_machine.leave_allowed(flow):
        return None
    return Button(say("button.leave"), Leave(), "quiet", "exit", key="leave")


def _leave_payment(flow: Flow | None, body: PayBody) -> Button | None:
    order = flow.facts.order if flow is not None else None
    if order is not None and order.slow:
        return Button(say("button.leave"), Leave(), "quiet", "exit", key="leave")
    if body.stage in CARD_STAGES:
        why = say("pay.card.no_leave")
        return Button(say("pay.cancel"), None, "quiet", "exit", reason=why, key="leave")
    if body.stage not in ("starting", "waiting"):
        return None
    return Button(say("pay.cancel"), Leave(), "quiet", "exit", key="leave")


def _overlay(terminal: Terminal) -> Overlay | None:
    stay = Button(say("overlay.stay"), Stay(), style="main", key="stay")
    leave = Button(say("overlay.leave"), Leave(), icon="exit", key="really-leave")
    match terminal.asking:
        case Asking.STILL_THERE:
            limit = terminal.patience.answer_s * wait_factor(terminal)
            left = max(0, int(limit - (terminal.now - terminal.asked_at)))
            return Overlay(
                say("overlay.still.title"),
                say("overlay.still.text"),
                (stay, leave),
                left,
            )
        case Asking.REALLY_LEAVE:
            return Overlay(
                say("overlay.leave.title"), say("overlay.leave.text"), (stay, leave)
            )
        case Asking.HELP:
            machine = terminal.machine
            text = say(
                "overlay.help.text",
                hotline=machine.hotline,
                terminal=machine.terminal,
            )
            close = Button(say("overlay.close"), Stay(), style="main", key="stay")
            return Overlay(say("overlay.help.title"), text, (close,))
        case _:
            return None
