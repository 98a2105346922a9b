"""A sandbox of Slack: its Web API over HTTP, as strict as its documentation, and the people who use it.

`Workspace` is all that the sandbox knows. `build_app` puts Slack's Web API before it, for the bot to call;
`SlackClientSide` does what people do and sends the bot what Slack would send.

    middleware, web_api, arguments ─▶ methods ─▶ chat, views, calls… ─▶ Workspace ◀─ answers ◀─ client_side ─▶ the bot
    limits (Block Kit's rules: block_kit, elements, shapes) judge every message and view
"""

from sandbox.slack.client.client_side import SlackClientSide
from sandbox.slack.client.escaping import Escaping
from sandbox.slack.model import Credentials
from sandbox.slack.site import build_app
from sandbox.slack.snapshot import as_seen_by
from sandbox.slack.workspace import Workspace

__all__ = ["Credentials", "Escaping", "SlackClientSide", "Workspace", "as_seen_by", "build_app"]
