"""Everybody reads their own language, from the first message on; what nobody foresaw has a number in the log too."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.jobs.attempts import RetryPolicy
from bot.model.accounts import account_key
from bot.store import keys
from sandbox.apizee.faults import Broken, FeatureMissing
from sandbox.apizee.model import Operation
from sandbox.apizee.world import API_USER
from sandbox.slack.default_world import SUPPORT, TEAM, U_EN, U_FR, U_NOLOGIN
from sandbox.slack.faults import Slow
from tests.fixtures.timing import SLOW_MACHINE
from tests.scenarios.environment import Environment, Vendors, new_environment, said

# ── French ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_card_speaks_the_language_of_who_started_it(environment: Environment) -> None:
    await environment.assist("06 62 68 21 93", user=U_FR)
    card = await environment.card("Invitation envoyée par SMS")
    assert "Assistance vidéo pour +33 6 •• •• •• 93" in card.text
    assert f"Lancée par <@{U_FR}>" in said(card)
    assert "'text': 'Actualiser'" in said(card)


async def test_the_card_keeps_its_language_no_matter_who_refreshes_it(environment: Environment) -> None:
    await environment.assist("06 62 68 21 93", user=U_FR)
    card = await environment.card("Invitation envoyée")
    (ticket,) = environment.apizee.tickets
    environment.apizee.declines(ticket)
    await environment.people.click(U_EN, card, "session_refresh")
    await environment.card("invitation a été refusée")


async def test_ephemeral_messages_speak_the_language_of_who_reads_them(environment: Environment) -> None:
    await environment.assist("06 62 68 21 93", user=U_FR)
    await environment.private_message("Votre assistance vidéo est prête", user=U_FR)
    card = await environment.card("Invitation envoyée")
    await environment.people.click(U_EN, card, "session_open")
    await environment.modal("Apizee will ask you to sign in", user=U_EN)
    await environment.people.click(U_FR, card, "session_open")
    await environment.modal("pas fourni de lien de connexion", user=U_FR)


async def test_the_very_first_answer_is_in_ones_own_language(environment: Environment) -> None:
    await environment.assist("le client", user=U_FR)
    assert "ni un numéro de téléphone ni une adresse e-mail" in environment.ephemeral_messages(U_FR)[0]


async def test_the_very_first_help_is_in_ones_own_language(environment: Environment) -> None:
    await environment.meet("help", user=U_FR)
    assert "inviter des personnes extérieures" in environment.ephemeral_messages(U_FR)[0]


async def test_forms_and_their_errors_speak_ones_language(environment: Environment) -> None:
    await environment.assist("", user=U_FR)
    view = await environment.form(U_FR)
    assert view.title == "Lancer une assistance"
    await environment.people.submit(U_FR, {"contact": "12"})
    assert "pas un numéro de téléphone valide" in view.errors["contact"]


async def test_errors_of_apizee_are_shown_in_ones_language(environment: Environment) -> None:
    environment.apizee.faults.switch_on(FeatureMissing(), Operation.LIST_CONFERENCES)
    await environment.meet("find visite", user=U_FR)
    await environment.private_message("ne comprend pas cette fonction", user=U_FR)


async def test_while_slack_does_not_say_who_asks_the_answer_is_in_english_and_in_time(environment: Environment) -> None:
    environment.slack.faults.switch_on(Slow(30), "users.info")
    delivered = await environment.people.command(U_FR, SUPPORT, "/assist", "le client")
    assert "neither a phone number" in delivered.body


async def test_languages_that_the_bot_does_not_speak_are_answered_in_english(environment: Environment) -> None:
    environment.slack.users[U_NOLOGIN] = replace(environment.slack.users[U_NOLOGIN], locale="de-DE")
    await environment.assist("12", user=U_NOLOGIN)
    assert "not a valid phone number" in environment.ephemeral_messages(U_NOLOGIN)[0]


# ── What nobody foresaw ──────────────────────────────────────────────────────────────────────────────────

ODD = b"odd"
"""Something else than what Redis should hold under a key: every command for it fails."""


def reference_in(text: str) -> str:
    found = re.search(r"\b[0-9a-f]{8}\b", text)
    assert found is not None
    return found[0]


@pytest.fixture
async def without_retries(around: Vendors) -> AsyncIterator[Environment]:
    """Yield an environment in which jobs that fail are given up at once."""
    async with new_environment(around, timing=replace(SLOW_MACHINE, retry=RetryPolicy(tries=1))) as environment:
        yield environment


async def test_a_deferred_request_that_fails_gets_a_reference_that_is_in_the_log(
    without_retries: Environment, redis: Redis
) -> None:
    await redis.set(keys.sessions_of(TEAM, U_FR), ODD)
    with capture_logs() as logs:
        await without_retries.assist("list", user=U_FR)
        notice = await without_retries.private_message("Un problème est survenu", user=U_FR)
    assert reference_in(notice.text) in {one.get("reference") for one in logs}


async def test_a_session_that_fails_says_so_on_its_card(without_retries: Environment, redis: Redis) -> None:
    await redis.set(keys.portals(account_key(API_USER)), ODD)
    with capture_logs() as logs:
        await without_retries.assist("jean@client.com")
        await without_retries.card("Something went wrong on our side")
        notice = await without_retries.private_message("give your administrator this reference")
    assert reference_in(notice.text) in {one.get("reference") for one in logs}


async def test_a_listener_that_fails_answers_with_a_reference_that_is_in_the_log(
    environment: Environment, redis: Redis
) -> None:
    await redis.set(keys.open_sessions(TEAM), ODD)
    with capture_logs() as logs:
        await environment.assist("jean@client.com")
    (notice,) = environment.ephemeral_messages()
    assert reference_in(notice) in {one.get("reference") for one in logs}


async def test_a_form_that_fails_is_answered_all_the_same(environment: Environment, redis: Redis) -> None:
    await redis.set(keys.open_sessions(TEAM), ODD)
    with capture_logs() as logs:
        await environment.assist("")
        await environment.form()
        await environment.people.submit(U_EN, {"contact": "jean@client.com"})
        ours = environment.slack.direct_messages(U_EN).id
        await environment.slack.wait_for(lambda: environment.cards(ours))
    (notice,) = environment.cards(ours)
    assert reference_in(notice.text) in {one.get("reference") for one in logs}


async def test_what_apizee_breaks_is_known_and_not_unforeseen(environment: Environment) -> None:
    environment.apizee.faults.switch_on(Broken(503), Operation.LIST_TICKETS, times=1)
    await environment.assist("find 1234")
    await environment.private_message("No session has the reference “1234”")
