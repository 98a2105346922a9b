"""Creating and finding conferences, their media and their statistics."""

from __future__ import annotations

import httpx
import pytest

from sandbox.apizee import World
from sandbox.apizee.records import WrongMomentError
from tests.sandbox.apizee.environment import AGENT, Api, Clock, refusal


async def test_every_participant_is_invited_by_default(api: Api, world: World) -> None:
    created = await api.create_conference(participants="invite12345@yopmail.com,0612345678")

    assert [invitation.to for invitation in world.outbox] == ["invite12345@yopmail.com", "0612345678"]
    assert {invitation.link for invitation in world.outbox} == {created["short_url"]}
    assert {invitation.conference_id for invitation in world.outbox} == {created["id"]}


async def test_nobody_is_invited_when_asked_not_to(api: Api, world: World) -> None:
    await api.create_conference(invite="false")

    assert not world.outbox


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({}, "participants"),
        ({"participants": "Jane"}, "participants"),
        ({"participants": "jane@client.com,"}, "participants"),
        ({"participants": "jane@client.com", "name": "x"}, "name"),
        ({"participants": "jane@client.com", "name": "x" * 256}, "name"),
        ({"participants": "jane@client.com", "moderator": "stranger@apizee.com"}, "moderator"),
        ({"participants": "jane@client.com", "moderation": "strict"}, "moderation"),
    ],
)
async def test_a_wrong_parameter_is_named(api: Api, query: dict[str, str | int], parameter: str) -> None:
    assert refusal(await api.post("api/conferences", **query)) == (400, 10, f"Parameter {parameter}")


@pytest.mark.parametrize("name", ["xy", "x" * 255])
async def test_names_of_2_to_255_characters_are_taken(api: Api, name: str) -> None:
    assert (await api.create_conference(name=name))["name"] == name


async def test_moderation_and_moderator_are_kept(api: Api, world: World) -> None:
    created = await api.create_conference(moderation="true", moderator=AGENT)

    assert world.conference(created["id"]).moderated
    assert created["moderator"] == {"id": 2888, "name": "Agent 1"}


async def test_without_a_moderator_the_api_user_organizes(api: Api) -> None:
    created = await api.create_conference()

    assert (created["moderator"], created["organizer"]["name"]) == (None, "API")


async def test_an_account_without_conferences_is_refused(api: Api, world: World) -> None:
    world.conferences_enabled = False

    answers: list[httpx.Response] = [
        await api.post("api/conferences", participants="jane@client.com"),
        await api.get("api/conferences"),
        await api.get("api/conferences/842341/media"),
    ]
    assert {refusal(answer)[:2] for answer in answers} == {(403, 2)}


async def test_a_search_finds_names_that_contain_the_keyword(api: Api) -> None:
    for name in ("Kitchen", "Bathroom", "kitchen again"):
        await api.create_conference(name=name)

    found = (await api.get("api/conferences", search="KITCHEN")).json()
    assert [conference["name"] for conference in found["data"]] == ["kitchen again", "Kitchen"]


async def test_a_conference_goes_on_while_guests_join_and_is_finished_when_it_ends(
    api: Api, world: World, clock: Clock
) -> None:
    conference_id = (await api.create_conference(name="Kitchen"))["id"]

    async def status() -> str:
        [listed] = (await api.get("api/conferences")).json()["data"]
        return str(listed["status"])

    assert await status() == "scheduled"
    world.guest_joins(conference_id, "Jane")
    assert await status() == "ongoing"
    clock.advance(minutes=7)
    world.ends(conference_id)
    assert await status() == "finished"
    assert world.events[-1].props == {"name": "Kitchen", "eventType": "conversationEnded"}


async def test_nobody_ends_what_has_not_begun_nor_joins_what_is_over(api: Api, world: World) -> None:
    conference_id = (await api.create_conference())["id"]

    with pytest.raises(WrongMomentError):
        world.ends(conference_id)
    world.guest_joins(conference_id, "Jane")
    world.ends(conference_id)
    with pytest.raises(WrongMomentError):
        world.guest_joins(conference_id, "Too late")


async def test_the_recording_appears_some_time_after_the_end(api: Api, world: World, clock: Clock) -> None:
    conference_id = (await api.create_conference())["id"]
    world.guest_joins(conference_id, "Jane")
    world.ends(conference_id)

    path = f"api/conferences/{conference_id}/media"
    assert (await api.get(path)).json()["total"] == 0
    clock.now += world.recording_after
    [recording] = (await api.get(path)).json()["data"]
    assert (recording["media_type"], recording["source_type"]) == ("video", "conf_record")
    file = await api.http.get(recording["url"])
    assert (file.headers["Content-Type"], len(file.content)) == ("video/mp4", recording["filesize"])


async def test_a_recording_can_be_made_to_appear(api: Api, world: World) -> None:
    conference_id = (await api.create_conference())["id"]
    world.guest_joins(conference_id, "Jane")
    world.ends(conference_id)
    world.recording_appears(conference_id)

    assert (await api.get(f"api/conferences/{conference_id}/media")).json()["total"] == 1


async def test_statistics_come_five_minutes_after_the_end(api: Api, world: World, clock: Clock) -> None:
    conference_id = (await api.create_conference(moderator=AGENT))["id"]
    for guest in ("Jane", "John"):
        world.guest_joins(conference_id, guest)
    clock.advance(minutes=12)
    world.ends(conference_id)

    clock.advance(minutes=4, seconds=59)
    assert (await api.get("api/session")).json()["total"] == 0
    clock.advance(seconds=1)
    [session] = (await api.get("api/session")).json()["data"]
    assert (session["total_participant_count"], session["billing_duration"]) == (2, 15)
    assert (session["start_time"], session["end_time"]) == ("2025-03-14T09:00:00+00:00", "2025-03-14T09:12:00+00:00")


async def test_statistics_are_of_one_service_and_come_in_pages(api: Api, world: World, clock: Clock) -> None:
    for _ in range(3):
        conference_id = (await api.create_conference())["id"]
        world.guest_joins(conference_id, "Jane")
        clock.advance(minutes=6)
        world.ends(conference_id)
    clock.advance(minutes=6)
    key = world.conference(conference_id).service_key

    page = (await api.get("api/session", service_key=key, limit=2, offset=2)).json()
    assert (page["total"], page["data"][0]["start_time"]) == (3, "2025-03-14T09:00:00+00:00")
    assert (await api.get("api/session", service_key="another")).json()["total"] == 0
    assert (await api.get("api/session", until="2025-03-13")).json()["data"] == []
