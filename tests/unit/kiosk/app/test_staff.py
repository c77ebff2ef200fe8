"""Two people, each with a PIN; wrong ones cost time."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.app.staff import (
    FIRST_LOCK_S,
    TRIES,
    Credential,
    Member,
    Staff,
    StaffRefused,
    load_members,
    member_lines,
    pin_digest,
    pin_fits,
)
from kiosk.core.errors import SettingsError

ANNA, BEN, TOM = ("1001", "482913"), ("1002", "730281"), ("2001", "559102")


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture(scope="module")
def members() -> tuple[Member, ...]:
    roles = {"1001": "administrator", "1002": "administrator", "2001": "technician"}
    return tuple(
        Member(code=code, role=roles[code], pin=pin_digest(pin, 16))
        for code, pin in (ANNA, BEN, TOM)
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def events() -> list[tuple[str, dict[str, object]]]:
    return []


@pytest.fixture
def staff(members, clock, events) -> Staff:
    return Staff(members, clock, lambda name, /, **facts: events.append((name, facts)))


def test_two_administrators_may_decide(staff) -> None:
    assert staff.two(Credential(*ANNA), Credential(*BEN)) == ("1001", "1002")


def test_one_person_is_not_two(staff) -> None:
    with pytest.raises(StaffRefused, match="two different"):
        staff.two(Credential(*ANNA), Credential(*ANNA))


def test_a_technician_does_not_decide_about_money(staff) -> None:
    with pytest.raises(StaffRefused, match="no administrator"):
        staff.two(Credential(*ANNA), Credential(*TOM))


@pytest.mark.parametrize("wrong", [("1002", "000000"), ("9999", "730281")])
def test_a_wrong_pin_and_an_unknown_code_look_the_same(staff, wrong) -> None:
    with pytest.raises(StaffRefused, match="code and PIN do not fit"):
        staff.two(Credential(*ANNA), Credential(*wrong))


def test_wrong_pins_lock_the_code_and_ever_longer(staff, clock, events) -> None:
    wrong = Credential("1002", "111222")
    for _ in range(TRIES):
        with pytest.raises(StaffRefused, match="do not fit"):
            staff.two(Credential(*ANNA), wrong)
    with pytest.raises(StaffRefused, match="locked for"):
        staff.two(Credential(*ANNA), Credential(*BEN))
    clock.seconds = FIRST_LOCK_S + 1
    with pytest.raises(StaffRefused, match="do not fit"):
        staff.two(Credential(*ANNA), wrong)
    clock.seconds += FIRST_LOCK_S + 1
    with pytest.raises(StaffRefused, match="locked for"):
        staff.two(Credential(*ANNA), Credential(*BEN))
    assert [facts["locked_s"] for _name, facts in events][-2:] == [60.0, 120.0]
    assert not any("111222" in str(event) for event in events)


def test_the_right_pin_clears_the_count(staff) -> None:
    for _ in range(3):
        for _ in range(TRIES - 1):
            with pytest.raises(StaffRefused):
                staff.two(Credential("1001", "1"), Credential(*BEN))
        assert staff.two(Credential(*ANNA), Credential(*BEN))


def test_a_pin_is_kept_as_a_digest_only() -> None:
    kept = pin_digest("482913")
    assert "482913" not in kept
    assert pin_fits("482913", kept)
    assert not pin_fits("482914", kept)
    assert "482913" not in repr(Credential("1001", "482913"))


def test_an_entry_of_the_staff_file_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "staff.toml"
    path.write_text(member_lines("1001", "administrator", "482913"))
    path.chmod(0o600)
    (member,) = load_members(path)
    assert (member.code, member.role) == ("1001", "administrator")
    assert pin_fits("482913", member.pin)


@pytest.mark.parametrize("pin", ["12345", "111111", "abcdef", "121212", ""])
def test_a_simple_pin_is_refused(pin) -> None:
    with pytest.raises(StaffRefused, match="six digits"):
        member_lines("1001", "administrator", pin)


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "staff.toml"
    path.write_text("")
    path.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        load_members(path)


@pytest.mark.parametrize("text", ["[[member]]\ncode = 1\n", "member = ", "x = 1"])
def test_a_wrong_file_is_one_sentence(tmp_path: Path, text) -> None:
    path = tmp_path / "staff.toml"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(SettingsError, match="not a staff file"):
        load_members(path)


def test_a_code_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "staff.toml"
    path.write_text(member_lines("1001", "administrator", "482913") * 2)
    path.chmod(0o600)
    with pytest.raises(SettingsError, match="stands twice"):
        load_members(path)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        load_members(tmp_path / "none.toml")
