"""The whole bot where Slack refuses for good: people learn who was invited, nothing runs hot, others see nothing."""

from __future__ import annotations

from sandbox.apizee.model import Operation, Ticket
from sandbox.slack.default_world import PRIVATE_WITH_BOT, SUPPORT, U_BOT, U_EN, U_FR
from sandbox.slack.faults import Refuses
from tests.scenarios.environment import Environment, said

CUSTOMER = "+33 6 62 68 21 93"


def direct(environment: Environment) -> list[str]:
    """Return what the bot has written to the agent directly."""
    return [said(one) for one in environment.slack.direct_messages(U_EN).messages]


async def hung_up(environment: Environment, ticket: Ticket) -> None:
    """Let the session take place and end, and Apizee be asked how it stands."""
    environment.customer_comes(ticket, photos=2)
    environment.apizee.hangs_up(ticket.id)
    await environment.people.click(U_EN, environment.cards(PRIVATE_WITH_BOT)[0], "session_refresh")


async def test_a_bot_that_was_removed_from_the_channel_tells_the_agent_the_end_and_the_photos(
    environment: Environment,
) -> None:
    await environment.assist(CUSTOMER, channel=PRIVATE_WITH_BOT)
    ticket = await environment.invited(channel=PRIVATE_WITH_BOT)
    environment.slack.channels[PRIVATE_WITH_BOT].members.discard(U_BOT)
    environment.slack.faults.switch_on(Refuses("expired_url", status=404), "response_url")
    await hung_up(environment, ticket)
    await environment.slack.wait_for(lambda: any("done" in one for one in direct(environment)))
    await environment.slack.wait_for(lambda: any("2 photos" in one for one in direct(environment)))
    await environment.settled()
    calls = len(environment.slack.calls)
    await environment.settled()
    assert len(environment.slack.calls) == calls < 60
    environment.slack.faults.switch_off()
    await environment.assist("+33 6 12 34 56 78", user=U_FR)
    await environment.card("Invit")


async def test_a_card_that_cannot_be_changed_after_the_invitation_costs_nobody_the_links(
    environment: Environment,
) -> None:
    environment.slack.faults.switch_on(Refuses("update_failed"), "chat.update")
    await environment.assist(CUSTOMER)
    await environment.private_message("Your video assistance is ready")
    await environment.settled()
    card, reply = environment.cards()
    assert "Inviting" in card.text
    assert reply.thread_ts == card.ts
    assert "Invited by SMS" in reply.text
    assert len(environment.slack.calls_of("chat.update")) == 1


async def test_where_neither_channel_nor_direct_messages_take_the_card_nobody_is_invited(
    environment: Environment,
) -> None:
    environment.slack.faults.switch_on(Refuses("restricted_action"), "chat.postMessage")
    await environment.assist(CUSTOMER)
    await environment.private_message("its owners restrict who may")
    assert await environment.came_to_nothing()
    assert len(environment.slack.calls_of("chat.postMessage")) == 2


async def test_a_mention_in_a_thread_whose_root_was_deleted_is_answered_once(environment: Environment) -> None:
    await environment.assist(CUSTOMER)
    await environment.invited()
    (card,) = environment.cards()
    environment.slack.remove(card)
    for method in ("conversations.replies", "chat.postEphemeral"):
        environment.slack.faults.switch_on(Refuses("thread_not_found"), method)
    await environment.people.mention(U_EN, SUPPORT, "media", thread_ts=card.ts)
    await environment.slack.wait_for(lambda: len(direct(environment)) == 1)
    await environment.settled()
    assert len(direct(environment)) == 1
    assert len(environment.slack.calls) < 20


async def test_a_form_that_cannot_be_opened_from_anywhere_is_reported_directly(environment: Environment) -> None:
    environment.slack.faults.switch_on(Refuses("view_too_large"), "views.open")
    await environment.people.global_shortcut(U_EN, "start_assistance")
    await environment.slack.wait_for(lambda: direct(environment))
    assert "did not open the form" in direct(environment)[0]


async def test_refresh_on_a_card_whose_invitation_is_under_way_changes_nothing(environment: Environment) -> None:
    async def press(operation: Operation) -> None:
        if operation is Operation.CREATE_TICKET:
            await environment.people.click(U_EN, environment.cards()[0], "session_refresh")
            await environment.private_message("still on its way")

    environment.apizee.before = press
    await environment.assist(CUSTOMER)
    await environment.invited()
    assert len(environment.apizee.outbox) == 1


async def test_a_home_that_slack_does_not_take_is_nobodys_message(environment: Environment) -> None:
    codes = ["not_enabled", "view_too_large", "hash_conflict", "missing_profile_id", "token_revoked", "missing_scope"]
    for code in codes:
        environment.slack.faults.switch_off()
        environment.slack.faults.switch_on(Refuses(code), "views.publish")
        await environment.people.open_home(U_EN)
        await environment.settled()
    assert len(environment.slack.calls_of("views.publish")) == len(codes)
    assert not direct(environment)
    assert not environment.ephemeral_messages()
