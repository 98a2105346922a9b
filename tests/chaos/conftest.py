"""How long and how wild the chaos is: short in every test run, long with `make chaos`."""

from __future__ import annotations

import os

import pytest

from tests.chaos.run import Plan

COMMANDS = "CHAOS_COMMANDS"
SECONDS = "CHAOS_SECONDS"
SEED = "CHAOS_SEED"


@pytest.fixture
def plan() -> Plan:
    """Return a short run, unless the environment asks for a longer one."""
    is_long = COMMANDS in os.environ
    return Plan(
        commands=int(os.environ.get(COMMANDS, "25")),
        seconds=float(os.environ.get(SECONDS, "12")),
        seed=int(os.environ.get(SEED, "7")),
        idle_of_a_core=0.02 if is_long else 0.1,
        idle_lines_a_second=1.0 if is_long else 10.0,
    )
