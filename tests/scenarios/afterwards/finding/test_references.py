"""An agent's own reference leads to its case, wherever the bot shows it."""

from __future__ import annotations

from sandbox.slack.default_world import U_EN
from tests.scenarios.environment import Vendors, new_environment, said

LINK = "<https://crm.example.com/cases/CASE%201%2F2|CASE 1/2>"


async def test_a_reference_is_a_link_on_the_card_in_lists_among_what_is_found_and_on_the_home(around: Vendors) -> None:
    async with new_environment(around, reference_url="https://crm.example.com/cases/{reference}") as environment:
        await environment.assist('+33 6 62 68 21 93 ref:"CASE 1/2"')
        ticket = await environment.invited()
        assert f"reference {LINK}" in said(environment.cards()[0])
        # At Apizee and in what Slack keeps it stays as it was typed.
        assert ticket.reference == "CASE 1/2"
        assert (environment.cards()[0].metadata or {})["event_payload"]["reference"] == "CASE 1/2"

        await environment.assist("list")
        assert "+33 6 ••" in said(await environment.private_message(LINK))
        await environment.assist("find CASE 1/2")
        await environment.private_message(f"*{ticket.id}* · {LINK}")
        await environment.people.open_home(U_EN)
        await environment.slack.wait_for(lambda: LINK in str(environment.slack.home(U_EN)))


async def test_a_reference_that_holds_a_contact_is_masked_and_no_link(around: Vendors) -> None:
    async with new_environment(around, reference_url="https://crm.example.com/cases/{reference}") as environment:
        await environment.assist("+33 6 62 68 21 93 ref:jean@client.com")
        await environment.invited()
        assert "reference j•••@client.com" in said(environment.cards()[0])
        await environment.assist("list")
        await environment.private_message("j•••@client.com")
        assert "crm.example.com" not in said(environment.cards()[0]) + str(environment.slack.ephemeral_messages)
