"""Whatever the machine lacks, every command starts, or says why in one line; nobody reads a traceback."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from playground.demo import free_port

PROJECT = Path(__file__).parents[1]
COMMANDS = ("serve", "worker", "doctor")
NOBODY_KNOWS = """
import pwd

def getpwuid(uid):
    raise KeyError(f"getpwuid(): uid not found: {uid}")

pwd.getpwuid = getpwuid
"""


@dataclass
class Ended:
    """How a command ended."""

    code: int
    lines: list[str]


@pytest.fixture
def settings(tmp_path: Path, unused_tcp_port: int) -> dict[str, str]:
    """Return the whole environment of a bot whose vendors are away."""
    nobody = f"http://127.0.0.1:{unused_tcp_port}/api"
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "machine"), str(PROJECT)]),
        "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5",
        "SLACK_BOT_TOKEN": "xoxb-1-2-bottoken",
        "SLACK_API_URL": nobody,
        "APIZEE_API_URL": nobody,
        "APIZEE_USERNAME": "api@acme.example",
        "APIZEE_PASSWORD": "sesame",
        "APIZEE_ENTERPRISE_ID": "42",
        "HOME": str(tmp_path),
        "PORT": str(free_port()),
    }


@pytest.fixture
def homeless(settings: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """Return the same as a user without a home whom this machine does not know, as containers start them."""
    machine = tmp_path / "machine"
    machine.mkdir()
    (machine / "sitecustomize.py").write_text(NOBODY_KNOWS)
    return {name: value for name, value in settings.items() if name != "HOME"}


async def ran(settings: dict[str, str], folder: Path, *command: str, until: str = "") -> Ended:
    """Run a command to its end, which is asked for once it has said a word."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *command),
        cwd=folder,
        env=settings,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout
    lines = []
    try:
        async with asyncio.timeout(60):
            async for line in process.stdout:
                lines.append(line.decode())
                if until and until in lines[-1]:
                    process.terminate()
            return Ended(await process.wait(), lines)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def refused_with(ended: Ended, words: Sequence[str]) -> bool:
    (line,) = ended.lines
    return ended.code == 2 and all(word in line for word in words)


@pytest.mark.parametrize("command", COMMANDS)
async def test_without_a_home_a_folder_is_asked_for(homeless: dict[str, str], tmp_path: Path, command: str) -> None:
    ended = await ran(homeless, tmp_path, command)

    assert refused_with(ended, ["DATA_DIR must be the whole path", "no home"]), ended
    assert refused_with(await ran({**homeless, "DATA_DIR": "~/data"}, tmp_path, command), ["DATA_DIR must be"])


@pytest.mark.parametrize(("command", "word"), [("serve", "listening"), ("worker", "working")])
async def test_without_a_home_the_bot_works_in_the_folder_that_is_named(
    homeless: dict[str, str], tmp_path: Path, command: str, word: str
) -> None:
    ended = await ran({**homeless, "DATA_DIR": str(tmp_path / "data")}, tmp_path, command, until=word)

    assert ended.code == 0, ended
    assert any(word in line for line in ended.lines)
    assert not any("Traceback" in line or " where=[" in line for line in ended.lines), ended.lines


async def test_without_a_home_the_other_commands_work_or_say_so(homeless: dict[str, str], tmp_path: Path) -> None:
    assert (await ran(homeless, tmp_path, "--help")).code == 0
    assert (await ran(homeless, tmp_path, "--version")).code == 0
    assert (await ran(homeless, tmp_path, "manifest", "--url", "https://bot.acme.example")).code == 0
    own_settings = {name: value for name, value in homeless.items() if not name.startswith(("SLACK_", "APIZEE_"))}
    assert refused_with(await ran(own_settings, tmp_path, "demo"), ["--data-dir"])


@pytest.mark.parametrize(
    "terminal", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}]
)
async def test_a_terminal_without_unicode_reads_the_whole_report(
    settings: dict[str, str], tmp_path: Path, terminal: dict[str, str]
) -> None:
    ended = await ran({**settings, **terminal}, tmp_path, "doctor")

    assert ended.code == 1
    assert ended.lines[-1].startswith('warning Public address: PUBLIC_URL is not set: "Join as me" opens')
    faults = await ran({"PATH": settings["PATH"], "PYTHONPATH": str(PROJECT), **terminal}, tmp_path, "serve")
    assert faults.code == 2
    assert any('the "Signing Secret" from' in line for line in faults.lines)
    assert (await ran({**settings, **terminal}, tmp_path, "--help")).code == 0
    manifest = await ran({**settings, **terminal}, tmp_path, "manifest", "--url", "https://bot.acme.example")
    assert manifest.code == 0


@pytest.mark.parametrize(
    ("command", "wrong", "words"),
    [
        ("serve", {"DATA_DIR": "{folder}/file"}, "file"),
        ("worker", {"DATA_DIR": "/proc/nothing/here"}, "/proc/nothing"),
        ("doctor", {"DATA_DIR": "{folder}/file"}, "file"),
        ("doctor", {"SECRETS_DIR": "/nowhere"}, "SECRETS_DIR"),
        ("worker", {"SSL_CERT_FILE": "/nowhere"}, "SSL_CERT_FILE"),
        ("serve", {"HTTPS_PROXY": "socks5://127.0.0.1:1", "REDIS_URL": "redis://127.0.0.1?ssl=true"}, "HTTPS_PROXY"),
        ("serve", {"HOST": "no such host"}, "HOST"),
    ],
)
async def test_what_is_wrong_is_named_and_nobody_reads_a_traceback(
    settings: dict[str, str], tmp_path: Path, command: str, wrong: dict[str, str], words: str
) -> None:
    (tmp_path / "file").touch()
    given = {name: value.format(folder=tmp_path) for name, value in wrong.items()}

    ended = await ran({**settings, **given}, tmp_path, command)

    assert ended.code == (1 if command == "doctor" and "DATA_DIR" in wrong else 2), ended
    assert any(words in line for line in ended.lines)
    assert not any("Traceback" in line or "sesame" in line for line in ended.lines)
