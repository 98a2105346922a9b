"""`apizee-slack jobs`: lists the work that was set aside, hands it over again, drops it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import click

from bot.cli.running import run
from bot.cli.terminal import table
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.jobs.queue import Queue
    from bot.store.set_aside import SetAside, SetAsideJobs


class _Work(NamedTuple):
    set_aside: SetAsideJobs
    queue: Queue


def jobs_commands(settings: Callable[[], Settings]) -> click.Group:
    """Make the group `jobs`, for a command line that knows how to read its settings."""

    @click.group()
    def jobs() -> None:
        """List the work that was given up and set aside, do it again, or drop it; also while the bot runs."""

    @jobs.command(name="list")
    def list_() -> None:
        """List what was set aside: its id, when, what, its workspace, how often it was tried, and why."""
        _run(settings(), _list)

    @jobs.command()
    @click.argument("record_id", metavar="ID")
    def retry(record_id: str) -> None:
        """Hand work over again, to be done as if it were new; `list` shows the ids."""
        _run(settings(), lambda work: _retry(work, record_id))

    @jobs.command()
    @click.argument("record_id", metavar="ID")
    def drop(record_id: str) -> None:
        """Drop work for good; `list` shows the ids."""
        _run(settings(), lambda work: _drop(work, record_id))

    return jobs


async def _list(work: _Work) -> None:
    records = await work.set_aside.all()
    if not records:
        click.echo("No work is set aside.")
        return
    head = ("ID", "WHEN", "JOB", "WORKSPACE", "TRIES", "INFORMED", "REFERENCE", "WHY")
    for line in table(head, map(_row, records)):
        click.echo(line)


def _row(record: SetAside) -> tuple[str, ...]:
    tries = str(record.why.tries) + (f", {record.times} times" if record.times > 1 else "")
    return (
        record.id,
        record.at.astimezone().strftime("%Y-%m-%d %H:%M:%S"),
        record.job or "-",
        record.team or "-",
        tries,
        "yes" if record.informed else "no",
        record.why.reference,
        record.why.reason,
    )


async def _retry(work: _Work, record_id: str) -> None:
    record = await _found(work, record_id)
    try:
        is_new = await work.queue.hand_over_again(record)
    except (KeyError, UnicodeDecodeError) as error:
        message = f"{record_id} has lost what it needs to be done. `apizee-slack jobs drop {record_id}` removes it."
        raise click.ClickException(message) from error
    await work.set_aside.drop(record_id)
    click.echo(f"{record.job} is handed over again." if is_new else f"{record.job} is under way already.")


async def _drop(work: _Work, record_id: str) -> None:
    record = await _found(work, record_id)
    await work.set_aside.drop(record_id)
    click.echo(f"{record.job or 'It'} is dropped.")


async def _found(work: _Work, record_id: str) -> SetAside:
    record = await work.set_aside.get(record_id)
    if record is None:
        message = f"No set-aside work has the id {record_id!r}: `apizee-slack jobs list` shows what there is."
        raise click.ClickException(message)
    return record


def _run(settings: Settings, do: Callable[[_Work], Awaitable[None]]) -> None:
    async def opened_and_done() -> None:
        async with _opened(settings) as work:
            await do(work)

    run(opened_and_done())


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[_Work]:
    # Imported late, so that a wrong setting and `--help` are answered at once.
    from bot.connections import redis_of  # noqa: PLC0415  # as said above
    from bot.jobs.connection import queue_alone  # noqa: PLC0415  # likewise
    from bot.jobs.queue import Queue  # noqa: PLC0415  # likewise
    from bot.store.keys.of_queue import NAME  # noqa: PLC0415  # likewise
    from bot.store.server.connection import connect  # noqa: PLC0415  # likewise
    from bot.store.server.locks import Locks  # noqa: PLC0415  # likewise
    from bot.store.set_aside import SetAsideJobs  # noqa: PLC0415  # likewise

    async with redis_of(settings) as url, connect(url) as redis, queue_alone(NAME, url) as docket:
        yield _Work(SetAsideJobs(redis, timedelta(days=settings.retention_days)), Queue(docket, Locks(redis)))
