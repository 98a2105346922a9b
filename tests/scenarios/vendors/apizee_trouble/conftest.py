"""Waits of the bot that stories of Apizee's bad days can reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import stamina

from bot.apizee.timing import ApizeeTiming
from bot.model.timing import StartTiming
from bot.timing import Timing
from tests.fixtures.timing import SLOW_MACHINE


@pytest.fixture
def timing() -> Timing:
    """Return the bot's waits in their order, in tenths of seconds."""
    start = StartTiming(settled_after=0.5, given_up_after=1.5, pause=0.7, looked_up_after=0.1)
    return replace(SLOW_MACHINE, start=start, apizee=ApizeeTiming(connect=0.4, silence=0.4))


@pytest.fixture(autouse=True)
def questions_follow_each_other_at_once() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield
