"""What `make check` runs: the tests that a change can break directly."""

from __future__ import annotations

from pathlib import Path

from tools.touched import ROOT, touched


def test_a_changed_module_runs_the_tests_that_import_it() -> None:
    found = touched([Path("bot/store/keys.py")])
    assert all("keys" in (ROOT / path).read_text() for path in found)
    assert Path("tests/tools/test_touched.py") not in found


def test_a_changed_test_runs_itself() -> None:
    assert Path("tests/tools/test_touched.py") in touched([Path("tests/tools/test_touched.py")])


def test_a_changed_module_runs_the_tests_of_its_name() -> None:
    assert Path("tests/tools/test_touched.py") in touched([Path("tools/touched.py")])
