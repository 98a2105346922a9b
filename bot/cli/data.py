"""`apizee-slack erase`, `export`, `rotate-keys`: what is kept, and what seals it; also while the bot runs."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from bot.cli.parts import Parts, run_with_parts
from bot.model.acts import OperatorAct
from bot.model.audit import OPERATOR
from bot.model.errors import TryLater
from bot.model.people import Contact
from bot.model.session import Kind, Session, State
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.store.sealing.rotation import Rotated

_PASSES: Final = 3
_REPORTED_EVERY: Final = 1_000


@dataclass(frozen=True, slots=True)
class _Selection:
    """What is to be found: everything about somebody, or one ticket or meeting; in one workspace or in all."""

    contact: Contact | None = field(default=None, repr=False)
    kind: Kind = Kind.ASSISTANCE
    remote_id: int | None = None
    workspace: str | None = None


def data_commands(settings: Callable[[], Settings]) -> Sequence[click.Command]:
    """Make the commands, for a command line that knows how to read its settings."""

    @click.command()
    @_choosing
    def erase(**chosen: Any) -> None:  # noqa: ANN401  # as click has it
        """Remove what the bot keeps of a person, a ticket or a meeting, and what the cards say of people.

        What Apizee keeps stays, and so do photos in Slack's threads. Nothing is asked: look with `export` first.
        """
        given = settings()
        selection = _wanted(given, chosen)
        run_with_parts(given, lambda parts: _erase(parts, selection, is_ours=given.redis_url is None))

    @click.command()
    @_choosing
    @click.option(
        "--output",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Write to this new file, which only its owner may read. Default: print.",
    )
    def export(output: Path | None, **chosen: Any) -> None:  # noqa: ANN401  # likewise
        """Write what the bot keeps of a person, a ticket or a meeting, as JSON; it holds personal data."""
        given = settings()
        selection = _wanted(given, chosen)
        run_with_parts(given, lambda parts: _export(parts, selection, output))

    @click.command(name="rotate-keys")
    def rotate_keys() -> None:
        """Seal everything again with the first of ENCRYPTION_KEYS; then the others can be removed.

        Put the new key before the former ones, and start all bots again with them, before this is run. It may be
        stopped, and run as often as you like.
        """
        run_with_parts(settings(), _rotate)

    return [erase, export, rotate_keys]


def _choosing(command: Callable[..., None]) -> Callable[..., None]:
    options = [
        click.option("--contact", metavar="PHONE|E-MAIL", help="Select everything about this customer or guest."),
        click.option("--ticket", type=click.IntRange(min=1), metavar="ID", help="Select one video assistance."),
        click.option("--meeting", type=click.IntRange(min=1), metavar="ID", help="Select one video meeting."),
        click.option("--workspace", metavar="ID", help="Only in this Slack workspace (T…). Default: in all."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _wanted(settings: Settings, chosen: dict[str, Any]) -> _Selection:
    contact, ticket, meeting, workspace = (chosen[name] for name in ("contact", "ticket", "meeting", "workspace"))
    if sum(one is not None for one in (contact, ticket, meeting)) != 1:
        message = "Name one of --contact, --ticket and --meeting."
        raise click.UsageError(message)
    if contact is not None:
        return _Selection(_contact(contact, settings.default_region), workspace=workspace)
    kind = Kind.ASSISTANCE if ticket else Kind.MEETING
    return _Selection(kind=kind, remote_id=ticket or meeting, workspace=workspace)


def _contact(text: str, region: str) -> Contact:
    from bot.grammar.contacts import customer_in  # noqa: PLC0415  # `--help` is answered at once
    from bot.grammar.parse_errors import NotUnderstood  # noqa: PLC0415  # likewise

    try:
        return customer_in(text, region).contact
    except NotUnderstood as error:
        message = "this is no phone number or e-mail address that can be invited, for example +33 6 12 34 56 78"
        raise click.BadParameter(message, param_hint="--contact") from error


async def _erase(parts: Parts, selection: _Selection, *, is_ours: bool) -> None:
    sessions = await _found(parts, selection)
    for session in sessions:
        parts.record(OperatorAct.ERASE, session)
        try:
            await parts.forgetting.forget([session], by=OPERATOR)
        except TryLater as error:
            message = f"Slack does not answer, so {_named(session)} and what follows it are kept: try again later."
            raise click.ClickException(message) from error
        click.echo(f"Erased: {_named(session)}.")
        if session.state is State.PLANNED:
            click.echo("  It was planned: it will not start.", err=True)
        elif session.state.is_open:
            click.echo("  It was still open: it goes on at Apizee, and the bot no longer follows it.", err=True)
    logins = await _logins(parts, selection)
    for team, user in logins:
        parts.record(OperatorAct.ERASE, team=team, person=user)
        await parts.adapters.logins.remove(team, user)
        click.echo(f"Erased: the login of {user} (workspace {team}).")
    if not sessions and not logins:
        click.echo("Nothing is kept of it.")
        parts.record(OperatorAct.ERASE)
    elif is_ours:
        await parts.adapters.files.rewrite()
        # A request that is not done yet may name the same person: the bot rewrites the file once more.
        await parts.adapters.files.note_forgotten()
    else:
        click.echo("The files of your Redis hold it until they are rewritten: see “Deleting” in docs/privacy.md.")


async def _export(parts: Parts, selection: _Selection, output: Path | None) -> None:
    from pydantic import TypeAdapter  # noqa: PLC0415  # `--help` is answered at once

    sessions, shape, records = await _found(parts, selection), TypeAdapter(Session), []
    for session in sessions:
        parts.record(OperatorAct.EXPORT, session)
        steps = await parts.adapters.timeline.of(session.requester.conversation.team, session.id)
        received = [{"step": one.step.value, "at": one.at} for one in steps]
        records.append(shape.dump_python(session, mode="json") | {"steps_received": received})
    logins = await _logins(parts, selection)
    for team, user in logins:
        parts.record(OperatorAct.EXPORT, team=team, person=user)
    if not sessions and not logins:
        parts.record(OperatorAct.EXPORT)
    exported = {
        "exported_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "sessions": records,
        "logins": [{"workspace": team, "user": user} for team, user in logins],
    }
    text = json.dumps(exported, indent=2, ensure_ascii=False) + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        await asyncio.to_thread(_write_private, output, text)
        click.echo(f"{output} holds {len(sessions) + len(logins)} of what is kept.", err=True)


def _write_private(path: Path, text: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        message = f"{path} cannot be made ({error.strerror}): name a file that is not there yet."
        raise click.ClickException(message) from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


async def _rotate(parts: Parts) -> None:
    from bot.store.sealing.rotation import KeyRotation  # noqa: PLC0415  # `--help` is answered at once

    adapters = parts.adapters
    rotation = KeyRotation(
        adapters.redis,
        adapters.keys,
        sessions=adapters.sessions,
        deferred=adapters.deferred,
        installations=adapters.installations,
        accounts=adapters.account_store,
        logins=adapters.logins,
        digests=adapters.digest_store,
        retention=adapters.retention,
    )
    parts.record(OperatorAct.ROTATE_KEYS)
    total = 0
    for _pass in range(_PASSES):
        rotated = await rotation.rotate(_reporting())
        total += rotated.sealed_again
        if not rotated.sealed_again:
            break
    else:
        message = (
            f"{total} records are sealed again, but some bot still seals with a former key: start all of them with the"
            " same ENCRYPTION_KEYS, then run this again."
        )
        raise click.ClickException(message)
    click.echo(f"{total} records are sealed again; all {rotated.seen - rotated.left} open with the first key alone.")
    if rotated.left:
        click.echo(f"{rotated.left} are left as they are: no key opens them, or a newer version wrote them.", err=True)


def _reporting() -> Callable[[Rotated], None]:
    reported = 0

    def report(rotated: Rotated) -> None:
        nonlocal reported
        if rotated.seen >= reported + _REPORTED_EVERY:
            reported = rotated.seen
            click.echo(f"… {rotated.seen} records seen, {rotated.sealed_again} sealed again", err=True)

    return report


async def _found(parts: Parts, selection: _Selection) -> list[Session]:
    sessions = parts.adapters.sessions
    teams = [selection.workspace] if selection.workspace else await sessions.workspaces()
    if selection.contact:
        invitee = parts.forgetting.invitee(selection.contact)
        return [session for team in teams for session in await parts.forgetting.kept_of(team, invitee)]
    number = selection.remote_id or 0
    found = [session for team in teams if (session := await sessions.of_remote(team, selection.kind, number))]
    if len(found) > 1:
        named = ", ".join(session.requester.conversation.team for session in found)
        message = f"This number is kept in several workspaces ({named}): name one of them with --workspace."
        raise click.ClickException(message)
    return found


async def _logins(parts: Parts, selection: _Selection) -> list[tuple[str, str]]:
    """Return the workspaces and users to whom administrators gave this contact as a login."""
    if selection.contact is None:
        return []
    found = await parts.adapters.logins.users_of(selection.contact.value)
    return [(team, user) for team, user in found if selection.workspace in {None, team}]


def _named(session: Session) -> str:
    what = "ticket" if session.kind is Kind.ASSISTANCE else "meeting"
    number = session.remote.id or "without a number"
    return f"{what} {number} (workspace {session.requester.conversation.team}, session {session.id})"
