"""An operator asks the doctor about a bot between Slack and Apizee, and reads each fault once, with how to fix it."""

from __future__ import annotations

import asyncio
from time import time

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.doctor import Finding, Verdict, examine, report
from bot.model.errors import Unreadable
from bot.store.sessions.unread import UnreadRecords
from tests.scenarios.environment import ENCRYPTION_KEY, Vendors, new_environment, settings_of
from tests.scenarios.webhooks import SECRET, listening

CUSTOMER = "+33 6 62 68 21 93"
AGENT = "agent1@apizee.com"
ANOTHER_KEY = Fernet.generate_key().decode()


async def examined(around: Vendors, **settings: object) -> dict[str, Finding]:
    """Return what is found, by subject."""
    found = await examine(settings_of(around.environment, **settings), scopes=(), optional=())
    return {finding.subject: finding for finding in found}


@pytest.mark.parametrize(("with_tickets", "what"), [(True, "media"), (False, "figures")])
@pytest.mark.parametrize(("number", "verdict"), [("1", Verdict.OK), ("2", Verdict.FAILED)])
async def test_media_are_asked_for_under_the_number_of_the_enterprise(
    around: Vendors, number: str, verdict: Verdict, what: str, *, with_tickets: bool
) -> None:
    if with_tickets:
        around.apizee.load_documentation_examples()
    found = (await examined(around, apizee_enterprise_id=number))["Apizee enterprise"]
    assert found.verdict is verdict
    assert found.detail.startswith(f"{what} of number {number} ")
    assert ("Set APIZEE_ENTERPRISE_ID" in found.detail) is (verdict is Verdict.FAILED)


async def test_a_password_that_is_refused_is_reported_once(around: Vendors) -> None:
    found = await examined(around, apizee_password="another password")  # opens nothing
    assert found["Apizee login"].verdict is Verdict.FAILED
    assert "Apizee enterprise" not in found


@pytest.mark.parametrize(
    ("login", "verdict", "words"),
    [(AGENT, Verdict.OK, "has tickets"), ("nobody@apizee.com", Verdict.WARNING, "Check APIZEE_DEFAULT_AGENT")],
)
async def test_the_default_agent_is_looked_for_among_the_latest_tickets(
    around: Vendors, login: str, verdict: Verdict, words: str
) -> None:
    around.apizee.load_documentation_examples()
    found = (await examined(around, apizee_default_agent=login))["Default agent"]
    assert (found.verdict, words in found.detail) == (verdict, True)
    assert login not in found.detail


async def test_operators_read_when_the_last_webhook_arrived(around: Vendors, redis: Redis) -> None:
    async with listening(around) as apizee:
        before = (await examined(around, apizee_webhook_secret=SECRET))["Webhooks"]
        assert (before.verdict, "none has arrived" in before.detail) == (Verdict.WARNING, True)
        await apizee.environment.assist(CUSTOMER)
        await apizee.environment.invited()
        async with asyncio.timeout(10):
            while not await redis.keys("*:last-webhook"):  # noqa: ASYNC110  # the event would be in Redis
                await asyncio.sleep(0.01)
        after = (await examined(around, apizee_webhook_secret=SECRET))["Webhooks"]
    assert after.verdict is Verdict.OK
    assert after.detail.startswith("the last one arrived ")

    [key] = await redis.keys("*:last-webhook")
    await redis.set(key, str(time() - 5 * 86400))
    late = (await examined(around, apizee_webhook_secret=SECRET))["Webhooks"]
    assert late.verdict is Verdict.WARNING
    assert late.detail.startswith("the last one arrived 5 days ago. See that the webhook at Apizee is on")


async def test_a_bot_that_runs_has_a_worker_and_answers_at_its_address(around: Vendors) -> None:
    assert (await examined(around))["Worker"].line.startswith("warning Worker: none is alive")
    async with new_environment(around) as environment:
        found = await examined(around, public_url=environment.bot_url)
    assert found["Worker"].line == "ok      Worker: 1 alive."
    assert found["Public address"].line == "ok      Public address: this bot answers."


async def test_a_wrong_key_is_noticed_by_the_doctor_and_at_the_start(around: Vendors, redis: Redis) -> None:
    async with new_environment(around):
        assert (await examined(around))["Encryption keys"].verdict is Verdict.OK
    await UnreadRecords(redis).note("T0001", "a1", Unreadable())

    wrong = await examined(around, encryption_keys=ANOTHER_KEY)
    assert wrong["Encryption keys"].line == (
        "FAILED  Encryption keys: they do not open what this Redis holds. Add the keys of before to ENCRYPTION_KEYS."
    )
    assert "Records" not in wrong  # which cannot be read because of it
    both = await examined(around, encryption_keys=f"{ANOTHER_KEY},{ENCRYPTION_KEY}")
    assert (both["Encryption keys"].verdict, both["Records"].verdict) == (Verdict.OK, Verdict.WARNING)

    for keys, is_wrong in ((ANOTHER_KEY, True), (ENCRYPTION_KEY, False)):
        with capture_logs() as log:
            async with new_environment(around, encryption_keys=keys):
                pass
        assert [line["event"] for line in log if "keys" in line["event"]] == ["wrong_encryption_keys"] * is_wrong
    assert (await examined(around))["Encryption keys"].verdict is Verdict.OK


async def test_a_proxy_that_lets_nothing_through_is_reported_once(
    around: Vendors, unused_tcp_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = {"http_proxy": f"http://127.0.0.1:{unused_tcp_port}", "slack_app_token": "xapp-1-token"}
    assert not await report(settings_of(around.environment, **settings))
    lines = [line for line in capsys.readouterr().out.splitlines() if "proxy" in line]
    assert len(lines) == 1, lines
    assert lines[0].startswith("FAILED  Slack, Socket Mode, Apizee login: ")
