"""Listeners for a test to add to."""

from __future__ import annotations

import pytest

from bot.web.slack import Listeners


@pytest.fixture
def listeners() -> Listeners:
    return Listeners()
