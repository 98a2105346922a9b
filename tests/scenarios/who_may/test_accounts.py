"""Each workspace works with its own Apizee account, which an administrator connects from the Home."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.doctor import examine
from bot.model.accounts import ApizeeAccount
from bot.settings import Settings
from sandbox.slack.default_world import TEAM, U_ADMIN, U_EN
from tests.fixtures.redis_contents import everything_in
from tests.scenarios.two_workspaces import (
    BETA,
    BETA_PASSWORD,
    BETA_USER,
    WEBHOOK_SECRET,
    Two,
    says,
)

CUSTOMER = "+33662682193"


# ── Without an account ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", [CUSTOMER, "find 1234", "stats"])
async def test_without_an_account_a_sentence_says_whom_to_ask(two: Two, command: str) -> None:
    await two.beta.assist(command)
    sent = await two.beta.private_message("No Apizee account is connected")
    assert "ask an administrator" in sent.text
    assert not two.acme.apizee.requests
    assert not two.beta.apizee.requests


async def test_the_operators_account_serves_who_is_named_and_nobody_else(two: Two) -> None:
    await two.acme.assist(CUSTOMER)
    await two.acme.invited()
    await two.beta.assist(CUSTOMER)
    await two.beta.private_message("No Apizee account is connected")
    assert len(two.acme.apizee.tickets) == 1


# ── Connecting one ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_workspace_works_with_the_account_that_its_administrator_connects(two: Two) -> None:
    await two.connect_beta()
    await two.beta.assist(CUSTOMER)
    ticket = await two.beta.invited()
    assert ticket.id > 700_000
    assert not two.acme.apizee.requests


async def test_an_account_that_apizee_does_not_accept_is_not_kept(two: Two, redis: Redis) -> None:
    await two.connect(two.beta, password="a wrong password")
    await says(two.beta, "does not accept this user name with this password")
    view = two.beta.slack.open_view(U_ADMIN)
    assert view
    assert BETA_USER in str(view.body)
    assert "a wrong password" not in str(view.body)
    assert not await redis.exists(f"apizee:{{{BETA}}}:account")


async def test_who_knows_a_user_name_only_does_not_get_its_account_from_a_kept_token(two: Two) -> None:
    await two.connect_beta()
    await two.beta.assist(CUSTOMER)
    await two.beta.invited()
    await two.connect(two.acme, username=BETA_USER, password="a guess")
    await says(two.acme, "does not accept this user name with this password")


async def test_what_a_field_lacks_is_said_beside_it(two: Two) -> None:
    await two.connect(two.beta, enterprise="twelve", webhook_secret="short")
    view = two.beta.slack.open_view(U_ADMIN)
    assert view
    assert set(view.errors) == {"enterprise", "webhook_secret"}
    assert not two.beta.apizee.requests


async def test_nobody_guesses_on_for_long(two: Two) -> None:
    for _ in range(10):
        await two.connect(two.beta, password="a guess")
        await says(two.beta, "does not accept")
        await two.beta.people.close(U_ADMIN)
    asked = len(two.beta.apizee.requests)
    await two.connect(two.beta)
    await says(two.beta, "too many attempts")
    assert len(two.beta.apizee.requests) == asked


async def test_only_administrators_connect_an_account(two: Two) -> None:
    await two.beta.people.open_home(U_EN)
    await two.beta.slack.wait_for(lambda: two.beta.slack.home(U_EN))
    assert "home_connect" not in str(two.beta.slack.home(U_EN))


async def test_the_password_is_neither_shown_again_nor_logged_nor_readable_in_redis(two: Two, redis: Redis) -> None:
    with capture_logs() as logs:
        await two.connect_beta(webhook_secret=WEBHOOK_SECRET)
        await two.connect(two.beta, password="another password")
        await says(two.beta, "does not accept")
    kept = b"".join(key + value for key, value in (await everything_in(redis)).items())
    shown = str([call.args for call in two.beta.slack.calls])
    for secret in (BETA_PASSWORD, WEBHOOK_SECRET, "another password"):
        assert secret not in json.dumps(logs, default=str)
        assert secret not in shown
        assert secret.encode() not in kept
    assert BETA_USER.encode() not in kept


async def test_an_account_copied_to_another_workspace_does_not_open(two: Two, redis: Redis) -> None:
    await two.connect_beta()
    await redis.copy(f"apizee:{{{BETA}}}:account", f"apizee:{{{TEAM}}}:account")
    await two.acme.assist(CUSTOMER)
    await two.acme.private_message("can no longer be read")
    assert not two.beta.apizee.tickets


# ── Replacing and disconnecting it ───────────────────────────────────────────────────────────────────────


async def test_sessions_of_the_account_before_are_not_followed_and_their_cards_say_so(two: Two) -> None:
    await two.acme.assist(CUSTOMER)
    await two.acme.invited()
    await two.connect(two.acme)
    await says(two.acme, "1 open session belongs to the account before")
    await two.acme.card("Closed; Apizee gave no reason")


async def test_a_disconnected_workspace_invites_nobody(two: Two, redis: Redis) -> None:
    await two.connect_beta()
    await two.beta.people.open_home(U_ADMIN)
    await two.beta.slack.wait_for(lambda: "home_disconnect" in str(two.beta.slack.home(U_ADMIN)))
    home = two.beta.slack.home(U_ADMIN)
    assert home
    await two.beta.people.click_in_view(home, "home_disconnect")
    await two.beta.slack.wait_for(lambda: "No account is connected yet" in str(two.beta.slack.home(U_ADMIN)))
    await two.beta.assist(CUSTOMER)
    await two.beta.private_message("No Apizee account is connected")
    assert not [key for key in await redis.keys() if b":account" in key and b"tries" not in key]


# ── Its webhooks ─────────────────────────────────────────────────────────────────────────────────────────


async def test_webhooks_of_an_account_have_an_address_and_a_secret_of_their_own(two: Two) -> None:
    await two.connect_beta(webhook_secret=WEBHOOK_SECRET)
    body = {"event": "update", "time": 1700000000, "object": "ticket", "objectId": 1, "props": {"state": "done"}}
    async with httpx.AsyncClient(base_url=two.url, trust_env=False) as apizee:

        async def status(path: str, secret: str) -> int:
            return (await apizee.post(path, json=body, headers={"X-Webhook-Secret": secret})).status_code

        assert await status(f"/apizee/webhooks/{BETA}", WEBHOOK_SECRET) == 200
        assert await status(f"/apizee/webhooks/{BETA}", "another secret") == 401
        assert await status(f"/apizee/webhooks/{TEAM}", WEBHOOK_SECRET) == 404
        assert await status("/apizee/webhooks/T0NOBODY", WEBHOOK_SECRET) == 404
        assert await status("/apizee/webhooks/..%2f", WEBHOOK_SECRET) == 404
        assert await status("/apizee/webhooks", WEBHOOK_SECRET) == 404


async def test_a_webhook_of_one_account_moves_nothing_of_another(two: Two) -> None:
    await two.connect_beta(webhook_secret=WEBHOOK_SECRET)
    await two.acme.assist(CUSTOMER)
    ticket = await two.acme.invited()
    body = {"event": "create", "time": 1700000000, "object": "conversationevent", "objectId": ticket.id}
    async with httpx.AsyncClient(base_url=two.url, trust_env=False) as apizee:
        sent = body | {"props": {"eventType": "ticket.invitationClicked"}}
        await apizee.post(f"/apizee/webhooks/{BETA}", json=sent, headers={"X-Webhook-Secret": WEBHOOK_SECRET})
    await two.acme.settled()
    assert all("opened" not in one.text for one in two.acme.cards())


# ── Removing the bot ─────────────────────────────────────────────────────────────────────────────────────


async def test_of_a_workspace_that_removes_the_bot_nothing_stays_its_account_included(two: Two, redis: Redis) -> None:
    await two.connect_beta(webhook_secret=WEBHOOK_SECRET)
    await two.beta.assist(CUSTOMER)
    ticket = await two.beta.invited()
    two.beta.customer_comes(ticket, photos=1)
    two.beta.apizee.hangs_up(ticket.id)
    await two.beta.card("Done")
    await two.beta.meet("ann@example.com")
    await two.beta.slack.wait_for(lambda: len(two.beta.cards()) > 1)
    await two.acme.assist(CUSTOMER)
    await two.acme.invited()
    assert await _keys_about(redis, BETA)
    await two.beta.people.uninstall()
    await two.beta.settled()
    async with asyncio.timeout(20):
        while await _keys_about(redis, BETA):  # noqa: ASYNC110  # Redis tells nobody when a key is gone
            await asyncio.sleep(0.05)
    account = ApizeeAccount(username=BETA_USER, password="", enterprise_id=2).id
    assert not await _keys_about(redis, account)
    assert await _keys_about(redis, TEAM)


async def _keys_about(redis: Redis, word: str) -> list[bytes]:
    """Return the keys with a word in their names or values."""
    found = await everything_in(redis)
    return sorted(key for key, value in found.items() if word.encode() in key or word.encode() in value)


# ── The doctor ───────────────────────────────────────────────────────────────────────────────────────────


async def test_the_doctor_examines_the_account_of_a_workspace(two: Two) -> None:
    settings = two.settings
    before = await _account_findings(settings, BETA)
    assert "none that can be read is connected" in before["Apizee account"]
    await two.connect_beta()
    found = await _account_findings(settings, BETA)
    assert [found[check][:2] for check in ("Apizee login", "Apizee enterprise")] == ["ok", "ok"]
    assert "gives a secret on the bot's Home: docs/webhooks.md." in found["Webhooks"]
    two.beta.apizee.accounts.change_password(BETA_USER, "another password")
    found = await _account_findings(settings, BETA)
    assert found["Apizee login"].startswith("FAILED")
    assert "on the bot's Home" in found["Apizee login"]
    assert {one.user for one in two.acme.apizee.requests} == set()


async def _account_findings(settings: Settings, workspace: str) -> dict[str, str]:
    here = settings.model_copy(update={"public_url": None})
    findings = await examine(here, scopes=(), optional=(), workspace=workspace)
    return {finding.subject: finding.line for finding in findings}
