"""Changes what a Home shows: whose login it is, which channels get a digest, which channel the person looks at."""

from __future__ import annotations

from typing import TypeAlias, assert_never

from bot.deferred.kinds.home_requests import ChooseOverviewChannel, RemoveLogin, SetLogin, TurnDigestOff, TurnDigestOn
from bot.digest.turning import Digests
from bot.home.logins import Logins
from bot.model.people import Person
from bot.store.people.last_channels import LastChannels

HomeChange: TypeAlias = ChooseOverviewChannel | TurnDigestOn | TurnDigestOff | SetLogin | RemoveLogin


class HomeChanges:
    """Does what was asked for on a Home, once the policy was asked; raises what its parts raise."""

    def __init__(self, logins: Logins, digests: Digests, overview_channels: LastChannels) -> None:
        self._logins = logins
        self._digests = digests
        self._overview_channels = overview_channels

    async def apply(self, change: HomeChange, person: Person) -> None:
        """Apply one change; repeated, it changes nothing."""
        match change:
            case ChooseOverviewChannel(chosen):
                await self._overview_channels.remember(person.team, person.id, chosen.channel)
            case TurnDigestOn(chosen):
                await self._digests.turn_on(person, chosen.channel)
            case TurnDigestOff(chosen):
                await self._digests.turn_off(person.team, chosen.channel)
            case SetLogin(login_of, login):
                await self._logins.give(person.team, login_of.user, login)
            case RemoveLogin(login_of):
                await self._logins.take_away(person.team, login_of.user)
            case _:
                assert_never(change)
