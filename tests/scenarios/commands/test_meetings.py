"""Somebody types `/meet`: the guests are invited once, and everybody in the channel finds the way in."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from sandbox.apizee.faults import FeatureMissing
from sandbox.apizee.model import Operation
from sandbox.slack.default_world import U_ADMIN, U_EN, U_NOLOGIN
from sandbox.slack.faults import RateLimited, Refuses
from tests.scenarios.environment import Environment, button, said

EXAMPLE = 'invite12345@yopmail.com,0612345678 name:"TEST" moderated'


async def test_the_documented_example_reaches_apizee_as_documented(environment: Environment) -> None:
    await environment.meet(EXAMPLE)
    await environment.card("The guests are invited")
    assert environment.asked("POST", "/api/conferences") == [
        {
            "participants": "invite12345@yopmail.com,+33612345678",
            "name": "TEST",
            "moderation": "true",
            "invite": "true",
            "moderator": "agent1@apizee.com",
        }
    ]
    assert [one.to for one in environment.apizee.outbox] == ["invite12345@yopmail.com", "+33612345678"]


async def test_the_card_shows_every_way_in_and_no_guests_contact(environment: Environment) -> None:
    await environment.meet(EXAMPLE)
    card = await environment.card("Video meeting “TEST”: The guests are invited")
    (conference,) = environment.apizee.conferences.values()
    shown = said(card)
    assert shown.count(f"/m/{conference.short_code}") == 1
    assert shown.count(f"+33 2 57 57 97 61, code {conference.sip_dtmf_code}") == 1
    assert "i•••@yopmail.com, +33 6 •• •• •• 78" in shown
    assert "invite12345" not in shown
    assert "This meeting is moderated: guests wait until the moderator lets them in." in shown
    assert urlsplit(button(card, "session_join")["url"]).path == f"/m/{conference.short_code}"
    assert button(card, "session_join_as_me")
    assert card.metadata is not None
    assert card.metadata["event_type"] == "apizee_session"
    payload = dict(card.metadata["event_payload"])
    assert f"session:{payload.pop('session')}" in said(card)
    assert payload == {"kind": "meeting", "id": conference.id, "reference": "TEST"}


async def test_guests_of_a_moderated_meeting_wait_and_after_its_end_no_way_leads_in(environment: Environment) -> None:
    await environment.meet(EXAMPLE)
    card = await environment.card("The guests are invited")
    (conference,) = environment.apizee.conferences
    environment.apizee.guest_joins(conference, "Ann")
    await environment.people.click(U_EN, card, "session_refresh")
    await environment.private_message("Already up to date")
    assert "The guests are invited" in card.text
    environment.apizee.moderator_lets_in(conference, "Ann")
    await environment.people.click(U_EN, card, "session_refresh")
    assert "lets them in" in said(await environment.card("In progress"))  # others may still come
    environment.apizee.guest_leaves(conference, "Ann")
    await environment.people.click(U_EN, card, "session_refresh")
    shown = said(await environment.card("Done"))
    for way in ("/m/", "+33 2 57", "session_join", "'call'", "lets them in"):
        assert way not in shown
    assert "moderated" in shown


async def test_the_card_holds_slacks_own_call(environment: Environment) -> None:
    await environment.meet(EXAMPLE)
    card = await environment.card("The guests are invited")
    (call,) = environment.slack.registered_calls.values()
    assert call.fields["title"] == "TEST"
    assert call.fields["created_by"] == U_EN
    assert urlsplit(call.fields["join_url"]).path.startswith("/meet/private/")
    assert [block["call_id"] for block in card.blocks if block["type"] == "call"] == [call.id]


async def test_a_call_that_slack_refuses_leaves_the_card_without_it(environment: Environment) -> None:
    environment.slack.faults.switch_on(Refuses("missing_scope"), "calls.add")
    await environment.meet(EXAMPLE)
    card = await environment.card("The guests are invited")
    assert "call" not in {block["type"] for block in card.blocks}
    assert button(card, "session_join")


async def test_a_call_that_has_to_wait_leads_to_one_conference(environment: Environment) -> None:
    environment.slack.faults.switch_on(RateLimited(retry_after=1), "calls.add", times=1)
    await environment.meet(EXAMPLE)
    await environment.card("The guests are invited")
    assert len(environment.slack.registered_calls) == len(environment.apizee.conferences) == 1


async def test_colleagues_are_invited_by_the_addresses_of_their_profiles(environment: Environment) -> None:
    await environment.meet("@agent2, @diane")
    card = await environment.card("The guests are invited")
    assert [one.to for one in environment.apizee.outbox] == ["agent2@apizee.com", "diane@apizee.com"]
    assert f"<@{U_ADMIN}>" in said(card)
    assert "diane@" not in said(card)


async def test_a_colleague_without_an_address_stops_it_before_anybody_is_invited(environment: Environment) -> None:
    await environment.meet("ann@example.com, @chris")
    notice = await environment.private_message("Slack shows no confirmed e-mail address")
    assert f"<@{U_NOLOGIN}>" in notice.text
    assert "Type the address instead" in notice.text
    assert await environment.came_to_nothing()


async def test_an_address_that_a_colleague_only_claims_gets_no_invitation(environment: Environment) -> None:
    environment.slack.users[U_ADMIN] = replace(environment.slack.users[U_ADMIN], is_email_confirmed=False)
    await environment.meet("ann@example.com, @diane")
    await environment.private_message("Slack shows no confirmed e-mail address")
    assert await environment.came_to_nothing()


async def test_a_colleague_who_left_stops_it_too(environment: Environment) -> None:
    await environment.meet("ann@example.com, @ellen")
    await environment.private_message("Slack no longer shows the person")
    assert await environment.came_to_nothing()


async def test_a_meeting_without_a_name_gets_one_by_which_it_is_found_again(environment: Environment) -> None:
    await environment.meet("ann@example.com")
    await environment.card("The guests are invited")
    (conference,) = environment.apizee.conferences.values()
    assert conference.name is not None
    assert conference.name.startswith("Video meeting ")
    await environment.meet(f"find {conference.name}")
    await environment.private_message(str(conference.id))


async def test_an_account_without_meetings_is_explained_on_the_card(environment: Environment) -> None:
    environment.apizee.faults.switch_on(FeatureMissing(), Operation.CREATE_CONFERENCE)
    await environment.meet(EXAMPLE)
    card = await environment.card("Apizee refused the invitation")
    assert "Nobody was invited" in card.text
    assert not environment.apizee.outbox


# ── Text of people ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("word", ["channel", "here", "everyone"])
async def test_a_name_that_looks_like_a_page_pages_nobody(environment: Environment, word: str) -> None:
    await environment.meet(f'ann@example.com name:"<!{word}> visit"')
    card = await environment.card("The guests are invited")
    assert f"&lt;!{word}&gt; visit" in card.text
    assert environment.apizee.conferences.popitem()[1].name == f"<!{word}> visit"
    await environment.meet("list")
    await environment.private_message(f"&lt;!{word}&gt;")
    assert not environment.slack.pages


async def test_a_reference_that_looks_like_a_page_pages_nobody(environment: Environment) -> None:
    await environment.assist("jean@client.com ref:<!here>")
    await environment.invited()
    assert environment.asked("POST", "/api/tickets")[0]["reference"] == "<!here>"
    await environment.assist("find <!here>")
    await environment.private_message("&lt;!here&gt;")
    assert not environment.slack.pages


async def test_a_contact_within_a_name_or_reference_is_masked(environment: Environment) -> None:
    await environment.meet('ann@example.com name:"Visit 06 62 68 21 93"')
    meeting = await environment.card("The guests are invited")
    await environment.assist("jean@client.com ref:jean.dupont@client.com")
    await environment.slack.wait_for(lambda: "Invited" in environment.cards()[-1].text)
    assistance = environment.cards()[-1]
    for card in (meeting, assistance):
        assert "21 93" not in said(card)
        assert "jean.dupont" not in f"{said(card)} {card.metadata}"
    assert assistance.metadata is not None
    assert assistance.metadata["event_payload"].keys() == {"kind", "id", "session"}
    assert environment.asked("POST", "/api/tickets")[0]["reference"] == "jean.dupont@client.com"
