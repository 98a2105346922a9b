"""Before anybody relies on the bot, its operator asks the doctor, and reads what to fix."""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path
from time import time

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.apizee.budget import Budget
from bot.doctor import Verdict, examine, report
from bot.doctor.servers import version
from bot.manifest import optional_scopes, required_scopes
from bot.model.errors import Unreadable
from bot.store.keys.of_queue import NAME
from bot.store.sessions.unread import UnreadRecords
from tests.doctor.outside import OPTIONAL_SCOPES, SCOPES, Outside, examined, settings_for, url_of


async def test_where_all_is_well_every_line_says_ok(outside: Outside, tmp_path: Path, redis: Redis) -> None:
    await redis.zadd(f"{NAME}:workers", {"a worker that lives": time()})
    key = Fernet.generate_key().decode()
    found = await examined(settings_for(outside, tmp_path, redis_url=url_of(redis), encryption_keys=key))

    assert [finding.line for finding in found.values() if finding.verdict is not Verdict.OK] == []
    assert found["Slack token"].line == "ok      Slack token: workspace “Acme”, bot @apizee."
    assert list(found) == [
        "Signing secret",
        "Slack token",
        "Slack scopes",
        "Clock",
        "Files",
        "Encryption keys",
        "Redis rights",
        "Redis",
        "Redis eviction",
        "Redis persistence",
        "Records",
        "Queue",
        "Worker",
        "Apizee login",
        "Apizee enterprise",
        "Apizee requests",
        "Webhooks",
        "Public address",
    ]


@pytest.mark.parametrize(
    ("name", "mode", "advised"),
    [
        (".env", 0o644, "chmod 600"),
        (".env", 0o660, "chmod 600"),
        ("encryption.key", 0o640, "chmod 600"),
        ("secrets/slack_bot_token", 0o444, "chmod 400"),
        ("secrets", 0o777, "chmod 755"),
    ],
)
async def test_files_with_secrets_that_others_may_read_are_named(
    outside: Outside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, mode: int, advised: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secrets").mkdir(mode=0o700)
    for file in (".env", "encryption.key", "secrets/slack_bot_token"):
        (tmp_path / file).write_text(Fernet.generate_key().decode() if file == "encryption.key" else "")
        (tmp_path / file).chmod(0o600)
    settings = settings_for(outside, tmp_path, secrets_dir=str(tmp_path / "secrets"))
    assert (await examined(settings))["Files"].verdict is Verdict.OK

    (tmp_path / name).chmod(mode)
    found = (await examined(settings))["Files"]
    assert found.verdict is Verdict.WARNING
    assert found.detail.endswith(f"{advised} {tmp_path / name}")


async def test_the_report_is_a_line_per_finding_and_says_whether_the_bot_can_work(
    outside: Outside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOCKEN", "xoxb-1")
    outside.scopes = ",".join((*required_scopes(), *optional_scopes()))

    assert await report(settings_for(outside, tmp_path))
    output = capsys.readouterr().out.splitlines()
    assert "warning Settings: SLACK_BOT_TOCKEN is no setting: did you mean SLACK_BOT_TOKEN?" in output
    assert "ok      Slack token: workspace “Acme”, bot @apizee." in output

    assert not await report(settings_for(outside, tmp_path, slack_bot_token="xoxb-2-revoked"))


async def test_a_refused_token_is_reported_with_where_to_copy_it(outside: Outside, tmp_path: Path) -> None:
    found = await examined(settings_for(outside, tmp_path, slack_bot_token="xoxb-2-revoked"))

    assert found["Slack token"].line.startswith("FAILED  Slack token: Slack says invalid_auth. Copy SLACK_BOT_TOKEN")


async def test_a_missing_scope_fails_and_a_missing_optional_one_warns(outside: Outside, tmp_path: Path) -> None:
    outside.scopes = "commands"
    assert "chat:write missing" in (await examined(settings_for(outside, tmp_path)))["Slack scopes"].line

    outside.scopes = "commands, chat:write"
    optional = (await examined(settings_for(outside, tmp_path)))["Slack scopes"]
    assert (optional.verdict, "channels:history" in optional.detail) == (Verdict.WARNING, True)


@pytest.mark.parametrize(("skew", "verdict"), [(5, Verdict.OK), (-90, Verdict.WARNING), (400, Verdict.FAILED)])
async def test_a_clock_that_is_off_is_noticed(outside: Outside, tmp_path: Path, skew: int, verdict: Verdict) -> None:
    outside.clock = lambda: time() + skew

    assert (await examined(settings_for(outside, tmp_path)))["Clock"].verdict is verdict


async def test_socket_mode_tries_its_own_token_and_needs_no_secret(outside: Outside, tmp_path: Path) -> None:
    socket_mode = {"slack_signing_secret": None, "slack_app_token": "xapp-1-apptoken", "public_url": None}
    found = await examined(settings_for(outside, tmp_path, **socket_mode))

    assert found["Signing secret"].detail == "not needed in Socket Mode."
    assert found["Socket Mode"].verdict is Verdict.OK
    assert found["Public address"].verdict is Verdict.WARNING

    refused = await examined(settings_for(outside, tmp_path, **socket_mode | {"slack_app_token": "xapp-2"}))
    assert "connections:write" in refused["Socket Mode"].detail


async def test_many_workspaces_have_a_token_each(outside: Outside, tmp_path: Path) -> None:
    oauth = {
        "slack_bot_token": None,
        "slack_client_id": "1.2",
        "slack_client_secret": "a-client-secret-of-the-tests",
        "allowed_workspaces": "*",
    }

    found = await examined(settings_for(outside, tmp_path, **oauth))

    assert found["Slack token"].verdict is Verdict.OK
    assert "/slack/api.test" in outside.asked


async def test_a_redis_that_would_lose_work_is_refused(outside: Outside, tmp_path: Path, redis: Redis) -> None:
    await redis.config_set("appendonly", "no")
    await redis.config_set("maxmemory-policy", "allkeys-lru")
    settings = settings_for(outside, tmp_path, redis_url=url_of(redis))

    found = await examined(settings)
    assert found["Redis persistence"].verdict is Verdict.FAILED
    assert found["Redis persistence"].line.endswith("Set appendfsync always and appendonly yes.")
    assert found["Redis eviction"].line == (
        "FAILED  Redis eviction: the policy is allkeys-lru. Set maxmemory-policy noeviction."
    )

    await redis.config_set("save", "60 1")
    assert "since the last one" in (await examined(settings))["Redis persistence"].detail


@pytest.mark.parametrize(
    ("pace", "verdict", "loses"),
    [
        ("always", Verdict.OK, "nothing that was acknowledged is lost"),
        ("everysec", Verdict.WARNING, "up to that second of acknowledged work"),
        ("no", Verdict.WARNING, "some 30 seconds of acknowledged work"),
    ],
)
async def test_what_a_loss_of_power_costs_is_said(
    outside: Outside, tmp_path: Path, redis: Redis, pace: str, verdict: Verdict, loses: str
) -> None:
    await redis.config_set("appendfsync", pace)
    found = (await examined(settings_for(outside, tmp_path, redis_url=url_of(redis))))["Redis persistence"]
    assert found.verdict is verdict
    assert loses in found.detail


async def test_records_that_could_not_be_read_are_reported(outside: Outside, tmp_path: Path, redis: Redis) -> None:
    settings = settings_for(outside, tmp_path, redis_url=url_of(redis))
    assert (await examined(settings))["Records"].verdict is Verdict.OK
    await UnreadRecords(redis).note("T0001", "a1", Unreadable())
    found = (await examined(settings))["Records"]
    assert found.verdict is Verdict.WARNING
    assert found.detail.startswith("1 within a day could not be read")


def test_a_redis_that_is_too_old_is_refused() -> None:
    assert version({"redis_version": "6.2.14"}).line == (
        "FAILED  Redis: version 6.2.14 is too old. Use Redis 7.0 or newer, or Valkey."
    )
    assert version({"redis_version": "7.0.0"}).verdict is Verdict.OK


async def test_a_redis_whose_host_forbids_config_is_given_the_benefit(
    outside: Outside, tmp_path: Path, redis: Redis
) -> None:
    await redis.config_set("appendonly", "no")
    await redis.acl_setuser("default", enabled=True, nopass=True, keys=["*"], commands=["+@all", "-config"])

    found = await examined(settings_for(outside, tmp_path, redis_url=url_of(redis)))

    assert found["Redis persistence"].verdict is Verdict.WARNING


async def test_a_redis_that_wants_a_password_is_reported_like_one_that_is_away(
    outside: Outside, tmp_path: Path, redis: Redis
) -> None:
    await redis.config_set("requirepass", "sesame")
    try:
        found = await examined(settings_for(outside, tmp_path, redis_url=url_of(redis)))
    finally:
        await redis.config_set("requirepass", "")

    assert found["Redis"].verdict is Verdict.FAILED
    assert "refuses the user or the password: put both into REDIS_URL." in found["Redis"].detail


async def test_without_redis_the_rest_is_examined_all_the_same(
    outside: Outside, tmp_path: Path, unused_tcp_port: int
) -> None:
    found = await examined(settings_for(outside, tmp_path, redis_url=f"redis://127.0.0.1:{unused_tcp_port}"))

    assert found["Redis"].verdict is Verdict.FAILED
    assert "Start it" in found["Redis"].detail
    assert found["Slack token"].verdict is Verdict.OK
    assert found["Apizee login"].verdict is Verdict.OK


async def test_a_data_folder_that_cannot_be_used_fails_redis_alone(outside: Outside, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    found = await examined(settings_for(outside, tmp_path, data_dir=tmp_path / "file"))

    assert "set DATA_DIR" in found["Redis"].detail
    assert found["Apizee login"].verdict is Verdict.OK


@pytest.mark.parametrize(
    ("answer", "verdict", "words"),
    [
        (JSONResponse({"code": 401}, 401), Verdict.FAILED, "refused with status 401. Check APIZEE_USERNAME"),
        (JSONResponse({}, 429), Verdict.WARNING, "Try again in a minute"),
        (JSONResponse({}, 200), Verdict.FAILED, "Check APIZEE_API_URL"),
        (JSONResponse([], 200), Verdict.FAILED, "Check APIZEE_API_URL"),
        (PlainTextResponse("<html>", 200), Verdict.FAILED, "Check APIZEE_API_URL"),
        (PlainTextResponse("", 502), Verdict.FAILED, "status 502"),
    ],
)
async def test_each_way_a_login_goes_wrong_has_its_fix(
    outside: Outside, tmp_path: Path, answer: Response, verdict: Verdict, words: str
) -> None:
    outside.answers["/apizee/token"] = answer

    login = (await examined(settings_for(outside, tmp_path)))["Apizee login"]

    assert login.verdict is verdict
    assert words in login.detail


async def test_the_doctor_does_not_go_over_the_budget(outside: Outside, tmp_path: Path, redis: Redis) -> None:
    settings = settings_for(outside, tmp_path, redis_url=url_of(redis), apizee_requests_per_minute=2)
    await examined(settings)

    found = await examined(settings)

    assert outside.asked.count("/apizee/token") == 1
    assert found["Apizee login"].verdict is Verdict.WARNING
    assert "1 of 2 left" in found["Apizee requests"].detail


async def test_used_up_requests_are_reported_with_the_time_of_the_next(
    outside: Outside, tmp_path: Path, redis: Redis
) -> None:
    settings = settings_for(outside, tmp_path, redis_url=url_of(redis), apizee_requests_per_minute=1)
    await Budget(redis, user="api@acme.example", per_minute=1).reserve("a person")

    requests = (await examined(settings))["Apizee requests"]

    assert requests.verdict is Verdict.WARNING
    assert "0 of 1 left" in requests.detail


async def test_an_address_that_leads_elsewhere_is_reported(outside: Outside, tmp_path: Path) -> None:
    outside.answers["/bot/healthz"] = PlainTextResponse("", 404)

    address = (await examined(settings_for(outside, tmp_path)))["Public address"]

    assert address.verdict is Verdict.FAILED
    assert "status 404. Start `apizee-slack serve`" in address.detail


async def test_who_does_not_answer_is_not_waited_for(outside: Outside, tmp_path: Path) -> None:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        settings = settings_for(outside, tmp_path, slack_api_url=address)
        findings = await examine(settings, scopes=SCOPES, optional=OPTIONAL_SCOPES, patience=0.2)

    found = {finding.subject: finding for finding in findings}
    assert found["Slack"].verdict is Verdict.FAILED
    assert "Check SLACK_API_URL" in found["Slack"].detail
