"""Applications (办件): filed once, moved by the department, read by the applicant."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Any

from hardware_sim.platform.case_process import CaseProcess, MatterProcess
from hardware_sim.platform.clock import CityClock, instant
from hardware_sim.platform.licences import LicenceLibrary
from hardware_sim.platform.materials import Materials
from hardware_sim.platform.people import Citizen
from hardware_sim.platform.refusal import missing, refused
from hardware_sim.platform.store import Store


class Cases:
    """The case book.

    Args:
        pace_s: seconds after which a case moves on by itself, as the process's
            first row says; ``None``: only the bench moves cases.
    """

    def __init__(
        self,
        process: CaseProcess,
        licences: LicenceLibrary,
        materials: Materials,
        store: Store,
        clock: CityClock,
        pace_s: float | None = None,
    ) -> None:
        self._process = process
        self._licences = licences
        self._materials = materials
        self._store = store
        self._clock = clock
        self.pace_s = pace_s

    def submit(
        self,
        terminal: str,
        submission_id: str,
        content: dict[str, Any],
        person: Citizen,
    ) -> tuple[dict[str, Any], bool]:
        """File an application.

        Returns:
            The contract's ``Case``, and whether it is new.

        Raises:
            Refusal: 409, as the contract lists them.
        """
        text = json.dumps(content, ensure_ascii=False, sort_keys=True)
        filed = self._by_submission(submission_id)
        if filed is not None:
            if filed["person"] != person.key:
                raise refused("submission.foreign", "此申请属于他人")
            if filed["content"] != text:
                raise refused("submission.different", "同一申请号的内容不同")
            return self._show(filed), False
        matter = self._process.matter(content["matter"])
        if matter is None:
            raise refused("matter.unknown", "此事项不在本平台受理")
        self._check_materials(submission_id, content, person)
        with self._store.transaction():
            number = self._file(terminal, submission_id, text, matter, person)
        return self._show(self._row(number)), True

    def _check_materials(
        self, submission_id: str, content: dict[str, Any], person: Citizen
    ) -> None:
        for material in content["materials"]:
            reference = material["reference"]
            if material["source"] == "licence":
                held = self._licences.used_digest(reference, person, content["matter"])
            else:
                held = self._materials.stored_digest(
                    submission_id, material["key"], reference
                )
            if held is None:
                raise refused("material.unknown", f"材料 {material['key']} 未上传")
            if held != material["digest"]:
                raise refused("material.digest", f"材料 {material['key']} 内容不一致")

    def _file(
        self,
        terminal: str,
        submission_id: str,
        text: str,
        matter: MatterProcess,
        person: Citizen,
    ) -> str:
        today = self._clock.today()
        count = self._store.one("SELECT count(*) AS n FROM cases")
        serial = 1 if count is None else int(count["n"]) + 1
        number = f"{matter.code}{today:%Y%m%d}{serial:04d}"
        due = self._process.due(today, matter.promised_days)
        self._store.run(
            "INSERT INTO cases (number, submission_id, terminal, person, matter,"
            " content, applied_at, due) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            number,
            submission_id,
            terminal,
            person.key,
            matter.matter,
            text,
            self._clock.epoch(),
            due.isoformat(),
        )
        self._add_step(
            number, "submitted", "申请已提交,等待受理。", self._clock.epoch()
        )
        return number

    def find_submission(
        self, submission_id: str, terminal: str, person: Citizen | None
    ) -> dict[str, Any]:
        """Return the case of a submission, to its owner or the terminal that filed it.

        Raises:
            Refusal: 404 ``submission.unknown``.
        """
        row = self._by_submission(submission_id)
        if row is not None:
            owner = person.key if person is not None else None
            if owner == row["person"] or (
                person is None and terminal == row["terminal"]
            ):
                return self._show(row)
        raise missing("submission.unknown", "没有此申请")

    def of_person(self, person: Citizen) -> list[dict[str, Any]]:
        """Return the person's cases, newest first."""
        rows = self._store.all(
            "SELECT * FROM cases WHERE person = ?"
            " ORDER BY applied_at DESC, number DESC",
            person.key,
        )
        return [self._show(row) for row in rows]

    def fetch(self, number: str, person: Citizen) -> dict[str, Any]:
        """Return one case.

        Raises:
            Refusal: 404 ``case.unknown``.
        """
        row = self._store.one("SELECT * FROM cases WHERE number = ?", number)
        if row is None or row["person"] != person.key:
            raise missing("case.unknown", "没有此办件")
        return self._show(row)

    def move(self, number: str, state: str, opinion: str = "") -> dict[str, Any]:
        """Let the department move a case.

        Args:
            number: empty for the newest case.

        Raises:
            ValueError: no such case, or the process does not allow the move.
        """
        statement = "SELECT * FROM cases WHERE number = ?"
        if not number:
            statement = "SELECT * FROM cases WHERE ? = '' ORDER BY rowid DESC LIMIT 1"
        row = self._store.one(statement, number)
        if row is None:
            raise ValueError("there is no such case")
        row = self._advance(row)
        self._move(row, state, opinion, self._clock.epoch())
        return self._show(self._row(row["number"]))

    def overview(self) -> list[dict[str, Any]]:
        """Return number, title and state of all cases, newest first."""
        rows = self._store.all("SELECT * FROM cases ORDER BY rowid DESC")
        shown = [self._show(row) for row in rows]
        return [{k: case[k] for k in ("number", "title", "state")} for case in shown]

    def _move(self, row: Row, state: str, opinion: str, at: float) -> None:
        number = row["number"]
        usual = self._process.opinion(self._state(number), state)
        matter = self._matter(row)
        due = None
        if state == "accepted":
            accepted_on = self._clock.today()
            due = self._process.due(accepted_on, matter.promised_days).isoformat()
        elif state == "finished":
            due = row["due"]
        lacking = list(matter.missing) if state == "supplement" else []
        with self._store.transaction():
            self._store.run(
                "UPDATE cases SET due = ?, missing = ?, reason = ?, result = ?"
                " WHERE number = ?",
                due,
                json.dumps([opinion] if lacking and opinion else lacking),
                (opinion or matter.reason) if state == "notAccepted" else "",
                (opinion or matter.result) if state == "finished" else "",
                number,
            )
            self._add_step(number, state, opinion or usual, at)

    def _advance(self, row: Row) -> Row:
        """Make the moves whose time has come, where cases move by themselves."""
        while self.pace_s is not None:
            last = self._steps(row["number"])[-1]
            target = self._process.next_of(last["state"])
            at = last["at"] + self.pace_s
            if target is None or last["state"] == "supplement":
                break
            if at > self._clock.epoch():
                break
            self._move(row, target, "", at)
            row = self._row(row["number"])
        return row

    def _show(self, row: Row) -> dict[str, Any]:
        row = self._advance(row)
        steps = self._steps(row["number"])
        return {
            "number": row["number"],
            "submission_id": row["submission_id"],
            "matter": row["matter"],
            "title": self._matter(row).title,
            "state": steps[-1]["state"],
            "applied_at": instant(row["applied_at"]),
            "due": row["due"],
            "steps": [
                {
                    "at": instant(step["at"]),
                    "state": step["state"],
                    "opinion": step["opinion"],
                }
                for step in steps
            ],
            "missing": json.loads(row["missing"]),
            "reason": row["reason"],
            "result": row["result"],
        }

    def _matter(self, row: Row) -> MatterProcess:
        matter = self._process.matter(row["matter"])
        if matter is None:
            raise LookupError(f"no process for {row['matter']}")
        return matter

    def _by_submission(self, submission_id: str) -> Row | None:
        statement = "SELECT * FROM cases WHERE submission_id = ?"
        return self._store.one(statement, submission_id)

    def _row(self, number: str) -> Row:
        row = self._store.one("SELECT * FROM cases WHERE number = ?", number)
        if row is None:
            raise LookupError(number)
        return row

    def _steps(self, number: str) -> list[Row]:
        return self._store.all(
            "SELECT * FROM case_steps WHERE number = ? ORDER BY position", number
        )

    def _state(self, number: str) -> str:
        return str(self._steps(number)[-1]["state"])

    def _add_step(self, number: str, state: str, opinion: str, at: float) -> None:
        self._store.run(
            "INSERT INTO case_steps SELECT ?, count(*), ?, ?, ? FROM case_steps"
            " WHERE number = ?",
            number,
            at,
            state,
            opinion,
            number,
        )
