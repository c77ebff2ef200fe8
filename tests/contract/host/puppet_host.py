"""The kiosk's process with the drivers, in which every driver is a puppet.

Each says in the diary when one of its commands began, and then never ends it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from kiosk.app import host_child
from tests.contract.host.puppet import Puppet


def patient(sections: dict[str, Any], _clock: Any, log: Any) -> dict[str, Puppet]:
    """Make a puppet for each device."""
    puppets = {name: Puppet(name, log) for name in sections}
    for puppet in puppets.values():
        puppet.patient = True
        puppet.tell = lambda name, method: log("puppet.began", device=name, what=method)
    return puppets


if __name__ == "__main__":
    host_child.make_drivers = patient  # type: ignore[assignment]
    sys.exit(host_child.main())
