"""Photos and recordings come home: from Apizee into the thread of their session, once each."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from bot.apizee.client import Apizee
from bot.apizee.errors import CannotDownload, Refused, SignInFailed, Unavailable
from bot.jobs.queue import Queue
from bot.log import get_logger
from bot.media.outbox import Outbox
from bot.model.errors import TryLater
from bot.model.media import Media, MediaCount, Upload
from bot.model.media_types import HEAD_BYTES
from bot.model.session import Kind, Session
from bot.slack.client import Slack
from bot.slack.errors import CannotPost, FilesForbidden, MissingScope, SlackAway, SlackError, WorkspaceClosed
from bot.store.sessions.store import Sessions
from bot.ui import media as shown
from bot.ui.text import translator_for

PER_MESSAGE: Final = 10
AT_A_TIME: Final = 3
MIB: Final = 1024 * 1024
LARGEST_PHOTO: Final = 25 * MIB
TRIES: Final = 4
"""So often in a row uploads are tried that do not complete: then the file in the way is linked, later all are."""

_ASKED_FOR_AGAIN_AFTER: Final = 15.0
_LONG_AGO: Final = datetime.fromtimestamp(0, UTC)
# Another file would be refused as well; any other refusal concerns one file.
_REFUSES_ALL: Final = (CannotPost, FilesForbidden, MissingScope, WorkspaceClosed)

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Uploading:
    """What is uploaded rather than linked: photos, and recordings up to so many bytes."""

    photos: bool = True
    recordings_up_to: int = 0

    def limit(self, item: Media) -> int:
        """How large this one may be to be uploaded; 0 where it is linked anyway."""
        if item.is_photo:
            return LARGEST_PHOTO if self.photos else 0
        return self.recordings_up_to if item.is_recording else 0


class MediaDelivery:
    """Delivers the media of sessions, at their end or when somebody asks.

    By one caller at a time for a session, a few files at a time in all.
    """

    def __init__(
        self,
        *,
        sessions: Sessions,
        slack: Slack,
        apizee: Apizee,
        outbox: Outbox,
        queue: Queue,
        uploading: Uploading,
    ) -> None:
        self._sessions = sessions
        self._slack = slack
        self._apizee = apizee
        self._outbox = outbox
        self._queue = queue
        self._uploading = uploading
        self._few = asyncio.Semaphore(AT_A_TIME)

    async def deliver(self, team: str, session_id: str, *, last: bool, asked: bool = False) -> None:
        """Bring what Apizee has by now and the thread has not; `last` is whether nobody asks again.

        `asked` is whether a person waits for it: then also while the session still runs, and not after what nobody
        waits for; what cannot be had is asked for again a few times, and then linked. Raises `TryLater` where it has
        to go on later.
        """
        session = await self._sessions.get(team, session_id)
        if session is None or session.card is None or session.remote.id is None:
            return
        if session.state.is_open and not asked:
            return
        try:
            media = await self._media(session.kind, session.remote.id, asked=asked)
        except (Refused, SignInFailed) as error:
            log.warning("media_not_listed", reason=str(error))
            return
        if asked:
            # Slack may have refused the last upload because the bot was no member yet.
            session = await self._remember(session, links_only=False)
        session = await self._outbox.resume(await self._counted(session, media), media)
        last = last or (asked and session.media_progress.tries >= TRIES)
        await self._bring(session, _missing(session, media), last=last)
        if asked and not last:
            await self._again_for_what_is_missing(session, media)

    async def _again_for_what_is_missing(self, session: Session, media: Sequence[Media]) -> None:
        """Raise `TryLater` where something is not there yet: long after the end of a session nobody else asks again."""
        latest = await self._sessions.get(session.requester.conversation.team, session.id)
        if latest and _missing(latest, media):
            await self._outbox.note_failure(latest)
            raise TryLater(_ASKED_FOR_AGAIN_AFTER)

    async def _media(self, kind: Kind, remote_id: int, *, asked: bool) -> list[Media]:
        apizee = self._apizee if asked else self._apizee.in_background()
        ask = apizee.ticket_medias if kind is Kind.ASSISTANCE else apizee.conference_media
        return sorted(await ask(remote_id), key=lambda one: (one.created_at or _LONG_AGO, one.id))

    async def _counted(self, session: Session, media: Sequence[Media]) -> Session:
        """The session with the numbers that its card tells, which is drawn again where they are new."""
        team, count = session.requester.conversation.team, MediaCount.of(media)

        def edited(latest: Session) -> Session:
            return replace(latest, outcome=replace(latest.outcome, photos=count.photos, videos=count.recordings))

        counted = await self._sessions.change(team, session.id, edited)
        # Whoever wrote the numbers down may have died before the drawing: then there is something left to bring.
        if counted.outcome != session.outcome or _missing(counted, media):
            await self._queue.request_redraw(team, session.id)
        return counted

    async def _bring(self, session: Session, missing: Sequence[Media], *, last: bool) -> None:
        refused = False
        try:
            linked = await self._upload(session, missing, last=last)
        except _REFUSES_ALL as error:
            log.info("upload_refused", reason=error.code)
            session, refused = await self._remember(session, links_only=True), True
            linked = _missing(session, missing)
        await self._link(session, linked, refused=refused)

    async def _upload(self, session: Session, missing: Sequence[Media], *, last: bool) -> list[Media]:
        """Upload what may be uploaded, and answer what is to be linked."""
        wanted = [one for one in missing if self._limit(session, one)]
        linked = [one for one in missing if not self._limit(session, one)]
        for batch in _batches(wanted):
            linked += await self._upload_together(session, batch, last=last)
        return linked

    async def _upload_together(self, session: Session, batch: Sequence[Media], *, last: bool) -> list[Media]:
        """Bring one message, and answer what of it will never be uploaded."""
        uploads: dict[int, Upload] = {}
        linked: list[Media] = []
        for item in batch:
            try:
                uploads[item.id] = await self._handed_over(session, item)
            except CannotDownload:
                linked.append(item)
            except Unavailable:
                log.info("media_not_to_be_had", media=item.id, last=last)
                linked += [item] if last else []
            except SlackAway:
                if session.media_progress.tries < TRIES:
                    await self._outbox.note_failure(session)
                    raise
                linked.append(item)
            except _REFUSES_ALL:
                raise
            except SlackError as error:
                log.info("file_refused", media=item.id, reason=error.code)
                linked.append(item)
        return linked + await self._show(session, [one for one in batch if one.id in uploads], uploads)

    async def _show(self, session: Session, items: Sequence[Media], uploads: Mapping[int, Upload]) -> list[Media]:
        """Show uploaded files in one message, or each in its own where one is refused; answers the refused ones."""
        if not items:
            return []
        try:
            await self._outbox.send_uploads(session, items, [uploads[one.id] for one in items])
        except _REFUSES_ALL:
            raise
        except SlackError as error:
            log.info("files_not_shared", media=[one.id for one in items], reason=error.code)
            if len(items) == 1:
                return list(items)
            return [refused for one in items for refused in await self._show(session, [one], uploads)]
        return []

    async def _handed_over(self, session: Session, item: Media) -> Upload:
        """Slack has the file, and nobody sees it yet. It passes through a temporary one: Slack asks for its length."""
        translate, timezone = translator_for(session.locale), session.timezone
        async with self._few:
            with tempfile.TemporaryFile() as file:
                await self._apizee.download(item, file, most=self._limit(session, item))
                file.seek(0)
                found = item.with_bytes(file.read(HEAD_BYTES))
                file_id = await self._slack.upload(
                    session.requester.conversation.team,
                    file,
                    name=shown.file_name(found),
                    description=shown.description(found, translate, timezone),
                )
        return Upload(file_id, shown.title(found, translate, timezone))

    async def _link(self, session: Session, items: Sequence[Media], *, refused: bool) -> None:
        try:
            for number, batch in enumerate(_batches(items)):
                await self._outbox.send_links(session, batch, refused=refused and number == 0)
        except SlackError as error:
            log.warning("media_not_delivered", reason=error.code)

    async def _remember(self, session: Session, *, links_only: bool) -> Session:
        def edited(latest: Session) -> Session:
            return replace(latest, media_progress=replace(latest.media_progress, links_only=links_only))

        return await self._sessions.change(session.requester.conversation.team, session.id, edited)

    def _limit(self, session: Session, item: Media) -> int:
        """How large this one may be to be uploaded; 0 where it is linked."""
        given_up = session.media_progress.links_only or session.media_progress.tries >= 2 * TRIES
        return 0 if given_up else self._uploading.limit(item)


def _missing(session: Session, media: Sequence[Media]) -> list[Media]:
    return [one for one in media if one.id not in session.media_progress.sent]


def _batches(items: Sequence[Media]) -> list[Sequence[Media]]:
    return [items[start : start + PER_MESSAGE] for start in range(0, len(items), PER_MESSAGE)]
