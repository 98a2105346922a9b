"""What the audit says of an act: who asked for what, about which session, from where, when, and what the answer was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.model.session import Kind

OPERATOR = "operator"
"""Who acts at the command line of the bot, where Slack knows nobody."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One answer, yes or no; ids only, and nothing about a customer.

    `user` is a Slack id, or `OPERATOR`. `session` is our id of a session, `remote_id` the ticket's or conference's at
    Apizee. `act` and `refusal` are those of `bot.model.acts`, or of a newer version of the bot; `refusal` is `None`
    where the act was allowed. `person` is the Slack id of whom it is about, where it is about somebody else's login.
    """

    at: datetime
    team: str
    user: str
    act: str
    refusal: str | None = None
    kind: Kind | None = None
    session: str = ""
    remote_id: int | None = None
    channel: str = ""
    person: str = ""
