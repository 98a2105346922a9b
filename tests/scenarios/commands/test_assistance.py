"""An agent types `/assist`: the customer is invited once, the channel has a card, the agent has the links."""

from __future__ import annotations

from sandbox.apizee.guesses import ScopeOfOldTickets
from sandbox.slack.default_world import SUPPORT, TEAM, U_EN
from tests.scenarios.environment import Environment, button, said


async def test_a_customer_is_invited_and_the_channel_has_a_card(environment: Environment) -> None:
    await environment.assist("+33 6 62 68 21 93")
    ticket = await environment.invited()
    card = await environment.card("Invited by SMS")
    assert [one.to for one in environment.apizee.outbox] == ["+33662682193"]
    assert "+33 6 •• •• •• 93" in card.text
    assert card.metadata
    said = card.metadata["event_payload"]
    assert said.pop("session")
    assert (card.metadata["event_type"], said) == (
        "apizee_session",
        {"kind": "assistance", "id": ticket.id, "reference": f"slack:{TEAM}:{SUPPORT}:{card.ts}"},
    )


async def test_the_documented_example_reaches_apizee_as_documented(environment: Environment) -> None:
    await environment.assist("+33662682193 ref:1234")
    await environment.invited()
    assert environment.asked("POST", "/api/tickets") == [
        {"agent": "agent1@apizee.com", "phone": "+33662682193", "invite": "1", "reference": "1234", "scope": "sso"}
    ]


async def test_the_agent_alone_gets_the_links(environment: Environment) -> None:
    await environment.assist("+33 6 62 68 21 93")
    ticket = await environment.invited()
    private_message = await environment.private_message("Your video assistance is ready")
    assert f"/tickets/{ticket.id}" in said(private_message)
    assert "convId=" in said(private_message)
    assert "access_token" not in said(private_message)
    assert "convId=" not in private_message.text  # phones show it while they are locked
    assert private_message.visible_to == U_EN


async def test_the_sign_in_link_is_fetched_when_asked_for(environment: Environment) -> None:
    environment.apizee.guesses.scope_of_old_tickets = ScopeOfOldTickets.TAKEN
    await environment.assist("+33 6 62 68 21 93")
    await environment.invited()
    card = await environment.card("Invited")
    await environment.people.click(U_EN, card, "session_open")
    modal = await environment.modal("signs you in")
    assert "access_token=" in button(modal, "plain_link")["url"]
