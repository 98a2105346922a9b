"""The table “Who may do what”, played through the whole bot: each role does each thing, and reads why not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

import pytest

from bot.deferred.kinds.home_requests import SetLogin
from bot.model.acts import Act, Refusal
from bot.model.people import Conversation, Requester
from bot.model.targets import LoginOf
from bot.ui.reasons.refusals import REFUSALS
from bot.ui.text import translator_for
from sandbox.slack.default_world import (
    PRIVATE_WITH_BOT,
    SUPPORT,
    TEAM,
    U_ADMIN,
    U_EN,
    U_FR,
    U_GUEST,
    U_NOLOGIN,
    U_STRANGER,
)
from sandbox.slack.model import Message
from tests.scenarios.environment import Environment, said

OF_ROLES: Final = {
    "the one who started": U_EN,
    "another agent": U_FR,
    "an agent without login": U_NOLOGIN,
    "an administrator": U_ADMIN,
    "a guest": U_GUEST,
    "a colleague of another organisation": U_STRANGER,
}
"""The person of each role. Alice has started a session in #support, and one in a channel where nobody else is."""


@dataclass(frozen=True)
class Setting:
    """Where it is played: the card that all of them see, and the ticket whose card Alice alone sees."""

    environment: Environment
    seen: Message
    hidden: int


Do = Callable[[Setting, str], Awaitable[object]]


def typing(text: str) -> Do:
    return lambda setting, user: setting.environment.assist(text.format(hidden=setting.hidden), user=user)


def pressing(action: str) -> Do:
    return lambda setting, user: setting.environment.people.click(user, setting.seen, action)


def mentioning(setting: Setting, user: str) -> Awaitable[object]:
    return setting.environment.people.mention(user, SUPPORT, "media", thread_ts=setting.seen.ts)


def opening_home(setting: Setting, user: str) -> Awaitable[object]:
    return setting.environment.people.open_home(user)


def setting_login(setting: Setting, user: str) -> Awaitable[object]:
    """Send what the form of administrators sends, which nobody else gets to see."""
    assert setting.environment.app is not None
    request = SetLogin(LoginOf(user), "agent1@apizee.com")
    requester = Requester(user, Conversation(TEAM, SUPPORT))
    return setting.environment.app.intake.defer(requester, request, delivery=f"login:{user}")


DONE: Final[Mapping[str, tuple[Act, Do]]] = {
    "start": (Act.START, typing("jean@client.com")),
    "open": (Act.OPEN_TICKET, pressing("session_open")),
    "media": (Act.MEDIA, pressing("session_media")),
    "refresh": (Act.REFRESH, pressing("session_refresh")),
    "mention": (Act.MEDIA, mentioning),
    "find": (Act.FIND, typing("find CASE-7")),
    "media of another's": (Act.MEDIA_BY_NAME, typing("media {hidden}")),
    "list": (Act.LIST, typing("list")),
    "list all": (Act.LIST_ALL, typing("list all")),
    "stats": (Act.STATISTICS, typing("stats")),
    "stats all": (Act.STATISTICS_ALL, typing("stats all")),
    "forget another's": (Act.FORGET, typing("forget {hidden}")),
    "home": (Act.HOME, opening_home),
    "set a login": (Act.SET_LOGINS, setting_login),
}

_YES: Final = dict.fromkeys(DONE, None)
_FOR_ADMINISTRATORS: Final = {
    "list all": Refusal.ADMINISTRATORS_ONLY,
    "stats all": Refusal.ADMINISTRATORS_ONLY,
    "set a login": Refusal.ADMINISTRATION,
}
_OF_OTHERS: Final = {"media of another's": Refusal.NOT_SEEN, "forget another's": Refusal.NOT_THEIRS}
_WITHOUT_COMMANDS: Final = ("open", "media", "refresh", "mention", "home")
"""Slack knows no commands of the app for people of other organisations."""

TABLE: Final[Mapping[str, Mapping[str, Refusal | None]]] = {
    "the one who started": _YES | _FOR_ADMINISTRATORS,
    "another agent": _YES | _FOR_ADMINISTRATORS | _OF_OTHERS,
    "an agent without login": _YES | _FOR_ADMINISTRATORS | _OF_OTHERS | {"start": Refusal.NO_LOGIN},
    "an administrator": _YES,
    "a guest": dict.fromkeys(DONE, Refusal.GUEST),
    "a colleague of another organisation": dict.fromkeys(_WITHOUT_COMMANDS, Refusal.OTHER_ORGANISATION),
}


async def played(environment: Environment) -> Setting:
    """Let Alice start both sessions."""
    slack = environment.slack
    slack.channels[SUPPORT].members.add(U_STRANGER)
    slack.channels[PRIVATE_WITH_BOT].members.discard(U_FR)
    await environment.assist("+33 6 62 68 21 93 ref:CASE-7", channel=PRIVATE_WITH_BOT)
    hidden = (await environment.invited(channel=PRIVATE_WITH_BOT)).id
    await environment.assist("marie@client.com")
    seen = await environment.card("Invited")
    await environment.settled()
    return Setting(environment, seen, hidden)


def read_by(environment: Environment, user: str) -> str:
    """Return all that somebody has before their eyes for themselves alone."""
    slack = environment.slack
    view, home = slack.open_view(user), slack.home(user)
    messages = [*slack.ephemerals(user), *slack.direct_messages(user).messages]
    return "\n".join([*map(said, messages), *(str(one.body) for one in (view, home) if one)])


def forget_what_is_read(environment: Environment, user: str) -> None:
    environment.slack.ephemeral_messages.clear()
    environment.slack.direct_messages(user).messages.clear()
    environment.slack.modals.pop(user, None)
    environment.slack.homes.pop(user, None)


@pytest.mark.parametrize("role", TABLE)
async def test_each_role_may_do_what_the_table_says_and_reads_why_not(environment: Environment, role: str) -> None:
    setting, user = await played(environment), OF_ROLES[role]
    translate = translator_for(environment.slack.users[user].locale)
    for name, refusal in TABLE[role].items():
        act, do = DONE[name]
        before = len(await environment.audited(user, at_least=0))
        forget_what_is_read(environment, user)
        await do(setting, user)
        entries = await environment.audited(user, at_least=before + 1)
        await environment.settled()
        assert [one.refusal for one in entries[before:] if one.act == act] == [refusal], name
        if refusal:
            assert translate(REFUSALS[refusal], command="/assist") in read_by(environment, user), name
