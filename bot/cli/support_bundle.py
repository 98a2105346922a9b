"""`apizee-slack support-bundle`: what somebody who helps needs to know, in one file and without anybody's data."""

from __future__ import annotations

import asyncio
import io
import os
import platform
import subprocess
import sys
import zipfile
from collections import deque
from collections.abc import Callable
from contextlib import redirect_stdout
from importlib.metadata import distributions
from pathlib import Path
from shutil import which
from typing import Any, Final, TextIO

import click
from pydantic import SecretStr

from bot.cli.parts import Parts, run_with_parts
from bot.log import redact
from bot.outages import translated
from bot.settings import Settings

_LINES: Final = 1_000
_JOURNAL: Final = ("journalctl", "--unit=apizee-slack*", f"--lines={_LINES}", "--output=cat", "--no-pager")
_JOURNAL_ANSWERS_WITHIN: Final = 20
_ARE_OF_PEOPLE: Final = frozenset({"apizee_username", "apizee_default_agent", "agent_logins", "admin_users"})
"""Settings that are no secrets, and name somebody."""


def support_bundle_command(settings: Callable[[], Settings]) -> click.Command:
    """Make the command, for a command line that knows how to read its settings."""

    @click.command(name="support-bundle")
    @click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
    @click.option(
        "--log",
        type=click.File(encoding="utf-8", errors="replace"),
        help="The bot's log, - for standard input; by default the journal of systemd.",
    )
    def support_bundle(file: Path, log: TextIO | None) -> None:
        """Write to a new zip FILE what somebody who helps you needs to know.

        It holds settings without secrets, versions, what the doctor finds, metrics, work that was set aside, and the
        last 1,000 lines of the log: without numbers, addresses, tokens and links.
        """
        read = settings()
        parts = {
            "settings.txt": _settings(read),
            "versions.txt": _versions(),
            "doctor.txt": _doctor(read),
            **_of_redis(read),
            "log.txt": _log(log),
        }
        _write(file, parts)
        click.echo(f"{file} is written. Look through it before you pass it on: {', '.join(parts)}.")

    return support_bundle


def _write(path: Path, parts: dict[str, str]) -> None:
    """Write a file for this user alone; raises `click.ClickException` where it exists or cannot be written."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, text in parts.items():
            bundle.writestr(name, "\n".join(map(redact, text.splitlines())) + "\n")
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(packed.getvalue())
    except FileExistsError as error:
        message = f"{path} is there already: name a new file."
        raise click.ClickException(message) from error
    except OSError as error:
        message = f"{path} cannot be written ({error.strerror}): name another file."
        raise click.ClickException(message) from error


def _settings(settings: Settings) -> str:
    """Return a line for each setting that is not as by default; of secrets and people only that they are set."""
    lines = []
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        if value == field.get_default(call_default_factory=True):
            continue
        lines.append(f"{name.upper()} is {'set' if _is_private(name, value) else value}")
    return "\n".join(lines)


def _is_private(name: str, value: Any) -> bool:  # noqa: ANN401  # a setting can be anything
    inner = value[0] if isinstance(value, tuple) and value else value
    return isinstance(inner, SecretStr) or name in _ARE_OF_PEOPLE


def _versions() -> str:
    packages = sorted({f"{one.metadata['Name']} {one.version}" for one in distributions()}, key=str.lower)
    return "\n".join([f"Python {sys.version}", platform.platform(), "", *packages])


def _doctor(settings: Settings) -> str:
    from bot.doctor import report  # noqa: PLC0415  # only this command and the doctor examine anything

    printed = io.StringIO()
    with redirect_stdout(printed):
        asyncio.run(report(settings))
    return printed.getvalue()


def _of_redis(settings: Settings) -> dict[str, str]:
    """Return what only Redis knows; where it is away, that."""

    async def read(parts: Parts) -> dict[str, str]:
        adapters = parts.adapters
        with translated():
            server = await adapters.redis.info("server")
        set_aside = [f"{one.at:%Y-%m-%d %H:%M:%S} {one.job} {one.why.reason}" for one in await adapters.set_aside.all()]
        return {
            "redis.txt": "\n".join(f"{name}: {value}" for name, value in server.items() if "version" in name),
            "metrics.txt": await adapters.counters.render({}),
            "set-aside.txt": "\n".join(set_aside) or "No work is set aside.",
        }

    try:
        return run_with_parts(settings, read)
    except click.ClickException as error:
        return {"redis.txt": error.message}


def _log(given: TextIO | None) -> str:
    if given is not None:
        return "".join(deque(given, maxlen=_LINES))
    if which(_JOURNAL[0]):
        answer = subprocess.run(  # noqa: S603  # a fixed command
            _JOURNAL, capture_output=True, text=True, check=False, timeout=_JOURNAL_ANSWERS_WITHIN
        )
        if answer.returncode == 0 and answer.stdout.strip():
            return answer.stdout
    return "No log was found: pass it by --log, for example `… | apizee-slack support-bundle FILE --log -`."
