"""``python -m hardware_sim``: start a rig, or one simulated device alone."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from hardware_sim.alone import DEVICES, run_device, run_rig, run_scenario
from hardware_sim.link.pcscd import why_no_pcscd
from hardware_sim.rig import RigOptions
from hardware_sim.scanner.simulator import ENGINES
from hardware_sim.scenarios.scenario import bundled_scenarios

TITLES = {
    "idcard": "resident ID card reader on a pty",
    "scanner": "QR and barcode scanner module on a pty, GM65",
    "scanner-newland": "scanner module with Newland's unified commands",
    "scanner-honeywell": "scanner with Honeywell's serial commands",
    "scanner-ssi": "decoder with Zebra's Simple Serial Interface",
    "receipt": "ESC/POS receipt printer",
    "receipt-usb": "the same behind a USB device file, a pty here",
    "meter-card": "reader of prepaid meter cards, CCID on a pty",
    "chip-card": "social-security and bank cards in a virtual PC/SC reader: a pcscd of "
    "its own, or the machine's with --port 35963",
    "printer": "A4 printer, IPP/2.0 over HTTP",
    "face-camera": "face camera, Motion JPEG over HTTP",
    "document-camera": "document camera, Motion JPEG over HTTP",
    "face-camera-rtsp": "face camera, RTSP",
    "document-camera-rtsp": "document camera, RTSP",
    "card-terminal": "bank-card terminal, ZVT on a pty, or on TCP with --port",
    "auxiliaries": "light and sensor board, Modbus RTU on a pty, or on TCP with --port",
    "power": "uninterruptible power supply behind a NUT server, TCP",
    "keypad": "keypad, one byte for each key, on a pty",
    "speaker": "loudspeaker that takes raw PCM over TCP and records it",
    "cash": "banknote acceptor, SSP on a pty",
    "platform": "the city's platform, HTTP",
}
"""What ``--help`` says of each device that can be started alone."""


def build_parser() -> argparse.ArgumentParser:
    """Return the command line's grammar."""
    parser = argparse.ArgumentParser(
        prog="python -m hardware_sim",
        description="Everything outside the kiosk's code, on the far side of the wire.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="NAME")
    _add_rig(commands)
    for name in DEVICES:
        _add_device(commands, name)
    bench = commands.add_parser(
        "bench", help="a rig in a temporary directory; prints the page's address"
    )
    bench.add_argument("--port", type=int, default=0, help="of the page")
    scenario = commands.add_parser("scenario", help="play a scenario on a bench")
    names = ", ".join(bundled_scenarios())
    scenario.add_argument("file", help=f"a TOML file, or one of: {names}")
    scenario.add_argument("--bench", required=True, metavar="URL")
    return parser


def _add_rig(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    rig = commands.add_parser("rig", help="all devices, the platform and the bench")
    rig.add_argument("--directory", type=Path, required=True, metavar="DIR")
    rig.add_argument(
        "--settings", type=Path, metavar="FILE", help="where the kiosk's go"
    )
    rig.add_argument("--store", type=Path, metavar="DIR", help="the kiosk's own state")
    rig.add_argument("--bench-port", type=int, default=0, metavar="N")
    rig.add_argument(
        "--display",
        metavar=":N",
        help="the kiosk's X display; the bench shows and touches it",
    )
    rig.add_argument("--scanner", choices=tuple(ENGINES), default="gm65")
    rig.add_argument("--cash", action="store_true", help="with a banknote acceptor")
    rig.add_argument(
        "--case-pace", type=float, metavar="S", help="cases move after S seconds"
    )


def _add_device(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str
) -> None:
    device = commands.add_parser(name, help=TITLES[name])
    device.add_argument("--directory", type=Path, metavar="DIR")
    device.add_argument("--port", type=int, default=0, help="0 for a free one")
    device.add_argument(
        "--verb-port", type=int, metavar="N", help="serve the verbs' HTTP API there"
    )


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code."""
    asked = build_parser().parse_args(arguments)
    try:
        return asyncio.run(_run(asked))
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _can_have_chip_cards() -> bool:
    """Tell whether a pcscd of one's own can run here; say why if it cannot."""
    if why := why_no_pcscd():
        sys.stderr.write(f"no chip-card reader: {why}\n")
    return not why


async def _run(asked: argparse.Namespace) -> int:
    if asked.command == "scenario":
        return await run_scenario(asked.file, asked.bench)
    if asked.command == "rig":
        options = RigOptions(
            bench_port=asked.bench_port,
            case_pace_s=asked.case_pace,
            store=asked.store,
            display=asked.display,
            scanner=asked.scanner,
            cash=asked.cash,
            chip_cards=_can_have_chip_cards(),
        )
        await run_rig(asked.directory, asked.settings, options, brief=False)
    elif asked.command == "bench":
        directory = Path(tempfile.mkdtemp(prefix="bench-"))
        options = RigOptions(bench_port=asked.port, chip_cards=_can_have_chip_cards())
        await run_rig(directory, None, options, brief=True)
    else:
        await run_device(asked.command, asked.directory, asked.port, asked.verb_port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
