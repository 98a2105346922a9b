"""Makes a report when somebody asks for it, and brings it into the thread: one for each press, whatever dies meanwhile.

Its file is recorded before it is shared and after it. Slack shows an uploaded file to nobody before it is shared.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from typing import Final

from bot.apizee.errors import CannotDownload, Refused, SignInFailed, Unavailable, Unreachable
from bot.installation.accounts import Accounts
from bot.log import get_logger
from bot.media.plan import LARGEST_PHOTO
from bot.model.errors import AccountReplaced, NoAccount, NothingToReport, SessionForgotten, StillUnderWay
from bot.model.media import Media, Upload, by_time
from bot.model.messages import Message
from bot.model.people import Conversation, Person
from bot.model.session import Card, Kind, Session
from bot.model.session.reports import ReportFile
from bot.model.timing import MediaTiming
from bot.policy.agents import Agents
from bot.report.content import Made, people_of, report_of, subject
from bot.report.pdf import Photo, render
from bot.report.pictures import NoPicture, small
from bot.sessions.provider import VideoProvider
from bot.slack.client import Slack
from bot.slack.errors import SlackError, UserUnavailable
from bot.store import keys
from bot.store.server.locks import LockHeld, Locks
from bot.store.sessions.store import Sessions
from bot.ui import media as shown
from bot.ui import private_messages
from bot.ui.lists.references import ReferenceLinks
from bot.ui.notes.masking import LinkMask
from bot.ui.text import Translator, escape, translator_for

PHOTOS_AT_MOST: Final = 12

# Further away from Slack's clock, every request of Slack's is refused.
_CLOCKS_DIFFER_BY: Final = 300.0
# Slack's words for a file whose upload was completed already.
_SHARED_ALREADY: Final = "file_not_found"
_LOCKED_FOR: Final = timedelta(seconds=10)
_NOT_NOW: Final = (Refused, SignInFailed, Unavailable, Unreachable, NoAccount, AccountReplaced)
"""Errors of Apizee's that leave a report without photos."""

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Masks:
    """What a report makes of references and of links that somebody typed; `photos`: whether the thread has them."""

    references: ReferenceLinks
    links: LinkMask
    photos: bool


class Reports:
    """Makes reports, one at a time for a session."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        slack: Slack,
        accounts: Accounts,
        providers: Mapping[Kind, VideoProvider],
        agents: Agents,
        locks: Locks,
        masks: Masks,
        timing: MediaTiming,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._sessions = sessions
        self._slack = slack
        self._accounts = accounts
        self._providers = providers
        self._agents = agents
        self._locks = locks
        self._masks = masks
        self._timing = timing
        self._clock = clock

    async def make(self, session: Session, person: Person, *, request: str) -> Message | None:
        """Bring a report into the thread of a session, once for a `request`; returns what is left to say, if anything.

        Raises `SessionForgotten`, `NothingToReport` where the session is not over, `StillUnderWay` where it has to go
        on later, and `SlackError` where Slack does not accept it.
        """
        if not session.id:
            raise SessionForgotten
        if not session.state.is_over:
            raise NothingToReport
        if session.card is None:
            return private_messages.text_message(private_messages.no_thread(translator_for(person.locale)))
        lock = self._locks.held(keys.report_lock(person.team, session.id), expires=_LOCKED_FOR)
        try:
            async with lock:
                await self._make(person, session.id, session.card, request)
        except LockHeld as other:
            raise StillUnderWay(other.retry_in) from other
        return None

    async def _make(self, person: Person, session_id: str, card: Card, request: str) -> None:
        session = await self._sessions.get(person.team, session_id)
        if session is None:
            raise SessionForgotten
        begun = next((one for one in session.reports if one.request == request), None)
        if begun is None:
            begun = await self._uploaded(session, person, request)
        elif begun.is_sent or await self._is_there(session, card, begun):
            await self._record(session, replace(begun, is_sent=True))
            return
        try:
            await self._share(session, card, begun, person)
        except SlackError as error:
            if error.code != _SHARED_ALREADY:
                raise
        await self._record(session, replace(begun, is_sent=True))

    async def _uploaded(self, session: Session, person: Person, request: str) -> ReportFile:
        """Make the report and upload it, where nobody sees it yet."""
        translate = translator_for(session.locale)
        version = 1 + sum(one.is_sent for one in session.reports)
        photos, left_out = await self._photos(session, translate)
        report = report_of(
            session,
            await self._names(session, person, translate),
            Made(person.id, self._clock(), version),
            translate,
            references=self._masks.references,
            links=self._masks.links,
            left_out=left_out,
        )
        content = await asyncio.to_thread(render, report, photos)
        title = translate("Report: {session}", session=subject(session, translate))
        name = f"apizee-{session.remote.id or session.id}{f'-{version}' if version > 1 else ''}.pdf"
        file_id = await self._slack.upload(person.team, BytesIO(content), name=name, description=title)
        made = ReportFile(request, Upload(file_id, title), self._clock())
        await self._record(session, made)
        log.info("report_made", session=session.id, version=version, photos=len(photos), bytes=len(content))
        return made

    async def _share(self, session: Session, card: Card, made: ReportFile, person: Person) -> None:
        translate = translator_for(session.locale)
        version = 1 + sum(one.is_sent for one in session.reports if one.request != made.request)
        said = translate(
            ":page_facing_up: Report, made by {person}: {session}.",
            person=f"<@{person.id}>",
            session=escape(subject(session, translate)),
        )
        if version > 1:
            newer = translate("It is version {number}, in place of the one before.", number=translate.number(version))
            said = f"{said} {newer}"
        await self._slack.share(_thread(person.team, card), [made.file], said)

    async def _is_there(self, session: Session, card: Card, begun: ReportFile) -> bool:
        """Return whether a report that a process left when it died is in the thread; raises `StillUnderWay`.

        Without a history scope nobody can read that: then it is shared again, and Slack refuses what it shows already.
        """
        settled_in = begun.begun + self._timing.settled_after - self._clock()
        if 0 < settled_in <= self._timing.settled_after:
            raise StillUnderWay(settled_in)
        thread = _thread(session.requester.conversation.team, card)
        try:
            messages = await self._slack.messages(thread, since=min(begun.begun, self._clock()) - _CLOCKS_DIFFER_BY)
        except SlackError as error:
            log.info("thread_not_read", session=session.id, reason=error.code)
            return False
        return any(file.get("id") == begun.file.id for one in messages for file in one.get("files") or ())

    async def _record(self, session: Session, made: ReportFile) -> None:
        def edited(latest: Session) -> Session:
            others = tuple(one for one in latest.reports if one.request != made.request)
            return replace(latest, reports=(*others, made))

        await self._sessions.change(session.requester.conversation.team, session.id, edited)

    async def _names(self, session: Session, person: Person, translate: Translator) -> Mapping[str, str]:
        """Return the names of the people whom a report names, as Slack shows them to everybody."""
        return {person.id: person.name} | {
            user: await self._name(person.team, user, translate) for user in people_of(session) if user != person.id
        }

    async def _name(self, team: str, user: str, translate: Translator) -> str:
        try:
            return (await self._agents.person(team, user)).name
        except UserUnavailable:
            return translate("somebody who has left")

    async def _photos(self, session: Session, translate: Translator) -> tuple[Sequence[Photo], int]:
        """Return the photos that are in the thread, as far as they can be had and fit, and how many cannot."""
        in_thread = set(session.media_progress.sent)
        if not (self._masks.photos and in_thread and session.remote.id):
            return [], 0
        team = session.requester.conversation.team
        try:
            media = await self._providers[session.kind].media(team, session.remote.id)
            found = [one for one in sorted(media, key=by_time) if one.is_photo and one.id in in_thread]
            photos = [await self._photo(session, one, translate) for one in found[:PHOTOS_AT_MOST]]
        except _NOT_NOW as error:
            log.info("report_without_photos", session=session.id, reason=type(error).__name__)
            return [], session.outcome.photos or 0
        had = [one for one in photos if one]
        return had, len(found) - len(had)

    async def _photo(self, session: Session, item: Media, translate: Translator) -> Photo | None:
        account = await self._accounts.of_session(session)
        with tempfile.TemporaryFile() as file:
            try:
                await account.apizee.download(item, file, most=LARGEST_PHOTO)
                file.seek(0)
                content = await asyncio.to_thread(small, file)
            except (CannotDownload, Unavailable, NoPicture) as error:
                log.info("photo_not_in_report", media=item.id, reason=type(error).__name__)
                return None
        caption = shown.title(item, translate, session.timezone)
        return Photo(content, caption, shown.description(item, translate, session.timezone))


def _thread(team: str, card: Card) -> Conversation:
    return Conversation(team, card.channel, card.thread_ts or card.ts)
