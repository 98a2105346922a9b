"""A copy of the project on a machine with nothing but Python and make, in a folder with a space in its name."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parents[2]
SUPPORTED = ("python3.11", "python3.12", "python3.13", "python3.14")
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


def pythons() -> Sequence[str]:
    return [python for python in SUPPORTED if _usable(python)] or [sys.executable]


def copied_into(parent: Path) -> Path:
    """Return what git knows of the project, elsewhere."""
    git = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    known = subprocess.run(git, cwd=PROJECT, capture_output=True, check=True, text=True).stdout  # noqa: S603  # our own
    copied = parent / "a folder of mine" / "apizee slack"
    for name in filter(None, known.split("\0")):
        if (PROJECT / name).is_file():
            (copied / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, copied / name)
    return copied
