"""People type commands, and Slack, keyboards and clipboards change what they type."""

from __future__ import annotations

import re

import pytest

from sandbox.slack import Escaping
from sandbox.slack.default_world import SUPPORT, U_EN, U_FR, U_NOLOGIN
from tests.scenarios.environment import Environment, Vendors, new_environment, said

_AS_LINKS = Escaping(phones=True)
_PLAIN = Escaping(names=False, emails=False, urls=False)


# ── Whatever Slack does to text ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "escaping", "reached"),
    [
        ("+33 6 62 68 21 93", _AS_LINKS, "+33662682193"),
        ("06 62 68 21 93", _PLAIN, "+33662682193"),
        ("+33\u00a06\u202f62\u00a068\u202f21\u00a093", _PLAIN, "+33662682193"),
        ("＋33 6 62 68 21 93", _PLAIN, "+33662682193"),  # noqa: RUF001  # as some keyboards write it
        ("jean@client.com", _AS_LINKS, "jean@client.com"),
        ("jean@client.com", _PLAIN, "jean@client.com"),
        ("<jean@client.com>", _PLAIN, "jean@client.com"),
        ("“jean@client.com”;", _AS_LINKS, "jean@client.com"),
    ],
)
async def test_a_customer_is_reached_however_the_contact_was_typed(
    environment: Environment, typed: str, escaping: Escaping, reached: str
) -> None:
    await environment.people.command(U_EN, SUPPORT, "/assist", typed, escaping=escaping)
    await environment.invited()
    assert [one.to for one in environment.apizee.outbox] == [reached]


@pytest.mark.parametrize(
    "typed",
    [
        'ann@example.com,+33612345678, @agent2 name:"R&D visit" moderated',
        "ann@example.com;\u00a0+33 6 12 34 56 78;\u00a0@agent2 name:“R&D visit” moderated",
        "moderated name:«R&D visit» ann@example.com, @agent2 and 06 12 34 56 78",
        "@agent2 ann@example.com +33 6 12 34 56 78 Name: 'R&D visit', MODERATED",
    ],
)
async def test_guests_and_options_are_understood_however_they_were_typed(environment: Environment, typed: str) -> None:
    await environment.people.command(U_EN, SUPPORT, "/meet", typed, escaping=_AS_LINKS)
    await environment.card("The guests are invited")
    (asked,) = environment.asked("POST", "/api/conferences")
    assert set(asked["participants"].split(",")) == {"ann@example.com", "+33612345678", "agent2@apizee.com"}
    assert (asked["name"], asked["moderation"]) == ("R&D visit", "true")


async def test_a_reference_may_hold_spaces_between_quotation_marks(environment: Environment) -> None:
    await environment.assist("jean@client.com ref:“Case 12 & 13”")
    await environment.invited()
    assert environment.asked("POST", "/api/tickets")[0]["reference"] == "Case 12 & 13"
    assert "Case 12 &amp; 13" in said(await environment.card("Invited"))


# ── Wrong input: one sentence with an example, and nothing else ──────────────────────────────────────────


WRONG_CUSTOMERS = [
    ("the customer", "neither a phone number nor an e-mail address", "+33 6 12 34 56 78"),
    ("+33 6 12 34", "not a valid phone number", "+33 6 12 34 56 78"),
    ("jean@client", "not a valid e-mail address", "ann@example.com"),
    ("ref:1234", "The customer is missing", "/assist +33 6 12 34 56 78"),
    ("jean@client.com +33662682193", "one customer at a time", "a single phone number"),
    ("@agent2", "not for members of this workspace", "a phone number or an e-mail address"),
    ("jean@client.com ref:", "The reference is missing", "ref:1234"),
    (f"jean@client.com ref:{'9' * 51}", "This reference is too long", "50 characters"),
    ("jean@client.com ref:Case 12", "needs quotation marks", 'ref:"Case 12"'),
    ('jean@client.com ref:"Case 12', "A quotation mark is missing", "Close it"),
    ("find", "What should I look for?", "/assist find 1234"),
    ("media", "Whose photos and recordings", "/assist media 1234"),
]


async def test_wrong_input_to_assist_is_explained_with_an_example(environment: Environment) -> None:
    for typed, problem, example in WRONG_CUSTOMERS:
        await environment.assist(typed)
        answer = environment.ephemeral_messages()[-1]
        assert problem in answer, typed
        assert example in answer, typed
    assert len(environment.ephemeral_messages()) == len(WRONG_CUSTOMERS)
    assert await environment.came_to_nothing()


WRONG_GUESTS = [
    ('name:"Site visit"', "The guests are missing", "ann@example.com, +33 6 12 34 56 78, @bob"),
    ("ann@example.com, @nobody", "Slack does not know who @nobody is", "an e-mail address"),
    ("ann@example.com #general", "#general is a channel", "ann@example.com, @bob"),
    ("ann@example.com name:X", "This name is too short", 'name:"Site visit"'),
    (f'ann@example.com name:"{"x" * 256}"', "This name is too long", "255 characters"),
    ("ann@example.com name:Site visit bob@example.com", "needs quotation marks", 'name:"Site visit'),
    (",".join(f"guest{number}@example.com" for number in range(51)), "That is 51 guests", "at most 50"),
    ("find", "What should I look for?", "/meet find 1234"),
]


async def test_wrong_input_to_meet_is_explained_with_an_example(environment: Environment) -> None:
    for typed, problem, example in WRONG_GUESTS:
        await environment.meet(typed)
        answer = environment.ephemeral_messages()[-1]
        assert problem in answer, typed
        assert example in answer, typed
    assert len(environment.ephemeral_messages()) == len(WRONG_GUESTS)
    assert await environment.came_to_nothing()


async def test_what_was_typed_pages_nobody_when_it_is_shown_again(environment: Environment) -> None:
    await environment.assist("<!channel>")
    await environment.meet('ann@example.com name:"<!here> visit')
    assert len(environment.ephemeral_messages()) == 2
    assert not environment.slack.pages


# ── Help ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", ["/assist", "/meet"])
async def test_every_example_of_the_help_works_as_it_stands(environment: Environment, command: str) -> None:
    await environment.people.command(U_EN, SUPPORT, command, "help")
    (answer,) = environment.ephemeral_messages()
    examples = re.findall(rf"`{command} ?(.*?)`", answer)
    assert len(examples) >= 6
    for example in examples:
        delivered = await environment.people.command(U_EN, SUPPORT, command, example)
        assert (delivered.outcome, delivered.body) == ("ok", ""), example


async def test_help_and_sentences_name_the_command_as_it_is_called_here(around: Vendors) -> None:
    async with new_environment(around, assist_command="/video") as environment:
        await environment.people.command(U_EN, SUPPORT, "/video", "help")
        await environment.people.command(U_EN, SUPPORT, "/video", "find")
    shown, sentence = environment.ephemeral_messages()
    assert "`/video list`" in shown
    assert "/video find 1234" in sentence
    assert "/assist" not in shown + sentence


# ── Who the agent is ─────────────────────────────────────────────────────────────────────────────────────


async def test_the_agent_is_the_requester_by_the_address_of_their_profile(environment: Environment) -> None:
    await environment.assist("jean@client.com", user=U_FR)
    await environment.card("Invitation envoyée")
    assert environment.asked("POST", "/api/tickets")[0]["agent"] == "agent2@apizee.com"


async def test_who_has_no_address_works_under_the_common_login(around: Vendors) -> None:
    async with new_environment(around, apizee_default_agent="default.agent@apizee.com") as environment:
        await environment.assist("jean@client.com", user=U_NOLOGIN)
        await environment.invited()
    assert environment.asked("POST", "/api/tickets")[0]["agent"] == "default.agent@apizee.com"


@pytest.mark.parametrize("command", ["/assist", "/meet"])
async def test_who_has_no_login_reads_whom_to_ask(environment: Environment, command: str) -> None:
    await environment.people.command(U_NOLOGIN, SUPPORT, command, "jean@client.com")
    answer = await environment.private_message("no agent's login", user=U_NOLOGIN)
    assert "Ask your Apizee administrator" in answer.text
    assert await environment.came_to_nothing()
