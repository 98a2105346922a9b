"""What the bot says in Slack: messages, whispers, modals and call blocks, one method each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from io import SEEK_END
from typing import Any, BinaryIO, TypeAlias, cast
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.log import get_logger
from bot.media import Upload
from bot.model import Asker, Card, Message, Person, Place
from bot.slack.errors import CannotPost, PersonGone, SlackAway, SlackError, object_in, refused
from bot.slack.people import person_from

Answer: TypeAlias = Mapping[str, Any]
View: TypeAlias = Mapping[str, object]

RESPONSE_HOST = "hooks.slack.com"
_DEFAULT_WAIT = 2.0
_DONE = 200
_REFUSED = 400
_SERVER_ERROR = 500
_TOO_MANY = 429
_READS = frozenset({"users.info", "conversations.history", "conversations.replies", "chat.getPermalink"})
# Takes neither JSON nor a query that would say much.
_FORMS = frozenset({"files.getUploadURLExternal"})
_UPLOADED_WITHIN = aiohttp.ClientTimeout(total=300)
# Slack's own codes for "our fault, try again".
_PASSING = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)

log = get_logger(__name__)


class Slack:
    """Slack's Web API and response URLs.

    `client_for` answers the client of a workspace. Every method raises `SlackAway` (or `StoreAway`) where the
    call may be repeated later, and another `SlackError` where repeating it would not help.
    """

    def __init__(
        self,
        client_for: Callable[[str], Awaitable[AsyncWebClient]],
        http: aiohttp.ClientSession,
        *,
        api_url: str,
        on_error: Callable[[str, str], None] = lambda _method, _code: None,
    ) -> None:
        self._client_for = client_for
        self._http = http
        self._response_hosts = {RESPONSE_HOST, urlsplit(api_url).hostname}
        self._on_error = on_error

    async def post(self, place: Place, message: Message) -> Card:
        """Post a message; https://docs.slack.dev/reference/methods/chat.postMessage.

        Raises `CannotPost` where the bot may not write there.
        """
        posted = await self._call(
            place.team,
            "chat.postMessage",
            channel=place.channel,
            thread_ts=place.thread_ts,
            unfurl_links=False,
            unfurl_media=False,
            **_payload(message),
        )
        return Card(channel=posted["channel"], ts=posted["ts"], thread_ts=place.thread_ts)

    async def edit(self, team: str, card: Card, message: Message) -> None:
        """Replace a message of ours; raises `MessageGone` where somebody deleted it."""
        await self._call(team, "chat.update", channel=card.channel, ts=card.ts, **_payload(message))

    async def whisper(self, asker: Asker, message: Message, *, replacing: bool = False) -> None:
        """Tell one person something in the place where they asked, where nobody else sees it.

        The response URL works even where the bot is no member, but not in threads, where an ephemeral
        message comes first; a direct message is the last resort. `replacing` puts the message in the place
        of the whisper that was clicked. Whom nothing reaches, for instance a deactivated person, is not told.
        """
        by_url_first = replacing or asker.place.thread_ts is None
        ways = [self._respond, self._post_ephemeral] if by_url_first else [self._post_ephemeral, self._respond]
        for way in [*ways, self._message_directly]:
            if await way(asker, message, replacing=replacing):
                return
        log.warning("person_not_reached", team=asker.place.team)

    async def direct_messages(self, team: str, user: str) -> Place:
        """The conversation between a person and the bot; https://docs.slack.dev/reference/methods/conversations.open."""
        opened = await self._call(team, "conversations.open", users=user)
        return Place(team=team, channel=opened["channel"]["id"])

    async def person(self, team: str, user: str) -> Person:
        """What Slack knows of a person; https://docs.slack.dev/reference/methods/users.info."""
        found = (await self._call(team, "users.info", user=user, include_locale=True))["user"]
        if found.get("deleted"):
            raise PersonGone("users.info", "user_disabled")
        return person_from(team, found)

    async def open_modal(self, team: str, trigger_id: str, view: View) -> None:
        """Open a modal; raises `TooLate` once the trigger is 3 seconds old."""
        await self._call(team, "views.open", trigger_id=trigger_id, view=view)

    async def publish_home(self, team: str, user: str, view: View) -> None:
        """Draw a person's App Home."""
        await self._call(team, "views.publish", user_id=user, view=view)

    async def add_call(self, team: str, *, unique_id: str, url: str, title: str, created_by: str) -> str:
        """Register a meeting as a call, whose id goes into a call block; https://docs.slack.dev/reference/methods/calls.add."""
        added = await self._call(
            team, "calls.add", external_unique_id=unique_id, join_url=url, title=title, created_by=created_by
        )
        return cast("str", added["call"]["id"])

    async def end_call(self, team: str, call_id: str, *, seconds: int | None) -> None:
        """Close a call's block, which says how long it took; https://docs.slack.dev/reference/methods/calls.end."""
        await self._call(team, "calls.end", id=call_id, duration=seconds)

    async def permalink(self, team: str, card: Card) -> str:
        """The address of a message for people."""
        found = await self._call(team, "chat.getPermalink", channel=card.channel, message_ts=card.ts)
        return cast("str", found["permalink"])

    async def messages(self, place: Place, *, since: float) -> Sequence[Answer]:
        """The messages of a channel or thread since a time (Unix seconds), with their metadata.

        Needs one of the optional history scopes and membership: raises `SlackError` without.
        """
        method = "conversations.replies" if place.thread_ts else "conversations.history"
        thread = {"ts": place.thread_ts} if place.thread_ts else {}
        found = await self._call(
            place.team,
            method,
            channel=place.channel,
            oldest=f"{since:.6f}",
            include_all_metadata=True,
            limit=100,
            **thread,
        )
        return cast("Sequence[Answer]", found["messages"])

    async def upload(self, team: str, content: BinaryIO, *, name: str, description: str) -> str:
        """Hand over a file, which nobody sees before it is shared; answers its id.

        https://docs.slack.dev/messaging/working-with-files#upload
        """
        length = content.seek(0, SEEK_END)
        announced = await self._call(
            team, "files.getUploadURLExternal", filename=name, length=length, alt_txt=description
        )
        content.seek(0)
        try:
            async with self._http.post(
                announced["upload_url"], data=content, timeout=_UPLOADED_WITHIN, allow_redirects=False
            ) as answer:
                self._judge("upload_url", answer.status, answer.headers, "")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SlackAway(_DEFAULT_WAIT) from error
        return cast("str", announced["file_id"])

    async def share(self, place: Place, files: Sequence[Upload], text: str) -> None:
        """Show uploaded files in one message; https://docs.slack.dev/reference/methods/files.completeUploadExternal.

        Raises `CannotPost` where the bot is no member or may not write.
        """
        await self._call(
            place.team,
            "files.completeUploadExternal",
            files=[{"id": file.id, "title": file.title} for file in files],
            channel_id=place.channel,
            thread_ts=place.thread_ts,
            initial_comment=text,
        )

    async def _post_ephemeral(self, asker: Asker, message: Message, *, replacing: bool) -> bool:  # noqa: ARG002  # one shape for all ways
        place = asker.place
        try:
            await self._call(
                place.team,
                "chat.postEphemeral",
                channel=place.channel,
                user=asker.user,
                thread_ts=place.thread_ts,
                text=message.text,
                blocks=message.blocks,
            )
        except (CannotPost, PersonGone):
            return False
        return True

    async def _message_directly(self, asker: Asker, message: Message, *, replacing: bool) -> bool:  # noqa: ARG002  # likewise
        try:
            await self.post(await self.direct_messages(asker.place.team, asker.user), message)
        except (CannotPost, PersonGone):
            return False
        return True

    async def _respond(self, asker: Asker, message: Message, *, replacing: bool) -> bool:
        if urlsplit(asker.response_url).hostname not in self._response_hosts:
            return False
        says = {"text": message.text, "blocks": message.blocks}
        body = {"response_type": "ephemeral", "replace_original": replacing, **says}
        try:
            async with self._http.post(asker.response_url, json=body, allow_redirects=False) as answer:
                code = object_in(await answer.read()).get("error", "")
                self._judge("response_url", answer.status, answer.headers, str(code))
        except SlackError:
            return False
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SlackAway(_DEFAULT_WAIT) from error
        return True

    async def _call(self, team: str, method: str, **arguments: object) -> Answer:
        # Not by the client's own `api_call`: what it makes of an answer is judged here in any case, and costs as much
        # again as two thirds of the call.
        client = await self._client_for(team)
        given = {name: value for name, value in arguments.items() if value is not None}
        asked = _request(method, given, token=client.token)
        try:
            async with self._http.request(url=f"{client.base_url}{method}", allow_redirects=False, **asked) as answer:
                said = object_in(await answer.read())
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._on_error(method, "unreachable")
            raise SlackAway(_DEFAULT_WAIT) from error
        if answer.status != _DONE or not said.get("ok"):
            self._judge(method, answer.status, answer.headers, str(said.get("error", "")))
            raise SlackAway(_DEFAULT_WAIT)
        return said

    def _judge(self, method: str, status: int, headers: Mapping[str, str], code: str) -> None:
        if status == _TOO_MANY or status >= _SERVER_ERROR or code in _PASSING:
            self._on_error(method, code or str(status))
            raise SlackAway(_wait(headers), is_stated=status == _TOO_MANY)
        if code or status >= _REFUSED:
            self._on_error(method, code or str(status))
            raise refused(method, code or str(status))


def _request(method: str, arguments: Mapping[str, object], *, token: str | None) -> dict[str, Any]:
    """https://docs.slack.dev/apis/web-api#basics."""
    headers = {"Authorization": f"Bearer {token}"}
    # Slack's reads take no JSON; everything else does, so that nothing of a meeting stands in a URL.
    if method in _READS:
        return {"method": "GET", "headers": headers, "params": _plain(arguments)}
    if method in _FORMS:
        return {"method": "POST", "headers": headers, "data": _plain(arguments)}
    headers["Content-Type"] = "application/json; charset=utf-8"  # it warns of JSON without a charset
    return {"method": "POST", "headers": headers, "json": arguments}


def _plain(arguments: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in arguments.items()}


def _payload(message: Message) -> dict[str, object]:
    return {"text": message.text, "blocks": message.blocks, "metadata": message.metadata}


def _wait(headers: Mapping[str, str]) -> float:
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return float(given) if given.isdigit() else _DEFAULT_WAIT
