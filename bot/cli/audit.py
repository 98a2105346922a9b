"""`apizee-slack audit`: shows who was allowed or denied what."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import click

from bot.cli.running import run
from bot.cli.terminal import table
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.model.audit import AuditEntry

_FROM_THE_BEGINNING = datetime.fromtimestamp(0, UTC)
_COLUMNS = ("WHEN", "WORKSPACE", "WHO", "ACT", "ANSWER", "WHY NOT", "SESSION", "AT APIZEE", "CHANNEL", "PERSON")


class _Day(click.ParamType[datetime]):
    """A day, as the moment at which it begins on this machine's clock."""

    name = "day"

    def convert(self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        today = datetime.now().astimezone().date()
        named = {"today": today, "yesterday": today - timedelta(days=1)}
        try:
            day = named.get(value.strip().casefold()) or date.fromisoformat(value.strip())
        except ValueError:
            self.fail(f"{value!r} is no day: type one such as 2026-11-27, or today, or yesterday.", param, ctx)
        return datetime.combine(day, time()).astimezone()


def audit_command(settings: Callable[[], Settings]) -> click.Command:
    """Make the command `audit`, for a command line that knows how to read its settings."""

    @click.command()
    @click.option(
        "--since",
        type=_Day(),
        metavar="DAY",
        help="Show entries from this day on: 2026-11-27, today or yesterday. Default: all days.",
    )
    @click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
    def audit(since: datetime | None, *, as_json: bool) -> None:
        """Show what people were allowed and denied, the oldest first; also while the bot runs.

        Entries are kept for RETENTION_DAYS. They hold ids alone: of people, workspaces and channels in Slack, of
        sessions here, of tickets and conferences at Apizee.
        """
        entries = _read(settings(), since or _FROM_THE_BEGINNING)
        for line in _as_json(entries) if as_json else _as_table(entries):
            click.echo(line)

    return audit


def _read(settings: Settings, since: datetime) -> list[AuditEntry]:
    # Imported late, so that a wrong setting and `--help` are answered at once.
    from bot.connections import redis_of  # noqa: PLC0415  # as said above
    from bot.store.audit import AuditStore  # noqa: PLC0415  # likewise
    from bot.store.server.connection import connect  # noqa: PLC0415  # likewise

    async def read() -> list[AuditEntry]:
        async with redis_of(settings) as url, connect(url) as redis:
            return await AuditStore(redis, timedelta(days=settings.retention_days)).since(since)

    return run(read())


def _as_json(entries: Sequence[AuditEntry]) -> list[str]:
    from bot.policy.audit import as_facts  # noqa: PLC0415  # likewise

    return [json.dumps(as_facts(entry)) for entry in entries]


def _as_table(entries: Sequence[AuditEntry]) -> list[str]:
    if not entries:
        return ["The audit has no entries since then."]
    return table(_COLUMNS, map(_row, entries))


def _row(entry: AuditEntry) -> tuple[str, ...]:
    remote = f"{entry.kind} {entry.remote_id}" if entry.kind and entry.remote_id else ""
    return (
        entry.at.astimezone().strftime("%Y-%m-%d %H:%M:%S"),
        entry.team,
        entry.user,
        str(entry.act),
        "denied" if entry.refusal else "allowed",
        str(entry.refusal or ""),
        entry.session,
        remote,
        entry.channel,
        entry.person,
    )
