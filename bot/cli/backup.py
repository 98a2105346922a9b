"""`apizee-slack backup`, `restore`: all that the bot keeps in Redis, in a file, and back into this Redis or another."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.running import run
from bot.model.acts import OperatorAct
from bot.model.audit import OPERATOR, AuditEntry
from bot.model.errors import KnownError
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.store.audit import AuditStore
    from bot.store.backup.backups import Backups

_PATIENCE = 30.0
"""A big key takes its time, in seconds."""

_FILE = click.Path(path_type=Path, dir_okay=False)


def backup_commands(settings: Callable[[], Settings]) -> Sequence[click.Command]:
    """Make the commands, for a command line that knows how to read its settings."""

    @click.command()
    @click.argument("file", type=_FILE)
    def backup(file: Path) -> None:
        """Write all that the bot keeps in Redis to a new FILE; also while the bot runs.

        People's data in it are sealed: without ENCRYPTION_KEYS, which are not in it, nobody reads them, and nobody
        restores it. Jobs that wait are in it as well.
        """
        run(_backup(settings(), file))

    @click.command()
    @click.argument("file", type=_FILE)
    @click.option("--replace", is_flag=True, help="Remove what the bot keeps in this Redis first.")
    def restore(file: Path, *, replace: bool) -> None:
        """Write a back-up's FILE into the Redis of the settings, on which no bot may run.

        What has expired since is left out. Jobs that waited then go on as soon as the bot is started.
        """
        run(_restore(settings(), file, replace=replace))

    return [backup, restore]


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[tuple[Backups, Callable[[OperatorAct], Awaitable[None]]]]:
    """Yield the back-ups of the Redis of the settings, and what records an act of the operator's in its audit."""
    # Imported late, so that a wrong setting and `--help` are answered at once.
    from bot.connections import redis_of  # noqa: PLC0415  # as said above
    from bot.store.audit import AuditStore  # noqa: PLC0415  # likewise
    from bot.store.backup.backups import Backups  # noqa: PLC0415  # likewise
    from bot.store.sealing.keyring import KeyRing  # noqa: PLC0415  # likewise
    from bot.store.server.connection import connect  # noqa: PLC0415  # likewise

    given, retention = [key.get_secret_value() for key in settings.encryption_keys], timedelta(settings.retention_days)
    async with redis_of(settings) as url, connect(url, patience=_PATIENCE) as redis:
        ring = KeyRing.from_settings_or_file(given, settings.data_dir)
        yield Backups(redis, ring), partial(_record, AuditStore(redis, retention))


async def _record(store: AuditStore, act: OperatorAct) -> None:
    from bot.policy.audit import Audit  # noqa: PLC0415  # likewise

    audit = Audit(store, on_lost=lambda _number: None)
    async with audit.kept():
        audit.record(AuditEntry(at=datetime.now(UTC), team="", user=OPERATOR, act=act))


async def _backup(settings: Settings, path: Path) -> None:
    from bot.store.backup.file import Exists  # noqa: PLC0415  # likewise

    async with _opened(settings) as (backups, record):
        await record(OperatorAct.BACKUP)
        try:
            number = await backups.save(path)
        except Exists as error:
            message = f"{path} is there already: name a new file."
            raise click.ClickException(message) from error
        except OSError as error:
            message = f"{path} cannot be written ({error.strerror}): name another file, or free some space."
            raise click.ClickException(message) from error
    click.echo(f"{path} holds {number} keys. Keep ENCRYPTION_KEYS apart from it: it opens with them alone.")


async def _restore(settings: Settings, path: Path, *, replace: bool) -> None:
    async with _opened(settings) as (backups, record):
        try:
            restored = await backups.restore(path, replace=replace)
        except KnownError as error:
            raise click.ClickException(_why_not(error)) from error
        except OSError as error:
            message = f"{path} cannot be read ({error.strerror}). Nothing was restored."
            raise click.ClickException(message) from error
        await record(OperatorAct.RESTORE)
    left_out = f"; {restored.expired} had expired since and are left out" if restored.expired else ""
    click.echo(f"{restored.written} keys are restored{left_out}. Start the bot.")


def _why_not(error: KnownError) -> str:
    """Return why nothing was restored, and what to do; raises errors that are not about that again."""
    from bot.store.backup.backups import InUse, NotEmpty  # noqa: PLC0415  # likewise
    from bot.store.backup.file import UnfitFile  # noqa: PLC0415  # likewise
    from bot.store.presence import COUNTS_FOR  # noqa: PLC0415  # likewise

    match error:
        case InUse(processes=number):
            processes = "1 process" if number == 1 else f"{number} processes"
            return (
                f"The bot runs on this Redis ({processes}): stop it, then restore. A process that was killed"
                f" counts for {COUNTS_FOR.seconds} seconds more."
            )
        case NotEmpty(keys=keys):
            return (
                f"This Redis holds {keys} keys of the bot already: name another one in REDIS_URL, or give --replace to"
                " remove them first."
            )
        case UnfitFile():
            return f"{error} Nothing was restored."
    raise error
