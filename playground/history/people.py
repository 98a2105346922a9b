"""Apizee's agents under the names that they have in Slack: one person has one name, wherever it is read."""

from __future__ import annotations

from dataclasses import replace

from sandbox.apizee.accounts import AGENTS
from sandbox.apizee.model import Agent
from sandbox.slack.default_world import U_ADMIN, default_users

_ADMINISTRATOR = 2892


def demo_agents() -> list[Agent]:
    """Return the agents of the demo; its administrator is one of them."""
    users = {user.id: user for user in default_users()}
    names = {user.email: user.real_name for user in users.values() if user.email}
    administrator = users[U_ADMIN]
    return [
        *(replace(agent, name=names.get(agent.login, agent.name)) for agent in AGENTS),
        Agent(_ADMINISTRATOR, administrator.real_name, administrator.email or ""),
    ]
