"""The units of systemd run commands that there are, and take from the bot what it does not need."""

from __future__ import annotations

import re
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

from bot.cli import main

ROOT = Path(__file__).parent.parent
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
MOST_EXPOSED = 20
"""Tenths of what `systemd-analyze security` calls the exposure level; above 20 it says “medium”."""


def unit(path: Path) -> dict[str, str]:
    parser = RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # as the standard library documents it
    parser.read(path)
    return dict(parser["Service"])


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_runs_what_the_procfile_runs(path: Path) -> None:
    program, command = unit(path)["ExecStart"].split()[:2]
    assert program.endswith("/apizee-slack")
    assert command in main.commands
    assert f"apizee-slack {command}" in (ROOT / "Procfile").read_text()


def test_all_units_have_the_same_rights() -> None:
    rights = [{name: value for name, value in unit(path).items() if name != "ExecStart"} for path in UNITS]
    assert len(rights) == 2
    assert rights[0] == rights[1]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_systemd_finds_little_exposed(path: Path) -> None:
    asked = ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", str(path)]
    output = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603  # a file of ours
    assert output.returncode == 0, output.stdout + output.stderr
    assert re.search(r"exposure level for .*: [01]\.\d", output.stdout)
