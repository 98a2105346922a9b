"""What every request to Slack passes: hooks and faults, the work, the log of calls, and the answer or its loss."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sandbox.loopback import HANG_UP
from sandbox.slack.faults import Outcome, Silence
from sandbox.slack.model import Call, Json
from sandbox.slack.web_api.protocol.errors import RefusedError
from sandbox.slack.workspace import Workspace

Answer: TypeAlias = Json | RefusedError

_SECRETS = frozenset({"client_secret", "code"})


@dataclass(frozen=True, slots=True)
class ApiCall:
    """A request that was understood: `work` does it or refuses it, `respond` writes the answer down."""

    workspace: Workspace
    method: str
    work: Callable[[], Json]
    respond: Callable[[Answer], Response]
    args: Mapping[str, Any] = field(default_factory=dict)
    in_url: frozenset[str] = frozenset()


async def run(api_call: ApiCall) -> Outcome:
    """Run a call, unless a fault happens to it; what came of it is in the workspace's `calls`."""
    workspace, method = api_call.workspace, api_call.method
    begun = time.monotonic()
    await workspace.before(method)
    fault = workspace.faults.due(method, api_call.args)
    outcome = await fault.instead()
    if outcome is not None:
        status = outcome.status_code if isinstance(outcome, Response) else 0
        _log(api_call, status, "no answer" if isinstance(outcome, Silence) else f"status {status}", begun)
        return outcome
    answer = _answer(api_call)
    response = api_call.respond(answer)
    _log(api_call, response.status_code, answer.code if isinstance(answer, RefusedError) else "", begun)
    await workspace.after(method)
    return await fault.spoil(response)


async def send_outcome(outcome: Outcome, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer, or close the connection, or wait until the caller closes it.

    Raises `ConnectionResetError` where the server offers no way to close a connection, as in-process transports do.
    """
    if isinstance(outcome, Response):
        await outcome(scope, receive, send)
        return
    if outcome is Silence.HANG_UP:
        hang_up = scope.get("state", {}).get(HANG_UP)
        if hang_up is None:
            message = "the sandbox hung up"
            raise ConnectionResetError(message)
        hang_up()
    while (await receive())["type"] != "http.disconnect":
        pass


def _answer(api_call: ApiCall) -> Answer:
    try:
        return api_call.work()
    except RefusedError as refused:
        return refused


def _log(api_call: ApiCall, status: int, error: str, begun: float) -> None:
    workspace, seconds = api_call.workspace, time.monotonic() - begun
    args = {name: value for name, value in api_call.args.items() if name not in _SECRETS}
    call = Call(api_call.method, args, status, not error, error, workspace.clock(), seconds, api_call.in_url)
    workspace.calls.append(call)
    workspace.changed()
