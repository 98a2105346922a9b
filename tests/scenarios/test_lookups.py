"""Looking things up: by reference, by name, by number; and what is said where nothing is found."""

from __future__ import annotations

import pytest

from sandbox.slack.default_world import SUPPORT, U_EN, U_FR
from tests.scenarios.environment import Stage, said


@pytest.fixture
def documented(stage: Stage) -> Stage:
    """Apizee knows the tickets, the conference and the media of its documentation."""
    stage.apizee.load_documentation_examples()
    return stage


# ── Media ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("named", ["663614", "ref12345678"])
async def test_a_tickets_media_are_found_by_its_number_and_by_its_reference(documented: Stage, named: str) -> None:
    await documented.assist(f"media {named}")
    shown = said(await documented.whisper("2 photos and recordings"))
    assert "• Photo · <" in shown
    assert "|diag_snapshot_1677103206155>" in shown
    assert "• Recording · <" in shown
    assert "|ysExSVPf-2552-477>" in shown


async def test_a_conferences_media_are_found_by_its_number_with_their_time(documented: Stage) -> None:
    await documented.meet("media 842341", user=U_FR)
    shown = await documented.whisper("0YW553BN-8214-composite", user=U_FR)
    assert "Enregistrement" in shown.text
    assert "13 juil. 2023 18:24" in shown.text


async def test_a_conferences_media_are_found_by_its_name(stage: Stage) -> None:
    await stage.meet('ann@example.com name:"Site visit"')
    await stage.card("The guests are invited")
    (conference,) = stage.apizee.conferences
    stage.apizee.guest_joins(conference, "Ann")
    stage.apizee.ends(conference)
    stage.apizee.recording_appears(conference)
    await stage.meet("media site VISIT")
    assert "composite" in said(await stage.whisper("1 photo or recording"))


async def test_a_number_longer_than_any_is_no_session(stage: Stage) -> None:
    await stage.assist(f"media {'9' * 5000}")
    await stage.settled()
    (told,) = stage.whispers()
    assert "went wrong" not in told


async def test_a_number_that_is_somebodys_reference_is_looked_up_as_such(documented: Stage) -> None:
    await documented.assist("media 1234")
    assert "diag_snapshot_1689271393000" in said(await documented.whisper("1 photo or recording"))


async def test_a_session_without_media_is_answered_with_patience(stage: Stage) -> None:
    await stage.assist("jean@client.com ref:CASE-1")
    await stage.invited()
    await stage.assist("media CASE-1")
    await stage.whisper("A recording appears some minutes after the session")


async def test_media_of_what_does_not_exist(stage: Stage) -> None:
    await stage.assist("media nowhere")
    await stage.whisper("No session has the reference “nowhere”. Type the whole reference")
    await stage.meet("media nowhere")
    await stage.whisper("No meeting has “nowhere” in its name. Try a shorter piece")


@pytest.mark.parametrize("command", ["/assist", "/meet"])
async def test_a_number_that_apizee_does_not_know(stage: Stage, command: str) -> None:
    await stage.people.command(U_EN, SUPPORT, command, "media 999999")
    await stage.whisper("Apizee does not know this ticket or meeting")


# ── Find ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_tickets_are_found_by_their_reference(documented: Stage) -> None:
    await documented.assist("find ref12345678")
    shown = (await documented.whisper("663614")).text
    assert shown == "• *663614* · ref12345678 · done · Feb 22, 2023 9:56\u202fPM"


async def test_meetings_are_found_by_a_piece_of_their_name(documented: Stage) -> None:
    await documented.meet('ann@example.com name:"Test visit <Brest>"')
    await documented.card("The guests are invited")
    await documented.meet("find test", user=U_FR)
    late, early = (await documented.whisper("842341", user=U_FR)).text.splitlines()
    assert "· Test visit &lt;Brest&gt; · invitation envoyée ·" in late
    assert early == "• *842341* · TEST XX · en cours · 13 juil. 2023 18:21"


async def test_a_search_without_results_says_so_and_what_to_try(documented: Stage) -> None:
    await documented.assist("find ref1234")
    await documented.whisper("No session has the reference “ref1234”. Type the whole reference")
    await documented.meet("find <nowhere>")
    await documented.whisper("has “&lt;nowhere&gt;” in its name. Try a shorter piece of it")


# ── List ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_open_sessions_are_listed_by_kind_for_their_owner_alone(stage: Stage) -> None:
    await stage.assist("+33 6 62 68 21 93")
    ticket = await stage.invited()
    await stage.meet('ann@example.com name:"Site visit"')
    await stage.slack.wait_for(lambda: "guests are invited" in stage.cards()[-1].text)
    await stage.assist("list")
    assert (await stage.whisper("• ")).text.startswith(f"• *{ticket.id}* +33 6 •• •• •• 93 · invited · <#")
    await stage.meet("list")
    await stage.whisper("Site visit · invited")
    await stage.assist("list", user=U_FR)
    await stage.whisper("assistance ouverte. Lancez-en une", user=U_FR)


async def test_what_is_over_is_no_longer_listed(stage: Stage) -> None:
    await stage.assist("jean@client.com")
    ticket = await stage.invited()
    stage.apizee.declines(ticket.id)
    await stage.people.click(U_EN, await stage.card("Invited"), "session_refresh")
    await stage.card("declined")
    await stage.assist("list")
    await stage.whisper("You have no open assistance. Start one with `/assist +33 6 12 34 56 78`")
    await stage.meet("list")
    await stage.whisper("You have no open meeting. Start one with `/meet ann@example.com`")
