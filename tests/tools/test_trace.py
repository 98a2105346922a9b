"""What `make trace` prints, and that the documentation walks through files that are really entered."""

from __future__ import annotations

import re
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec

import pytest

from tools.touched import ROOT

_WALK = re.compile(r"^### (.+?)\n(.*?)(?=^##)", re.MULTILINE | re.DOTALL)
_MODULE = re.compile(r"\]\(\.\./((?:bot|handlers)/[\w/]+\.py)\)")


async def traced(*what: str) -> str:
    process = await create_subprocess_exec(sys.executable, "-m", "tools.trace", *what, cwd=ROOT, stdout=PIPE)
    printed, _ = await process.communicate()
    assert process.returncode == 0
    return printed.decode()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("walk", "what", "at_most"),
    [
        ("From a command to the links", "/assist +33 6 62 68 21 93", 11),
        ("From a webhook to the card", "webhook", 8),
        ("From a button to the link", "button", 8),
        ("From a photo to the thread", "photo", 8),
    ],
)
async def test_a_walk_of_the_documentation_names_few_files_and_all_are_entered(
    walk: str, what: str, at_most: int
) -> None:
    page = (ROOT / "docs/for-developers.md").read_text("utf-8")
    named = set(_MODULE.findall(dict(_WALK.findall(page))[walk]))
    assert 0 < len(named) <= at_most
    printed = await traced(what)
    assert named <= set(printed.split())
    assert "EmbeddedRedis._watch" not in printed
    assert "an idle bot enters them by itself" in printed
    if what.startswith("/assist"):
        assert "Commands.handle_assist" in printed
        assert "Slack   chat.postMessage" in printed
        assert "Apizee  POST /api/tickets" in printed
        assert "AutoPipelinedRedis.execute_command" in printed  # which an idle bot enters as well
