"""Somebody installs the project on a machine with nothing but Python and make: they get what is locked, and only that.

Each story plays in a fresh copy, in a folder with a space in its name, and takes minutes; `make test-install` tells it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.installation.copies import Copy, pythons

pytestmark = [pytest.mark.install, pytest.mark.usefixtures("index")]


@pytest.mark.parametrize("pip", ["its own", "the newest"])
def test_both_locks_are_installed_as_they_are_locked(folder: Path, pip: str) -> None:
    copy = Copy(folder, pythons()[0])
    copy.make(".venv/.made")
    if pip == "the newest":
        copy.pip("install", "--quiet", "--upgrade", "pip")
    copy.make(".venv/.runtime")
    assert copy.installed() == copy.locked("requirements/base.txt")
    assert "Usage" in copy.run(".venv/bin/python", "-m", "bot", "--help")

    copy.make("setup")
    assert copy.installed() == copy.locked("requirements/dev.txt")
    copy.pip("check")
    assert "passed" in copy.make("test", "WORKERS=1", "ARGS=tests/grammar/test_commands.py")


@pytest.mark.parametrize("python", pythons()[1:])
def test_every_python_here_runs_what_is_locked(folder: Path, python: str) -> None:
    copy = Copy(folder, python)
    copy.make(".venv/.runtime")

    assert copy.installed() == copy.locked("requirements/base.txt")
    assert "Usage" in copy.run(".venv/bin/python", "-m", "bot", "--help")
    assert "/assist" in copy.run(".venv/bin/python", "-m", "bot", "manifest", "--url", "https://bot.example.com")


def test_the_wheel_is_built_by_nothing_that_is_not_locked(folder: Path) -> None:
    copy = Copy(folder, pythons()[0])
    copy.make("wheel")

    assert copy.installed() == copy.locked("requirements/build.txt")
    [wheel] = (folder / "dist").glob("*.whl")
    copy.pip("install", "--quiet", "--no-deps", "--require-hashes", "--requirement", "requirements/charts.txt")
    copy.pip("install", "--quiet", "--no-deps", "--no-index", str(wheel))
    copy.pip("check")
    assert "apizee-slack" in copy.run(".venv/bin/apizee-slack", "--version")
