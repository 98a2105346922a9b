"""Links of Apizee's answers lead to Apizee: an address of anybody else is text."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.apizee.answers.links import as_link
from bot.apizee.client import Apizee
from tests.apizee.conftest import FakeApizee, recorded

API = "https://cloud.apizee.com/api"


@pytest.mark.parametrize(
    "url",
    [
        "https://cloud.apizee.com/media/showVideo/1/hash/aec9aca0",
        "https://meet.apizee.com/private/7a3d/5c31?name=Ann",
        "https://diag.apizee.com/?convId=1&pwd=2",
        "https://apz.fr/d6Nx453elx",
    ],
)
def test_documented_hosts_are_apizee_s(url: str) -> None:
    assert as_link(url, api=API) == url


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://https://evil.example/", "evil.example/"),
        ("evil.example:443/x", "evil.example:443/x"),
        ("https://evil.example/meet", "evil.example/meet"),
        ("http://cloud.apizee.com/meet", "cloud.apizee.com/meet"),
        ("https://cloud.apizee.com.evil.example/", "cloud.apizee.com.evil.example/"),
        ("https://evilapizee.com/", "evilapizee.com/"),
        ("https://cloud.apizee.com@evil.example/", "cloud.apizee.com@evil.example/"),
        ("https://cloud.apizee.com\\@evil.example/", "cloud.apizee.com\\@evil.example/"),
        ("javascript:alert(1)", "alert(1)"),
        ("javascript:https://cloud.apizee.com/", "cloud.apizee.com/"),
        ("slack://open?team=T1", "open?team=T1"),
        ("https://[", "["),
        ("//evil.example", "//evil.example"),
    ],
)
def test_what_leads_elsewhere_is_text(url: str, shown: str) -> None:
    assert as_link(url, api=API) == shown


def test_an_account_on_a_host_of_its_own_has_its_links_there() -> None:
    assert as_link("https://video.bank.example/meet", api="https://video.bank.example/api").startswith("https://")


def test_a_sandbox_on_this_machine_may_lead_anywhere_on_the_web() -> None:
    assert as_link("http://127.0.0.1:8080/m/1", api="http://127.0.0.1:3001/api") == "http://127.0.0.1:8080/m/1"
    assert as_link("javascript:alert(1)", api="http://127.0.0.1:3001/api") == "alert(1)"


_PIECES = st.sampled_from(["https:", "http:", "//", "/", "cloud.apizee.com", "evil.example", "@", "\\", " ", "x", ":1"])


@given(st.lists(_PIECES, max_size=8).map("".join) | st.text())
def test_what_begins_like_a_link_is_https_and_apizee_s(url: str) -> None:
    shown = as_link(url, api=API)
    if shown.lower().startswith(("http://", "https://")):
        assert shown == url
        assert urlsplit(url).hostname == "cloud.apizee.com"


async def test_a_conference_that_leads_elsewhere_has_no_link(apizee: Apizee, remote: FakeApizee) -> None:
    said = json.loads(recorded("conference_created")) | {"url": "https://evil.example/m", "short_url": "javascript:x"}
    remote.will_answer(json.dumps(said))
    made = await apizee.create_conference(participants=["a@b.com"], name="Visit", moderator="ann", moderated=False)
    assert (made.url, made.short_url) == ("evil.example/m", "x")
