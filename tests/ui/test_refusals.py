"""A person who may not do something reads why, and who to ask or what to do instead."""

from __future__ import annotations

import re

import pytest

from bot.model.acts import Refusal
from bot.model.errors import NotAllowed
from bot.ui.explanations import explain
from bot.ui.reasons.refusals import REFUSALS
from bot.ui.text import translator_for


@pytest.mark.parametrize("refusal", Refusal)
def test_each_refusal_says_what_to_do(refusal: Refusal) -> None:
    english = explain(NotAllowed(refusal), translator_for("en"), command="/assist")
    french = explain(NotAllowed(refusal), translator_for("fr"), command="/assist")
    assert english != french
    assert "Please" in english or "Ask " in english or "/assist list" in english
    assert re.search(r"\w(ez|ites)[- ]|/assist list", french)
    assert "{" not in english + french


def test_no_two_refusals_say_the_same() -> None:
    assert len(set(REFUSALS.values())) == len(Refusal)
