"""Fees of matters: fixed, or computed from the answers; some persons are exempt.

The same question gets the same bill while it is unpaid, and a new one afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hardware_sim.platform.accounts import Firm
from hardware_sim.platform.clock import CityClock
from hardware_sim.platform.payables import Payables
from hardware_sim.platform.refusal import missing, refused
from hardware_sim.platform.store import Store


class Fees:
    """The fee desk.

    Args:
        seeds: ``seeds/fees.toml``.
        firm: who collects.
    """

    def __init__(
        self,
        seeds: Mapping[str, Any],
        firm: Firm,
        payables: Payables,
        store: Store,
        clock: CityClock,
    ) -> None:
        self._rules = {row["matter"]: row for row in seeds["fees"]}
        self._firm = firm
        self._payables = payables
        self._store = store
        self._clock = clock

    def fetch(
        self, terminal: str, matter: str, answers: Mapping[str, str], person: str
    ) -> dict[str, Any]:
        """Return the contract's ``Bill``.

        Args:
            person: key of the verified person, ``""`` for nobody.

        Raises:
            Refusal: 404 ``fee.unknown``, 409 ``fee.answers``.
        """
        rule = self._rules.get(matter)
        if rule is None:
            raise missing("fee.unknown", "此事项不收费")
        amount = 0 if person in rule.get("exempt", ()) else _amount(rule, answers)
        question = json.dumps([terminal, matter, dict(answers), person], sort_keys=True)
        payable = self._payables.resolve(self._bill(question, rule["title"], amount))
        assert payable is not None
        return payable.show()

    def _bill(self, question: str, title: str, amount: int) -> str:
        """Return the key of the unpaid bill for a question, made when there is none."""
        asked = self._firm.digest("question", question)
        paid = 0
        for row in self._store.all("SELECT * FROM bills WHERE account = ?", asked):
            if not row["paid_by"]:
                return str(row["bill_key"])
            paid += 1
        key = self._firm.barcode + self._firm.digest("fee", question, str(paid))
        self._store.run(
            "INSERT INTO bills VALUES (?, ?, ?, 1, ?, ?, ?, '')",
            key,
            self._firm.kind,
            asked,
            f"{self._clock.today():%Y-%m}",
            title,
            amount,
        )
        return key


def _amount(rule: Mapping[str, Any], answers: Mapping[str, str]) -> int:
    if "fixed_fen" in rule:
        return int(rule["fixed_fen"])
    price = rule["amounts"].get(answers.get(rule["by"], ""))
    times = answers.get(rule["times"], "1") if "times" in rule else "1"
    counts = times.isascii() and times.isdigit() and len(times) < 4
    if price is None or not counts or not 1 <= int(times) <= rule.get("most_times", 1):
        raise refused("fee.answers", "填写的内容无法确定收费金额")
    return int(price * int(times))
