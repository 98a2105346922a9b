"""Read what people type, as the commands do, for the tests of what is understood."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.grammar import AssistRequest, MeetRequest, NotUnderstood, ParseProblem, TypedAt, parse_assist, parse_meet
from bot.model.people import Contact

PHONE = Contact("+33662682193")
JEAN = Contact("jean@client.com")
TYPED_AT = TypedAt(datetime(2026, 11, 28, 14, 0, tzinfo=UTC), zone=None)


def assist(text: str) -> AssistRequest:
    return parse_assist(text, region="FR", typed_at=TYPED_AT)


def meet(text: str) -> MeetRequest:
    return parse_meet(text, region="FR", typed_at=TYPED_AT)


def problem_of(parse: Callable[[str], object], text: str) -> tuple[ParseProblem, str]:
    with pytest.raises(NotUnderstood) as refused:
        parse(text)
    return refused.value.problem, refused.value.shown
