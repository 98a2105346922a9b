"""What the doctor examines: Slack, Apizee and the proxy in front of the bot, played on one port of this machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from time import time
from typing import Any

from redis.asyncio import Redis
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.doctor import Finding, examine
from bot.settings import Settings, load_settings

SCOPES = ("commands", "chat:write", "channels:history")
OPTIONAL_SCOPES = ("channels:history",)
SECRETS = ("xoxb-1-bottoken", "xapp-1-apptoken", "a-signing-secret-of-the-tests", "hunter2", "api@acme.example")


@dataclass
class Outside:
    """Slack, Apizee and the proxy in front of the bot, on one port of this machine; what they say can be changed."""

    url: str = ""
    scopes: str = "commands,chat:write,channels:history"
    clock: Callable[[], float] = time
    answers: dict[str, Response] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        """Return what was set for the path, else what should be there."""
        self.asked.append(request.url.path)
        if request.url.path in self.answers:
            return self.answers[request.url.path]
        match request.url.path:
            case "/slack/auth.test" if request.headers["Authorization"] == "Bearer xoxb-1-bottoken":
                return self._slack({"ok": True, "team": "Acme", "user": "apizee"})
            case "/slack/apps.connections.open" if request.headers["Authorization"] == "Bearer xapp-1-apptoken":
                return self._slack({"ok": True, "url": f"{self.url.replace('http', 'ws')}/link/?ticket=1"})
            case "/apizee/token":
                form = (await request.body()).decode()
                assert form == "grant_type=password&username=api%40acme.example&password=hunter2"
                return JSONResponse({"access_token": "a", "expires_in": 86400})
            case "/bot/healthz":
                return PlainTextResponse("ok", headers={"X-Apizee-Slack": "alive"})
            case "/apizee/tickets" | "/apizee/enterprises/1/tickets/7/medias":
                assert request.headers["Authorization"] == "Bearer a"
                return JSONResponse({"total": 1, "data": [{"id": 7}]})
        return self._slack({"ok": False, "error": "invalid_auth"})

    def _slack(self, said: Mapping[str, Any]) -> Response:
        return JSONResponse(
            said, headers={"X-OAuth-Scopes": self.scopes, "Date": formatdate(self.clock(), usegmt=True)}
        )


def settings_for(outside: Outside, tmp_path: Path, **overrides: object) -> Settings:
    values: dict[str, Any] = {
        "slack_signing_secret": "a-signing-secret-of-the-tests",
        "slack_bot_token": "xoxb-1-bottoken",
        "slack_api_url": f"{outside.url}/slack",
        "apizee_api_url": f"{outside.url}/apizee",
        "apizee_username": "api@acme.example",
        "apizee_password": "hunter2",
        "apizee_enterprise_id": 1,
        "data_dir": tmp_path,
        "public_url": f"{outside.url}/bot",
    }
    return load_settings(**{"env_file": None, **values, **overrides})


async def examined(settings: Settings) -> dict[str, Finding]:
    findings = await examine(settings, scopes=SCOPES, optional=OPTIONAL_SCOPES)
    output = "\n".join(finding.line for finding in findings)
    assert not any(secret in output for secret in SECRETS)
    assert output.count("\n") == len(findings) - 1
    return {finding.subject: finding for finding in findings}


def url_of(redis: Redis) -> str:
    return f"unix://{redis.connection_pool.connection_kwargs['path']}"
