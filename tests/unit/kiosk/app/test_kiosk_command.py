"""The ``kiosk`` command as an operator meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.app.cli import EXIT_WRONG, main
from kiosk.app.device_access import EXIT_STOPPED


def test_matters_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["matter", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    by_key = {row["key"]: row for row in rows}
    assert by_key["water-payment"]["title"] == "水费缴纳"
    assert by_key["water-payment"]["steps"][0] == "account"


def test_matters_as_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["matter"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("case-progress") for line in lines)


def test_ctrl_c_before_anything_has_begun_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(options: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("kiosk.app.inspect.matters", stopped)
    assert main(["matter"]) == EXIT_STOPPED == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("command", ["run", "doctor", "device", "orders", "journal"])
def test_missing_settings_file_is_one_line(tmp_path: Path, capsys, command) -> None:
    path = tmp_path / "none.toml"
    assert main([command, "--settings", str(path)]) == EXIT_WRONG == 78
    shown = capsys.readouterr()
    assert shown.err == f"kiosk: {path}: No such file or directory\n"
    assert shown.out == ""


def test_settings_may_stand_before_the_command(tmp_path: Path, capsys) -> None:
    path = tmp_path / "none.toml"
    assert main(["--settings", str(path), "doctor"]) == EXIT_WRONG
    assert str(path) in capsys.readouterr().err


def test_wrong_settings_file_is_one_line(tmp_path: Path, capsys) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text('terminal = "A"\n')
    assert main(["doctor", "--settings", str(path)]) == EXIT_WRONG
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_real_process_shows_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text("terminal = ")
    done = subprocess.run(
        [sys.executable, "-m", "kiosk.app.cli", "journal", "--settings", str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == EXIT_WRONG
    assert done.stderr.startswith(f"kiosk: {path}: ")
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["run", "doctor", "matter"])
def test_every_command_explains_itself(capsys, command) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert "usage: kiosk" in capsys.readouterr().out


def test_no_command_is_a_usage_error(capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2
