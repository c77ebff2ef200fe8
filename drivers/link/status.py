"""The one status of a device: replaced whole, told and logged on change only."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from drivers.link.events import EventFanout
from kiosk.core.device import DeviceState, DeviceStatus
from kiosk.core.ports import EventLog


class StatusCell:
    """Holds the last known status.

    Args:
        detail: class status by XFS4IoT key, as it is before anything is known.
        quiet: keys that change with every use; told, but not logged.
    """

    def __init__(
        self,
        device: str,
        log: EventLog,
        events: EventFanout,
        detail: Mapping[str, object],
        quiet: frozenset[str] = frozenset(),
    ) -> None:
        self._device = device
        self._log = log
        self._events = events
        self._quiet = quiet
        self._value = DeviceStatus(
            DeviceState.STARTING, MappingProxyType(dict(detail)), 0
        )

    @property
    def value(self) -> DeviceStatus:
        """The status now; never changes in the reader's hands."""
        return self._value

    def update(
        self,
        state: DeviceState | None = None,
        why: str = "",
        /,
        **detail: object,
    ) -> None:
        """Take over what is known now; keys that are not named keep their value.

        A key with a dot is passed as ``**{"paper.upper": "low"}``.
        """
        before = self._value
        after_state = before.state if state is None else state
        changed = {
            key: value
            for key, value in detail.items()
            if before.detail.get(key) != value
        }
        if after_state is not before.state:
            changed["device"] = after_state.value
        if not changed:
            return
        self._value = DeviceStatus(
            after_state,
            MappingProxyType({**before.detail, **detail}),
            before.seq + 1,
        )
        if not changed.keys() <= self._quiet:
            self._log(
                "device.status_changed",
                device=self._device,
                before=before.state.value,
                state=after_state.value,
                changed=changed,
                why=why,
            )
        self._events.emit("StatusChangedEvent", **changed)
