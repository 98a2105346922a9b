"""Customers come, show, leave or never come at all, and Apizee says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from sandbox.apizee import World
from sandbox.apizee.model import Location
from sandbox.apizee.records import NotThisWorlds, WrongMomentError
from tests.sandbox.apizee.environment import Api, Clock, connect

Play = Callable[[World, int], None]


async def state_of(api: Api, ticket_id: int) -> str:
    return str((await api.get(f"api/tickets/{ticket_id}")).json()["state"])


async def test_a_ticket_lives_from_invitation_to_recording(api: Api, world: World, clock: Clock) -> None:
    ticket_id = (await api.create_ticket(invite=1))["id"]
    assert await state_of(api, ticket_id) == "invited"
    world.customer_opens(ticket_id)
    assert await state_of(api, ticket_id) == "invited"
    world.accepts(ticket_id)
    assert await state_of(api, ticket_id) == "inprogress"
    world.allows_camera(ticket_id)
    world.takes_photo(ticket_id, location=Location(48.77, -3.51))
    clock.advance(minutes=5)
    world.hangs_up(ticket_id)

    ended = (await api.get(f"api/tickets/{ticket_id}")).json()
    assert (ended["state"], ended["end_time"]) == ("done", "2025-03-14T09:05:00+00:00")
    assert ended["geoloc"] == {"lat": 48.77, "lng": -3.51}


async def test_each_step_leaves_the_event_that_webhooks_would_tell(api: Api, world: World) -> None:
    ticket_id = (await api.create_ticket(invite=1))["id"]
    connect(world, ticket_id)
    world.takes_photo(ticket_id)
    world.hangs_up(ticket_id)

    assert [event.name for event in world.events if event.object == "conversationevent"] == [
        "ticket.invitationSent",
        "ticket.invitationClicked",
        "consent.accepted",
        "ticket.invitationAccepted",
        "ticket.sessionStarted",
        "mediaDevice.cameraAllowed",
        "session.established",
        "media.pictureTaken",
        "session.userLeft",
        "ticket.completed",
    ]
    states = [event.props["state"] for event in world.events if event.object == "ticket"]
    assert list(dict.fromkeys(states)) == ["invited", "inprogress", "done"]


@pytest.mark.parametrize(
    ("play", "state", "event"),
    [
        (World.declines, "declined", "ticket.invitationDeclined"),
        (World.expires, "expired", "ticket.invitationExpired"),
        (World.cancels, "cancelled", "ticket.cancelled"),
    ],
)
async def test_an_invitation_may_come_to_nothing(api: Api, world: World, play: Play, state: str, event: str) -> None:
    ticket_id = (await api.create_ticket())["id"]
    play(world, ticket_id)

    assert await state_of(api, ticket_id) == state
    assert world.events[-1].name == event
    with pytest.raises(WrongMomentError):
        world.customer_opens(ticket_id)


@pytest.mark.parametrize("play", [World.accepts, World.allows_camera, World.takes_photo, World.hangs_up])
async def test_nothing_happens_before_the_link_is_opened(api: Api, world: World, play: Play) -> None:
    ticket_id = (await api.create_ticket(invite=1))["id"]

    with pytest.raises(WrongMomentError):
        play(world, ticket_id)
    assert await state_of(api, ticket_id) == "invited"


async def test_nobody_plays_a_ticket_that_does_not_exist(world: World) -> None:
    with pytest.raises(NotThisWorlds):
        world.customer_opens(1)
    with pytest.raises(NotThisWorlds):
        world.ends(1)


async def test_photos_are_there_at_once_and_the_recording_later(api: Api, world: World, clock: Clock) -> None:
    ticket_id = (await api.create_ticket())["id"]
    connect(world, ticket_id)
    world.takes_photo(ticket_id)
    world.takes_photo(ticket_id, location=Location(48.77, -3.51))
    world.hangs_up(ticket_id)

    async def types() -> list[str]:
        answer = await api.get(f"api/enterprises/1/tickets/{ticket_id}/medias")
        return [medium["type"] for medium in answer.json()["medias"]]

    assert await types() == ["image/jpeg", "image/jpeg"]
    clock.now += world.recording_after
    assert await types() == ["video/mp4", "image/jpeg", "image/jpeg"]


async def test_medias_come_in_pages(api: Api, world: World) -> None:
    ticket_id = (await api.create_ticket())["id"]
    connect(world, ticket_id)
    for _ in range(3):
        world.takes_photo(ticket_id)

    page = (await api.get(f"api/enterprises/1/tickets/{ticket_id}/medias", limit=2, offset=2)).json()
    assert (page["limit"], page["offset"], len(page["medias"]), page["count"]) == (2, 2, 1, 3)


async def test_a_photo_can_be_fetched_with_the_bearer(api: Api, world: World) -> None:
    ticket_id = (await api.create_ticket())["id"]
    connect(world, ticket_id)
    world.takes_photo(ticket_id)
    [medium] = (await api.get(f"api/enterprises/1/tickets/{ticket_id}/medias")).json()["medias"]

    file = await api.http.get(medium["url"])
    assert file.headers["Content-Type"] == "image/jpeg"
    assert file.content.startswith(b"\xff\xd8\xff")


async def test_a_recording_that_is_not_there_yet_cannot_be_fetched(api: Api, world: World) -> None:
    ticket_id = (await api.create_ticket())["id"]
    connect(world, ticket_id)
    world.hangs_up(ticket_id)
    path = f"media/showVideo/1/hash/{world.ticket(ticket_id).media[-1].hash}"

    assert (await api.get(path)).status_code == 404
    world.recording_appears(ticket_id)
    assert (await api.get(path)).content[4:8] == b"ftyp"
    assert world.events[-1].object == "media"


async def test_statistics_derive_from_what_happened(api: Api, world: World, clock: Clock) -> None:
    ticket_id = (await api.create_ticket(invite=1, reference="case-7"))["id"]
    connect(world, ticket_id)
    world.takes_photo(ticket_id)
    clock.advance(seconds=335)
    world.hangs_up(ticket_id)
    await api.create_ticket(phone="", email="jane@client.com")

    unopened, held = (
        await api.get("api/enterprises/1/tickets-stats", format="JSON", since="2025-03-14", until="2025-03-15")
    ).json()
    assert (unopened["Etat"], unopened["Nombre Appels"], unopened["Nombre d'invitations email"]) == ("Nouveau", 0, 0)
    assert (held["ID"], held["Ref"], held["Etat"]) == (ticket_id, "case-7", "Fermé")
    assert (held["Durée totale des appels (secondes)"], held["Photos"], held["Vidéos"]) == (335, 1, 1)
    assert held["Nombre d'invitations SMS"] == 1


async def test_a_session_without_camera_leaves_no_call_and_no_recording(api: Api, world: World) -> None:
    ticket_id = (await api.create_ticket())["id"]
    world.customer_opens(ticket_id)
    world.accepts(ticket_id)
    world.hangs_up(ticket_id)

    assert world.ticket(ticket_id).media == ()
    assert world.ticket(ticket_id).call is None


async def test_waiting_ends_when_the_thing_waited_for_happens(api: Api, world: World) -> None:
    waiting = asyncio.create_task(world.wait_for(lambda: world.outbox))
    await api.create_ticket(invite=1)

    assert await waiting == world.outbox


async def test_waiting_for_nothing_ends_too(world: World) -> None:
    with pytest.raises(TimeoutError):
        await world.wait_for(lambda: world.outbox, timeout=0.01)


async def test_events_can_be_followed_from_now_on(api: Api, world: World) -> None:
    ticket_id = (await api.create_ticket())["id"]
    following = world.follow_events()
    first = asyncio.ensure_future(anext(following))
    await asyncio.sleep(0)
    world.customer_opens(ticket_id)
    world.accepts(ticket_id)

    assert (await first).name == "ticket.invitationClicked"
    assert (await anext(following)).object == "ticket"
    await following.aclose()
