"""Every command that the documentation prints exists, with its options; what can be run here is run.

`apizee-slack` itself is run between the sandboxes, in `tests/scenarios/vendors/test_documented_commands.py`.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import click
import pytest

from benchmarks.__main__ import main as bench
from bot.cli import main
from playground.__main__ import main as demo
from tests.documented import ROOT, Typed, commands

NOT_RUN_HERE = {
    "make": "targets take minutes or serve until stopped: make itself is asked whether it knows them (--dry-run)",
    "pytest": "it runs these tests: what it is given exists",
    "pip": "needs a package index: tests/installation/test_release.py runs it",
    "venv": "is run by tests/installation/test_release.py",
    "pipx": "needs a package index: tests/installation/test_release.py runs it",
    "uv": "needs a package index: tests/installation/test_release.py runs it",
    "sha256sum": "needs a release: tests/installation/test_release.py runs it",
    "npm": "needs Node: .ci/run builds the page",
    "bot.locale": "writes the catalogues: tests/ui checks that they are whole",
    "cd": "changes nothing",
    "useradd": "changes the machine",
    "userdel": "changes the machine",
    "install": "changes the machine",
    "cp": "changes the machine",
    "rm": "changes the machine",
    "systemctl": "changes the machine: tests/test_systemd.py checks the units",
    "journalctl": "needs systemd",
    "podman": "needs a registry: tests/installation/test_deploy.py takes the steps of the Containerfile",
    "docker": "needs a registry: tests/deploy checks the compose file",
    "kubectl": "needs a cluster: tests/deploy/test_kubernetes.py runs what needs none, and checks the manifests",
    "systemd-analyze": "needs systemd: tests/test_systemd.py runs it on the units",
}
"""What a test does not run, and why; each is checked as far as it goes."""

_PLACES = ("/opt/apizee-slack", "/var/lib/apizee-slack", "/etc/systemd/system", "/dev/null", "/usr/sbin/nologin")
_TESTED = sorted({command.words: command for command in commands()}.values(), key=str)


def name_of(command: Typed) -> str:
    """Return the program, or the module that Python runs in its place."""
    if re.fullmatch(r"python3?", command.program):
        return command.words[2] if command.words[1] == "-m" else "-c"
    return command.program


@cache
def help_of(*words: str) -> str:
    """Return what a program says of its options, in all its streams; empty where it is not here."""
    if not shutil.which(words[0]):
        return ""
    asked = subprocess.run([*words, "--help"], capture_output=True, text=True, check=False)  # noqa: S603  # shows help
    return asked.stdout + asked.stderr


def has_options(shown: str, words: tuple[str, ...]) -> bool:
    options = [word.partition("=")[0] for word in words if word.startswith("-")]
    return not shown or all(re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", shown) for option in options)


def knows(command: Typed) -> bool:  # noqa: C901  # one case per program
    """Return whether a command can be typed as it is printed."""
    words = command.words
    match name_of(command):
        case "make":
            target = words[1] if len(words) > 1 else "help"
            asked = subprocess.run(["make", "--dry-run", *words[1:]], cwd=ROOT, capture_output=True, check=False)  # noqa: S603, S607
            given = [word.partition("=")[2] for word in words if word.startswith("ARGS=")]
            programs = {"demo": demo, "bench": bench}
            if target in programs and given:
                return asked.returncode == 0 and takes(programs[target], shlex.split(given[0]))
            return asked.returncode == 0
        case "apizee-slack":
            return takes(main, list(words[1:]))
        case "-c":
            ran = subprocess.run([sys.executable, *words[1:]], capture_output=True, text=True, check=True)  # noqa: S603
            return bool(ran.stdout.strip())
        case "pytest":
            return all(_is_a_test(word) for word in words[3:] if not word.startswith("-"))
        case "pip":
            words = words if words[0] == "pip" else words[2:]
            return has_options(help_of(sys.executable, "-m", "pip", words[1]), words[2:])
        case "uv" | "pipx":
            sub = [word for word in words[1:3] if word.isalpha()]
            return has_options(help_of(words[0], *sub), words[1:])
        case "npm":
            scripts = json.loads((ROOT / "playground/web/package.json").read_text("utf-8"))["scripts"]
            return words[1] == "ci" or words[2] in scripts
        case "cd":
            return words[1] == "dist" or words[1] in _PLACES or (ROOT / words[1]).is_dir()
        case "podman" | "docker" | "kubectl":
            named = [word for word in words[1:] if "/" in word and not word.startswith("-")]
            return all((ROOT / word).exists() for word in named)
        case "bot.locale" | "venv":
            return find_spec(name_of(command)) is not None
        case program:
            paths = [word for word in words[1:] if "/" in word or word.endswith(".service")]
            return has_options(help_of(program), words[1:]) and all(map(_is_placed, paths))


def takes(command: click.Command, words: list[str]) -> bool:
    """Return whether there is such a command, with such options; values may be left out where one is only named."""
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.commands.get(words.pop(0))
        if found is None:
            return False
        command = found
    known = {name for parameter in command.params for name in parameter.opts}
    return all(word in known for word in words if word.startswith("-"))


def _is_a_test(name: str) -> bool:
    if "/" in name:
        return (ROOT / name).exists()
    return any(f"def {name}(" in path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))


def _is_placed(path: str) -> bool:
    """Return whether a path is one of an installed bot, or of a file that a release has."""
    unit = Path(path).name
    return (path.startswith(_PLACES) and not unit.endswith(".service")) or any((ROOT / "deploy").glob(f"*/{unit}"))


@pytest.mark.parametrize("command", _TESTED, ids=str)
def test_a_command_of_the_documentation_can_be_typed(command: Typed) -> None:
    assert knows(command), f"{command.page}: {command}"


def test_every_program_is_run_or_has_a_reason() -> None:
    used = {name_of(command) for command in _TESTED}
    assert used - {"apizee-slack", "-c"} == set(NOT_RUN_HERE)


@pytest.mark.parametrize(
    "words",
    [
        ("make", "nothing"),
        ("make", "demo", "ARGS=--nothing"),
        ("apizee-slack", "nothing"),
        ("apizee-slack", "doctor", "--nothing"),
        ("python", "-m", "pip", "install", "--nothing"),
        ("python", "-m", "pytest", "tests/nothing.py"),
        ("npm", "run", "nothing"),
        ("cp", "nothing.service", "/etc/systemd/system/"),
    ],
)
def test_a_command_that_does_not_exist_is_noticed(words: tuple[str, ...]) -> None:
    assert not knows(Typed("a page", words))
