"""The buttons that every step shares, so that they look and mean the same."""

from __future__ import annotations

from kiosk.core.intents import AskHelp, Choose, GoHome, Intent, Leave, Next
from kiosk.core.parts import Button
from kiosk.core.words import Say, say


def next_button(label: str = "button.next", why_not: Say | None = None) -> Button:
    """The one thing to do; greyed with its reason where it cannot be done yet."""
    return Button(
        label=say(label),
        intent=None if why_not else Next(),
        style="main",
        reason=why_not,
        key="next",
    )


def choice(
    key: str,
    label: Say,
    *,
    style: str = "plain",
    icon: str = "",
    second_line: Say | None = None,
    intent: Intent | None = None,
) -> Button:
    """An answer of this page."""
    return Button(
        label=label,
        intent=intent or Choose(key),
        style=style,
        icon=icon,
        second_line=second_line,
        key=key,
    )


def retry_button() -> Button:
    """Try the same again."""
    return choice("retry", say("button.retry"), style="main")


def home_button() -> Button:
    """Leave this matter and choose another one."""
    return choice("home", say("button.home"), icon="house", intent=GoHome())


def leave_button() -> Button:
    """End the visit."""
    return choice("leave", say("button.leave"), icon="exit", intent=Leave())


def help_button() -> Button:
    """Somebody to ask."""
    return choice("ask-help", say("button.ask_help"), icon="call", intent=AskHelp())
