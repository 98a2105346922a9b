"""“Add a command in twenty lines” of the developers' page: done as it says, the new command's story passes."""

from __future__ import annotations

import re
import shutil
import sys
from asyncio.subprocess import PIPE, STDOUT, create_subprocess_exec
from pathlib import Path

import pytest

from tools.touched import ROOT

_SNIPPET = re.compile(r"^   ```python\n(.*?)^   ```$", re.MULTILINE | re.DOTALL)
_NEEDED = ("bot", "handlers", "sandbox", "tests", "pyproject.toml", "manifest.yml")


@pytest.mark.slow
async def test_the_command_of_the_documentation_works(tmp_path: Path) -> None:
    page = (ROOT / "docs/for-developers.md").read_text("utf-8").partition("## Add a command")[2]
    asked, typed, stored, done, deferred, story, helped = (
        re.sub("^   ", "", code, flags=re.MULTILINE) for code in _SNIPPET.findall(page)
    )
    _copy(tmp_path)
    _insert(tmp_path / "bot/grammar/requests.py", asked + "\n\n", before="Common: TypeAlias = ")
    _insert(tmp_path / "bot/grammar/requests.py", "WhoAmI | ", before="OpenForm | Find")
    _insert(tmp_path / "bot/grammar/commands.py", typed, before="        case _:\n            return None")
    for module in ("bot/grammar/commands.py", "bot/grammar/__init__.py", "handlers/commands.py"):
        _insert(tmp_path / module, "    WhoAmI,\n", after="    StartMeeting,\n")
    _insert(tmp_path / "bot/deferred/requests.py", stored + "\n\n", before="Request: TypeAlias = ")
    _insert(tmp_path / "bot/deferred/requests.py", "WhoAmI\n    | ", before="OpenTicket\n    | ")
    _insert(tmp_path / "bot/deferred/runner.py", done, before="            case _:\n                assert_never")
    _insert(tmp_path / "handlers/commands.py", deferred, before="        case Find(text):")
    _insert(tmp_path / "handlers/commands.py", "WhoAmI | ", before="Find | ShowMedia")
    _insert(tmp_path / "bot/ui/help.py", helped, before='        _line(command, translate("open the form")),')
    (tmp_path / "tests/scenarios/test_whoami.py").write_text(story, "utf-8")
    failures, printed = await _pytest(tmp_path, "tests/scenarios/test_whoami.py")
    assert not failures, printed


def _copy(to: Path) -> None:
    for name in _NEEDED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, to / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, to / name)


def _insert(file: Path, text: str, *, before: str = "", after: str = "") -> None:
    """Insert a text once, before or after the first place where the other one is."""
    code, place = file.read_text("utf-8"), before or after
    assert place in code, file
    file.write_text(code.replace(place, text + before if before else after + text, 1), "utf-8")


async def _pytest(folder: Path, story: str) -> tuple[int, str]:
    process = await create_subprocess_exec(
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", story, cwd=folder, stdout=PIPE, stderr=STDOUT
    )
    printed, _ = await process.communicate()
    return process.returncode or 0, printed.decode()
