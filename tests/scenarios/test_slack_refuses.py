"""The whole bot where Slack refuses for good: who was invited is told of, nothing is hot, and others do not notice."""

from __future__ import annotations

from sandbox.apizee.model import Operation, Ticket
from sandbox.slack.default_world import PRIVATE_WITH_BOT, SUPPORT, U_BOT, U_EN, U_FR
from sandbox.slack.faults import Refuses
from tests.scenarios.environment import Stage, said

CUSTOMER = "+33 6 62 68 21 93"


def direct(stage: Stage) -> list[str]:
    """What the bot has written to the agent directly."""
    return [said(one) for one in stage.slack.direct_messages(U_EN).messages]


async def hung_up(stage: Stage, ticket: Ticket) -> None:
    """The session takes place and ends, and Apizee is asked how it stands."""
    stage.customer_comes(ticket, photos=2)
    stage.apizee.hangs_up(ticket.id)
    await stage.people.click(U_EN, stage.cards(PRIVATE_WITH_BOT)[0], "session_refresh")


async def test_a_bot_that_was_removed_from_the_channel_tells_the_agent_the_end_and_the_photos(stage: Stage) -> None:
    await stage.assist(CUSTOMER, channel=PRIVATE_WITH_BOT)
    ticket = await stage.invited(channel=PRIVATE_WITH_BOT)
    stage.slack.channels[PRIVATE_WITH_BOT].members.discard(U_BOT)
    stage.slack.faults.switch_on(Refuses("expired_url", status=404), "response_url")
    await hung_up(stage, ticket)
    await stage.slack.wait_for(lambda: any("done" in one for one in direct(stage)))
    await stage.slack.wait_for(lambda: any("2 photos" in one for one in direct(stage)))
    await stage.settled()
    calls = len(stage.slack.calls)
    await stage.settled()
    assert len(stage.slack.calls) == calls < 60
    stage.slack.faults.switch_off()
    await stage.assist("+33 6 12 34 56 78", user=U_FR)
    await stage.card("Invit")


async def test_a_card_that_cannot_be_changed_after_the_invitation_costs_nobody_the_links(stage: Stage) -> None:
    stage.slack.faults.switch_on(Refuses("update_failed"), "chat.update")
    await stage.assist(CUSTOMER)
    await stage.whisper("Your video assistance is ready")
    await stage.settled()
    card, reply = stage.cards()
    assert "Inviting" in card.text
    assert reply.thread_ts == card.ts
    assert "Invited by SMS" in reply.text
    assert len(stage.slack.calls_of("chat.update")) == 1


async def test_where_neither_channel_nor_direct_messages_take_the_card_nobody_is_invited(stage: Stage) -> None:
    stage.slack.faults.switch_on(Refuses("restricted_action"), "chat.postMessage")
    await stage.assist(CUSTOMER)
    await stage.whisper("its owners restrict who may")
    assert await stage.came_to_nothing()
    assert len(stage.slack.calls_of("chat.postMessage")) == 2


async def test_a_mention_in_a_thread_whose_root_was_deleted_is_answered_once(stage: Stage) -> None:
    await stage.assist(CUSTOMER)
    await stage.invited()
    (card,) = stage.cards()
    stage.slack.remove(card)
    for method in ("conversations.replies", "chat.postEphemeral"):
        stage.slack.faults.switch_on(Refuses("thread_not_found"), method)
    await stage.people.mention(U_EN, SUPPORT, "media", thread_ts=card.ts)
    await stage.slack.wait_for(lambda: len(direct(stage)) == 1)
    await stage.settled()
    assert len(direct(stage)) == 1
    assert len(stage.slack.calls) < 20


async def test_a_form_that_cannot_be_opened_from_anywhere_is_told_of_directly(stage: Stage) -> None:
    stage.slack.faults.switch_on(Refuses("view_too_large"), "views.open")
    await stage.people.global_shortcut(U_EN, "start_assistance")
    await stage.slack.wait_for(lambda: direct(stage))
    assert "did not open the form" in direct(stage)[0]


async def test_refresh_on_a_card_whose_invitation_is_under_way_changes_nothing(stage: Stage) -> None:
    async def press(operation: Operation) -> None:
        if operation is Operation.CREATE_TICKET:
            await stage.people.click(U_EN, stage.cards()[0], "session_refresh")
            await stage.whisper("still on its way")

    stage.apizee.before = press
    await stage.assist(CUSTOMER)
    await stage.invited()
    assert len(stage.apizee.outbox) == 1


async def test_a_home_that_slack_does_not_take_is_nobodys_message(stage: Stage) -> None:
    codes = ["not_enabled", "view_too_large", "hash_conflict", "missing_profile_id", "token_revoked", "missing_scope"]
    for code in codes:
        stage.slack.faults.switch_off()
        stage.slack.faults.switch_on(Refuses(code), "views.publish")
        await stage.people.open_home(U_EN)
        await stage.settled()
    assert len(stage.slack.calls_of("views.publish")) == len(codes)
    assert not direct(stage)
    assert not stage.whispers()
