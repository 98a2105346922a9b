"""The sandbox answers the documentation's own requests in the documentation's own shapes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sandbox.apizee import World
from tests.sandbox.apizee.environment import CREDENTIALS, Api

RECORDED = Path(__file__).parents[2] / "data" / "apizee"


def recorded(name: str) -> object:
    return json.loads((RECORDED / f"{name}.json").read_text())


def shape_of(value: object) -> object:
    if isinstance(value, dict):
        return {name: shape_of(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shape_of(item) for item in value]
    return type(value).__name__


@pytest.fixture(autouse=True)
def _examples(world: World) -> None:
    world.load_documentation_examples()


async def test_a_token_has_the_documented_shape(api: Api) -> None:
    answer = await api.http.post("api/token", data=CREDENTIALS)

    assert shape_of(answer.json()) == shape_of(recorded("token"))
    assert answer.json()["expires_in"] == 86_400


async def test_a_created_ticket_has_the_documented_shape(api: Api) -> None:
    created = await api.create_ticket(reference="1234", invite=1, scope="sso")

    assert shape_of(created) == shape_of(recorded("ticket_created"))
    assert (created["state"], created["reference"], created["requestor"]) == (
        "invited",
        "1234",
        {"phone": "+33662682193"},
    )


async def test_a_ticket_is_found_by_the_documented_reference(api: Api) -> None:
    answer = await api.get("api/tickets", orderby="date", order="desc", limit=10, reference="ref12345678")

    documented = recorded("tickets_by_reference")
    assert shape_of(answer.json()) == shape_of(documented)
    [ticket] = answer.json()["data"]
    assert (ticket["id"], ticket["state"], ticket["agent"]) == (663614, "done", "agent1@apizee.com")
    assert ticket["end_time"] == "2023-02-22T22:12:18+00:00"


async def test_the_documented_ticket_has_its_two_medias(api: Api) -> None:
    answer = await api.get("api/enterprises/1/tickets/663614/medias")

    documented = recorded("ticket_medias")
    assert isinstance(documented, dict)
    assert shape_of(answer.json()) == shape_of(documented)
    for medium, expected in zip(answer.json()["medias"], documented["medias"], strict=True):
        assert medium == expected | {"url": expected["url"].replace("https://cloud.apizee.com", "https://sandbox.test")}


async def test_the_documented_day_has_its_row_of_statistics(api: Api) -> None:
    answer = await api.get("api/enterprises/1/tickets-stats", format="JSON", since="2023-07-13", until="2023-07-14")

    assert answer.json() == recorded("tickets_stats")


async def test_the_documented_conference_can_be_created(api: Api) -> None:
    created = await api.create_conference(
        participants="invite12345@yopmail.com,0612345678",
        name="TEST",
        moderation="true",
        invite="true",
        moderator="agent1@apizee.com",
    )

    assert shape_of(created) == shape_of(recorded("conference_created"))
    assert (created["name"], created["status"]) == ("TEST", "scheduled")


async def test_the_documented_conference_is_found_by_its_name(api: Api) -> None:
    answer = await api.get(
        "api/conferences", limit=100, since="2023-07-11T00:00:00Z", search="TEST", orderby="date", order="desc"
    )

    assert shape_of(answer.json()) == shape_of(recorded("conferences_by_search"))
    assert answer.json()["data"][0]["name"] == "TEST XX"


async def test_the_documented_conference_has_its_recording(api: Api) -> None:
    answer = await api.get("api/conferences/842341/media", limit=10, orderby="date", order="desc")

    assert shape_of(answer.json()) == shape_of(recorded("conference_media"))
    assert answer.json()["data"][0]["filename"] == "0YW553BN-8214-composite.mp4"


async def test_the_documented_session_is_counted(api: Api, world: World) -> None:
    key = world.conference(842341).service_key
    answer = await api.get("api/session", service_key=key, since="2023-07-13", until="2023-07-14T23:59:59Z")

    documented = recorded("session")
    assert isinstance(documented, dict)
    documented["data"][0]["service"]["key"] = key  # the documentation blanks its end
    assert answer.json() == documented
