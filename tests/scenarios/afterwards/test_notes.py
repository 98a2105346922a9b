"""How a session ended: its own people note it, the card and the thread show it, and it can be changed."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.policy.audit import as_facts
from sandbox.slack.default_world import U_ADMIN, U_EN, U_FR
from sandbox.slack.faults import Refuses
from sandbox.slack.model import Message
from tests.scenarios.afterwards.ended import CUSTOMER, form, notes, over, shows
from tests.scenarios.environment import Environment, Vendors, button, new_environment, said


async def noted(environment: Environment, outcome: str, text: str, *, user: str = U_EN) -> Message:
    """Note something on the one card; return the message in the thread, once all shows it."""
    await form(environment, environment.cards()[0], user=user)
    await environment.people.submit(user, {"outcome": outcome, "note": text})
    await shows(environment, f"*{outcome}*, noted by <@{user}>")
    (shown,) = notes(environment)
    return shown


async def test_of_a_session_that_is_done_the_first_outcome_is_proposed(environment: Environment) -> None:
    view = await form(environment, await over(environment))
    assert view.find_element("outcome")[1]["initial_option"]["value"] == "Solved"
    await environment.people.submit(U_EN, {})
    await shows(environment, f"*Solved*, noted by <@{U_EN}>")


async def test_the_card_shows_the_outcome_and_the_thread_the_note_without_contacts_and_links(
    environment: Environment,
) -> None:
    await over(environment)
    assert environment.app is not None
    (session,) = await environment.sessions_of(U_EN)
    link = session.remote.links.customer
    assert link
    text = f"Called +33 6 62 68 21 93 and ann@client.com, <!channel>\n{link} is done; https://wiki.example.com/boiler"
    shown = await noted(environment, "Solved", text)
    assert "Called +33 6 •• •• •• 93 and a•••@client.com, <!channel>" in str(shown.blocks)
    assert "https://wiki.example.com/boiler" in str(shown.blocks)
    assert "<!channel>" not in shown.text
    assert link.rpartition("=")[2] not in said(shown)
    acts = [as_facts(one) for one in await environment.audited(U_EN)]
    assert [one["act"] for one in acts].count("note") == 2


async def test_a_changed_note_changes_the_message_and_its_form_is_filled_with_what_was_noted(
    environment: Environment,
) -> None:
    card = await over(environment)
    first = await noted(environment, "Follow-up needed", "Ask for the invoice")
    again = await form(environment, card)
    assert [block["element"].get("initial_value") for block in again.body["blocks"]] == [None, "Ask for the invoice"]
    await environment.people.submit(U_EN, {"outcome": "Solved"})
    await shows(environment, "*Solved*")
    (changed,) = notes(environment)
    assert (changed.ts, "*Solved*" in changed.text, "Ask for the invoice" in said(changed)) == (first.ts, True, True)


async def test_of_two_who_note_at_once_the_thread_shows_one_and_the_card_the_same(environment: Environment) -> None:
    card = await over(environment)
    assert environment.app is not None
    environment.promote(U_FR)
    await form(environment, card)
    await form(environment, card, user=U_FR)
    await asyncio.gather(
        environment.people.submit(U_EN, {"outcome": "Solved", "note": "by Alice"}),
        environment.people.submit(U_FR, {"outcome": "No answer", "note": "by Bruno"}),
    )
    await environment.slack.wait_for(lambda: notes(environment))
    await environment.settled()
    (session,) = await environment.sessions_of(U_EN)
    note = session.note
    assert note
    await shows(environment, f"Outcome: *{note.outcome}*, noted by <@{note.author}>")
    assert len(notes(environment)) == 1


async def test_a_colleague_notes_nothing_and_an_administrator_does(environment: Environment) -> None:
    card = await over(environment)
    await environment.people.click(U_FR, card, "session_note")
    await environment.private_message("son agent et les administrateurs", user=U_FR)
    assert environment.slack.open_view(U_FR) is None
    shown = await noted(environment, "Visit needed", "", user=U_ADMIN)
    assert f"*Visit needed*, noted by <@{U_ADMIN}>" in shown.text


async def test_a_form_in_other_hands_notes_nothing(environment: Environment) -> None:
    opened = await form(environment, await over(environment))
    environment.slack.modals[U_FR] = replace(opened, user=U_FR)
    await environment.people.submit(U_FR, {"outcome": "Solved", "note": "not mine"})
    await environment.private_message("son agent et les administrateurs", user=U_FR)
    await environment.settled()
    assert notes(environment) == []


async def test_what_runs_is_not_noted(environment: Environment) -> None:
    await environment.assist(CUSTOMER)
    await environment.invited()
    as_if_over = replace(environment.cards()[0])
    as_if_over.blocks = [
        {
            "type": "actions",
            "block_id": "b",
            "elements": [{**button(as_if_over, "session_refresh"), "action_id": "session_note"}],
        }
    ]
    await environment.people.click(U_EN, as_if_over, "session_note")
    await environment.private_message("This session is not over")


async def test_a_form_over_a_session_that_was_forgotten_says_so(environment: Environment) -> None:
    card = await over(environment)
    await form(environment, card)
    assert environment.app is not None
    (session,) = await environment.sessions_of(U_EN)
    await environment.app.forgetting.forget([session], by="somebody")
    await environment.people.submit(U_EN, {"outcome": "Solved", "note": "too late"})
    await environment.private_message("has been forgotten")
    await environment.settled()
    assert notes(environment) == []
    assert "Solved" not in said(environment.cards()[0])


async def test_a_forgotten_session_takes_its_note_out_of_the_thread(environment: Environment) -> None:
    await over(environment)
    await noted(environment, "Solved", "Mrs Smith was glad")
    assert environment.app is not None
    (session,) = await environment.sessions_of(U_EN)
    await environment.app.forgetting.forget([session], by="somebody")
    assert [one for one in environment.cards() if "Smith" in said(one) or "Solved" in said(one)] == []


async def test_where_slack_refuses_the_thread_the_author_reads_it(environment: Environment) -> None:
    card = await over(environment)
    environment.slack.faults.switch_on(Refuses("restricted_action"), "chat.postMessage")
    await form(environment, card)
    await environment.people.submit(U_EN, {"outcome": "Solved", "note": "Boiler off"})
    await environment.private_message("Slack does not accept your note in the thread")
    await environment.slack.wait_for(lambda: "*Solved*" in said(environment.cards()[0]))
    await environment.settled()
    assert notes(environment) == []


async def test_the_form_speaks_french_and_shows_the_operators_own_outcomes_as_typed(around: Vendors) -> None:
    async with new_environment(around) as environment:
        french = await form(environment, await over(environment, user=U_FR), user=U_FR)
        assert [one["text"]["text"] for one in french.body["blocks"][0]["element"]["options"]] == [
            "Résolu",
            "Suivi nécessaire",
            "Visite nécessaire",
            "Pas de réponse",
        ]
        await environment.people.close(U_FR)
    async with new_environment(around, outcomes="Sold, Not sold") as environment:
        own = await form(environment, environment.cards()[0], user=U_FR)
        assert [one["value"] for one in own.body["blocks"][0]["element"]["options"]] == ["Sold", "Not sold"]
        await environment.people.submit(U_FR, {"outcome": "Not sold"})
        await environment.slack.wait_for(lambda: "*Not sold*" in said(environment.cards()[0]))
        await environment.settled()


async def test_the_organiser_of_a_meeting_is_asked_and_notes_how_it_ended(environment: Environment) -> None:
    await environment.meet('ann@example.com name:"Site visit"')
    card = await environment.card("The guests are invited")
    (meeting,) = environment.apizee.conferences
    environment.apizee.guest_joins(meeting, "Ann")
    environment.apizee.guest_leaves(meeting, "Ann")
    await environment.people.click(U_EN, card, "session_refresh")
    asked = await environment.private_message("*Your video meeting “Site visit” is over.*")
    await form(environment, asked)
    await environment.people.submit(U_EN, {"outcome": "Solved"})
    await environment.slack.wait_for(lambda: "*Solved*" in said(environment.cards()[0]))
    await environment.settled()


async def test_outcomes_are_counted_from_our_own_records(environment: Environment) -> None:
    await over(environment)
    await noted(environment, "Visit needed", "")
    await environment.assist("stats today")
    figures = await environment.private_message("By outcome")
    assert "Visit needed" in said(figures)
    assert "as noted on the sessions that the bot still keeps" in said(figures)
