"""The kiosk's process with the drivers, with the waits of tests."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kiosk.app.host_child import main
from tests.system.haste import hurried

if __name__ == "__main__":
    with hurried():
        sys.exit(main())
