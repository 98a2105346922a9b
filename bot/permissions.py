"""Builds what decides who may do what: people and their roles, places, the policy, and the audit of its answers."""

from __future__ import annotations

from dataclasses import dataclass

from bot.adapters import Adapters
from bot.policy.agents import Agents
from bot.policy.audit import Audit
from bot.policy.places import Places
from bot.policy.policy import Limits, Policy
from bot.policy.rules import Choices
from bot.settings import Settings
from bot.timing import Timing


@dataclass(frozen=True, slots=True)
class Permissions:
    """The policy, and what it asks."""

    agents: Agents
    places: Places
    audit: Audit
    policy: Policy


def build_permissions(settings: Settings, timing: Timing, adapters: Adapters) -> Permissions:
    """Return the policy that the settings ask for."""
    agents = Agents(
        adapters.slack,
        default_login=adapters.accounts.default_agent,
        admins=settings.admin_users,
        logins=settings.agent_logins,
        given_login=adapters.logins.of,
        timing=timing.agents,
    )
    audit = Audit(adapters.audit, on_lost=lambda number: adapters.metrics.count("audit_lost_total", number))
    places = Places(adapters.slack, adapters.cache)
    policy = Policy(
        agents,
        places,
        audit,
        choices=Choices(guests_may_start=settings.guests_may_start, shared_channels=settings.shared_channels),
        limits=Limits(groups=settings.allowed_groups, channels=settings.allowed_channels),
        clock=timing.clock,
    )
    return Permissions(agents, places, audit, policy)
