"""Saves a picture of every sample view (``gallery.py --out DIR``)."""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from kiosk.core.parts import TextSize
from kiosk.core.words import Language

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))


def load(name: str) -> ModuleType:
    """Load a neighbour module: tests are no package."""
    known = sys.modules.get(f"screens_{name}")
    if known is not None:
        return known
    spec = importlib.util.spec_from_file_location(
        f"screens_{name}", HERE / f"{name}.py"
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[f"screens_{name}"] = module
    spec.loader.exec_module(module)
    return module


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--size", default="1080x1920")
    parser.add_argument("--language", default="zh_CN", choices=[*Language])
    parser.add_argument("--text", default="normal", choices=[*TextSize])
    parser.add_argument("--contrast", action="store_true")
    parser.add_argument("--only", default="")
    chosen = parser.parse_args()
    width, height = (int(side) for side in chosen.size.split("x"))
    chosen.out.mkdir(parents=True, exist_ok=True)
    samples = load("samples")
    rig = load("rig").Rig((width, height))
    rig.cameras.frames.update(samples.pictures())
    for name, view in samples.every_view().items():
        if chosen.only and chosen.only not in name:
            continue
        look = replace(
            view.look,
            language=Language(chosen.language),
            text_size=TextSize(chosen.text),
            high_contrast=chosen.contrast,
        )
        began = time.perf_counter()
        rig.host.show(replace(view, look=look))
        took = time.perf_counter() - began
        until = time.monotonic() + 0.25
        while time.monotonic() < until:
            rig.idle()
        rig.save(chosen.out / f"{name}.png")
        print(f"{name}: {took * 1000:.0f} ms")


if __name__ == "__main__":
    main()
