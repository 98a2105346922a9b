"""Each language that people read."""

from __future__ import annotations

import pytest

from bot.ui.text import Translator, translator_for


@pytest.fixture(params=["en-US", "fr-FR"])
def translate(request: pytest.FixtureRequest) -> Translator:
    return translator_for(request.param)
