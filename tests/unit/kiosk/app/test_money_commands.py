"""What ``kiosk orders`` and ``kiosk journal`` print, from a real journal."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.app.cli import main
from kiosk.app.orders_command import _print_report
from kiosk.core.clock import SystemClock
from kiosk.core.orders import OrderRow, OrderState
from kiosk.core.words import Language
from services.store.journal import Journal

ORDER = "A0317-0001-00000001-X"
BILL = {"biller": "涪山自来水公司", "amount": 8640}


class Noon(SystemClock):
    """A clock that always says the same."""

    def now(self) -> datetime:
        return datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


@pytest.fixture
async def settings(tmp_path: Path) -> Path:
    """A machine whose journal has one order."""
    file = tmp_path / "kiosk.toml"
    file.write_text(
        'terminal = "A-0317"\n'
        '[platform]\nbase_url = "http://127.0.0.1:9"\nkey_file = "no.key"\n'
        f'[store]\ndirectory = "{tmp_path}"\n'
    )
    log = lambda event, /, **facts: None  # noqa: E731
    journal = await Journal.open(tmp_path / "journal.db", Noon(), log, "A-0317")
    await journal.append(
        OrderRow(ORDER, 1, OrderState.INTENT, "water:1", {"bill": BILL})
    )
    await journal.aclose()
    return file


async def test_orders_are_listed_by_the_clock_on_the_wall(settings, capsys) -> None:
    assert main(["orders", "--settings", str(settings)]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.split() == [ORDER, "INTENT", "86.40", "2026-11-21", "12:00:00"]


async def test_the_journal_is_shown_in_lines_for_people(settings, capsys) -> None:
    assert main(["journal", "show", "--settings", str(settings)]) == 0
    shown = capsys.readouterr().out
    assert "number 1, begun_at 2026-11-21 12:00:00, cause first" in shown
    assert "evidence         none" in shown
    assert "datetime" not in shown and "{" not in shown


async def test_json_keeps_everything_as_it_is(settings, capsys) -> None:
    assert main(["journal", "show", "--json", "--settings", str(settings)]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["epoch"]["number"], shown["open_orders"]) == (1, 1)


@pytest.mark.parametrize(
    ("excess", "said"),
    [(8640, "多收 86.40 元；"), (-100, "少收 1.00 元；"), (0, "      detail")],
)
def test_a_report_says_who_has_how_much_too_much(excess, said, capsys) -> None:
    finding = {
        "bucket": "paymentOnly",
        "order_ids": [ORDER],
        "actor": "biller",
        "excess": excess,
        "detail": "detail",
    }
    report = {"day": "2026-11-20", "clean": False, "matched": 3, "findings": [finding]}
    _print_report(report, Language.CHINESE)
    shown = capsys.readouterr().out
    assert "没有对平" in shown and f"{ORDER}  长款" in shown and said in shown
