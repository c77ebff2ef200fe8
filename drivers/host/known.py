"""What the kiosk knows of a device elsewhere: taken over from the host's messages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from drivers.host.shape import WrongValue
from drivers.host.status_form import StatusForm
from drivers.host.totals import Totals
from kiosk.core.device import DeviceInfo, DeviceState, DeviceStatus


class Known:
    """Values that are replaced whole; the status counts its own changes.

    Args:
        form: how the host says the status of the class.
    """

    def __init__(self, info: DeviceInfo, form: StatusForm, endpoint: str) -> None:
        self.info = info
        self._form = form
        self.status = DeviceStatus(DeviceState.STARTING)
        self.diagnostics: Mapping[str, object] = {"endpoint": endpoint}
        self._totals = Totals()
        self._host_seq = -1

    @property
    def statistics(self) -> Mapping[str, int]:
        """Counters since the kiosk began, whatever became of hosts meanwhile."""
        return self._totals.values()

    def new_connection(self) -> None:
        """Believe the next status, whatever its number."""
        self._host_seq = -1

    def lose(self) -> None:
        """Know nothing of the device any more but what parts it has."""
        detail = {
            key: None if value is None else "unknown"
            for key, value in self.status.detail.items()
        }
        self._replace(DeviceState.OFFLINE, detail)

    def take_status(self, payload: Mapping[str, Any]) -> None:
        """Take over a status, unless a newer one came first."""
        try:
            status = self._form.read(payload)
        except WrongValue:
            return  # without a status there is none to take over
        if status.seq >= self._host_seq:
            self._host_seq = status.seq
            if differences(self.status, status):
                self._replace(status.state, status.detail)

    def take_statistics(self, answer: Mapping[str, Any]) -> None:
        """Take over ``Common.ExtStatistics``."""
        epoch = str(answer.get("extEpoch") or "")
        self._totals.take_over(epoch, answer.get("statistics") or {})

    def take_diagnostics(self, answer: Mapping[str, Any]) -> None:
        """Take over ``Common.ExtDiagnostics``."""
        self.diagnostics = dict(answer.get("diagnostics") or {})

    def take_info(self, answer: Mapping[str, Any]) -> None:
        """Take over who the device is, of ``Common.Capabilities``."""
        common: Mapping[str, Any] = answer.get("common") or {}
        said = common.get("deviceInformation") or ()
        device: Mapping[str, Any] = next(iter(said), {})
        interfaces = {
            str(each["name"]): tuple(
                name.partition(".")[2] for name in each.get("commands") or ()
            )
            for listed in ("interfaces", "extInterfaces")
            for each in answer.get(listed) or ()
        }
        self.info = DeviceInfo(
            self.info.name,
            common.get("extCapability") or self.info.capability,
            model_name=device.get("modelName") or "",
            serial_number=device.get("serialNumber") or "",
            revision_number=device.get("revisionNumber") or "",
            interfaces=MappingProxyType(interfaces),
        )

    def _replace(self, state: DeviceState, detail: Mapping[str, object]) -> None:
        seq = self.status.seq + 1
        self.status = DeviceStatus(state, MappingProxyType(dict(detail)), seq)


def differences(before: DeviceStatus, after: DeviceStatus) -> dict[str, object]:
    """Return what changed, as a ``StatusChangedEvent`` says it."""
    changed = {
        key: value
        for key, value in after.detail.items()
        if key not in before.detail or before.detail[key] != value
    }
    if after.state is not before.state:
        changed["device"] = after.state.value
    return changed
