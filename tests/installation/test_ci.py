"""What CI runs begins with an environment of its own making, whatever lies in the folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

_SCRIPT = Path(__file__).parents[2] / ".ci/run"
_MAKE = """#!/bin/sh
echo "make $*: $(ls .venv 2>&1)"
exit 3
"""


def test_an_environment_that_was_there_before_is_gone_when_the_first_target_is_made(tmp_path: Path) -> None:
    project, commands = tmp_path / "a clone", tmp_path / "commands"
    for folder in (project / ".ci", project / ".venv", commands):
        folder.mkdir(parents=True)
    (project / ".venv/from-last-time").touch()
    shutil.copy2(_SCRIPT, project / ".ci/run")
    for command in ("make", "chromium-headless-shell", "redis-server", "nginx", "caddy"):
        (commands / command).write_text(_MAKE)
        (commands / command).chmod(0o755)

    ran = subprocess.run(  # noqa: S603  # our own script
        [project / ".ci/run"],
        env={"PATH": f"{commands}{os.pathsep}{os.environ['PATH']}", "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert ran.returncode == 3, ran.stderr
    assert "make lint: " in ran.stdout
    assert "from-last-time" not in ran.stdout
    assert not (project / ".venv").exists()
