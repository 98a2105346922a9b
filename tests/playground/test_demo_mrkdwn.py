"""Slack's markup becomes HTML, and nothing else does."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.page.mrkdwn import Mrkdwn

mrkdwn = Mrkdwn({"U1": "Alice & Co", "C1": "support"})

_LINK = '<a href="https://a.example/?x=1&amp;y=2" target="_blank" rel="noopener noreferrer">{}</a>'
_OURS = re.compile(r'</?(?:strong|em|code|span|a)(?: class="mention"| href="[^"<>]*" target="_blank" rel="[a-z ]+")?>')


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*bold* and _italic_", "<strong>bold</strong> and <em>italic</em>"),
        ("*bold with `code`*", "<strong>bold with <code>code</code></strong>"),
        ("snake_case_name 2*3*4", "snake_case_name 2*3*4"),
        ("a &lt;b&gt; &amp; c", "a &lt;b&gt; &amp; c"),
        ("<@U1>", '<span class="mention">@Alice &amp; Co</span>'),
        ("<#C1>", '<span class="mention">#support</span>'),
        ("<@U9|somebody>", '<span class="mention">@somebody</span>'),
        ("<!channel>", '<span class="mention">@channel</span>'),
        ("<!date^1^{time}|8:00 AM>", "8:00 AM"),
        (":warning: :nobody:", "⚠️ :nobody:"),
        ("<https://a.example/?x=1&amp;y=2|here>", _LINK.format("here")),
        ("https://a.example/?x=1&amp;y=2", _LINK.format("https://a.example/?x=1&amp;y=2")),
        ("<javascript:alert(1)|here>", "&lt;javascript:alert(1)|here&gt;"),
    ],
)
def test_markup_is_shown_as_slack_shows_it(text: str, shown: str) -> None:
    assert mrkdwn(text) == shown


@given(st.text(alphabet="<>@#!|*_`:&;\"'/ ahtps\n"))
def test_no_text_makes_other_elements_than_those(text: str) -> None:
    assert "<" not in _OURS.sub("", mrkdwn(text))
