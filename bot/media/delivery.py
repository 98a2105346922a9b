"""Brings photos and recordings from Apizee into the thread of their session, once each."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from bot.apizee.errors import CannotDownload, Refused, SignInFailed, Unavailable
from bot.installation.accounts import Account, Accounts
from bot.jobs.queue import Queue
from bot.log import get_logger
from bot.media.outbox import Outbox
from bot.media.plan import TRIES, Obstacle, Plan, Uploading, in_messages, missing_of, plan, sort
from bot.model.errors import AccountReplaced, NoAccount, TryLater
from bot.model.media import Media, MediaCount, Upload, by_time
from bot.model.media_types import HEAD_BYTES, is_picture
from bot.model.session import Kind, Session
from bot.sessions.provider import VideoProvider
from bot.slack.client import Slack
from bot.slack.errors import CannotPost, FilesForbidden, MissingScope, SlackAway, SlackError, WorkspaceClosed
from bot.store.sessions.store import Sessions
from bot.ui import media as shown
from bot.ui.text import translator_for

AT_A_TIME: Final = 3

SESSIONS_AT_A_TIME: Final = 10
"""Of one account; a worker has ten times as many places."""

_ASKED_FOR_AGAIN_AFTER: Final = 15.0
# Another file would be refused as well; any other refusal concerns one file.
_REFUSES_ALL: Final = (CannotPost, FilesForbidden, MissingScope, WorkspaceClosed)

log = get_logger(__name__)


class MediaDelivery:
    """Delivers the media of sessions, at their end or when somebody asks.

    For an account, so many sessions are worked on at once, and `AT_A_TIME` files.
    """

    def __init__(
        self,
        *,
        sessions: Sessions,
        slack: Slack,
        accounts: Accounts,
        providers: Mapping[Kind, VideoProvider],
        outbox: Outbox,
        queue: Queue,
        uploading: Uploading,
    ) -> None:
        self._sessions = sessions
        self._slack = slack
        self._accounts = accounts
        self._providers = providers
        self._outbox = outbox
        self._queue = queue
        self._uploading = uploading
        self._few: dict[str, asyncio.Semaphore] = {}
        self._delivering: Counter[str] = Counter()

    async def deliver(self, team: str, session_id: str, *, last: bool, asked: bool = False) -> None:
        """Bring what Apizee has and the thread has not yet; one caller at a time for a session.

        `last` is whether nobody asks again. `asked` is whether a person waits for it: then also while the session still
        runs, and before what nobody waits for; what Apizee does not give is asked for again a few times, and then
        linked. Raises `TryLater` where it has to go on later.
        """
        session = await self._sessions.get(team, session_id)
        if session is None or session.card is None or session.remote.id is None:
            return
        if session.state.is_open and not asked:
            return
        if last and not asked and await self._would_be_announced(session):
            return
        with self._at_work(self._sessions.account_of(session)):
            await self._deliver(session, session.remote.id, last=last, asked=asked)

    async def _would_be_announced(self, session: Session) -> bool:
        """Return whether nothing is missing, and a webhook would have said that there is more by now."""
        if not session.media_progress.is_complete:
            return False
        try:
            account = await self._accounts.of_session(session)
        except (NoAccount, AccountReplaced):
            return False
        return await account.events.media_announced_at() is not None

    @contextmanager
    def _at_work(self, account: str) -> Iterator[None]:
        """Count a delivery of an account; raises `TryLater` where so many are at work that others need the places."""
        if self._delivering[account] >= SESSIONS_AT_A_TIME:
            raise TryLater(_ASKED_FOR_AGAIN_AFTER)
        self._delivering[account] += 1
        try:
            yield
        finally:
            self._delivering[account] -= 1

    async def _deliver(self, session: Session, remote_id: int, *, last: bool, asked: bool) -> None:
        team = session.requester.conversation.team
        try:
            found = await self._providers[session.kind].media(team, remote_id, in_background=not asked)
        except (Refused, SignInFailed, NoAccount, AccountReplaced) as error:
            log.warning("media_not_listed", reason=str(error))
            return
        media, is_first = sorted(found, key=by_time), session.media_progress.listed is None
        if asked:
            # Slack may have refused the last upload because the bot was no member yet.
            session = await self._set_links_only(session, links_only=False)
        session = await self._outbox.resume(await self._with_count(session, media), media)
        last = last or (asked and session.media_progress.tries >= TRIES)
        missing = missing_of(media, session.media_progress)
        try:
            await self._carry_out(plan(missing, session.media_progress, self._uploading), session, missing, last=last)
        finally:
            if is_first and missing and not asked:
                await self._look_again_if_incomplete(session)
        if asked and not last:
            await self._retry_if_incomplete(session, media)

    async def _with_count(self, session: Session, media: Sequence[Media]) -> Session:
        """Record the numbers that the card says, and have it updated where they are new."""
        team, count = session.requester.conversation.team, MediaCount.of(media)

        def edited(latest: Session) -> Session:
            outcome = replace(latest.outcome, photos=count.photos, videos=count.recordings)
            return replace(latest, outcome=outcome, media_progress=replace(latest.media_progress, listed=len(media)))

        counted = await self._sessions.update(session, edited)
        # A crashed worker may have saved the counts without updating the card: then something is still missing.
        if counted.outcome != session.outcome or missing_of(media, counted.media_progress):
            await self._queue.request_redraw(team, session.id)
        return counted

    async def _carry_out(self, planned: Plan, session: Session, missing: Sequence[Media], *, last: bool) -> None:
        """Send the messages with uploads, then links to what stays outside."""
        links, refused = list(planned.links), False
        try:
            for items in planned.uploads:
                links += await self._upload(session, items, last=last)
        except _REFUSES_ALL as error:
            log.info("upload_refused", reason=error.code)
            session, refused = await self._set_links_only(session, links_only=True), True
            links = missing_of(missing, session.media_progress)
        try:
            for number, items in enumerate(in_messages(links)):
                await self._outbox.send_links(session, items, refused=refused and number == 0)
        except SlackError as error:
            log.warning("media_not_delivered", reason=error.code)

    async def _look_again_if_incomplete(self, session: Session) -> None:
        """Have media delivered later as well, as often as where no webhook announces them, where some are missing."""
        team = session.requester.conversation.team
        latest = await self._sessions.get(team, session.id)
        if latest and not latest.media_progress.is_complete:
            await self._queue.deliver_media(team, session.id, at_once=False)

    async def _retry_if_incomplete(self, session: Session, media: Sequence[Media]) -> None:
        """Raise `TryLater` where something is not there yet: long after the end of a session nobody else asks again."""
        latest = await self._sessions.get(session.requester.conversation.team, session.id)
        if latest and missing_of(media, latest.media_progress):
            await self._outbox.note_failure(latest)
            raise TryLater(_ASKED_FOR_AGAIN_AFTER)

    async def _upload(self, session: Session, items: Sequence[Media], *, last: bool) -> list[Media]:
        """Send one message with uploads; returns what of it is linked instead."""
        files = sort([(item, await self._transfer(session, item)) for item in items], last=last)
        return [*files.links, *await self._share(session, [one for one in items if one.id in files.shown], files.shown)]

    async def _transfer(self, session: Session, item: Media) -> Upload | Obstacle:
        """Bring a file to Slack, where nobody sees it yet; raises what concerns all files, and `SlackAway`."""
        try:
            return await self._copy(session, item)
        except CannotDownload:
            return Obstacle.UNFIT
        except Unavailable:
            log.info("media_unavailable", media=item.id)
            return Obstacle.UNAVAILABLE
        except SlackAway:
            if session.media_progress.tries >= TRIES:
                return Obstacle.UNFIT
            await self._outbox.note_failure(session)
            raise
        except _REFUSES_ALL:
            raise
        except SlackError as error:
            log.info("file_refused", media=item.id, reason=error.code)
            return Obstacle.UNFIT

    async def _copy(self, session: Session, item: Media) -> Upload:
        """Copy a file from Apizee to Slack, by way of a temporary file: Slack asks for its length first.

        Raises `CannotDownload` where what Apizee calls a photo is none by its bytes: it is never shown as one.
        """
        translate, timezone = translator_for(session.locale), session.timezone
        account = await self._accounts.of_session(session)
        async with self._few_of(account):
            with tempfile.TemporaryFile() as file:
                await account.apizee.download(item, file, most=self._uploading.limit(item))
                file.seek(0)
                head = file.read(HEAD_BYTES)
                if item.is_photo and not is_picture(head):
                    raise CannotDownload
                found = item.with_bytes(head)
                file_id = await self._slack.upload(
                    session.requester.conversation.team,
                    file,
                    name=shown.file_name(found),
                    description=shown.description(found, translate, timezone),
                )
        return Upload(file_id, shown.title(found, translate, timezone))

    def _few_of(self, account: Account) -> asyncio.Semaphore:
        """Return what lets few files of an account through at a time: an account that hangs holds up no other."""
        return self._few.setdefault(account.key, asyncio.Semaphore(AT_A_TIME))

    async def _share(self, session: Session, items: Sequence[Media], files: Mapping[int, Upload]) -> list[Media]:
        """Show uploaded files in one message, or each in its own where one is refused; returns the refused ones."""
        if not items:
            return []
        try:
            await self._outbox.send_uploads(session, items, [files[one.id] for one in items])
        except _REFUSES_ALL:
            raise
        except SlackError as error:
            log.info("files_not_shared", media=[one.id for one in items], reason=error.code)
            if len(items) == 1:
                return list(items)
            return [refused for one in items for refused in await self._share(session, [one], files)]
        return []

    async def _set_links_only(self, session: Session, *, links_only: bool) -> Session:
        def edited(latest: Session) -> Session:
            return replace(latest, media_progress=replace(latest.media_progress, links_only=links_only))

        return await self._sessions.change(session.requester.conversation.team, session.id, edited)
