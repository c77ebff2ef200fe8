"""The city behind the platform: all departments, joined."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from hardware_sim.platform.accounts import UTILITIES, Accounts
from hardware_sim.platform.acquirer_file import CardLines
from hardware_sim.platform.biller import Biller
from hardware_sim.platform.case_process import CaseProcess
from hardware_sim.platform.cases import Cases
from hardware_sim.platform.clock import CityClock
from hardware_sim.platform.day_files import DayFiles
from hardware_sim.platform.feedback import Feedback
from hardware_sim.platform.fees import Fees
from hardware_sim.platform.insurance import ContributionRecords
from hardware_sim.platform.journal_heads import JournalHeads
from hardware_sim.platform.licences import LicenceLibrary
from hardware_sim.platform.materials import Materials
from hardware_sim.platform.orders import Orders
from hardware_sim.platform.payments_made import PaymentsMade
from hardware_sim.platform.people import People
from hardware_sim.platform.psp import PaymentServices
from hardware_sim.platform.refusal import missing
from hardware_sim.platform.seed import load_people, load_seed
from hardware_sim.platform.signing import Gatekeeper
from hardware_sim.platform.store import Store


class City:
    """Everything the platform can be asked.

    Args:
        keys: HMAC key of each terminal that is enrolled.
        database: the platform's SQLite file.
        case_pace_s: see ``Cases``.
        card_lines: see ``AcquirerFile``.

    Attributes:
        busy: number of coming requests that are answered 503.
    """

    def __init__(
        self,
        keys: Mapping[str, bytes],
        database: Path,
        clock: CityClock,
        case_pace_s: float | None,
        card_lines: CardLines | None = None,
    ) -> None:
        self.clock = clock
        self.busy = 0
        self.store = store = Store(database)
        self.gatekeeper = Gatekeeper(keys, store, clock)
        self.people = People(load_people(), store, clock)
        self.records = ContributionRecords(load_seed("insurance"), store, clock)
        self.licences = LicenceLibrary(load_seed("licences"), self.people, store, clock)
        self.materials = Materials(store)
        self.process = CaseProcess(load_seed("processes"))
        self.cases = Cases(
            self.process, self.licences, self.materials, store, clock, case_pace_s
        )
        self._open_tills(store, clock, card_lines)
        self.feedback = Feedback(store, clock)
        self._sites = {row["terminal"]: row for row in load_seed("site")["terminals"]}
        self._forms = {row["matter"]: row for row in load_seed("prefill")["matters"]}

    def _open_tills(
        self, store: Store, clock: CityClock, card_lines: CardLines | None
    ) -> None:
        """Everything that has to do with money."""
        services = {service: load_seed(service) for service in UTILITIES}
        accounts = Accounts(load_seed("billers"), services)
        self.biller = Biller(accounts, load_seed("biller_codes"), store, clock)
        self.fees = Fees(
            load_seed("fees"),
            accounts.firms["fee"],
            self.biller.payables,
            store,
            clock,
        )
        self.psp = PaymentServices(store, clock)
        self.orders = Orders(self.psp, self.biller, store, clock, card_lines)
        self.payments = PaymentsMade(load_seed("history"), self.biller, store, clock)
        self.heads = JournalHeads(store)
        self.closed_days = self.orders.closed_days
        self.day_files = DayFiles(self.orders.book, self.closed_days, store, clock)

    def tick(self) -> None:
        """Let time pass: what the platform does without being asked."""
        self.orders.tick()
        self.feedback.rate_by_default()

    def profile(self, terminal: str) -> dict[str, str]:
        """Return the contract's ``TerminalProfile``; the first site for a new one."""
        site = self._sites.get(terminal) or next(iter(self._sites.values()))
        shown: dict[str, str] = dict(site)
        return shown | {"terminal": terminal, "server_time": self.clock.stamp()}

    def prefill(self, matter: str, person_key: str) -> dict[str, object]:
        """Return the contract's ``Prefill``.

        Raises:
            Refusal: 404 ``matter.unknown``.
        """
        if matter not in self._forms:
            raise missing("matter.unknown", "此事项没有表单")
        fields = self._forms[matter]["people"].get(person_key, {})
        return {"matter": matter, "fields": fields}

    def close(self) -> None:
        """Free the database."""
        self.store.close()
