"""The forms: opened at once whatever is slow, wrong fields explained where they are, the card where it was wanted."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.store.server.embedded import EmbeddedRedis
from sandbox.slack.client.modal_submission import NotSubmittedError
from sandbox.slack.default_world import GENERAL, SUPPORT, U_EN, U_FR, U_GONE, U_GUEST, U_NOLOGIN
from sandbox.slack.faults import Refuses, Slow
from tests.scenarios.environment import Environment, Vendors, new_environment

# ── Opened, filled in, sent ──────────────────────────────────────────────────────────────────────────────


async def test_assist_alone_opens_the_form_and_the_form_invites(environment: Environment) -> None:
    await environment.assist("")
    view = await environment.form()
    assert view.title == "Start video assistance"
    await environment.people.submit(U_EN, {"contact": "06 62 68 21 93", "reference": "CASE-1234"})
    await environment.invited()
    assert environment.slack.open_view(U_EN) is None
    assert environment.asked("POST", "/api/tickets") == [
        {
            "agent": "agent1@apizee.com",
            "phone": "+33662682193",
            "invite": "1",
            "reference": "CASE-1234",
            "scope": "sso",
        }
    ]


async def test_meet_alone_opens_the_form_and_the_form_invites(environment: Environment) -> None:
    await environment.meet("")
    view = await environment.form()
    assert view.title == "Start a video meeting"
    typed = {"participants": "ann@example.com; 06 12 34 56 78", "name": "Site visit", "moderation": ["moderated"]}
    await environment.people.submit(U_EN, typed)
    await environment.card("“Site visit”: The guests are invited")
    (asked,) = environment.asked("POST", "/api/conferences")
    assert asked["participants"] == "ann@example.com,+33612345678"
    assert (asked["name"], asked["moderation"]) == ("Site visit", "true")


async def test_the_card_goes_into_the_channel_that_was_chosen(environment: Environment) -> None:
    await environment.assist("")
    await environment.form()
    await environment.people.submit(U_EN, {"contact": "jean@client.com", "channel": GENERAL})
    await environment.invited(channel=GENERAL)
    assert not environment.cards(SUPPORT)
    assert [one.channel for one in environment.slack.ephemerals(U_EN)] == [GENERAL]


async def test_options_may_be_left_out(environment: Environment) -> None:
    await environment.meet("")
    await environment.form()
    await environment.people.submit(U_EN, {"participants": "ann@example.com"})
    await environment.card("The guests are invited")
    assert environment.asked("POST", "/api/conferences")[0]["moderation"] == "false"


# ── Wrong fields ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("command", "typed", "field", "problem"),
    [
        ("/assist", {"contact": "the customer"}, "contact", "neither a phone number nor an e-mail address"),
        ("/assist", {"contact": "a@b.com, c@d.com"}, "contact", "one customer at a time"),
        ("/meet", {"participants": "ann@example.com, bob"}, "participants", "“bob” is neither"),
        ("/meet", {"participants": "ann@example.com", "name": "X"}, "name", "too short"),
        ("/meet", {"participants": "ann@example.com", "at": 1_000_000_000}, "at", "This time has passed"),
        ("/assist", {"contact": "jean@client.com", "at": 1_000_000_000}, "at", "This time has passed"),
        ("/assist", {"contact": "jean@client.com", "at": 9_999_999_999}, "at", "at most 90 days ahead"),
        ("/assist", {"contact": "jean@client.com", "for": U_NOLOGIN}, "for", f"<@{U_NOLOGIN}> has no agent's login"),
        ("/assist", {"contact": "jean@client.com", "for": U_GUEST}, "for", "Name a full member of this workspace"),
        ("/assist", {"contact": "jean@client.com", "for": U_GONE}, "for", "Slack no longer shows the person"),
    ],
)
async def test_what_is_wrong_stands_next_to_its_field(
    environment: Environment, command: str, typed: dict[str, object], field: str, problem: str
) -> None:
    await environment.people.command(U_EN, SUPPORT, command)
    view = await environment.form()
    await environment.people.submit(U_EN, typed)
    assert environment.slack.open_view(U_EN) is view
    assert view.errors.keys() == {field}
    assert problem in view.errors[field]
    assert await environment.came_to_nothing()


async def test_all_wrong_fields_are_explained_at_once(environment: Environment) -> None:
    await environment.meet("")
    view = await environment.form()
    await environment.people.submit(U_EN, {"participants": "bob", "name": "X"})
    assert view.errors.keys() == {"participants", "name"}


async def test_too_long_a_reference_cannot_be_sent(environment: Environment) -> None:
    await environment.assist("")
    view = await environment.form()
    typed = {"contact": "jean@client.com", "reference": "9" * 51}
    with pytest.raises(NotSubmittedError):
        await environment.people.submit(U_EN, typed)
    # A client that does not count is answered next to the field.
    del view.find_element("reference")[1]["max_length"]
    await environment.people.submit(U_EN, typed)
    assert view.errors == {"reference": "This reference is too long. It may have up to 50 characters."}


async def test_a_form_that_was_corrected_can_be_sent(environment: Environment) -> None:
    await environment.assist("")
    await environment.form()
    await environment.people.submit(U_EN, {"contact": "+33 6 62"})
    await environment.people.submit(U_EN, {"contact": "+33 6 62 68 21 93"})
    await environment.invited()


# ── Slack's three seconds ────────────────────────────────────────────────────────────────────────────────


async def test_the_form_opens_in_time_while_slack_does_not_say_who_asks(environment: Environment) -> None:
    environment.slack.faults.switch_on(Slow(30), "users.info")
    await environment.assist("", user=U_FR)
    view = await environment.slack.wait_for(lambda: environment.slack.open_view(U_FR), 3)
    assert view is not None
    assert view.title == "Start video assistance"


@pytest.mark.parametrize(("command", "field"), [("/assist", "contact"), ("/meet", "participants")])
async def test_the_form_opens_while_redis_is_away_and_keeps_what_was_typed(
    around: Vendors, tmp_path: Path, command: str, field: str
) -> None:
    async with AsyncExitStack() as its_life:
        redis = await its_life.enter_async_context(EmbeddedRedis(tmp_path))
        around.environment["REDIS_URL"] = redis.url
        async with new_environment(around) as environment:
            await its_life.aclose()
            await environment.people.command(U_EN, SUPPORT, command)
            view = await environment.form()
            await environment.people.submit(U_EN, {field: "jean@client.com"})
    assert "storage is away" in view.errors[field]
    assert not environment.apizee.requests


async def test_who_gets_no_form_is_notified(environment: Environment) -> None:
    environment.slack.faults.switch_on(Refuses("expired_trigger_id"), "views.open")
    await environment.assist("", user=U_FR)
    await environment.private_message("Réessayez", user=U_FR)
