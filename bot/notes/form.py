"""Opens the form of a note: at once, beside everything else, for Slack's trigger lives 3 seconds."""

from __future__ import annotations

from collections.abc import Sequence

from bot.deferred.background import Background
from bot.deferred.subjects import Subjects
from bot.model.acts import Act
from bot.model.errors import KnownError
from bot.model.people import Requester
from bot.model.session import Session, State
from bot.model.targets import MessageRef, SessionRef
from bot.notes.views import note_form
from bot.notes.writing import check_over
from bot.policy.agents import Agents
from bot.policy.policy import Policy
from bot.sessions.resolve import SessionResolver
from bot.slack.client import Slack
from bot.ui import private_messages
from bot.ui.error_messages import sentence
from bot.ui.ids import ModalOrigin, NoteOrigin


class NoteForm:
    """Opens the form for who may note something; `command` is the slash command that sentences name."""

    def __init__(
        self,
        *,
        slack: Slack,
        agents: Agents,
        policy: Policy,
        resolver: SessionResolver,
        subjects: Subjects,
        background: Background,
        outcomes: Sequence[str],
        command: str,
    ) -> None:
        self._slack = slack
        self._agents = agents
        self._policy = policy
        self._resolver = resolver
        self._subjects = subjects
        self._background = background
        self._outcomes = outcomes
        self._command = command

    def open(self, requester: Requester, session_ref: SessionRef, message_ref: MessageRef, trigger_id: str) -> None:
        """Start to open the form; where it cannot be opened, the person reads why."""
        self._background.run(self._open(requester, session_ref, message_ref, trigger_id))

    async def _open(
        self, requester: Requester, session_ref: SessionRef, message_ref: MessageRef, trigger_id: str
    ) -> None:
        conversation = requester.conversation
        translate = await self._agents.translate(conversation.team, requester.user)
        try:
            session = await self._session(requester, session_ref, message_ref)
            origin = NoteOrigin(SessionRef.to(session), ModalOrigin(conversation.channel, conversation.thread_ts or ""))
            took_place = session.state is State.DONE
            form = note_form(origin, self._outcomes, session.note, translate, took_place=took_place)
            await self._slack.open_modal(conversation.team, trigger_id, form)
        except KnownError as error:
            message = private_messages.text_message(sentence(error, translate, command=self._command))
            await self._slack.send_private(requester, message, last_try=True)

    async def _session(self, requester: Requester, session_ref: SessionRef, message_ref: MessageRef) -> Session:
        """Return the session, where the person may note something of it."""
        await self._policy.admit(Act.NOTE, requester)
        session = await self._resolver.pointed_at(requester, session_ref, message_ref)
        await self._policy.ask(Act.NOTE, requester, await self._subjects.pointed_at(session, message_ref, session_ref))
        check_over(session)
        return session
