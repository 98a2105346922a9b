"""A fresh copy for each installation, and a look at whether any package can be had."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.installation.copies import PROJECT, copied_into


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a fresh copy of the project."""
    return copied_into(tmp_path)


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip the test where no package can be had."""
    lock = tmp_path_factory.mktemp("index") / "one.txt"
    text = (PROJECT / "requirements/build.txt").read_text("utf-8")
    lock.write_text(text[: text.index("\nhatchling")] + "\n")
    ask = ["-m", "pip", "download", "--no-deps", "--require-hashes", "--dest", str(lock.parent), "-r", str(lock)]
    if subprocess.run([sys.executable, *ask], capture_output=True, check=False).returncode:  # noqa: S603  # pip
        pytest.skip("no package index answers")
