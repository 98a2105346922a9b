"""An operator allows some countries: numbers of others are refused in words, whichever way they come in."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from sandbox.slack.default_world import SUPPORT, U_EN, U_FR
from tests.scenarios.environment import Environment, Vendors, new_environment

BRITISH = "+44 7400 123456"


@pytest.fixture
async def environment(around: Vendors) -> AsyncIterator[Environment]:
    async with new_environment(around, allowed_countries="FR,be") as environment:
        yield environment


@pytest.mark.parametrize("command", ["/assist", "/meet"])
async def test_a_number_from_elsewhere_is_refused_and_the_allowed_countries_are_named(
    environment: Environment, command: str
) -> None:
    await environment.people.command(U_EN, SUPPORT, command, BRITISH)
    refusal = await environment.private_message("may be invited here (Belgium, France)")
    assert "nobody was invited" in refusal.text
    assert await environment.came_to_nothing()


async def test_the_refusal_is_in_the_language_of_its_reader(environment: Environment) -> None:
    await environment.assist(BRITISH, user=U_FR)
    await environment.private_message("(Belgique, France)", user=U_FR)


async def test_numbers_from_there_and_addresses_are_invited(environment: Environment) -> None:
    await environment.meet("06 62 68 21 93, +32 470 12 34 56, ann@client.co.uk")
    await environment.card("The guests are invited")


@pytest.mark.parametrize(("command", "field"), [("/assist", "contact"), ("/meet", "participants")])
async def test_a_form_says_it_next_to_the_field(environment: Environment, command: str, field: str) -> None:
    await environment.people.command(U_EN, SUPPORT, command)
    view = await environment.form()
    await environment.people.submit(U_EN, {field: BRITISH})
    assert view.errors.keys() == {field}
    assert "(Belgium, France)" in view.errors[field]
    assert await environment.came_to_nothing()


async def test_a_message_fills_the_form_with_the_number_that_may_be_invited(environment: Environment) -> None:
    message = environment.slack.say(U_FR, SUPPORT, f"London {BRITISH}, Paris 06 62 68 21 93")
    await environment.people.message_shortcut(U_EN, "assist_from_message", message)
    view = await environment.form()
    assert view.find_element("contact")[1]["initial_value"] == "+33662682193"


async def test_who_was_invited_before_is_not_invited_again(around: Vendors) -> None:
    async with new_environment(around) as before:
        await before.assist(BRITISH)
        ticket = await before.invited()
        before.apizee.declines(ticket.id)
        await before.people.click(U_EN, await before.card("Invited"), "session_refresh")
        card = await before.card("declined")
    async with new_environment(around, allowed_countries="FR,BE") as after:
        await after.people.click(U_EN, card, "session_invite_again")
        await after.private_message("may be invited here (Belgium, France)")
        await after.settled()
    assert len(after.apizee.tickets) == 1
