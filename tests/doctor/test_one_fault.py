"""What is wrong is reported in one line each, and nothing that an answer lacks ends the report."""

from __future__ import annotations

from pathlib import Path

import pytest
from redis.asyncio import Redis
from starlette.responses import JSONResponse, PlainTextResponse

from bot.doctor import Finding, Verdict
from bot.doctor.findings import failed, ok, once_each
from tests.doctor.outside import Outside, examined, settings_for, url_of


def bad(found: dict[str, Finding]) -> list[str]:
    return [subject for subject, finding in found.items() if finding.verdict is Verdict.FAILED]


@pytest.mark.parametrize("date", [None, "", "yesterday", "Thu, 99 Nov 2026 00:00:00 GMT"])
async def test_an_answer_without_a_usable_date_compares_no_clocks(
    outside: Outside, tmp_path: Path, date: str | None
) -> None:
    headers = {"X-OAuth-Scopes": outside.scopes} | ({} if date is None else {"Date": date})
    outside.answers["/slack/auth.test"] = JSONResponse({"ok": True, "team": "Acme", "user": "apizee"}, headers=headers)
    found = await examined(settings_for(outside, tmp_path))
    assert found["Clock"].line.startswith("warning Clock: not compared")
    assert found["Slack token"].verdict is Verdict.OK


async def test_a_token_that_is_refused_is_not_reported_as_lacking_scopes(outside: Outside, tmp_path: Path) -> None:
    found = await examined(settings_for(outside, tmp_path, slack_bot_token="xoxb-2-revoked"))
    assert bad(found) == ["Slack token"]


async def test_a_folder_that_cannot_be_used_is_reported_once(outside: Outside, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert bad(await examined(settings_for(outside, tmp_path, data_dir=tmp_path / "file"))) == ["Redis"]


async def test_another_server_at_our_address_is_reported(outside: Outside, tmp_path: Path) -> None:
    outside.answers["/bot/healthz"] = PlainTextResponse("ok")
    address = (await examined(settings_for(outside, tmp_path)))["Public address"]
    assert (address.verdict, "not this bot" in address.detail) == (Verdict.FAILED, True)


async def test_an_address_copied_from_the_documentation_is_reported_and_not_asked(
    outside: Outside, tmp_path: Path
) -> None:
    address = (await examined(settings_for(outside, tmp_path, public_url="https://bot.example.com")))["Public address"]
    assert address.line.startswith("FAILED  Public address: PUBLIC_URL still holds the placeholder.")


async def test_a_key_that_only_one_machine_has_is_warned_of(outside: Outside, tmp_path: Path, redis: Redis) -> None:
    keys = (await examined(settings_for(outside, tmp_path, redis_url=url_of(redis))))["Encryption keys"]
    assert keys.verdict is Verdict.WARNING
    assert f"{tmp_path / 'encryption.key'}. Set ENCRYPTION_KEYS to what is in that file" in keys.detail


def test_what_is_the_same_for_several_subjects_is_one_line() -> None:
    findings = [failed("Slack", "no way there."), ok("Clock", "right."), failed("Socket Mode", "no way there.")]
    lines = [finding.line for finding in once_each(findings)]
    assert lines == ["FAILED  Slack, Socket Mode: no way there.", "ok      Clock: right."]
