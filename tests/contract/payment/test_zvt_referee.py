"""Wireshark's ZVT dissector reads a capture of driver and simulator."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest

from drivers.payment.zvt import messages
from drivers.payment.zvt.frame import Apdu, framed
from hardware_sim.link.device import WireEntry
from hardware_sim.payment import speech, wire
from kiosk.core.money import Fen

PORT = 20007
RAW_IP, USER_0 = 101, 147
AMOUNT = 8640
KIOSK, TERMINAL = b"\x7f\x00\x00\x01", b"\x7f\x00\x00\x02"

pytestmark = pytest.mark.skipif(
    shutil.which("tshark") is None, reason="tshark is not installed (apt: tshark)"
)


def capture(entries: list[WireEntry]) -> bytes:
    """Return a pcap file of what crossed the wire, as one TCP connection."""
    out = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, RAW_IP)]
    sent = {"in": 1, "out": 1}
    for entry in entries:
        ours = entry.direction == "in"
        ends = (40000, PORT) if ours else (PORT, 40000)
        acknowledged = sent["out" if ours else "in"]
        head = (sent[entry.direction], acknowledged, 0x50, 0x18, 8192, 0, 0)
        tcp = struct.pack(">HHIIBBHHH", *ends, *head) + entry.data
        sent[entry.direction] += len(entry.data)
        addresses = KIOSK + TERMINAL if ours else TERMINAL + KIOSK
        size = 20 + len(tcp)
        ip = struct.pack(">BBHHHBBH", 0x45, 0, size, 0, 0, 64, 6, 0) + addresses
        second, rest = divmod(entry.at, 1)
        out.append(struct.pack("<IIII", int(second), int(rest * 1e6), size, size))
        out.append(ip + tcp)
    return b"".join(out)


def serial_capture(blocks: list[bytes]) -> bytes:
    """Return a pcap file of serial blocks, one a packet, under a user link type."""
    out = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, USER_0)]
    for second, block in enumerate(blocks):
        out.append(struct.pack("<IIII", second, 0, len(block), len(block)) + block)
    return b"".join(out)


def dissect(path: Path, *, serial: bool = False) -> list[dict[str, Any]]:
    """Return the ZVT layer of every packet that has one."""
    command = [
        "tshark",
        "-r",
        str(path),
        "-T",
        "json",
        "-J",
        "zvt",
        "--no-duplicate-keys",
    ]
    if serial:
        user = '"User 0 (DLT=147)","zvt","0","","0",""'
        command += ["-o", f"uat:user_dlts:{user}"]
    else:
        command += ["-d", f"tcp.port=={PORT},zvt", "-o", "tcp.check_checksum:FALSE"]
    done = subprocess.run(
        command,
        check=True,
        capture_output=True,
        timeout=60,
    )
    layers = [packet["_source"]["layers"] for packet in json.loads(done.stdout)]
    return [layer["zvt"] for layer in layers if "zvt" in layer]


def values(layers: list[dict[str, Any]], name: str) -> list[str]:
    """Return every value of a field, in order, wherever it is nested."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                if key == name:
                    found.extend(value if isinstance(value, list) else [value])
                walk(value)
        elif isinstance(node, list):
            for each in node:
                walk(each)

    walk(layers)
    return found


async def test_wireshark_reads_a_payment_as_we_mean_it(
    make_till: Any, tmp_path: Path
) -> None:
    till = await make_till(tcp=True)
    await till.hands("present_card")
    assert (await till.pay()).ok
    assert (await till.driver.last_receipt()).ok
    entries = [e for e in till.sim.wire.entries if e.direction in ("in", "out")]
    path = tmp_path / "zvt.pcap"
    path.write_bytes(capture(entries))
    layers = dissect(path)
    assert set(values(layers, "zvt.amount")) == {str(AMOUNT)}
    assert values(layers, "zvt.password") == ["00:00:00"]
    assert values(layers, "zvt.reg.config_byte") == ["0xbe"]
    assert values(layers, "zvt.int_status") == ["0x01", "0x04", "0x0b"]
    assert values(layers, "zvt.result_code") == ["0x00", "0x00"]
    assert values(layers, "zvt.trace_number") == ["000001", "000001"]
    assert set(values(layers, "zvt.terminal_id")) == {"24000317"}
    assert set(values(layers, "zvt.card_number")) == {"629999??????0018"}
    assert set(values(layers, "zvt.card_name")) == {"UNIONPAY DEBIT"}
    assert "APPROVED" in values(layers, "zvt.tlv.text_lines.line")
    controls = values(layers, "zvt.control_field")
    assert controls[0] == "0x0600"
    assert controls[2] == "0x0601"
    assert controls[-1] == "0x060f"


def test_wireshark_accepts_the_check_bytes_of_both_sides(tmp_path: Path) -> None:
    control, data = 0x0601, messages.authorisation(Fen(1010), 156).data
    blocks = [
        framed(Apdu(control, data)),
        b"\x06",
        speech.show(speech.SHOW_PIN).to_block(),
        wire.Apdu(0x06, 0x01, data).to_block(),
    ]
    path = tmp_path / "serial.pcap"
    path.write_bytes(serial_capture(blocks))
    layers = dissect(path, serial=True)
    assert len(layers) == len(blocks)
    assert values(layers, "zvt.amount") == ["1010", "1010"]
    checks = values(layers, "zvt.crc")
    assert checks[0] == checks[2]
    assert len(checks) == 3
