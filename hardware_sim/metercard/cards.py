"""Meter cards of the invented accounts, and cards that people put in by mistake."""

from __future__ import annotations

from hardware_sim.metercard.chip import Chip
from hardware_sim.platform.seed import load_seed

SERVICES = {"water": "水卡", "power": "电卡", "gas": "燃气卡"}
WRONG_CARDS = ("bankCard", "brokenChip", "readOnlyCard")


def load_cards() -> dict[str, Chip]:
    """Return the meter cards of the city's accounts, by account number."""
    keys = {
        row["kind"]: bytes.fromhex(row["key"])
        for row in load_seed("billers")["billers"]
    }
    found: dict[str, Chip] = {}
    for service, title in SERVICES.items():
        for account in load_seed(service)["accounts"]:
            card = account.get("card")
            if card:
                found[account["account"]] = Chip(
                    account["account"],
                    f"{title} {account['holder']}",
                    service,
                    card["serial"],
                    account["account"],
                    keys[service],
                    card["purchases"],
                )
    return found


def wrong_card(kind: str) -> Chip:
    """Return something that is no usable meter card."""
    chip = Chip(kind, kind, "gas", "9990090000000009", "00000000", b"")
    chip.mute = kind == "brokenChip"
    chip.refuse_writes = kind == "readOnlyCard"
    if kind == "bankCard":
        chip.application = b"1PAY.SYS.DDF01"
    return chip
