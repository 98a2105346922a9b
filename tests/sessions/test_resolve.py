"""What a button or a message means: Redis knows, else the message, else its thread, else Apizee."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.model.errors import NoSession
from bot.model.people import Conversation, Requester
from bot.model.session import Card, Kind, Session, State
from bot.model.targets import MessageRef, SessionRef
from bot.sessions.cards import Cards
from bot.sessions.provider import VideoProvider
from bot.sessions.resolve import SessionResolver
from bot.slack.client import Slack
from bot.store.sessions.store import Sessions
from sandbox.slack import Workspace
from sandbox.slack.default_world import SUPPORT, TEAM, U_EN, U_FR
from sandbox.slack.faults import Refuses

TICKET = SessionRef(Kind.ASSISTANCE, 82070, "s1", U_EN)
NO_TICKET = SessionRef(Kind.ASSISTANCE, None, "s1", U_EN)


@pytest.fixture
def resolver(sessions: Sessions, slack: Slack, providers: Mapping[Kind, VideoProvider]) -> SessionResolver:
    return SessionResolver(sessions, slack, providers)


@pytest.fixture
async def known(sessions: Sessions, session: Session) -> Session:
    """Return a session whose card stands in a thread."""
    await sessions.record(session, delivery="d1")
    card = Card(SUPPORT, "200.000001", "100.000001")
    return await sessions.change(TEAM, session.id, lambda one: replace(one.with_remote(id=82070), card=card))


# ── Known to Redis ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "message_ref",
    [
        pytest.param(MessageRef(SUPPORT, "200.000001", "100.000001"), id="the card"),
        pytest.param(MessageRef(SUPPORT, "300.000001", "200.000001"), id="a reply below the card"),
        pytest.param(MessageRef(SUPPORT, "100.000001"), id="the message above the card"),
        pytest.param(MessageRef(SUPPORT, "300.000001", "100.000001"), id="another message of the thread"),
    ],
)
async def test_the_thread_of_a_card_knows_its_session(
    resolver: SessionResolver, requester: Requester, known: Session, message_ref: MessageRef
) -> None:
    assert (await resolver.of_message(requester, message_ref)).id == known.id


async def test_a_button_knows_its_session(resolver: SessionResolver, requester: Requester, known: Session) -> None:
    assert await resolver.pointed_at(requester, TICKET, MessageRef(SUPPORT, "1.000001")) == known


async def test_another_workspace_knows_nothing_of_it(
    resolver: SessionResolver, requester: Requester, known: Session, workspace: Workspace
) -> None:
    elsewhere = replace(requester, conversation=Conversation("T0002", SUPPORT))
    found = await resolver.pointed_at(elsewhere, TICKET, MessageRef(SUPPORT, "1.000001"))
    assert (found.id, found.invitation.contacts) == ("", ())
    assert known.invitation.contacts
    assert not workspace.calls


# ── Forgotten by Redis ───────────────────────────────────────────────────────────────────────────────────


async def test_a_button_that_names_a_ticket_is_enough(resolver: SessionResolver, requester: Requester) -> None:
    by_colleague = replace(requester, user=U_FR)
    found = await resolver.pointed_at(
        by_colleague, TICKET, MessageRef(SUPPORT, "1.000001", metadata={"reference": "1234"})
    )
    assert (found.kind, found.remote.id, found.invitation.reference, found.requester.user) == (
        Kind.ASSISTANCE,
        82070,
        "1234",
        U_EN,
    )


async def test_the_message_tells_which_meeting_it_was(resolver: SessionResolver, requester: Requester) -> None:
    metadata = {"kind": "meeting", "id": "842199", "reference": "Site visit"}
    found = await resolver.of_message(requester, MessageRef(SUPPORT, "1.000001", metadata=metadata))
    assert (found.kind, found.remote.id, found.invitation.name) == (Kind.MEETING, 842199, "Site visit")


async def test_the_card_of_a_thread_tells_which_session_it_was(
    resolver: SessionResolver, slack: Slack, sessions: Sessions, session: Session, workspace: Workspace
) -> None:
    above = workspace.say(U_EN, SUPPORT, "A customer calls")
    requester = replace(session.requester, conversation=Conversation(TEAM, SUPPORT, above.ts))
    gone = replace(session.with_remote(id=82070), requester=requester, state=State.INVITED)
    await sessions.record(gone, delivery="d1")
    kept = await sessions.get(TEAM, gone.id)
    assert kept
    await Cards(slack, sessions).post(kept)
    reply = workspace.say(U_FR, SUPPORT, "Any photos?", thread_ts=above.ts)
    ours = MessageRef(SUPPORT, reply.ts, above.ts, app_id=workspace.credentials.app_id)
    found = await resolver.of_message(requester, ours)
    assert (found.id, found.remote.id, found.invitation.reference) == ("", 82070, "1234")
    for other in ("A0ANOTHER", ""):
        found = await resolver.of_message(requester, replace(ours, app_id=other))
        assert (found.id, found.remote.id) == ("", None), "what another app's message says of itself is believed"


@pytest.mark.parametrize("refusal", [None, "missing_scope"])
async def test_last_of_all_apizee_may_know_the_reference_that_names_the_card(
    resolver: SessionResolver, requester: Requester, workspace: Workspace, refusal: str | None
) -> None:
    above = workspace.say(U_EN, SUPPORT, "A customer calls")
    if refusal:
        workspace.faults.switch_on(Refuses(refusal), "conversations.replies")
    for message_ref in (MessageRef(SUPPORT, above.ts), MessageRef(SUPPORT, "9.000001", above.ts)):
        found = await resolver.of_message(requester, message_ref)
        assert (found.remote.id, found.invitation.reference) == (None, f"slack:{TEAM}:{SUPPORT}:{above.ts}")


async def test_a_button_without_a_ticket_is_looked_for_by_its_card(
    resolver: SessionResolver, requester: Requester, workspace: Workspace
) -> None:
    card = workspace.say(U_EN, SUPPORT, "The card")
    found = await resolver.pointed_at(requester, NO_TICKET, MessageRef(SUPPORT, card.ts))
    assert found.invitation.reference == f"slack:{TEAM}:{SUPPORT}:{card.ts}"


async def test_what_names_neither_id_nor_reference_means_nothing(
    resolver: SessionResolver, requester: Requester
) -> None:
    with pytest.raises(NoSession):
        await resolver.of_message(requester, MessageRef(SUPPORT, "1.000001", metadata={"kind": "assistance"}))
