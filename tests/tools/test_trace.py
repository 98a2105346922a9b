"""What `make trace` prints: the way of one command, for whoever reads the code for the first time."""

from __future__ import annotations

import sys
from asyncio.subprocess import PIPE, create_subprocess_exec

import pytest

from tools.touched import ROOT


async def traced(*what: str) -> str:
    process = await create_subprocess_exec(sys.executable, "-m", "tools.trace", *what, cwd=ROOT, stdout=PIPE)
    printed, _ = await process.communicate()
    assert process.returncode == 0
    return printed.decode()


@pytest.mark.slow
async def test_the_way_of_a_command_names_files_functions_and_what_was_asked() -> None:
    printed = await traced("/assist", "+33 6 62 68 21 93")
    assert "handlers/commands.py" in printed
    assert "Commands.handle_assist" in printed
    assert "Slack   chat.postMessage" in printed
    assert "Apizee  POST /api/tickets" in printed
