"""A workspace installs the bot: out to Slack, and back. What comes back from elsewhere installs nothing."""

from __future__ import annotations

import html
import re
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.container import Container
from bot.installation.routes import COOKIE
from bot.manifest import optional_scopes, required_scopes
from bot.ui.text import translator_for
from tests.fixtures.installable import BACK, CLIENT, SlackStub, browser, install, keys_of, running, start

# ── Out to Slack, and back ───────────────────────────────────────────────────────────────────────────────


async def test_who_installs_is_sent_to_slack_with_all_that_slack_wants_to_know(
    bot: Container, slack: SlackStub
) -> None:
    async with browser(bot) as person:
        away = await person.get("/slack/install")
    address = urlsplit(away.headers["location"])
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert away.status_code == 302
    assert f"{address.scheme}://{address.netloc}{address.path}" == slack.url.replace("api/", "oauth/v2/authorize")
    assert (asked["client_id"], asked["redirect_uri"]) == (CLIENT[0], BACK)
    assert set(asked["scope"].split(",")) == required_scopes() | optional_scopes()


async def test_the_browser_keeps_the_state_where_no_script_and_no_other_site_gets_at_it(bot: Container) -> None:
    async with browser(bot) as person:
        away = await person.get("/slack/install")
    name, *attributes = away.headers["set-cookie"].split("; ")
    assert name.startswith("__Host-")
    assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/", "Max-Age=600"} == set(attributes)
    assert away.headers["cache-control"] == "no-store"


async def test_a_workspace_that_agreed_has_the_bot_installed(bot: Container) -> None:
    page = await install(bot, "acme-code")
    assert page.status_code == 200
    assert "Apizee is installed in “Acme”" in page.text
    assert "/assist help" in page.text
    assert 'href="https://app.slack.com/client/T0ACME"' in page.text
    assert "Max-Age=0" in page.headers["set-cookie"]


async def test_a_workspaces_name_is_text_whatever_it_contains(bot: Container) -> None:
    page = await install(bot, "beta-code")
    assert "Beta &amp; &lt;b&gt;Sons&lt;/b&gt;" in page.text


async def test_the_pages_load_nothing_and_are_kept_nowhere(bot: Container) -> None:
    for page in (await install(bot, "acme-code"), await install(bot, "wrong-code")):
        [nonce] = re.findall(r'<style nonce="([\w-]+)">', page.text)
        assert page.headers["content-security-policy"].startswith(f"default-src 'none'; style-src 'nonce-{nonce}'")
        assert page.headers["cache-control"] == "no-store"


async def test_no_token_lies_in_redis_as_it_is(bot: Container, redis: Redis) -> None:
    await install(bot, "acme-code")
    kept = [key + (await redis.dump(key) or b"") async for key in redis.scan_iter()]
    assert any(b"T0ACME" in one for one in kept)
    assert not any(b"xoxb" in one or b"Acme" in one for one in kept)


# ── What comes back from elsewhere ───────────────────────────────────────────────────────────────────────


async def nothing_came_of_it(page: httpx.Response, status: int, redis: Redis) -> bool:
    assert not await keys_of(redis, "T0ACME")
    assert 'href="install"' in page.text
    return page.status_code == status and "Apizee was not installed" in page.text


async def test_an_installation_cannot_be_finished_twice(bot: Container, slack: SlackStub) -> None:
    slack.codes["second-code"] = "T0BETA"
    async with browser(bot) as person:
        state = await start(person)
        kept = dict(person.cookies)
        await person.get("/slack/oauth_redirect", params={"code": "acme-code", "state": state})
        person.cookies.update(kept)
        again = await person.get("/slack/oauth_redirect", params={"code": "second-code", "state": state})
    assert again.status_code == 400
    assert slack.exchanges == 1


async def test_what_was_begun_in_one_browser_is_not_finished_in_another(
    bot: Container, slack: SlackStub, redis: Redis
) -> None:
    async with browser(bot) as attacker, browser(bot) as victim:
        state = await start(attacker)
        await start(victim)
        page = await victim.get("/slack/oauth_redirect", params={"code": "acme-code", "state": state})
        assert await nothing_came_of_it(page, 400, redis)
        assert slack.exchanges == 0
        # The one who began it can still go on: nobody else could use up the state.
        mine = await attacker.get("/slack/oauth_redirect", params={"code": "acme-code", "state": state})
    assert mine.status_code == 200


@pytest.mark.parametrize("query", ["", "?code=acme-code", "?code=acme-code&state=", "?code=acme-code&state=%ff%00"])
async def test_an_address_that_somebody_made_up_leads_to_nothing(
    bot: Container, slack: SlackStub, redis: Redis, query: str
) -> None:
    async with browser(bot) as stranger:
        page = await stranger.get(f"/slack/oauth_redirect{query}")
    assert await nothing_came_of_it(page, 400, redis)
    assert slack.exchanges == 0


@pytest.mark.parametrize(("minutes", "status"), [(9, 200), (11, 400)])
async def test_who_takes_longer_than_ten_minutes_starts_again(
    slack: SlackStub, redis: Redis, redis_url: str, tmp_path: Path, minutes: int, status: int
) -> None:
    assert not await redis.keys()
    key = Fernet.generate_key()
    begun = Fernet(key).encrypt_at_time(b"slack install", int(time.time()) - 60 * minutes).decode().rstrip("=")
    async with running(slack, redis_url, tmp_path, encryption_keys=key.decode()) as app, browser(app) as person:
        back = {"code": "acme-code", "state": begun}
        page = await person.get("/slack/oauth_redirect", params=back, headers={"cookie": f"{COOKIE}={begun}"})
    assert page.status_code == status
    assert slack.exchanges == (status == 200)


async def test_nothing_is_kept_for_those_who_only_come_by(bot: Container, redis: Redis) -> None:
    before = set(await redis.keys())
    async with browser(bot) as stranger:
        for _ in range(20):
            await start(stranger)
        await stranger.get("/slack/oauth_redirect", params={"code": "wrong-code", "state": await start(stranger)})
    assert not [key for key in set(await redis.keys()) - before if b"oauth" in key]


async def test_who_does_not_agree_reads_that_nothing_happened(bot: Container, slack: SlackStub, redis: Redis) -> None:
    async with browser(bot) as person:
        back = {"error": "access_denied", "state": await start(person)}
        page = await person.get("/slack/oauth_redirect", params=back)
    assert await nothing_came_of_it(page, 403, redis)
    assert "not agreed to" in page.text
    assert slack.exchanges == 0


async def test_the_pages_speak_french_to_french_browsers(bot: Container) -> None:
    async with browser(bot, "fr-FR,fr;q=0.9,en;q=0.5") as person:
        page = await person.get("/slack/oauth_redirect")
    title = translator_for("fr")("Apizee was not installed")
    assert title != "Apizee was not installed"
    assert f"<h1>{html.escape(title)}</h1>" in page.text
    assert '<html lang="fr">' in page.text


async def test_a_code_that_slack_refuses_installs_nothing(bot: Container, redis: Redis) -> None:
    assert await nothing_came_of_it(await install(bot, "wrong-code"), 502, redis)


async def test_a_slack_that_answers_with_something_else_installs_nothing(
    bot: Container, slack: SlackStub, redis: Redis
) -> None:
    slack.broken = True
    assert await nothing_came_of_it(await install(bot, "acme-code"), 502, redis)


async def test_a_slack_that_does_not_answer_may_answer_later(
    slack: SlackStub, redis: Redis, redis_url: str, tmp_path: Path, unused_tcp_port: int
) -> None:
    nowhere = f"http://127.0.0.1:{unused_tcp_port}/api/"
    async with running(slack, redis_url, tmp_path, slack_api_url=nowhere) as app:
        assert await nothing_came_of_it(await install(app, "acme-code"), 503, redis)


async def test_what_went_wrong_is_logged_without_codes_and_states(bot: Container) -> None:
    with capture_logs() as logs:
        await install(bot, "a-wrong-code")
    assert [one["reason"] for one in logs] == ["SlackError('oauth.v2.access: invalid_code')"]
