"""The App Home, as a view."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.model.messages import Block
from bot.model.session import Session, Trouble
from bot.model.targets import FIRST_HOME_PAGE, HomePage
from bot.ui import blocks
from bot.ui.ids import Action
from bot.ui.lists.paging import Page
from bot.ui.lists.results import PER_PAGE, Entry
from bot.ui.text import Words, escape, phrase


@dataclass(frozen=True, slots=True)
class Figures:
    """A person's sessions of today."""

    started: int
    done: int
    photos: int


@dataclass(frozen=True, slots=True)
class Incident:
    """What went wrong between the bot and Apizee, and when, in Unix seconds."""

    trouble: Trouble
    at: float


_TROUBLES: Mapping[Trouble, str] = {
    Trouble.LIMITED: phrase("Apizee accepted no more requests"),
    Trouble.AWAY: phrase("Apizee did not answer"),
    Trouble.SIGN_IN: phrase("Apizee refused the bot's sign-in"),
    Trouble.REFUSED: phrase("Apizee refused to list sessions"),
}


@dataclass(frozen=True, slots=True)
class Health:
    """How the connection to Apizee is."""

    webhooks: bool
    used: int
    limit: int
    incident: Incident | None


@dataclass(frozen=True, slots=True)
class Desktop:
    """All that a Home shows; `health` to administrators only."""

    mine: Sequence[Session]
    ended: Sequence[Session]
    today: Figures
    login: str | None
    timezone: str
    page: HomePage = FIRST_HOME_PAGE
    health: Health | None = None


def home_view(desktop: Desktop, words: Words) -> Block:
    """A person's sessions, the two ways to start one, who they are at Apizee, and how the connection is."""
    return {
        "type": "home",
        "blocks": [
            blocks.header(words("Video assistance and meetings")),
            blocks.actions(
                blocks.button(Action.START_ASSISTANCE, words("Start assistance"), "home", primary=True),
                blocks.button(Action.START_MEETING, words("Start meeting"), "home"),
            ),
            blocks.section(_today(desktop.today, words)),
            *_mine(desktop, words),
            *_ended(desktop, words),
            *_health(desktop, words),
            blocks.context(_login(desktop.login, words), words("Language: English")),
        ],
    }


def _today(today: Figures, words: Words) -> str:
    started = words.n("{count} session started", "{count} sessions started", today.started)
    done = words.n("{count} done", "{count} done", today.done)
    photos = words.n("{count} photo", "{count} photos", today.photos)
    return "\n".join([blocks.bold(words("Today")), blocks.joined([started, done, photos])])


def _mine(desktop: Desktop, words: Words) -> list[Block]:
    title = blocks.bold(words("My open sessions"))
    if not desktop.mine:
        nothing = words("You have no open session.")
        return [blocks.section(f"{title}\n{nothing}")]
    asked = desktop.page
    return _listed(title, desktop.mine, asked.mine, lambda to: replace(asked, mine=to), words)


def _ended(desktop: Desktop, words: Words) -> list[Block]:
    if not desktop.ended:
        return []
    asked, title = desktop.page, blocks.bold(words("My last sessions"))
    return _listed(title, desktop.ended, asked.ended, lambda to: replace(asked, ended=to), words)


def _listed(
    title: str, sessions: Sequence[Session], number: int, turned: Callable[[int], HomePage], words: Words
) -> list[Block]:
    """A page of sessions, each with what can be done; `turned` is the Home with another page of them."""
    page = Page.of(sessions, number, holds=PER_PAGE)
    entries = [block for session in page.items for block in Entry.of(session, words).blocks(words)]
    turner = page.turner((Action.HOME_PREVIOUS, Action.HOME_NEXT), lambda to: turned(to).encode(), words)
    return [blocks.section(title), *entries, *turner]


def _health(desktop: Desktop, words: Words) -> list[Block]:
    health = desktop.health
    if health is None:
        return []
    webhooks = words("Webhooks arrive.") if health.webhooks else words("No webhooks lately: sessions are looked at.")
    budget = words(
        "{used} of {limit} requests to Apizee used in the last minute.", used=health.used, limit=health.limit
    )
    lines = [
        blocks.bold(words("Connection to Apizee")),
        webhooks,
        budget,
        _incident(health.incident, desktop.timezone, words),
    ]
    return [blocks.section("\n".join(lines))]


def _incident(incident: Incident | None, timezone: str, words: Words) -> str:
    if incident is None:
        return words("No trouble within a day.")
    when = words.date_time(incident.at, timezone)
    return words("Last trouble: {what}, {when}.", what=words(_TROUBLES[incident.trouble]), when=when)


def _login(login: str | None, words: Words) -> str:
    if login is None:
        return words(
            "You have no login at Apizee: add your e-mail address to your Slack profile, or ask your administrator."
        )
    return words("Your login at Apizee: {login}", login=escape(login))
