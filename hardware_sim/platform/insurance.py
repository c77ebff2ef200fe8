"""Contribution records of the social-insurance bureau, computed from spans of work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from hardware_sim.platform.clock import CityClock
from hardware_sim.platform.people import Citizen
from hardware_sim.platform.refusal import missing, refused
from hardware_sim.platform.signing import sm3
from hardware_sim.platform.store import Store

MONTHS_SHOWN = 24
_TEN_THOUSANDTHS = 10_000


class ContributionRecords:
    """Fetches what a contribution certificate is made of.

    Args:
        seeds: ``seeds/insurance.toml``.
    """

    def __init__(self, seeds: dict[str, Any], store: Store, clock: CityClock) -> None:
        self._seeds = seeds
        self._people = {row["key"]: row for row in seeds["people"]}
        self._store = store
        self._clock = clock

    def fetch(self, matter: str, citizen: Citizen) -> dict[str, Any]:
        """Return the contract's ``Record``.

        Raises:
            Refusal: 404 ``matter.unknown``, 409 ``record.none``.
        """
        if matter != self._seeds["matter"]:
            raise missing("matter.unknown", "没有此类记录")
        if citizen.key not in self._people:
            raise refused("record.none", "未查询到参保缴费记录")
        person = self._people[citizen.key]
        months = list(self._months(person))
        number = self._certificate_number(citizen, matter)
        data = self._data(citizen, person, months)
        return {
            "matter": matter,
            "certificate_number": number,
            "verify_url": self._seeds["verify_url"] + sm3(number.encode())[:8].upper(),
            "rows": _rows(data),
            "data": data,
        }

    def _certificate_number(self, citizen: Citizen, matter: str) -> str:
        """Return the number of today's certificate: made once a day."""
        day = self._clock.today().isoformat()
        key = (citizen.key, matter, day)
        with self._store.transaction():
            made = self._store.one("SELECT count(*) AS n FROM certificates")
            count = 0 if made is None else int(made["n"])
            number = f"FS{day.replace('-', '')}{count + 1:06d}"
            self._store.run(
                "INSERT OR IGNORE INTO certificates VALUES (?, ?, ?, ?)", *key, number
            )
        row = self._store.one(
            "SELECT number FROM certificates"
            " WHERE person = ? AND matter = ? AND day = ?",
            *key,
        )
        return str(row["number"]) if row is not None else number

    def _data(
        self, citizen: Citizen, person: Mapping[str, Any], months: list[dict[str, Any]]
    ) -> dict[str, Any]:
        number = citizen.number
        return {
            "name": citizen.name or citizen.english_name,
            "number": number,
            "number_masked": number[:4] + "*" * (len(number) - 8) + number[-4:],
            "insured_place": self._seeds["insured_place"],
            "agency": self._seeds["agency"],
            "issued_on": self._clock.today().isoformat(),
            "status": person["status"],
            "status_en": person["status_en"],
            "total_months": len(months),
            "period_from": months[0]["month"],
            "period_to": months[-1]["month"],
            "years": [_year(year, rows) for year, rows in _by_year(months)],
            "months": months[-MONTHS_SHOWN:],
            "units": [
                {"name": span["unit"], "from": span["from"], "to": span.get("to", "")}
                for span in person["spans"]
            ],
        }

    def _months(self, person: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield every paid month, oldest first, up to last month."""
        today = self._clock.today()
        last = _previous(today.year, today.month)
        for span in person["spans"]:
            first_year = int(span["from"][:4])
            for year, month in _walk(span["from"], min(span.get("to", last), last)):
                rise = span["yearly_rise"] * (year - first_year)
                grown = span["base_fen"] * (_TEN_THOUSANDTHS + rise)
                base = grown // _TEN_THOUSANDTHS // 100 * 100
                yield self._month(f"{year:04d}-{month:02d}", span["unit"], base)

    def _month(self, month: str, unit: str, base: int) -> dict[str, Any]:
        return {
            "month": month,
            "unit": unit,
            "base_fen": base,
            "personal_fen": base * self._seeds["personal_rate"] // _TEN_THOUSANDTHS,
            "employer_fen": base * self._seeds["employer_rate"] // _TEN_THOUSANDTHS,
            "kinds": self._seeds["kinds"],
        }


def _previous(year: int, month: int) -> str:
    before = date(year - (month == 1), month - 1 or 12, 1)
    return before.isoformat()[:7]


def _walk(first: str, last: str) -> Iterator[tuple[int, int]]:
    year, month = int(first[:4]), int(first[5:])
    while f"{year:04d}-{month:02d}" <= last:
        yield year, month
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _by_year(
    months: list[dict[str, Any]],
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for year, rows in groupby(months, key=lambda row: str(row["month"])[:4]):
        yield year, list(rows)


def _year(year: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "year": int(year),
        "months": len(rows),
        "units": "、".join(dict.fromkeys(row["unit"] for row in rows)),
        "base_fen": rows[-1]["base_fen"],
        "personal_fen": sum(row["personal_fen"] for row in rows),
        "employer_fen": sum(row["employer_fen"] for row in rows),
    }


def _rows(data: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the lines that the citizen reads before printing."""
    lines = (
        ("姓名", "Name", data["name"]),
        ("证件号码", "Number", data["number_masked"]),
        ("参保地", "Insured in", data["insured_place"]),
        ("参保状态", "Status", data["status"]),
        ("缴费起止", "From / to", f"{data['period_from']} 至 {data['period_to']}"),
        ("累计缴费月数", "Months paid", f"{data['total_months']} 个月"),
        ("最近单位", "Latest unit", data["units"][-1]["name"]),
    )
    return [
        {"label": zh, "label_en": en, "value": str(value)} for zh, en, value in lines
    ]
