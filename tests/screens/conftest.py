"""One window for all screen tests, in whatever shape a test asks for."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from screens.window import prepare

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ["SDL_VIDEODRIVER"] = "offscreen"
os.environ["KIVY_NO_ARGS"] = "1"
os.environ.setdefault("KIVY_HOME", tempfile.mkdtemp(prefix="kiosk-kivy-test-"))
# Test modules import widgets when they are collected: Kivy must be set up by then.
prepare((1080, 1920), fullscreen=False)


def load(name: str) -> ModuleType:
    """Load a neighbour module: tests are no package."""
    known = sys.modules.get(f"screens_{name}")
    if known is not None:
        return known
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"screens_{name}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[f"screens_{name}"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def samples() -> ModuleType:
    return load("samples")


@pytest.fixture(scope="session")
def checks() -> ModuleType:
    return load("checks")


@pytest.fixture
def rig(samples: ModuleType) -> Iterator[object]:
    made = load("rig").Rig((1080, 1920))
    made.cameras.frames.update(samples.pictures())
    yield made
    made.host.wipe()
    made.close()
