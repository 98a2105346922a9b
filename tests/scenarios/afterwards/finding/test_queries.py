"""Looking things up: by reference, by name, by number; and what is said where nothing is found."""

from __future__ import annotations

import pytest

from sandbox.slack.default_world import SUPPORT, U_EN, U_FR
from tests.scenarios.environment import Environment, said


@pytest.fixture
def documented(environment: Environment) -> Environment:
    """Apizee knows the tickets, the conference and the media of its documentation."""
    environment.apizee.load_documentation_examples()
    return environment


# ── Media ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("named", ["663614", "ref12345678"])
async def test_a_tickets_media_are_found_by_its_number_and_by_its_reference(
    documented: Environment, named: str
) -> None:
    await documented.assist(f"media {named}")
    shown = said(await documented.private_message("2 photos and recordings"))
    assert "|Photo 1> · <!date^1677103206^" in shown
    assert "|Recording>" in shown


async def test_a_conferences_media_are_found_by_its_number_with_their_time(documented: Environment) -> None:
    documented.promote(U_FR)
    await documented.meet("media 842341", user=U_FR)
    shown = await documented.private_message("|Enregistrement>", user=U_FR)
    assert "<!date^1689265444^{date_short_pretty} {time}|13 juil. 2023 18:24>" in shown.text


async def test_a_conferences_media_are_found_by_its_name(environment: Environment) -> None:
    await environment.meet('ann@example.com name:"Site visit"')
    await environment.card("The guests are invited")
    (conference,) = environment.apizee.conferences
    environment.apizee.guest_joins(conference, "Ann")
    environment.apizee.ends(conference)
    environment.apizee.recording_appears(conference)
    await environment.meet("media site VISIT")
    assert "|Recording>" in said(await environment.private_message("1 photo or recording"))


async def test_a_number_longer_than_any_is_no_session(environment: Environment) -> None:
    await environment.assist(f"media {'9' * 5000}")
    await environment.settled()
    (answer,) = environment.ephemeral_messages()
    assert "went wrong" not in answer


async def test_a_number_that_is_somebodys_reference_is_looked_up_as_such(documented: Environment) -> None:
    await documented.assist("media 1234")
    assert "|Photo 1> · <!date^1689271393^" in said(await documented.private_message("1 photo or recording"))


async def test_a_session_without_media_yet_is_answered_so(environment: Environment) -> None:
    await environment.assist("jean@client.com ref:CASE-1")
    await environment.invited()
    await environment.assist("media CASE-1")
    await environment.private_message("A recording appears some minutes after the session")


async def test_media_of_what_does_not_exist(environment: Environment) -> None:
    await environment.assist("media nowhere")
    await environment.private_message("No session has the reference “nowhere”. Type the whole reference")
    await environment.meet("media nowhere")
    await environment.private_message("No meeting has “nowhere” in its name. Try a shorter piece")


@pytest.mark.parametrize("command", ["/assist", "/meet"])
async def test_a_number_that_apizee_does_not_know(environment: Environment, command: str) -> None:
    environment.promote(U_EN)
    await environment.people.command(U_EN, SUPPORT, command, "media 999999")
    await environment.private_message("Apizee does not know this ticket or meeting")


# ── Find ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_tickets_are_found_by_their_reference(documented: Environment) -> None:
    await documented.assist("find ref12345678")
    shown = (await documented.private_message("663614")).text
    when = "<!date^1677102994^{date_short_pretty} {time}|Feb 22, 2023 9:56\u202fPM>"
    assert shown == f"• *663614* · ref12345678 · done · agent1@apizee.com · {when}"


async def test_meetings_are_found_by_a_piece_of_their_name(documented: Environment) -> None:
    documented.promote(U_FR)
    await documented.meet('ann@example.com name:"Test visit <Brest>"')
    await documented.card("The guests are invited")
    await documented.meet("find test", user=U_FR)
    late, early = (await documented.private_message("842341", user=U_FR)).text.splitlines()
    assert "· Test visit &lt;Brest&gt; · invitation envoyée ·" in late
    assert early.startswith("• *842341* · TEST XX · en cours · <!date^")
    assert early.endswith("|13 juil. 2023 18:21>")


async def test_a_search_without_results_says_so_and_what_to_try(documented: Environment) -> None:
    await documented.assist("find ref1234")
    await documented.private_message("No session has the reference “ref1234”. Type the whole reference")
    await documented.meet("find <nowhere>")
    await documented.private_message("has “&lt;nowhere&gt;” in its name. Try a shorter piece of it")


# ── List ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_open_sessions_are_listed_by_kind_for_their_owner_alone(environment: Environment) -> None:
    await environment.assist("+33 6 62 68 21 93")
    ticket = await environment.invited()
    await environment.meet('ann@example.com name:"Site visit"')
    await environment.slack.wait_for(lambda: "guests are invited" in environment.cards()[-1].text)
    await environment.assist("list")
    assert (await environment.private_message("• ")).text.startswith(
        f"• *{ticket.id}* +33 6 •• •• •• 93 · invited · since <!date^"
    )
    await environment.meet("list")
    await environment.private_message("Site visit · invited")
    await environment.assist("list", user=U_FR)
    await environment.private_message("assistance ouverte. Lancez-en une", user=U_FR)


async def test_what_is_over_is_no_longer_listed(environment: Environment) -> None:
    await environment.assist("jean@client.com")
    ticket = await environment.invited()
    environment.apizee.declines(ticket.id)
    await environment.people.click(U_EN, await environment.card("Invited"), "session_refresh")
    await environment.card("declined")
    await environment.assist("list")
    await environment.private_message("You have no open assistance. Start one with `/assist +33 6 12 34 56 78`")
    await environment.meet("list")
    await environment.private_message("You have no open meeting. Start one with `/meet ann@example.com`")
