"""Sends an agent the QR code of the customer's link, and deletes it from Slack when the session is over."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from io import BytesIO
from typing import Final

from bot.log import get_logger
from bot.model.errors import NothingToPassOn
from bot.model.media import Upload
from bot.model.messages import Message
from bot.model.people import Person
from bot.model.session import PrivateFile, Session
from bot.sessions.views import qr_code
from bot.slack.client import Slack
from bot.slack.errors import SlackError
from bot.store.sessions.store import Sessions
from bot.ui.text import translator_for

_PIXELS_PER_MODULE: Final = 10
_GONE: Final = frozenset({"file_not_found", "file_deleted"})

log = get_logger(__name__)


class QrCodes:
    """Brings QR codes into direct messages. Anyone who scans one is let in, so each lasts as long as its session.

    A code's id is in the session's record before Slack has the picture: no crash leaves one that nobody deletes.
    """

    def __init__(self, sessions: Sessions, slack: Slack) -> None:
        self._sessions = sessions
        self._slack = slack

    async def send(self, session: Session, person: Person) -> Message:
        """Share the code of an open session's link in the person's direct messages, in place of an earlier one.

        Returns what answers them. Raises `NothingToPassOn` where there is no link, or the session is over.
        """
        link = session.remote.links.customer
        if not link or not session.state.is_open:
            raise NothingToPassOn
        translate, team = translator_for(person.locale), session.requester.conversation.team
        await self._delete(session, [one for one in session.qr_codes if one.user == person.id])
        conversation = await self._slack.direct_messages(team, person.id)
        picture = await asyncio.to_thread(png, link)
        file = await self._slack.upload(
            team,
            BytesIO(picture),
            name=qr_code.FILE_NAME,
            description=qr_code.description(session, translate),
            on_announced=partial(self._note, session, person),
        )
        title = Upload(file, qr_code.title(translate))
        await self._slack.share(conversation, [title], qr_code.text(session, translate))
        return qr_code.sent(translate)

    async def remove(self, team: str, session_id: str) -> None:
        """Delete the codes of a session that is over or forgotten; raises `TryLater` where Slack does not answer."""
        session = await self._sessions.get(team, session_id)
        if session:
            await self._delete(session, session.qr_codes)

    async def _note(self, session: Session, person: Person, file: str) -> None:
        """Record a code that is about to be uploaded; raises `NothingToPassOn` where the session is over by now."""
        code, team = PrivateFile(person.id, file), session.requester.conversation.team

        def noted(latest: Session) -> Session:
            return replace(latest, qr_codes=(*latest.qr_codes, code)) if latest.state.is_open else latest

        latest = await self._sessions.change(team, session.id, noted)
        if code not in latest.qr_codes:
            raise NothingToPassOn

    async def _delete(self, session: Session, codes: Sequence[PrivateFile]) -> None:
        team = session.requester.conversation.team
        for code in codes:
            try:
                await self._slack.delete_file(team, code.id)
            except SlackError as error:
                if error.code not in _GONE:
                    log.warning("qr_code_not_deleted", team=team, session=session.id, reason=error.code)
            await self._sessions.change(team, session.id, partial(_without, code=code))


def png(link: str) -> bytes:
    """Return a link's QR code as a picture, with the quiet zone around it that scanners need."""
    import segno  # noqa: PLC0415  # many processes never draw one

    picture = BytesIO()
    segno.make_qr(link, error="m").save(picture, kind="png", scale=_PIXELS_PER_MODULE)
    return picture.getvalue()


def _without(session: Session, *, code: PrivateFile) -> Session:
    return replace(session, qr_codes=tuple(one for one in session.qr_codes if one != code))
