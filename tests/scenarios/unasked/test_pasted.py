"""People paste contacts: who is meant is invited, what was changed is shown to them alone, the rest is asked about."""

from __future__ import annotations

import pytest

from sandbox.slack.default_world import SUPPORT, U_EN, U_FR
from tests.scenarios.environment import Environment, said


@pytest.mark.parametrize(
    ("typed", "reached", "answer"),
    [
        ("0692 12 34 56", "+262692123456", "Understood as +262 692 12 34 56."),
        ("Tél. : 06·62·68·21·93", "+33662682193", "Understood as +33 6 62 68 21 93. Left out: “Tél”."),
        ("appeler 06 62 68 21 93 le 12/03 à 14h", "+33662682193", "Left out: “appeler le 12/03 à 14h”."),
        ("jean%2Bvideo@client.com", "jean+video@client.com", "Understood as jean+video@client.com."),
        ("“Doe, Jane” <jane@x.com>", "jane@x.com", "Understood as jane@x.com. Left out: “Doe, Jane”."),
    ],
)
async def test_what_was_changed_is_shown_to_who_typed_it_and_to_nobody_else(
    environment: Environment, typed: str, reached: str, answer: str
) -> None:
    await environment.assist(typed)
    await environment.private_message(answer)
    await environment.invited()
    assert [one.to for one in environment.apizee.outbox] == [reached]
    assert not [one for one in environment.slack.channels[SUPPORT].messages if "Understood" in said(one)]


async def test_nothing_is_shown_where_all_was_read_as_it_was_typed(environment: Environment) -> None:
    await environment.assist("☎\u202d +33 (0)6.62.68.21.93\u202c")
    await environment.invited()
    (links,) = environment.ephemeral_messages()
    assert "Your video assistance is ready" in links


async def test_a_list_out_of_a_mail_program_is_invited_whole(environment: Environment) -> None:
    await environment.meet("Jane Doe <jane@x.com>; Muster, Max <max@x.com>; 0692 12 34 56", user=U_FR)
    await environment.private_message("Compris\u00a0: jane@x.com, max@x.com, +262 692 12 34 56", user=U_FR)
    await environment.card("Les invitations sont envoyées")
    (asked,) = environment.asked("POST", "/api/conferences")
    assert asked["participants"] == "jane@x.com,max@x.com,+262692123456"


async def test_a_form_reads_what_is_pasted_and_tells_what_it_changed(environment: Environment) -> None:
    await environment.assist("")
    await environment.form()
    await environment.people.submit(U_EN, {"contact": "Mme Durand : 0692 12 34 56"})
    await environment.private_message("Understood as +262 692 12 34 56. Left out: “Mme Durand”.")
    await environment.invited()
    assert [one.to for one in environment.apizee.outbox] == ["+262692123456"]


async def test_the_form_of_a_meeting_tells_it_too(environment: Environment) -> None:
    await environment.meet("")
    await environment.form()
    await environment.people.submit(U_EN, {"participants": "Jane <jane@x.com>, bob%40x.com"})
    await environment.private_message("Understood as jane@x.com, bob@x.com. Left out: “Jane”.")
    await environment.card("The guests are invited")


ASKED_ABOUT = [
    ("01 42 68 53 00", "“01 42 68 53 00” is a landline", "a mobile number or an e-mail address"),
    ("0262 12 34 56", "is a landline", "a mobile number or an e-mail address"),
    ("09 77 12 34 56", "gets no SMS", "a mobile number or an e-mail address"),
    ("0899 12 34 56", "those are never invited", "a mobile number or an e-mail address"),
    ("+33 1 42 68 53 00 poste 12", "is an extension", "a mobile number without an extension"),
    ("06 62 68 21 93 / 07 81 23 45 67", "more than one way to reach a person", "Type only the one to use"),
    ("jean%252Bx@client.com", "may not be the e-mail address", "Type the address by hand"),
    ("chercher jean@client.com", "Did you mean /assist find?", "leave out the words"),
    ("06 62 68 21 93 dossier:12", "what “dossier:12” means", "/assist help"),
]


async def test_what_is_not_certain_is_asked_about_and_nobody_is_invited(environment: Environment) -> None:
    for typed, problem, what_to_do in ASKED_ABOUT:
        await environment.assist(typed)
        answer = environment.ephemeral_messages()[-1]
        assert problem in answer, typed
        assert what_to_do in answer, typed
    assert len(environment.ephemeral_messages()) == len(ASKED_ABOUT)
    assert await environment.came_to_nothing()


async def test_a_landline_among_guests_is_asked_about_next_to_its_field(environment: Environment) -> None:
    await environment.meet("")
    view = await environment.form()
    await environment.people.submit(U_EN, {"participants": "ann@example.com, 01 42 68 53 00"})
    assert "is a landline" in view.errors["participants"]
    assert await environment.came_to_nothing()


async def test_a_message_with_a_landline_and_a_mobile_fills_the_form_with_the_mobile(environment: Environment) -> None:
    message = environment.slack.say(
        U_FR, SUPPORT, "Fixe 01 42 68 53 00, port. 0692 12 34 56, à rappeler le 12/03 à 14h"
    )
    await environment.people.message_shortcut(U_EN, "assist_from_message", message)
    await environment.form()
    await environment.people.submit(U_EN, {})
    await environment.invited()
    assert [one.to for one in environment.apizee.outbox] == ["+262692123456"]
