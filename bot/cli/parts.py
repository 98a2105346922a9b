"""Opens what commands about kept data work with: the adapters, forgetting, and the audit of what operators do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from bot.cli.running import run
from bot.model.acts import OperatorAct
from bot.model.audit import OPERATOR, AuditEntry
from bot.model.session import Session
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.adapters import Adapters
    from bot.policy.audit import Audit
    from bot.sessions.following.erasure import Forgetting

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Parts:
    """What a command works with, while it is open."""

    adapters: Adapters
    forgetting: Forgetting
    audit: Audit

    def record(self, act: OperatorAct, about: Session | None = None, *, team: str = "", person: str = "") -> None:
        """Record what the operator does: about a session, in a workspace, or to the login of a person in one."""
        self.audit.record(
            AuditEntry(
                at=datetime.now(UTC),
                team=about.requester.conversation.team if about else team,
                user=OPERATOR,
                act=act,
                kind=about.kind if about else None,
                session=about.id if about else "",
                remote_id=about.remote.id if about else None,
                person=person,
            )
        )


def run_with_parts(settings: Settings, do: Callable[[Parts], Awaitable[T]]) -> T:
    """Return what is done with the parts; raises `click.ClickException` where Redis is away or cannot be used."""

    async def opened_and_done() -> T:
        async with _opened(settings) as parts:
            return await do(parts)

    return run(opened_and_done())


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Parts]:
    # Imported late, so that a wrong setting and `--help` are answered at once.
    from bot.adapters import open_adapters  # noqa: PLC0415  # as said above
    from bot.policy.audit import Audit  # noqa: PLC0415  # likewise
    from bot.sessions.cards import Cards  # noqa: PLC0415  # likewise
    from bot.sessions.following.erasure import Forgetting  # noqa: PLC0415  # likewise
    from bot.sessions.passing_on.qr_codes import QrCodes  # noqa: PLC0415  # likewise
    from bot.timing import Timing  # noqa: PLC0415  # likewise

    async with open_adapters(settings, Timing()) as adapters:
        audit = Audit(adapters.audit, on_lost=lambda number: adapters.metrics.count("audit_lost_total", number))
        cards = Cards(adapters.slack, adapters.sessions)
        codes = QrCodes(adapters.sessions, adapters.slack)
        forgetting = Forgetting(
            adapters.sessions, adapters.invitee_index, adapters.invitees, cards, codes, adapters.files
        )
        async with audit.kept():
            yield Parts(adapters, forgetting, audit)
