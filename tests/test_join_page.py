"""The page of a meeting: what its guest sees, what it may load, and for how long its link works."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import httpx
import pytest
import time_machine
from starlette.types import ASGIApp

from tests.fixtures.web_address import ADDRESS, MEETING, app, links, visiting


def path_for(participant: str = "Jeanne") -> str:
    return links.link(MEETING, participant).removeprefix(ADDRESS)


async def join(path: str, language: str = "en", application: ASGIApp | None = None) -> httpx.Response:
    async with visiting(application or app()) as guest:
        return await guest.get(path, headers={"accept-language": language})


def policy_of(answer: httpx.Response) -> dict[str, str]:
    rules = (rule.partition(" ") for rule in answer.headers["content-security-policy"].split("; "))
    return {name: value for name, _, value in rules}


async def test_the_page_holds_the_meeting_under_the_name_of_its_person() -> None:
    answer = await join(path_for("Zoé"))
    address = "https://meet.apizee.com/private/7a3dc799/ae226154?lang=en&amp;name=Zo%C3%A9"
    assert answer.status_code == 200
    [frame] = re.findall("<iframe .*>", answer.text)
    assert f'src="{address}" title="Video meeting"' in frame
    assert 'allow="microphone; camera; geolocation; display-capture"' in frame
    assert f'<a href="{address}" target="_blank" rel="noopener noreferrer">' in answer.text
    assert "You join as Zoé." in answer.text


async def test_a_name_is_text_whatever_it_contains() -> None:
    answer = await join(path_for('"><script>alert(1)</script>'))
    assert "<script" not in answer.text


async def test_the_page_may_load_its_meeting_and_nothing_else() -> None:
    answer = await join(path_for())
    policy = policy_of(answer)
    [nonce] = re.findall(r'<style nonce="([\w-]+)">', answer.text)
    assert policy == {
        "default-src": "'none'",
        "style-src": f"'nonce-{nonce}'",
        "frame-src": "https://meet.apizee.com",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert nonce not in (await join(path_for())).text


async def test_the_meeting_may_use_camera_microphone_place_and_screen() -> None:
    answer = await join(path_for())
    for device in ("camera", "microphone", "geolocation", "display-capture"):
        assert f'{device}=(self "https://meet.apizee.com")' in answer.headers["permissions-policy"]


async def test_no_page_of_a_meeting_is_kept_anywhere() -> None:
    for path in (path_for(), "/join/wrong"):
        assert (await join(path)).headers["cache-control"] == "no-store"


async def test_every_link_that_does_not_work_gets_the_same_page() -> None:
    with time_machine.travel(time.time() - timedelta(hours=25).total_seconds()):
        expired = path_for()
    altered = path_for()[:-8] + "AAAAAAA="
    answers = [await join(path) for path in (expired, altered, "/join/wrong", "/join/%00%ff")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r'nonce="[\w-]+"', "", answer.text) for answer in answers}) == 1
    assert "This link does not lead to a meeting" in answers[0].text
    assert policy_of(answers[0])["frame-src"] == "'none'"


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("en-US,en;q=0.9,fr;q=0.8", "en"),
        ("de, fr;q=0.5", "fr"),
        ("fr;q=0.2, en;q=0.7", "en"),
        ("FR", "fr"),
        ("fr;q=0", "en"),
        ("de", "en"),
        ("*", "en"),
        (";;q=,,=-", "en"),
        ("", "en"),
    ],
)
async def test_the_page_speaks_the_language_that_the_browser_asks_for(wanted: str, spoken: str) -> None:
    answer = await join("/join/wrong", wanted)
    assert f'<html lang="{spoken}">' in answer.text


async def test_the_page_is_french_for_the_french() -> None:
    answer = await join(path_for("Zoé"), "fr")
    assert "You join" not in answer.text
    assert "Zoé" in answer.text


async def test_without_a_public_address_there_is_no_page() -> None:
    assert (await join(path_for(), application=app(join=None))).text == "Not Found"
