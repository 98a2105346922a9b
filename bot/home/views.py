"""The App Home, as a view."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.digest.views import digests_section
from bot.grammar.commands import LONGEST_LOGIN
from bot.home.overview_view import Overview, overview_blocks
from bot.model.digest import Digest
from bot.model.messages import Block
from bot.model.session import Session, Trouble
from bot.model.targets import FIRST_HOME_PAGE, HomePage, LoginOf, SessionRef
from bot.ui import blocks
from bot.ui.ids import Action, Field, Modal
from bot.ui.lists.paging import Page
from bot.ui.lists.results import PER_PAGE, Entry
from bot.ui.lists.ways import NO_WAYS, WaysOf
from bot.ui.private_messages import start_buttons
from bot.ui.text import Translator, escape, mark
from bot.ui.timeline import date_time, time_of_day


@dataclass(frozen=True, slots=True)
class TodaySummary:
    """A person's sessions of today, as of a time in Unix seconds."""

    started: int
    done: int
    photos: int
    as_of: float


@dataclass(frozen=True, slots=True)
class Incident:
    """What went wrong between the bot and Apizee, and when, in Unix seconds."""

    trouble: Trouble
    at: float


_TROUBLES: Mapping[Trouble, str] = {
    Trouble.LIMITED: mark("Apizee accepted no more requests"),
    Trouble.AWAY: mark("Apizee did not answer"),
    Trouble.SIGN_IN: mark("Apizee refused the bot's sign-in"),
    Trouble.REFUSED: mark("Apizee refused to list sessions"),
}


@dataclass(frozen=True, slots=True)
class Health:
    """How the connection to Apizee is."""

    webhooks: bool
    used: int
    limit: int
    incident: Incident | None


@dataclass(frozen=True, slots=True)
class AccountShown:
    """With which Apizee account the workspace works: `user` is that of the one connected here, if any.

    `has_one` is whether there is one at all: the operator's may serve the workspace.
    """

    user: str | None
    has_one: bool


@dataclass(frozen=True, slots=True)
class HomeData:
    """All that a Home shows; `health`, `account`, `logins` and `digests` to administrators only.

    `commands` are the slash commands that it names. `logins` are those that administrators gave, by the ids of their
    users; `None` stands for one that no key opens.
    """

    mine: Sequence[Session]
    ended: Sequence[Session]
    today: TodaySummary
    login: str | None
    timezone: str
    page: HomePage = FIRST_HOME_PAGE
    health: Health | None = None
    account: AccountShown | None = None
    logins: Mapping[str, str | None] | None = None
    ways: WaysOf = field(default_factory=dict)
    overview: Overview = field(default_factory=Overview)
    digests: Sequence[Digest] | None = None
    commands: Sequence[str] = ()


def home_view(home_data: HomeData, translate: Translator) -> Block:
    """Return a person's sessions, the two ways to start one, who they are at Apizee, and how the connection is."""
    return {
        "type": "home",
        "blocks": [
            blocks.header(translate("Video assistance and meetings")),
            blocks.actions(*start_buttons(translate)),
            blocks.section(_today(home_data.today, home_data.timezone, translate)),
            *_mine(home_data, translate),
            *overview_blocks(home_data.overview, home_data.ways, translate, commands=home_data.commands),
            *_ended(home_data, translate),
            *_health(home_data, translate),
            *_account(home_data.account, translate),
            *_logins(home_data, translate),
            *digests_section(home_data.digests, translate),
            blocks.context(_login(home_data.login, translate), translate("Language: English")),
        ],
    }


def login_form(translate: Translator) -> Block:
    """Return the form in which an administrator sets somebody's login."""
    person = blocks.field(Field.PERSON, translate("Person"), {"type": "users_select"})
    login = blocks.field(
        Field.LOGIN,
        translate("Login at Apizee"),
        blocks.text_input(max_length=LONGEST_LOGIN),
        hint=translate("Usually an e-mail address. This person is signed in at Apizee as the agent with this login."),
    )
    return {
        "type": "modal",
        "callback_id": Modal.LOGIN.value,
        "title": blocks.plain(translate("Set a login")),
        "submit": blocks.plain(translate("Save")),
        "close": blocks.plain(translate("Cancel")),
        "blocks": [person, login],
    }


def refused_view(sentence: str) -> Block:
    """Return a Home for who may not use the bot: why."""
    return {"type": "home", "blocks": [blocks.section(sentence)]}


def _today(today: TodaySummary, timezone: str, translate: Translator) -> str:
    started = translate.n("{count} session started", "{count} sessions started", today.started)
    done = translate.n("{count} done", "{count} done", today.done)
    photos = translate.n("{count} photo", "{count} photos", today.photos)
    as_of = translate("as of {time}", time=time_of_day(today.as_of, translate, timezone))
    heading = blocks.joined([blocks.bold(translate("Today")), as_of])
    return "\n".join([heading, blocks.joined([started, done, photos])])


def _mine(home_data: HomeData, translate: Translator) -> list[Block]:
    title = blocks.bold(translate("My open sessions"))
    if not home_data.mine:
        nothing = translate("You have no open session.")
        return [blocks.section(f"{title}\n{nothing}")]
    asked = home_data.page
    return _listed(title, home_data.mine, asked.mine, lambda to: replace(asked, mine=to), home_data.ways, translate)


def _ended(home_data: HomeData, translate: Translator) -> list[Block]:
    if not home_data.ended:
        return []
    asked, title = home_data.page, blocks.bold(translate("My last sessions"))
    return _listed(title, home_data.ended, asked.ended, lambda to: replace(asked, ended=to), home_data.ways, translate)


def _listed(
    title: str,
    sessions: Sequence[Session],
    number: int,
    turned: Callable[[int], HomePage],
    ways: WaysOf,
    translate: Translator,
) -> list[Block]:
    """Return a page of sessions, each with what can be done; `turned` is the Home with another page of them."""
    page = Page.of(sessions, number, holds=PER_PAGE)
    listed = [Entry.of(one, translate, ways.get(SessionRef.to(one), NO_WAYS)) for one in page.items]
    entries = [block for entry in listed for block in entry.blocks(translate)]
    turner = page.turner((Action.HOME_PREVIOUS, Action.HOME_NEXT), lambda to: turned(to).encode(), translate)
    return [blocks.section(title), *entries, *turner]


def _health(home_data: HomeData, translate: Translator) -> list[Block]:
    health = home_data.health
    if health is None:
        return []
    webhooks = (
        translate("Webhooks are arriving.")
        if health.webhooks
        else translate("No webhooks recently: sessions are polled.")
    )
    budget = translate(
        "{used} of {limit} requests to Apizee used in the last minute.", used=health.used, limit=health.limit
    )
    lines = [
        blocks.bold(translate("Connection to Apizee")),
        webhooks,
        budget,
        _incident(health.incident, home_data.timezone, translate),
    ]
    return [blocks.section("\n".join(lines))]


def _account(account: AccountShown | None, translate: Translator) -> list[Block]:
    """Return with which account the workspace works, and the buttons to connect and disconnect one."""
    if account is None:
        return []
    buttons = [blocks.button(Action.CONNECT, translate("Connect Apizee"), "home", primary=not account.has_one)]
    if account.user:
        shown = translate("This workspace works with the account of {user}.", user=escape(account.user))
        question = translate(
            "Open sessions are no longer followed, and nobody can be invited until an account is connected."
        )
        ask = blocks.confirmation(
            translate("Disconnect this account?"), question, translate("Disconnect"), translate("Cancel")
        )
        buttons.append(blocks.button(Action.DISCONNECT, translate("Disconnect"), "home", confirm=ask))
    elif account.has_one:
        shown = translate("This workspace works with the account of the people who run this bot.")
    else:
        shown = translate("No account is connected yet: nobody can be invited.")
    title = blocks.bold(translate("Apizee account"))
    return [blocks.section(f"{title}\n{shown}"), blocks.actions(*buttons)]


def _logins(home_data: HomeData, translate: Translator) -> list[Block]:
    """Return the logins that administrators gave, and the buttons to set and to remove one."""
    if home_data.logins is None:
        return []
    title = blocks.bold(translate("Logins"))
    about = translate("People who are signed in at Apizee under another login than the address of their Slack profile.")
    page = Page.of(list(home_data.logins.items()), home_data.page.logins, holds=PER_PAGE)
    turner = page.turner(
        (Action.HOME_PREVIOUS, Action.HOME_NEXT), lambda to: replace(home_data.page, logins=to).encode(), translate
    )
    entries = [_given_login(user, login, translate) for user, login in page.items]
    set_login = blocks.button(Action.SET_LOGIN, translate("Set a login"), "home")
    return [blocks.section(f"{title}\n{about}"), *entries, *turner, blocks.actions(set_login)]


def _given_login(user: str, login: str | None, translate: Translator) -> Block:
    question = translate("Then the address of this person's Slack profile is their login again, if Slack confirms it.")
    ask = blocks.confirmation(translate("Remove this login?"), question, translate("Remove"), translate("Cancel"))
    remove = blocks.button(Action.REMOVE_LOGIN, translate("Remove"), LoginOf(user).encode(), confirm=ask)
    shown = escape(login) if login else translate("This can no longer be read: please set it again.")
    return blocks.section(blocks.joined([f"<@{user}>", shown]), accessory=remove)


def _incident(incident: Incident | None, timezone: str, translate: Translator) -> str:
    if incident is None:
        return translate("No incident in the last 24 hours.")
    when = date_time(incident.at, translate, timezone)
    return translate("Last incident: {what}, {when}.", what=translate(_TROUBLES[incident.trouble]), when=when)


def _login(login: str | None, translate: Translator) -> str:
    if login is None:
        return translate(
            "You have no login at Apizee: add your e-mail address to your Slack profile, or ask your administrator."
        )
    return translate("Your login at Apizee: {login}", login=escape(login))
