"""Links into a meeting: for one person, one meeting and one day."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from bot.deferred.join_links import JoinLinks
from bot.model.errors import Unreadable
from bot.store.sealing.keyring import KeyRing

MEETING = "https://meet.apizee.com/private/7a3dc7993234907508525829e02f2388/ae226154999f5d50f9e6f909e27c5113"
PUBLIC = "https://bot.example.com"

ring = KeyRing([Fernet.generate_key().decode()])
links = JoinLinks(PUBLIC, ring)


def token_for(participant: str = "Jeanne") -> str:
    return links.link(MEETING, participant).removeprefix(f"{PUBLIC}/join/")


@given(participant=st.text(st.characters(codec="utf-8")))
def test_a_link_leads_its_person_to_its_meeting(participant: str) -> None:
    target = links.target(token_for(participant))
    assert (target.meeting_url, target.participant) == (MEETING, participant)


def test_the_meeting_opens_under_the_name_of_the_person() -> None:
    assert links.target(token_for("Zoé & Cie")).address.startswith(f"{MEETING}?name=Zo%C3%A9")


def test_a_link_says_nothing_about_person_or_meeting() -> None:
    link = links.link(MEETING, "Jeanne")
    assert "Jeanne" not in link
    assert "ae226154" not in link


def test_a_link_stands_under_the_bots_address_however_that_is_written() -> None:
    assert JoinLinks(f"{PUBLIC}/", ring).link(MEETING, "Jeanne").startswith(f"{PUBLIC}/join/")


def test_a_link_serves_for_a_day_and_no_longer() -> None:
    with time_machine.travel("2026-03-01T10:00Z", tick=False) as clock:
        token = token_for()
        clock.shift(timedelta(hours=24))
        assert links.target(token).participant == "Jeanne"
        clock.shift(timedelta(seconds=1))
        with pytest.raises(Unreadable):
            links.target(token)


@given(at=st.integers(0, 100), character=st.sampled_from("AZaz09-_="))
def test_an_altered_link_leads_nowhere(at: int, character: str) -> None:
    token = token_for()
    altered = token[:at] + character + token[at + 1 :]
    if altered != token:
        with pytest.raises(Unreadable):
            links.target(altered)


@given(token=st.text())
def test_a_guessed_link_leads_nowhere(token: str) -> None:
    with pytest.raises(Unreadable):
        links.target(token)


@pytest.mark.parametrize(
    "sealed",
    [
        pytest.param("an Apizee token", id="no JSON"),
        pytest.param("7", id="a number"),
        pytest.param(json.dumps({"phone": "+33662682193"}), id="a session's record"),
        pytest.param(json.dumps(["record", MEETING, "Jeanne"]), id="a link sealed for something else"),
    ],
)
def test_what_else_the_bot_has_sealed_opens_no_meeting(sealed: str) -> None:
    with pytest.raises(Unreadable):
        links.target(ring.seal_text(sealed))


def test_a_link_sealed_with_an_older_key_still_serves() -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    token = JoinLinks(PUBLIC, KeyRing([old])).link(MEETING, "Jeanne").rpartition("/")[2]
    assert JoinLinks(PUBLIC, KeyRing([new, old])).target(token).meeting_url == MEETING


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://meet.apizee.com/room",
        "javascript:alert(1)",
        "data:text/html,hello",
        "https://",
        "https://somebody@meet.apizee.com/room",
        "https://meet.apizee.com;script-src */room",
        "https://meet.apizee.com, evil.example/room",
        "http://localhost.evil.example/room",
        "http://127.0.0.1.evil.example/room",
    ],
)
def test_only_a_meeting_over_https_gets_a_link(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        links.link(url, "Jeanne")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8070/room", "http://localhost/room", "https://Meet.Apizee.com:8443/r"]
)
def test_a_meeting_of_the_sandbox_or_on_another_port_gets_one_too(url: str) -> None:
    assert links.link(url, "Jeanne")


def test_the_origin_is_what_a_browser_compares() -> None:
    token = links.link("https://Meet.Apizee.com:8443/room", "Jeanne").rpartition("/")[2]
    assert links.target(token).origin == "https://meet.apizee.com:8443"


def test_a_join_link_does_not_show_its_meeting_in_logs() -> None:
    assert "ae226154" not in repr(links.target(token_for()))
