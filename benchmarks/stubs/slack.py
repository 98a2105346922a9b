"""A Slack that takes everything, and notes when an agent got the links that a command was given for."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from urllib.parse import parse_qs

from benchmarks.stubs.http import Answer, Asked, as_json

TEAM = "T0BENCH01"
BOT_TOKEN = "xoxb-benchmark"  # noqa: S105  # opens the stub only
SIGNING_SECRET = "benchmark-signing-secret"  # noqa: S105  # likewise
RESPONSES = "/response/"
UPLOADS = "/upload/"
CUSTOMERS_LINK = b"convId="
"""A private message with the links contains this; one that says what failed does not."""


class SlackStub:
    """`calls` counts by method; a command is finished when its response URL has received the links.

    `address` is where it answers; `on_call` gets the method and the body of each call but those to response URLs.
    """

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.address = ""
        self.on_call: Callable[[str, bytes], None] = lambda _method, _body: None
        self._posted = 0
        self._awaited: dict[str, asyncio.Future[float]] = {}

    def links_of(self, command: str) -> asyncio.Future[float]:
        """When the links of this command arrive, on the clock `time.perf_counter`; to be asked for before they do."""
        self._awaited[command] = found = asyncio.get_running_loop().create_future()
        return found

    def answer(self, asked: Asked) -> Answer:
        """Answer as Slack does: https://docs.slack.dev/reference/methods."""
        if asked.path.startswith(RESPONSES):
            return self._respond(asked)
        method = "upload" if asked.path.startswith(UPLOADS) else asked.path.rpartition("/")[2]
        self.calls[method] += 1
        self.on_call(method, asked.body)
        match method:
            case "chat.postMessage" | "chat.update":
                return self._message()
            case "files.getUploadURLExternal":
                return self._announced()
            case "chat.getPermalink":
                return Answer(_PERMALINK)
            case "users.info":
                return Answer(_person(asked))
            case "conversations.info":
                return Answer(_CHANNEL)
            case "auth.test":
                return Answer(_AUTHORISED)
            case _:
                return Answer(b'{"ok":true}')

    def _message(self) -> Answer:
        self._posted += 1
        ts = f"1700000000.{self._posted:06d}"
        return Answer(b'{"ok":true,"channel":"C0SUPPORT","ts":"%b","message":{}}' % ts.encode())

    def _announced(self) -> Answer:
        self._posted += 1
        file = f"F{self._posted:09d}"
        return Answer(as_json({"ok": True, "file_id": file, "upload_url": f"{self.address}{UPLOADS}{file}"}))

    def _respond(self, asked: Asked) -> Answer:
        self.calls["response_url"] += 1
        awaited = self._awaited.pop(asked.path.removeprefix(RESPONSES), None)
        if awaited and not awaited.done() and CUSTOMERS_LINK in asked.body:
            awaited.set_result(time.perf_counter())
        return Answer(b"ok", type="text/plain")


def _person(asked: Asked) -> bytes:
    fields = parse_qs(asked.query or asked.body.decode())
    user = fields.get("user", ["U0"])[0]
    profile = {"display_name": user, "real_name": user, "email": f"{user.lower()}@example.com"}
    about = {"id": user, "team_id": TEAM, "name": user, "locale": "en-GB", "tz": "Europe/Paris", "profile": profile}
    return as_json({"ok": True, "user": {**about, "is_email_confirmed": True}})


_PERMALINK = as_json({"ok": True, "permalink": "https://bench.example/archives/C0SUPPORT/p1700000000000001"})
_CHANNEL = as_json({"ok": True, "channel": {"id": "C0SUPPORT", "is_channel": True, "is_member": True}})
_AUTHORISED = as_json(
    {
        "ok": True,
        "url": "https://bench.example/",
        "team": "Bench",
        "user": "bot",
        "team_id": TEAM,
        "user_id": "U0BOT",
        "bot_id": "B0BOT",
    }
)
