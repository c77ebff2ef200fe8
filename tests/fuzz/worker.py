"""Feeds one target in a process of its own and writes down what came of it.

python tests/fuzz/worker.py TARGET INPUTS FOLDER SEED

With atheris (libFuzzer) inputs are bred by what they reach in drivers and simulators;
without it they are golden frames and noise, altered at random.
"""

from __future__ import annotations

import json
import random
import sys
import time
import traceback
from dataclasses import asdict, dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

try:
    import atheris
except ImportError:
    atheris = None

SHORT = 256
"""Bytes of one input; more where golden frames are longer."""

SLOW_S = 10
"""An input that takes this long is a hang."""

_CRASHES = 20
"""So many different ones are written down."""


@dataclass
class Tally:
    """What one process saw.

    Attributes:
        crashes: hexadecimal input by where and how it failed.
    """

    target: str
    engine: str
    inputs: int = 0
    slowest_s: float = 0.0
    wall_s: float = 0.0
    crashes: dict[str, str] = field(default_factory=dict)


class Feeder:
    """Counts and times what is fed; a crash is noted and does not end the run."""

    def __init__(self, name: str, wanted: int, folder: Path, engine: str) -> None:
        from tests.fuzz.targets import targets

        self._target = targets()[name]
        self._wanted = wanted
        self._file = folder / "tally.json"
        self._began = time.monotonic()
        self.tally = Tally(name, engine)

    def feed(self, data: bytes) -> None:
        """Feed one input."""
        began = time.process_time()
        try:
            self._target(data)
        except Exception as error:  # noqa: BLE001 that is what is looked for
            self._note(error, data)
        tally = self.tally
        tally.slowest_s = max(tally.slowest_s, time.process_time() - began)
        tally.inputs += 1
        if tally.inputs % 5000 == 0 or tally.inputs >= self._wanted:
            self.write()

    def write(self) -> None:
        """Keep the tally: libFuzzer ends the process without asking."""
        self.tally.wall_s = time.monotonic() - self._began
        self._file.write_text(json.dumps(asdict(self.tally)), "utf-8")

    def _note(self, error: Exception, data: bytes) -> None:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(last.filename).name}:{last.lineno}"
        name = f"{type(error).__name__} at {place}: {error}"[:200]
        crashes = self.tally.crashes
        known = crashes.get(name)
        if known is None and len(crashes) >= _CRASHES:
            return
        if known is None or len(data) * 2 < len(known):
            crashes[name] = data.hex()


def altered(good: tuple[bytes, ...], chance: random.Random) -> bytes:
    """Return noise, or a frame or two with some bytes changed, doubled or gone."""
    if not good or chance.random() < 0.2:
        return chance.randbytes(chance.randrange(64))
    data = bytearray(b"".join(chance.choices(good, k=chance.randint(1, 3))))
    for _ in range(chance.randint(0, 6)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0:
                del data[at : at + chance.randint(1, 8)]
            case 1:
                data[at:at] = chance.randbytes(chance.randint(1, 8))
            case 2 if at < len(data):
                data[at] ^= 1 << chance.randrange(8)
            case _:
                data[at:at] = data[at : at + chance.randint(1, 16)]
    return bytes(data)


def _breed(name: str, wanted: int, folder: Path, seed: int) -> None:
    with atheris.instrument_imports(include=["drivers", "hardware_sim"]):
        feeder = Feeder(name, wanted, folder, "atheris")
    for place in ("bred", "good", "crash"):
        (folder / place).mkdir()
    from tests.fuzz.targets import golden_for

    golden = golden_for(name)
    longest = max(SHORT, *(2 * len(data) for data in golden))
    for number, data in enumerate(golden):
        (folder / "good" / f"{number:04}").write_bytes(data)
    arguments = [
        "fuzz",
        f"-runs={wanted}",
        f"-seed={seed + 1}",
        f"-max_len={longest}",
        f"-timeout={SLOW_S}",
        f"-artifact_prefix={folder}/crash/",
        "-verbosity=0",
        "-print_final_stats=1",
        str(folder / "bred"),
        str(folder / "good"),
    ]
    atheris.Setup(arguments, feeder.feed)
    atheris.Fuzz()


def _alter(name: str, wanted: int, folder: Path, seed: int) -> None:
    from tests.fuzz.targets import golden_for

    golden = golden_for(name)
    feeder = Feeder(name, wanted, folder, "altered frames")
    chance = random.Random(f"{name} {seed}")
    for _ in range(wanted):
        feeder.feed(altered(golden, chance))


def main() -> None:
    """Feed one target as the command line says."""
    name, wanted, folder, seed = sys.argv[1:5]
    work = _alter if atheris is None else _breed
    work(name, int(wanted), Path(folder), int(seed))


if __name__ == "__main__":
    main()
