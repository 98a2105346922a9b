"""Somebody installs the project on a machine with nothing but Python and make: they get what is locked, and only that.

Each story plays in a fresh copy, in a folder with a space in its name, and takes minutes; `make test-install` tells it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.install

_PROJECT = Path(__file__).parents[2]
_SUPPORTED = ("python3.11", "python3.12", "python3.13", "python3.14")
_COMES_WITH_PYTHON = {"pip", "setuptools", "wheel"}
_OURS = "apizee-slack"
_IN_PATIENCE = 900.0


@dataclass(frozen=True)
class Copy:
    """A copy of the project, in which commands are run."""

    folder: Path
    python: str

    def run(self, *command: str) -> str:
        """Return what a command says; it must succeed."""
        done = subprocess.run(  # noqa: S603  # our own commands
            command, cwd=self.folder, capture_output=True, text=True, check=False, timeout=_IN_PATIENCE
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def make(self, *targets: str) -> str:
        """Make targets with this Python."""
        return self.run("make", f"PYTHON={self.python}", *targets)

    def pip(self, *arguments: str) -> str:
        """Run the environment's own pip."""
        return self.run(".venv/bin/python", "-m", "pip", "--disable-pip-version-check", *arguments)

    def installed(self) -> dict[str, str]:
        """Return the versions of all packages but those that every environment has."""
        packages = json.loads(self.pip("list", "--format=json"))
        versions = {canonicalize_name(one["name"]): str(one["version"]) for one in packages}
        return {name: version for name, version in versions.items() if name not in {*_COMES_WITH_PYTHON, _OURS}}

    def locked(self, lock: str) -> dict[str, str]:
        """Return the versions that a lock names for this Python and this machine."""
        markers = "from packaging.markers import default_environment as d; import json; print(json.dumps(d()))"
        here = json.loads(self.run(".venv/bin/python", "-c", _BORROWED.format(path=_packaging(), then=markers)))
        lines = [line for line in (self.folder / lock).read_text("utf-8").splitlines() if line[:1].isalnum()]
        wanted = [Requirement(line.removesuffix("\\").strip()) for line in lines]
        return {
            canonicalize_name(one.name): str(one.specifier).removeprefix("==")
            for one in wanted
            if one.marker is None or one.marker.evaluate(here)
        }


_BORROWED = "import sys; sys.path.append({path!r}); {then}"


def _packaging() -> str:
    """Where this process has `packaging`, for an environment that has not."""
    return str(Path(sys.modules["packaging"].__file__ or "").parents[1])


def _usable(python: str) -> bool:
    found = shutil.which(python)
    if not found:
        return False
    tried = subprocess.run([found, "-c", "import ensurepip"], capture_output=True, check=False)  # noqa: S603  # a Python
    return tried.returncode == 0


def _pythons() -> Sequence[str]:
    return [python for python in _SUPPORTED if _usable(python)] or [sys.executable]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return what git knows of the project, elsewhere."""
    git = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    known = subprocess.run(git, cwd=_PROJECT, capture_output=True, check=True, text=True).stdout  # noqa: S603  # our own
    copied = tmp_path / "a folder of mine" / "apizee slack"
    for name in filter(None, known.split("\0")):
        if (_PROJECT / name).is_file():
            (copied / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(_PROJECT / name, copied / name)
    return copied


@pytest.fixture(scope="session", autouse=True)
def _index(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip all of it where no package can be had."""
    lock = tmp_path_factory.mktemp("index") / "one.txt"
    text = (_PROJECT / "requirements/build.txt").read_text("utf-8")
    lock.write_text(text[: text.index("\nhatchling")] + "\n")
    ask = ["-m", "pip", "download", "--no-deps", "--require-hashes", "--dest", str(lock.parent), "-r", str(lock)]
    if subprocess.run([sys.executable, *ask], capture_output=True, check=False).returncode:  # noqa: S603  # pip
        pytest.skip("no package index answers")


@pytest.mark.parametrize("pip", ["its own", "the newest"])
def test_both_locks_are_installed_as_they_are_locked(folder: Path, pip: str) -> None:
    copy = Copy(folder, _pythons()[0])
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


@pytest.mark.parametrize("python", _pythons()[1:])
def test_every_python_here_runs_what_is_locked(folder: Path, python: str) -> None:
    copy = Copy(folder, python)
    copy.make(".venv/.runtime")

    assert copy.installed() == copy.locked("requirements/base.txt")
    assert "Usage" in copy.run(".venv/bin/python", "-m", "bot", "--help")
    assert "/assist" in copy.run(".venv/bin/python", "-m", "bot", "manifest", "--url", "https://bot.example.com")


def test_the_wheel_is_built_by_nothing_that_is_not_locked(folder: Path) -> None:
    copy = Copy(folder, _pythons()[0])
    copy.make("wheel")

    assert copy.installed() == copy.locked("requirements/build.txt")
    [wheel] = (folder / "dist").glob("*.whl")
    copy.pip("install", "--quiet", "--no-deps", "--require-hashes", "--requirement", "requirements/charts.txt")
    copy.pip("install", "--quiet", "--no-deps", "--no-index", str(wheel))
    copy.pip("check")
    assert "apizee-slack" in copy.run(".venv/bin/apizee-slack", "--version")


def test_the_steps_of_the_readme_are_enough(folder: Path) -> None:
    """They are run as they stand, each line of the console, by the Python that is there."""
    copy = Copy(folder, _pythons()[0])
    readme = (folder / "README.md").read_text("utf-8")
    steps = readme.partition("**Get the bot**")[2].partition("```console")[2].partition("```")[0]
    for step in filter(None, map(str.strip, steps.splitlines())):
        copy.run("sh", "-c", step.removeprefix("$ ").replace("python3 ", f"{copy.python} ", 1))

    assert copy.installed() == copy.locked("requirements/base.txt") | copy.locked("requirements/build.txt")
    assert "apizee-slack" in copy.run(".venv/bin/apizee-slack", "--version")
