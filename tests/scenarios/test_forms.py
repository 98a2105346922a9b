"""The forms: opened at once whatever is slow, wrong fields explained where they are, the card where it was wanted."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.store.server.embedded import EmbeddedRedis
from sandbox.slack.client.modal_submission import NotSubmittedError
from sandbox.slack.default_world import GENERAL, SUPPORT, U_EN, U_FR
from sandbox.slack.faults import Refuses, Slow
from tests.scenarios.environment import Stage, Vendors, staged

# ── Opened, filled in, sent ──────────────────────────────────────────────────────────────────────────────


async def test_assist_alone_opens_the_form_and_the_form_invites(stage: Stage) -> None:
    await stage.assist("")
    view = await stage.form()
    assert view.title == "Start video assistance"
    await stage.people.submit(U_EN, {"contact": "06 62 68 21 93", "reference": "CASE-1234"})
    await stage.invited()
    assert stage.slack.open_view(U_EN) is None
    assert stage.asked("POST", "/api/tickets") == [
        {
            "agent": "agent1@apizee.com",
            "phone": "+33662682193",
            "invite": "1",
            "reference": "CASE-1234",
            "scope": "sso",
        }
    ]


async def test_meet_alone_opens_the_form_and_the_form_invites(stage: Stage) -> None:
    await stage.meet("")
    view = await stage.form()
    assert view.title == "Start a video meeting"
    typed = {"participants": "ann@example.com; 06 12 34 56 78", "name": "Site visit", "moderation": ["moderated"]}
    await stage.people.submit(U_EN, typed)
    await stage.card("“Site visit”: The guests are invited")
    (asked,) = stage.asked("POST", "/api/conferences")
    assert asked["participants"] == "ann@example.com,+33612345678"
    assert (asked["name"], asked["moderation"]) == ("Site visit", "true")


async def test_the_card_goes_into_the_channel_that_was_chosen(stage: Stage) -> None:
    await stage.assist("")
    await stage.form()
    await stage.people.submit(U_EN, {"contact": "jean@client.com", "channel": GENERAL})
    await stage.invited(channel=GENERAL)
    assert not stage.cards(SUPPORT)
    assert [one.channel for one in stage.slack.ephemerals(U_EN)] == [GENERAL]


async def test_options_may_be_left_out(stage: Stage) -> None:
    await stage.meet("")
    await stage.form()
    await stage.people.submit(U_EN, {"participants": "ann@example.com"})
    await stage.card("The guests are invited")
    assert stage.asked("POST", "/api/conferences")[0]["moderation"] == "false"


# ── Wrong fields ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("command", "typed", "field", "problem"),
    [
        ("/assist", {"contact": "the customer"}, "contact", "neither a phone number nor an e-mail address"),
        ("/assist", {"contact": "a@b.com, c@d.com"}, "contact", "one customer at a time"),
        ("/meet", {"participants": "ann@example.com, bob"}, "participants", "“bob” is neither"),
        ("/meet", {"participants": "ann@example.com", "name": "X"}, "name", "too short"),
    ],
)
async def test_what_is_wrong_stands_next_to_its_field(
    stage: Stage, command: str, typed: dict[str, object], field: str, problem: str
) -> None:
    await stage.people.command(U_EN, SUPPORT, command)
    view = await stage.form()
    await stage.people.submit(U_EN, typed)
    assert stage.slack.open_view(U_EN) is view
    assert view.errors.keys() == {field}
    assert problem in view.errors[field]
    assert await stage.came_to_nothing()


async def test_all_wrong_fields_are_explained_at_once(stage: Stage) -> None:
    await stage.meet("")
    view = await stage.form()
    await stage.people.submit(U_EN, {"participants": "bob", "name": "X"})
    assert view.errors.keys() == {"participants", "name"}


async def test_too_long_a_reference_cannot_be_sent(stage: Stage) -> None:
    await stage.assist("")
    view = await stage.form()
    typed = {"contact": "jean@client.com", "reference": "9" * 51}
    with pytest.raises(NotSubmittedError):
        await stage.people.submit(U_EN, typed)
    # A client that does not count is answered next to the field.
    del view.find_element("reference")[1]["max_length"]
    await stage.people.submit(U_EN, typed)
    assert view.errors == {"reference": "This reference is too long. It may have up to 50 characters."}


async def test_a_form_that_was_mended_can_be_sent(stage: Stage) -> None:
    await stage.assist("")
    await stage.form()
    await stage.people.submit(U_EN, {"contact": "+33 6 62"})
    await stage.people.submit(U_EN, {"contact": "+33 6 62 68 21 93"})
    await stage.invited()


# ── Slack's three seconds ────────────────────────────────────────────────────────────────────────────────


async def test_the_form_opens_in_time_while_slack_does_not_say_who_asks(stage: Stage) -> None:
    stage.slack.faults.switch_on(Slow(30), "users.info")
    await stage.assist("", user=U_FR)
    view = await stage.slack.wait_for(lambda: stage.slack.open_view(U_FR), 3)
    assert view is not None
    assert view.title == "Start video assistance"


@pytest.mark.parametrize(("command", "field"), [("/assist", "contact"), ("/meet", "participants")])
async def test_the_form_opens_while_redis_is_away_and_keeps_what_was_typed(
    around: Vendors, tmp_path: Path, command: str, field: str
) -> None:
    async with AsyncExitStack() as its_life:
        redis = await its_life.enter_async_context(EmbeddedRedis(tmp_path))
        around.environment["REDIS_URL"] = redis.url
        async with staged(around) as stage:
            await its_life.aclose()
            await stage.people.command(U_EN, SUPPORT, command)
            view = await stage.form()
            await stage.people.submit(U_EN, {field: "jean@client.com"})
    assert "storage is away" in view.errors[field]
    assert not stage.apizee.requests


async def test_whoever_gets_no_form_is_told(stage: Stage) -> None:
    stage.slack.faults.switch_on(Refuses("expired_trigger_id"), "views.open")
    await stage.assist("", user=U_FR)
    await stage.whisper("Réessayez", user=U_FR)
