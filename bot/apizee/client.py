"""Apizee as the bot uses it: one method for each thing that can be asked.

https://cloud.apizee.com/sdk/api
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import BinaryIO, Final, Generic, Protocol, TypeVar

import httpx
import stamina

from bot.apizee.budget import Budget
from bot.apizee.downloads import Downloads
from bot.apizee.errors import Garbled, SignInFailed, Unanswered, Unavailable, Unreachable
from bot.apizee.media import ConferenceMedia, TicketMedia, finished
from bot.apizee.schemas import (
    Conference,
    MeetingSession,
    Page,
    Ticket,
    TicketsStatistics,
    TicketStatistics,
)
from bot.apizee.token import Token
from bot.apizee.wire import (
    TOTAL_SECONDS,
    Answer,
    OnRequest,
    Shape,
    Wire,
    authorization,
    count_nothing,
    request_for,
    understood,
)
from bot.media import Media
from bot.model import Contact


class Listed(Protocol):
    """What Apizee lists is known apart by its id."""

    @property
    def id(self) -> int | str:
        """Apizee's own."""
        ...


Item = TypeVar("Item", bound=Listed)

_LATEST_FIRST: Final = {"orderby": "date", "order": "desc"}
_PAGE: Final = {"limit": "100"}


@dataclass(frozen=True, slots=True)
class Piece(Generic[Item]):
    """A page of a list; the next one begins at `next_offset`, which is `None` at the end."""

    items: Sequence[Item]
    next_offset: int | None


@dataclass(frozen=True, kw_only=True)
class Apizee:
    """A client of Apizee's REST API for one API user.

    Whatever it is asked, it raises `BudgetExhausted` where Apizee's limit leaves no turn within a second, `NotSent`
    after a 429 or where no sign-in came about, `SignInFailed`, `Refused` with its kinds, and `StoreAway`. What creates
    something is sent once: it raises `NotSent` where that surely had no effect and `Unanswered` where nobody knows.
    What only asks is repeated for about 15 seconds, then raises `Unavailable`.
    """

    http: httpx.AsyncBaseTransport = field(repr=False)
    base_url: str
    enterprise_id: int
    token: Token = field(repr=False)
    budget: Budget = field(repr=False)
    on_request: OnRequest = field(default=count_nothing, repr=False)
    claim: str | None = None
    background: bool = False

    def for_claim(self, claim: str) -> Apizee:
        """The same client for work that will come back: turns are kept for it under this name."""
        return replace(self, claim=claim, background=False)

    def in_background(self) -> Apizee:
        """The same client for work that nobody waits for: it leaves the turns to people."""
        return replace(self, claim=None, background=True)

    # ── Tickets ──────────────────────────────────────────────────────────────────────────────────────────

    async def create_ticket(self, *, agent: str, contact: Contact, reference: str, invite: bool = True) -> Ticket:
        """Make a ticket for an agent's login, and by default let Apizee invite the customer by SMS or e-mail."""
        way = "phone" if contact.is_phone else "email"
        asked = {"agent": agent, way: contact.value, "invite": "1" if invite else "0", "reference": reference}
        return await self._post("create_ticket", "/tickets", Ticket, asked)

    async def find_tickets(self, *, reference: str, most: int | None = None) -> list[Ticket]:
        """The tickets with exactly this reference, the latest first; about `most` of them, or all."""
        asked = {**_LATEST_FIRST, "limit": "10", "reference": reference}
        found = await self._list("find_tickets", "/tickets", Page[Ticket], asked, most=most)
        return [ticket for ticket in found if ticket.reference == reference]

    async def list_tickets(
        self, *, since: datetime | None = None, until: datetime | None = None, wanted: Collection[int] = ()
    ) -> list[Ticket]:
        """The tickets between two moments, the latest first: all, or as far as it takes to find those `wanted`."""
        asked = {**_LATEST_FIRST, **_PAGE, **_between(since, until)}
        return await self._list("list_tickets", "/tickets", Page[Ticket], asked, wanted=wanted)

    async def tickets_page(self, *, since: datetime, offset: int) -> Piece[Ticket]:
        """A page of the tickets since a moment, the latest first."""
        return await self._piece("list_tickets", "/tickets", Page[Ticket], since, offset)

    async def ticket(self, ticket_id: int, *, sign_in: bool = False) -> Ticket:
        """One ticket; with `sign_in`, with a link that signs its agent in for the next 300 seconds."""
        return await self._get("ticket", f"/tickets/{ticket_id}", Ticket, {"scope": "sso"} if sign_in else {})

    async def ticket_medias(self, ticket_id: int) -> list[Media]:
        """The photos and recordings of a ticket, as far as they can be had already."""
        path = f"/enterprises/{self.enterprise_id}/tickets/{ticket_id}/medias"
        listed = await self._list("ticket_medias", path, Page[TicketMedia], _PAGE)
        return finished(listed)

    async def download(self, media: Media, target: BinaryIO, *, most: int) -> int:
        """Write a photo or recording of at most so many bytes into a file; raises what `Downloads.save` raises."""
        files = Downloads(self.http, self.base_url, self.token, self.on_request)
        return await files.save(media.url, target, most=most)

    async def ticket_statistics(self, *, since: date, until: date) -> list[TicketStatistics]:
        """One row for each ticket of some days, the last one included."""
        path = f"/enterprises/{self.enterprise_id}/tickets-stats"
        asked = {"format": "JSON", "since": since.isoformat(), "until": until.isoformat()}
        return list((await self._get("ticket_statistics", path, TicketsStatistics, asked)).root)

    # ── Conferences ──────────────────────────────────────────────────────────────────────────────────────

    async def create_conference(
        self, *, participants: Sequence[str], name: str, moderator: str, moderated: bool, invite: bool = True
    ) -> Conference:
        """Make a conference, and by default let Apizee invite its participants: e-mail addresses and phone numbers.

        In a moderated one, guests wait until the moderator (a login) lets them in.
        """
        asked = {
            "participants": ",".join(participants),
            "name": name,
            "moderation": _truth(moderated),
            "invite": _truth(invite),
            "moderator": moderator,
        }
        return await self._post("create_conference", "/conferences", Conference, asked)

    async def find_conferences(
        self, *, search: str, since: datetime | None = None, most: int | None = None
    ) -> list[Conference]:
        """The conferences whose name holds a text, the latest first; about `most` of them, or all."""
        asked = {**_PAGE, **_between(since, None), "search": search, **_LATEST_FIRST}
        return await self._list("find_conferences", "/conferences", Page[Conference], asked, most=most)

    async def list_conferences(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        most: int | None = None,
        wanted: Collection[int] = (),
    ) -> list[Conference]:
        """The conferences between two moments, the latest first: all, about `most`, or until all `wanted` are found."""
        asked = {**_PAGE, **_between(since, until), **_LATEST_FIRST}
        return await self._list("list_conferences", "/conferences", Page[Conference], asked, most=most, wanted=wanted)

    async def conferences_page(self, *, since: datetime, offset: int) -> Piece[Conference]:
        """A page of the conferences since a moment, the latest first."""
        return await self._piece("list_conferences", "/conferences", Page[Conference], since, offset)

    async def conference_media(self, conference_id: int) -> list[Media]:
        """The recordings and shared files of a conference, as far as they can be had already."""
        path = f"/conferences/{conference_id}/media"
        listed = await self._list("conference_media", path, Page[ConferenceMedia], {**_PAGE, **_LATEST_FIRST})
        return finished(listed)

    async def meeting_sessions(self, *, service_key: str, since: datetime, until: datetime) -> list[MeetingSession]:
        """The meetings that took place in a service's conferences; each is told of five minutes after its end."""
        asked = {**_PAGE, "service_key": service_key, **_between(since, until)}
        return await self._list("meeting_sessions", "/session", Page[MeetingSession], asked)

    # ── How it is asked ──────────────────────────────────────────────────────────────────────────────────

    async def _list(
        self,
        operation: str,
        path: str,
        shape: type[Page[Item]],
        asked: Mapping[str, str],
        *,
        most: int | None = None,
        wanted: Collection[int | str] = (),
    ) -> list[Item]:
        """A list to its end: what its pages say of it, a page without news, `most` items, or all that are `wanted`."""
        found: dict[int | str, Item] = {}
        received = 0
        while True:
            offset = {"offset": str(received)} if received else {}
            page = await self._get(operation, path, shape, {**asked, **offset})
            news = {one.id: one for one in page.data if one.id not in found}
            found |= news
            received += len(page.data)
            is_enough = (most and received >= most) or (wanted and found.keys() >= set(wanted))
            if not news or page.is_last(received) or is_enough:
                return list(found.values())

    async def _piece(
        self, operation: str, path: str, shape: type[Page[Item]], since: datetime, offset: int
    ) -> Piece[Item]:
        further = {"offset": str(offset)} if offset else {}
        page = await self._get(operation, path, shape, {**_LATEST_FIRST, **_PAGE, **_between(since, None), **further})
        received = offset + len(page.data)
        return Piece(page.data, None if not page.data or page.is_last(received) else received)

    async def _get(self, operation: str, path: str, shape: type[Shape], asked: Mapping[str, str]) -> Shape:
        async def ask() -> Shape:
            return understood(await self._request(operation, "GET", path, asked), shape)

        patient = stamina.AsyncRetryingCaller(attempts=3, timeout=15.0, wait_initial=0.3, wait_max=3.0, wait_jitter=0.5)
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                return await patient(_may_pass, ask)
        except (Unreachable, Unanswered, TimeoutError) as error:
            raise Unavailable from error

    async def _post(self, operation: str, path: str, shape: type[Shape], asked: Mapping[str, str]) -> Shape:
        return understood(await self._request(operation, "POST", path, asked), shape)

    async def _request(self, operation: str, method: str, path: str, asked: Mapping[str, str]) -> Answer:
        """Apizee's answer to one request; a bearer that it rejects (so nothing was done) is renewed once."""
        request = request_for(method, f"{self.base_url}{path}", params=asked)
        bearer = await self.token.bearer()
        answer = await self._send(operation, request, bearer)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            answer = await self._send(operation, request, await self.token.renew(rejected=bearer))
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise SignInFailed
        return answer

    async def _send(self, operation: str, request: httpx.Request, bearer: str) -> Answer:
        request.headers.update(authorization(bearer, request.url, base_url=self.base_url))
        wire = Wire(self.http, self.budget, self.on_request)
        return await wire.send(operation, request, claim=self.claim, background=self.background)


def join_url(conference_url: str, participant_name: str) -> str:
    """A conference's address under which the participant's name need not be typed."""
    return str(httpx.URL(conference_url).copy_merge_params({"name": participant_name}))


def _may_pass(error: Exception) -> bool:
    """Whether asking once more is worth a turn: not where Apizee answers, but oddly."""
    return isinstance(error, Unreachable | Unanswered) and not isinstance(error, Garbled)


def _between(since: datetime | None, until: datetime | None) -> dict[str, str]:
    return {name: _utc(moment) for name, moment in (("since", since), ("until", until)) if moment}


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _truth(value: bool) -> str:  # noqa: FBT001  # a value to write down, not a switch
    return "true" if value else "false"
