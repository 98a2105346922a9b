"""`apizee-slack workspaces`: lists the workspaces that the bot knows, shows one, removes one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import click

from bot.cli.parts import Parts, run_with_parts
from bot.cli.terminal import table
from bot.model.accounts import ApizeeAccount
from bot.model.acts import OperatorAct
from bot.model.errors import NewerRecord, TryLater, Unreadable
from bot.model.session import Session
from bot.model.workspaces import AllowedWorkspaces, Installation
from bot.settings import Settings
from bot.slack.errors import SlackError

_COLUMNS = ("WORKSPACE", "NAME", "SINCE", "ORGANISATION", "APIZEE ACCOUNT", "OPEN SESSIONS")
_SHOWN_OF_A_NAME = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of a workspace, or of an organisation that has `workspaces`; what no key opens is `unreadable`.

    `is_served` is whether the account of the settings serves it, unless it connects its own.
    """

    team: str
    installation: Installation | None
    organisation: str
    account: ApizeeAccount | None
    is_served: bool
    open_sessions: Sequence[Session]
    sessions: int
    logins: int
    workspaces: Sequence[str]
    unreadable: Sequence[str]

    @property
    def name(self) -> str:
        return self.installation.team_name if self.installation else ""

    @property
    def title(self) -> str:
        """The id, with the name where that is known."""
        return f"{self.team} “{self.name}”" if self.name else self.team

    @property
    def whose_account(self) -> str:
        if self.account or "account" in self.unreadable:
            return "its own"
        return "the settings'" if self.is_served else "none"


def workspaces_commands(settings: Callable[[], Settings]) -> click.Group:
    """Make the group `workspaces`, for a command line that knows how to read its settings."""

    @click.group()
    def workspaces() -> None:
        """List the workspaces of Slack that the bot keeps something of, show one, or remove one.

        Also while the bot runs. Neither tokens nor passwords are shown.
        """

    @workspaces.command(name="list")
    def list_() -> None:
        """List all of them, with the number of open sessions."""
        given = settings()
        run_with_parts(given, lambda parts: _list(parts, given))

    @workspaces.command()
    @click.argument("team")
    def show(team: str) -> None:
        """Show one (T…), or an organisation (E…).

        Who connected its Apizee account and when, where its webhooks go, how many logins and sessions it has.
        """
        given = settings()
        run_with_parts(given, lambda parts: _show(parts, given, team))

    @workspaces.command()
    @click.argument("team")
    @click.option("--yes", is_flag=True, help="Do not ask.")
    def remove(team: str, *, yes: bool) -> None:
        """Remove all that is kept of one (T…, E…).

        Of an organisation it is that of all its workspaces. Its sessions, Apizee account, logins, planned work and
        audit go, and its token is given back to Slack. Cards and photos stay in Slack, tickets and meetings at
        Apizee: what is open goes on there.
        """
        given = settings()
        known = run_with_parts(given, lambda parts: _of(parts, given, team))
        _warn(known)
        if not yes:
            click.confirm(f"Remove everything that is kept of {known.title}?", abort=True)
        run_with_parts(given, lambda parts: _remove(parts, given, known))

    return workspaces


async def _list(parts: Parts, settings: Settings) -> None:
    found = [await _known(parts, settings, team) for team in await parts.adapters.directory.all()]
    if not found:
        click.echo("Nothing is kept of any workspace yet.")
        return
    for line in table(_COLUMNS, map(_row, found)):
        click.echo(line)


def _row(known: _Known) -> tuple[str, ...]:
    since = _moment(known.installation.installed_at) if known.installation else "-"
    account = "-" if known.workspaces else known.whose_account
    return (known.team, known.name or "-", since, known.organisation or "-", account, str(len(known.open_sessions)))


async def _show(parts: Parts, settings: Settings, team: str) -> None:
    known = await _of(parts, settings, team)
    facts = [
        ("Workspace", known.title),
        ("Installed", _installed(known, settings)),
        ("Organisation", known.organisation),
        ("Its workspaces", ", ".join(known.workspaces)),
        ("Apizee account", _account(known)),
        ("Webhooks", _webhooks(known, settings)),
        ("Logins given", str(known.logins)),
        ("Sessions", f"{known.sessions} kept, {len(known.open_sessions)} open"),
        ("Unreadable", ", ".join(f"{what}: no key opens it" for what in known.unreadable)),
    ]
    for name, fact in facts:
        if fact:
            click.echo(f"{name + ':':<16}{fact}")


def _installed(known: _Known, settings: Settings) -> str:
    if known.installation:
        return _moment(known.installation.installed_at)
    if settings.slack_bot_token:
        return "by SLACK_BOT_TOKEN"
    return "with its organisation" if known.organisation else "no: it was removed, or its token revoked"


def _account(known: _Known) -> str:
    account = known.account
    if account is None:
        return known.whose_account
    by = f"connected by {account.connected_by} on {_moment(account.connected_at)}"
    return f"its own, user {_masked(account.username)}, enterprise {account.enterprise_id}, {by}"


def _webhooks(known: _Known, settings: Settings) -> str:
    own, base = known.account, f"{settings.public_url or 'https://…'}/apizee/webhooks"
    if own:
        return f"{base}/{known.team}, with its own secret" if own.webhook_secret else "none: it has no secret"
    if not known.is_served or known.workspaces:
        return ""
    return f"{base}, with the secret of the settings" if settings.apizee_webhook_secret else "none: no secret is set"


def _warn(known: _Known) -> None:
    """Say what is to know before it is removed."""
    click.echo(f"{known.title}: {known.sessions} sessions, Apizee account: {known.whose_account}.", err=True)
    if known.workspaces:
        click.echo(f"With it go its workspaces {', '.join(known.workspaces)}.", err=True)
    if known.open_sessions:
        click.echo(
            f"Open sessions: {len(known.open_sessions)}. They go on at Apizee, and their cards stay as they are.",
            err=True,
        )


async def _remove(parts: Parts, settings: Settings, known: _Known) -> None:
    parts.record(OperatorAct.REMOVE_WORKSPACE, team=known.team)
    given_back = await _give_back(parts, known)
    await parts.adapters.installations.forget(known.team)
    await parts.adapters.removal.remove(known.team)
    await parts.adapters.files.rewrite()
    click.echo(f"Removed: {', '.join(_what_went(known))}.{given_back}")
    if settings.redis_url:
        click.echo("The files of your Redis hold it until they are rewritten: see “Deleting” in docs/privacy.md.")
    if settings.slack_bot_token:
        click.echo("SLACK_BOT_TOKEN still works there: what people do from now on is kept again.", err=True)
    elif known.organisation and known.organisation != known.team:
        click.echo(
            f"{known.organisation} has installed the app for it: it comes back with the next thing that somebody does"
            " there, until the organisation takes the app away from it.",
            err=True,
        )


def _what_went(known: _Known) -> list[str]:
    went = [f"{known.title} with its audit and planned work", f"sessions: {known.sessions}"]
    if known.logins:
        went.append(f"logins: {known.logins}")
    if known.account or "account" in known.unreadable:
        went.append("its Apizee account")
    return [*went, *(f"workspace {team}" for team in known.workspaces)]


async def _give_back(parts: Parts, known: _Known) -> str:
    """Give the token back to Slack; returns what to say of it."""
    if known.installation is None or parts.adapters.oauth is None:
        return ""
    try:
        await parts.adapters.oauth.revoke(known.installation)
    except (SlackError, TryLater):
        return " Slack did not take its token back, which nobody has any more: remove the app in Slack, too."
    return " Its token is given back to Slack."


async def _of(parts: Parts, settings: Settings, team: str) -> _Known:
    if team not in await parts.adapters.directory.all():
        message = f"Nothing is kept of a workspace {team!r}: `apizee-slack workspaces list` shows those that are known."
        raise click.ClickException(message)
    return await _known(parts, settings, team)


async def _known(parts: Parts, settings: Settings, team: str) -> _Known:
    adapters, unreadable = parts.adapters, list[str]()
    installation = account = None
    try:
        installation = await adapters.installations.peek(team)
    except (Unreadable, NewerRecord):
        unreadable.append("token")
    try:
        account = await adapters.account_store.peek(team)
    except (Unreadable, NewerRecord):
        unreadable.append("account")
    joined = await adapters.installations.joined(team)
    organisation = joined or (installation.organisation if installation else "")
    workspaces = await adapters.installations.workspaces_of(team)
    followed = await adapters.sessions.followed([team, *workspaces])
    return _Known(
        team=team,
        installation=installation,
        organisation=organisation,
        account=account,
        is_served=adapters.accounts.operators is not None
        and AllowedWorkspaces(settings.allowed_workspaces).names(team, organisation),
        open_sessions=[session for session in followed if session.state.is_open],
        sessions=sum([await adapters.directory.sessions_of(one) for one in (team, *workspaces)]),
        logins=len(await adapters.logins.all_of(team)),
        workspaces=workspaces,
        unreadable=unreadable,
    )


def _masked(user: str) -> str:
    """Return the name of an API user as a screen may show it, whether it is an address or not."""
    name, at, domain = user.partition("@")
    return f"{name[:_SHOWN_OF_A_NAME]}•••{at}{domain}"


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M")
