"""What the bot and Slack know of past sessions: records of those that were started in Slack, and some cards.

The cards stand in #triage, a private channel of the agents: so they are found, listed and acted on from elsewhere, and
the other channels begin empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.model.people import Contact, Conversation, Requester
from bot.model.session import Card, Invitation, Kind, Links, Outcome, Progress, Remote, Session, State
from bot.model.session.timeline import Milestone, Step
from bot.sessions.views import card_view
from bot.ui.text import translator_for
from playground.history.plan import PastSession
from sandbox.slack import Workspace
from sandbox.slack.default_world import PRIVATE_WITH_BOT, default_users
from sandbox.slack.model import Message

_USERS: Final = {user.id: user for user in default_users()}
_WAY: Final = (Step.LINK_OPENED, Step.CONSENTED, Step.CAMERA_ALLOWED, Step.CONNECTED)


def records_of(sessions: Iterable[PastSession], team: str) -> list[Session]:
    """Return the bot's records of the meetings, and of the assistances that have a card."""
    return [_record(one, team) for one in sessions if one.kind is Kind.MEETING or one.has_card]


def put_cards(records: Iterable[Session], workspace: Workspace) -> None:
    """Post the cards of the records that have one."""
    for record in records:
        if record.card:
            shown = card_view.card(record, translator_for(record.locale))
            workspace.add(
                Message(
                    record.card.ts,
                    record.card.channel,
                    workspace.bot_user,
                    shown.text,
                    shown.blocks,
                    metadata=dict(shown.metadata or {}),
                    bot_id=workspace.bot_id,
                )
            )


def _record(session: PastSession, team: str) -> Session:
    user, began, is_meeting = _USERS[session.user], session.began.timestamp(), session.kind is Kind.MEETING
    return Session(
        id=f"{session.id:016x}",
        kind=session.kind,
        requester=Requester(session.user, Conversation(team, PRIVATE_WITH_BOT)),
        created_at=began,
        invitation=Invitation(
            contacts=tuple(map(Contact, session.guests)),
            name=session.name if is_meeting else None,
            reference=None if is_meeting else session.name,
            agent=_USERS[session.agent or session.user].email,
            for_user=session.agent,
        ),
        state=State.INVITED if session.is_open else State.DONE,
        locale=user.locale,
        timezone=user.tz,
        card=Card(PRIVATE_WITH_BOT, f"{began:.6f}") if session.has_card else None,
        remote=Remote(id=session.id, links=Links(), started_at=session.began, ended_at=session.ended),
        agent_locale=_USERS[session.agent].locale if session.agent else "",
        timeline=() if is_meeting or session.is_open else tuple(Milestone(step, began) for step in _WAY),
        outcome=Outcome()
        if session.is_open
        else Outcome(
            photos=session.photos,
            videos=int(session.is_recorded),
            participants=len(session.guests) + 1 if is_meeting else None,
        ),
        progress=Progress(
            card_begun=began,
            invitation_begun=began,
            links_sent=True,
            reminded=True,
            connected_sent=not session.is_open,
            end_sent=not session.is_open,
        ),
        seen_at=(session.began if session.is_open else session.ended).timestamp(),
    )
