"""An operator installs the bot from the files of a release, far from any checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.installation.copies import PROJECT, Copy, copied_into, pythons

pytestmark = [pytest.mark.install, pytest.mark.usefixtures("index")]

_STEPS = re.compile(r"^ *[$#] (.+)$", re.MULTILINE)
_AT_HOME = "/opt/apizee-slack"
_CHANGES_THE_MACHINE = ("useradd", "cp ", "systemctl", "cd /opt")
"""Steps of the README that only root of a whole machine can take; `tests/test_commands_of_docs.py` looks at them."""


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """Return the folder of a release, made in a fresh copy that is gone since."""
    folder = copied_into(tmp_path_factory.mktemp("release"))
    made = Copy(folder, pythons()[0])
    made.make("release")
    assert list((folder / "changelog.d").glob("*.*.md")) == []
    files = tmp_path_factory.mktemp("elsewhere") / "dist"
    shutil.move(folder / "dist", files)
    shutil.rmtree(folder)
    return Copy(files, made.python)


def works(command: Path, environment: Mapping[str, str]) -> None:
    """Run an installed bot in a folder with nothing in it."""
    for arguments, words in ((["--version"], "apizee-slack "), (["manifest", "--url", "https://bot.test"], "/assist")):
        ran = subprocess.run(  # noqa: S603  # what was just installed
            [command, *arguments], cwd=command.parent, env=environment, capture_output=True, text=True, check=True
        )
        assert words in ran.stdout


def test_pip_takes_what_is_locked_and_nothing_else(release: Copy) -> None:
    release.run(release.python, "-m", "venv", ".venv")
    release.pip("install", "--quiet", "--no-deps", "--require-hashes", "--requirement", "requirements.txt")
    release.pip("check")
    assert release.installed() == Copy(release.folder, release.python).locked("constraints.txt")
    works(release.folder / ".venv/bin/apizee-slack", os.environ)


def test_pip_refuses_a_wheel_that_was_changed(release: Copy, tmp_path: Path) -> None:
    files = tmp_path / "dist"
    shutil.copytree(release.folder, files, ignore=shutil.ignore_patterns(".venv"))
    [wheel] = files.glob("*.whl")
    wheel.write_bytes(wheel.read_bytes() + b"\0")
    only_ours = (files / "requirements.txt").read_text("utf-8").split("\naiohappyeyeballs", 1)[0]
    (files / "requirements.txt").write_text(only_ours + "\n", "utf-8")
    arguments = ["-m", "pip", "download", "--no-deps", "--require-hashes", "-r", "requirements.txt", "-d", "there"]
    ran = subprocess.run(  # noqa: S603  # pip
        [release.python, *arguments], cwd=files, capture_output=True, text=True, check=False
    )
    assert ran.returncode != 0
    assert "DO NOT MATCH THE HASHES" in ran.stderr


@pytest.mark.parametrize(
    ("tool", "install"),
    [
        ("uv", ["uv", "tool", "install", "--quiet", "--constraints", "constraints.txt"]),
        ("pipx", ["pipx", "install", "--quiet", "--pip-args=--constraint constraints.txt"]),
    ],
)
def test_tools_for_programs_take_the_versions_that_were_tested(
    release: Copy, tmp_path: Path, tool: str, install: list[str]
) -> None:
    if not shutil.which(tool):
        pytest.skip(f"{tool} is not here")
    places = {"UV_TOOL_DIR": "tools", "UV_TOOL_BIN_DIR": "bin", "PIPX_HOME": "home", "PIPX_BIN_DIR": "bin"}
    environment = {**os.environ, **{name: str(tmp_path / place) for name, place in places.items()}}
    [wheel] = release.folder.glob("*.whl")
    subprocess.run([*install, f"./{wheel.name}"], cwd=release.folder, env=environment, check=True)  # noqa: S603  # above
    works(tmp_path / "bin/apizee-slack", environment)


def test_the_steps_of_the_readme_are_enough(release: Copy, tmp_path: Path) -> None:
    """They are run as they stand, but for those that change the machine, and with another folder for /opt."""
    files, home = Copy(tmp_path / "dist", release.python), tmp_path / "apizee slack"
    shutil.copytree(release.folder, files.folder, ignore=shutil.ignore_patterns(".venv"))
    install = (PROJECT / "README.md").read_text("utf-8").partition("**Install it**")[2].partition("**Copy its")[0]
    steps = [step for step in _STEPS.findall(install) if not step.startswith(_CHANGES_THE_MACHINE)]
    assert len(steps) == 3
    files.run("sha256sum", "--check", "--quiet", "SHA256SUMS")
    for step in steps:
        files.run("sh", "-c", step.replace(_AT_HOME, f"'{home}'").replace("python3 -m venv", f"{files.python} -m venv"))
    works(home / ".venv/bin/apizee-slack", os.environ)
