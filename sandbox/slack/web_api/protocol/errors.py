"""How Slack says no: HTTP 200 with `ok: false` and one of its codes."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.slack.model import Json


class RefusedError(Exception):
    """A call that Slack refuses; `code` is its error, `messages` say what exactly, `more` stands beside them."""

    def __init__(self, code: str, messages: Sequence[str] = (), **more: str) -> None:
        super().__init__(code)
        self.code = code
        self._messages = list(messages)
        self._more = more

    def answer(self) -> Json:
        """Return the body of the response."""
        details = {"response_metadata": {"messages": self._messages}} if self._messages else {}
        return {"ok": False, "error": self.code, **self._more, **details}


class RateLimitedError(RefusedError):
    """Too many calls: to be repeated after `retry_after` seconds; answered with status 429."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after
