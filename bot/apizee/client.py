"""Apizee as the bot uses it: one method for each thing that can be asked.

https://cloud.apizee.com/sdk/api
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import BinaryIO, Final

import httpx

from bot.apizee.answers.media import ConferenceMedia, TicketMedia, finished
from bot.apizee.answers.schemas import (
    Conference,
    MeetingSession,
    Page,
    Ticket,
    TicketsStatistics,
    TicketStatistics,
)
from bot.apizee.asking import MOST_ITEMS, Item, Listing, Piece, ask_patiently
from bot.apizee.budget import Budget
from bot.apizee.budget.claims import Claim, Lane, claim_of_question
from bot.apizee.downloads import Downloads
from bot.apizee.errors import MalformedResponse, SignInFailed
from bot.apizee.in_flight import InFlight
from bot.apizee.timing import ApizeeTiming
from bot.apizee.token import Token
from bot.apizee.transport import (
    Answer,
    OnRequest,
    Operation,
    Shape,
    Transport,
    authorization,
    count_nothing,
    parse_response,
    parsed,
    request_for,
)
from bot.log import get_logger
from bot.model.media import Media
from bot.model.people import Contact

OnSetAside = Callable[[str, int], None]
"""Receives the operation and how many items of a list cannot be read."""

log = get_logger(__name__)

_LATEST_FIRST: Final = {"orderby": "date", "order": "desc"}
_PAGE: Final = {"limit": "100"}
_QUESTION_ATTEMPTS: Final = 2


@dataclass(frozen=True, kw_only=True)
class Apizee:
    """A client of Apizee's REST API for one API user.

    Every method raises `BudgetExhausted` where Apizee's limit leaves no turn within a second, `NotSent` after a 429 or
    where signing in was not possible, `SignInFailed`, `Refused` with its kinds, and `StoreUnavailable`. What creates
    something is sent once: it raises `NotSent` where that surely had no effect and `OutcomeUnknown` where nobody knows.
    What only asks is repeated for about 15 seconds, then raises `Unavailable`.
    """

    http: httpx.AsyncBaseTransport = field(repr=False)
    base_url: str
    enterprise_id: int
    token: Token = field(repr=False)
    budget: Budget = field(repr=False)
    on_request: OnRequest = field(default=count_nothing, repr=False)
    on_set_aside: OnSetAside = field(default=lambda _operation, _number: None, repr=False)
    timing: ApizeeTiming = field(default_factory=ApizeeTiming, repr=False)
    in_flight: InFlight = field(default_factory=InFlight, repr=False)
    claim: Claim | None = None
    background: bool = False

    def for_claim(self, claim: str, *, person: str) -> Apizee:
        """Return the same client for an invitation that will come back: turns are kept for it under this name.

        `person` is the id of who invites: people's turns are shared fairly.
        """
        return replace(self, claim=Claim(claim, Lane.INVITE, person), background=False)

    def in_background(self) -> Apizee:
        """Return the same client for work that nobody waits for: it leaves the turns to people."""
        return replace(self, claim=None, background=True)

    @property
    def portal_address(self) -> str:
        """The address of the portal, as far as the API's own address shows it."""
        url = parsed(self.base_url)
        return f"{url.scheme}://{url.netloc.decode('ascii')}"

    # ── Tickets ──────────────────────────────────────────────────────────────────────────────────────────

    async def create_ticket(self, *, agent: str, contact: Contact, reference: str, invite: bool = True) -> Ticket:
        """Make a ticket for an agent's login, and by default let Apizee invite the customer by SMS or e-mail.

        The documented way to the agent's address is `scope=sso`; the sign-in link that comes along is nobody's.
        """
        way = "phone" if contact.is_phone else "email"
        asked = {"agent": agent, way: contact.value, "invite": "1" if invite else "0", "reference": reference}
        asked["scope"] = "sso"
        return await self._post("create_ticket", "/tickets", Ticket, asked)

    async def find_tickets(self, *, reference: str, most: int | None = None) -> Listing[Ticket]:
        """Return the tickets with exactly this reference, the latest first; about `most` of them, or all."""
        asked = {**_LATEST_FIRST, "limit": "10", "reference": reference}
        found = await self._list("find_tickets", "/tickets", Page[Ticket], asked, most=most)
        return replace(found, items=[ticket for ticket in found.items if ticket.reference == reference])

    async def tickets_page(self, *, since: datetime, offset: int) -> Piece[Ticket]:
        """Return a page of the tickets since a moment, the latest first."""
        return await self._piece("list_tickets", "/tickets", Page[Ticket], since, offset)

    async def ticket(self, ticket_id: int, *, sign_in: bool = False) -> Ticket:
        """Return a ticket; with `sign_in`, perhaps with a link that signs its agent in for the next 300 seconds.

        That link is not promised here: Apizee documents it for new tickets only.
        """
        return await self._get("ticket", f"/tickets/{ticket_id}", Ticket, {"scope": "sso"} if sign_in else {})

    async def ticket_medias(self, ticket_id: int) -> list[Media]:
        """Return the photos and recordings of a ticket, as far as they are ready."""
        path = f"/enterprises/{self.enterprise_id}/tickets/{ticket_id}/medias"
        return finished((await self._list("ticket_medias", path, Page[TicketMedia], _PAGE)).items)

    async def download(self, media: Media, target: BinaryIO, *, most: int) -> int:
        """Write a photo or recording of at most so many bytes into a file; raises what `Downloads.save` raises."""
        files = Downloads(self.http, self.base_url, self.token, self.on_request, self.timing)
        return await files.save(media.url, target, most=most)

    async def ticket_statistics(self, *, since: date, until: date) -> list[TicketStatistics]:
        """Return a row for each ticket from the first day to before the other; rows of that day may come along."""
        operation: Operation = "ticket_statistics"
        path = f"/enterprises/{self.enterprise_id}/tickets-stats"
        asked = {"format": "JSON", "since": since.isoformat(), "until": until.isoformat()}
        rows = (await self._get(operation, path, TicketsStatistics, asked)).root
        found = [row for row in rows if row is not None]
        self._note_set_aside(operation, len(rows) - len(found))
        return found

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
            "moderation": str(moderated).lower(),
            "invite": str(invite).lower(),
            "moderator": moderator,
        }
        return await self._post("create_conference", "/conferences", Conference, asked)

    async def find_conferences(
        self, *, search: str, since: datetime | None = None, most: int | None = None
    ) -> Listing[Conference]:
        """Return the conferences whose name holds a text, the latest first; about `most` of them, or all."""
        asked = {**_PAGE, **_between(since, None), "search": search, **_LATEST_FIRST}
        return await self._list("find_conferences", "/conferences", Page[Conference], asked, most=most)

    async def list_conferences(
        self, *, since: datetime | None = None, until: datetime | None = None, most: int | None = None
    ) -> list[Conference]:
        """Return the conferences between two moments, the latest first: all, or about `most`."""
        asked = {**_PAGE, **_between(since, until), **_LATEST_FIRST}
        found = await self._list("list_conferences", "/conferences", Page[Conference], asked, most=most)
        return found.items

    async def conferences_page(self, *, since: datetime, offset: int) -> Piece[Conference]:
        """Return a page of the conferences since a moment, the latest first."""
        return await self._piece("list_conferences", "/conferences", Page[Conference], since, offset)

    async def conference_media(self, conference_id: int) -> list[Media]:
        """Return the recordings and shared files of a conference, as far as they are ready."""
        path = f"/conferences/{conference_id}/media"
        found = await self._list("conference_media", path, Page[ConferenceMedia], {**_PAGE, **_LATEST_FIRST})
        return finished(found.items)

    async def meeting_sessions(self, *, service_key: str, since: datetime, until: datetime) -> list[MeetingSession]:
        """Return the meetings that took place in a service's conferences.

        Apizee lists each five minutes after its end.
        """
        asked = {**_PAGE, "service_key": service_key, **_between(since, until)}
        return (await self._list("meeting_sessions", "/session", Page[MeetingSession], asked)).items

    # ── How it is asked ──────────────────────────────────────────────────────────────────────────────────

    async def _list(
        self,
        operation: Operation,
        path: str,
        shape: type[Page[Item]],
        asked: Mapping[str, str],
        *,
        most: int | None = None,
    ) -> Listing[Item]:
        """Return a list up to its end: the end that its pages name, a page without new items, or `most` items."""
        found: dict[int | str, Item] = {}
        received, set_aside = 0, 0
        while True:
            page = await self._page(operation, path, shape, asked, offset=received)
            news = {one.id: one for one in page.items if one.id not in found}
            found |= news
            received, set_aside = received + len(page.data), set_aside + page.set_aside
            is_last = page.is_last(received)
            has_news = news or (page.data and not page.items)
            if not has_news or is_last or received >= (most or MOST_ITEMS):
                return Listing(list(found.values()), is_whole=(is_last or page.total is None) and not set_aside)

    async def _page(
        self, operation: Operation, path: str, shape: type[Page[Item]], asked: Mapping[str, str], *, offset: int
    ) -> Page[Item]:
        async def ask() -> Page[Item]:
            where = {"offset": str(offset)} if offset else {}
            answer = await self._request(operation, "GET", path, {**asked, **where})
            page = parse_response(answer, shape, api=self.base_url)
            if page.denies_itself and not offset:
                message = "an empty list that counts items"
                raise MalformedResponse(message)
            return page

        page = await ask_patiently(ask, within=self.timing.question, attempts=self._attempts)
        self._note_set_aside(operation, page.set_aside)
        return page

    def _note_set_aside(self, operation: Operation, number: int) -> None:
        """Count the items of a list that cannot be read; the others are used all the same."""
        if number:
            log.warning("items_set_aside", operation=operation, number=number)
            self.on_set_aside(operation, number)

    async def _piece(
        self, operation: Operation, path: str, shape: type[Page[Item]], since: datetime, offset: int
    ) -> Piece[Item]:
        asked = {**_LATEST_FIRST, **_PAGE, **_between(since, None)}
        page = await self._page(operation, path, shape, asked, offset=offset)
        received = offset + len(page.data)
        return Piece(page.items, None if not page.data or page.is_last(received) else received)

    async def _get(self, operation: Operation, path: str, shape: type[Shape], asked: Mapping[str, str]) -> Shape:
        async def ask() -> Shape:
            return parse_response(await self._request(operation, "GET", path, asked), shape, api=self.base_url)

        return await ask_patiently(ask, within=self.timing.question, attempts=self._attempts)

    @property
    def _attempts(self) -> int:
        """How often a question is asked before it counts as unanswered.

        Invitations and background work are tried again by their jobs: they ask once.
        """
        return 1 if self.claim or self.background else _QUESTION_ATTEMPTS

    async def _post(self, operation: Operation, path: str, shape: type[Shape], asked: Mapping[str, str]) -> Shape:
        return parse_response(await self._request(operation, "POST", path, asked), shape, api=self.base_url)

    async def _request(self, operation: Operation, method: str, path: str, asked: Mapping[str, str]) -> Answer:
        """Return Apizee's answer to one request; a bearer that it rejects (so nothing was done) is renewed once."""
        request = request_for(method, parsed(f"{self.base_url}{path}"), self.timing, params=asked)
        async with self.in_flight.place():
            bearer = await self.token.bearer()
            answer = await self._send(operation, request, bearer)
            if answer.status == HTTPStatus.UNAUTHORIZED:
                answer = await self._send(operation, request, await self.token.renew(rejected=bearer))
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise SignInFailed
        return answer

    async def _send(self, operation: Operation, request: httpx.Request, bearer: str) -> Answer:
        request.headers.update(authorization(bearer, request.url, base_url=self.base_url))
        claim = None if self.background else self.claim or claim_of_question()
        transport = Transport(self.http, self.budget, self.on_request, self.timing)
        return await transport.send(operation, request, claim=claim, background=self.background)


def join_url(conference_url: str, participant_name: str) -> str:
    """Return a conference's address under which the participant's name need not be typed."""
    return str(httpx.URL(conference_url).copy_merge_params({"name": participant_name}))


def _between(since: datetime | None, until: datetime | None) -> dict[str, str]:
    return {name: _utc(moment) for name, moment in (("since", since), ("until", until)) if moment}


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
