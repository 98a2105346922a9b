"""Creating, finding and reading tickets."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sandbox.apizee import World, build_app
from sandbox.apizee.guesses import ScopeOfOldTickets
from sandbox.apizee.signin import signed_in_login
from tests.sandbox.apizee.environment import AGENT, PHONE, Api, Clock, refusal


async def test_an_invited_customer_gets_exactly_one_message_with_the_way_in(api: Api, world: World) -> None:
    created = await api.create_ticket(invite=1)

    [invitation] = world.outbox
    assert (invitation.to, invitation.link, invitation.ticket_id) == (PHONE, created["requestor_url"], created["id"])


@pytest.mark.parametrize("query", [{}, {"invite": 0}, {"invite": "false"}])
async def test_nobody_is_invited_unless_asked_for(api: Api, world: World, query: dict[str, str | int]) -> None:
    await api.create_ticket(**query)

    assert not world.outbox


async def test_the_agents_side_comes_with_a_sign_in_alone(api: Api) -> None:
    asked, not_asked = await api.create_ticket(scope="sso"), await api.create_ticket()

    assert asked.keys() - not_asked.keys() == {"agent_url", "sso_url", "button_id", "status", "name"}


async def test_several_contacts_are_each_invited(api: Api, world: World) -> None:
    created = await api.create_ticket(phone="+33662682193,+33612345678", email="jane@client.com", invite="true")

    assert [invitation.to for invitation in world.outbox] == ["+33662682193", "+33612345678", "jane@client.com"]
    assert created["requestor"] == {"phone": ["+33662682193", "+33612345678"], "email": "jane@client.com"}


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"phone": PHONE}, "agent"),
        ({"agent": "stranger@apizee.com", "phone": PHONE}, "agent"),
        ({"agent": AGENT}, "phone"),
        ({"agent": AGENT, "phone": "0662682193"}, "phone"),
        ({"agent": AGENT, "phone": f"{PHONE},,{PHONE}"}, "phone"),
        ({"agent": AGENT, "email": "jane@client"}, "email"),
        ({"agent": AGENT, "email": "jane@client.com,Contact@client.com"}, "email"),
        ({"agent": AGENT, "phone": PHONE, "invite": "perhaps"}, "invite"),
        ({"agent": AGENT, "phone": PHONE, "scope": "admin"}, "scope"),
        ({"agent": AGENT, "phone": PHONE, "referense": "1234"}, "referense"),
    ],
)
async def test_a_wrong_parameter_is_named_and_nothing_is_created(
    api: Api, world: World, query: dict[str, str | int], parameter: str
) -> None:
    answer = await api.post("api/tickets", **query)

    assert refusal(answer) == (400, 10, f"Parameter {parameter}")
    assert not world.tickets


async def test_parameters_in_the_body_are_not_seen(api: Api) -> None:
    answer = await api.http.post("api/tickets", data={"agent": AGENT, "phone": PHONE})

    assert refusal(answer) == (400, 10, "Parameter agent")


async def test_a_reference_is_cut_at_fifty_characters(api: Api) -> None:
    created = await api.create_ticket(reference="r" * 51)

    assert created["reference"] == "r" * 50


async def test_only_tickets_of_exactly_this_reference_are_found(api: Api) -> None:
    wanted = await api.create_ticket(reference="case-1")
    await api.create_ticket(reference="case-12")

    found = (await api.get("api/tickets", reference="case-1")).json()
    assert (found["total"], [ticket["id"] for ticket in found["data"]]) == (1, [wanted["id"]])


async def test_an_unknown_reference_finds_nothing(api: Api) -> None:
    await api.create_ticket(reference="case-1")

    assert (await api.get("api/tickets", reference="case-2")).json() == {"total": 0, "data": []}


async def test_lists_come_in_pages_newest_first(api: Api, clock: Clock) -> None:
    made = []
    for _ in range(12):
        made.append((await api.create_ticket())["id"])
        clock.advance(minutes=1)

    first = (await api.get("api/tickets")).json()
    rest = (await api.get("api/tickets", offset=10, limit=10)).json()
    oldest = (await api.get("api/tickets", orderby="date", order="asc", limit=1)).json()
    assert [ticket["id"] for ticket in first["data"] + rest["data"]] == made[::-1]
    assert (first["total"], rest["total"], oldest["data"][0]["id"]) == (12, 12, made[0])


@pytest.mark.parametrize(
    ("until_is_inclusive", "of_one_day", "of_two", "to_a_moment"),
    [(False, [], [1], [0]), (True, [1], [2, 1], [1, 0])],
    ids=["exclusive", "inclusive"],
)
async def test_lists_can_be_narrowed_to_a_time(
    api: Api,
    world: World,
    clock: Clock,
    of_one_day: list[int],
    of_two: list[int],
    to_a_moment: list[int],
    *,
    until_is_inclusive: bool,
) -> None:
    world.guesses.until_is_inclusive = until_is_inclusive
    made = []
    for _ in range(3):
        made.append((await api.create_ticket())["id"])
        clock.advance(days=1)
        await api.sign_in()

    async def found(**when: str) -> list[int]:
        return [made.index(ticket["id"]) for ticket in (await api.get("api/tickets", **when)).json()["data"]]

    assert await found(since="2025-03-15", until="2025-03-15") == of_one_day
    assert await found(since="2025-03-15", until="2025-03-16") == of_two
    assert await found(until="2025-03-15T09:00:00Z") == to_a_moment


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", 0),
        ("limit", 101),
        ("limit", "many"),
        ("offset", -1),
        ("order", "up"),
        ("orderby", "name"),
        ("since", "today"),
        ("until", "2025-13-01"),
        ("search", "case"),
    ],
)
async def test_a_wrong_list_parameter_is_named(api: Api, name: str, value: str | int) -> None:
    assert refusal(await api.get("api/tickets", **{name: value})) == (400, 10, f"Parameter {name}")


async def test_times_are_written_to_the_second(api: Api, clock: Clock) -> None:
    clock.advance(milliseconds=1_900)

    assert (await api.create_ticket())["created"] == "2025-03-14T09:00:01+00:00"


AGENTS_SIDE = {"agent_url", "sso_url", "status", "name", "button_id"}


async def test_a_listed_ticket_tells_nothing_of_the_agents_side(api: Api) -> None:
    created = await api.create_ticket(scope="sso")

    [listed] = (await api.get("api/tickets")).json()["data"]
    assert set(created) - set(listed) == AGENTS_SIDE


async def test_a_sign_in_link_dies_after_five_minutes(api: Api, clock: Clock) -> None:
    signed = await api.create_ticket(scope="sso")

    [token] = parse_qs(urlsplit(signed["sso_url"]).query)["access_token"]
    assert signed_in_login(token, clock()) == AGENT
    clock.advance(seconds=299)
    assert signed_in_login(token, clock()) == AGENT
    clock.advance(seconds=1)
    assert signed_in_login(token, clock()) is None


async def test_a_ticket_that_is_read_alone_is_at_first_what_a_list_tells_of_it(api: Api) -> None:
    ticket_id = (await api.create_ticket(scope="sso"))["id"]

    [listed] = (await api.get("api/tickets")).json()["data"]
    assert (await api.get(f"api/tickets/{ticket_id}")).json() == listed
    assert refusal(await api.get(f"api/tickets/{ticket_id}", scope="sso")) == (400, 10, "Parameter scope")


@pytest.mark.parametrize("shows", [False, True])
@pytest.mark.parametrize("scope", ScopeOfOldTickets)
async def test_what_nobody_knows_of_reading_a_ticket_is_a_switch(
    api: Api, world: World, scope: ScopeOfOldTickets, *, shows: bool
) -> None:
    world.guesses.tickets_tell_agents_side, world.guesses.scope_of_old_tickets = shows, scope
    ticket_id = (await api.create_ticket(scope="sso"))["id"]
    plain = (await api.get(f"api/tickets/{ticket_id}")).json()
    answer = await api.get(f"api/tickets/{ticket_id}", scope="sso")

    assert (AGENTS_SIDE & plain.keys()) == (AGENTS_SIDE - {"sso_url"} if shows else set())
    assert answer.is_success is (scope is not ScopeOfOldTickets.REFUSED)
    assert ("sso_url" in answer.json()) is (scope is ScopeOfOldTickets.TAKEN)


async def test_a_forged_sign_in_link_signs_nobody_in(api: Api, clock: Clock) -> None:
    signed = await api.create_ticket(scope="sso")

    [token] = parse_qs(urlsplit(signed["sso_url"]).query)["access_token"]
    assert signed_in_login(token[::-1], clock()) is None


async def test_an_unknown_ticket_is_not_found(api: Api) -> None:
    assert refusal(await api.get("api/tickets/1"))[0] == 404
    assert refusal(await api.get("api/enterprises/1/tickets/1/medias"))[0] == 404


async def test_another_enterprise_is_forbidden(api: Api) -> None:
    assert refusal(await api.get("api/enterprises/2/tickets-stats"))[:2] == (403, 2)


async def test_links_for_people_may_point_elsewhere_than_media(clock: Clock) -> None:
    world = World(clock=clock, people_url="https://playground.example", requests_per_minute=None)
    world.load_documentation_examples()
    transport = httpx.ASGITransport(build_app(world))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        api = Api(client)
        await api.sign_in()
        created = await api.create_ticket(scope="sso")
        medias = (await api.get("api/enterprises/1/tickets/663614/medias")).json()["medias"]

    assert created["agent_url"] == "https://playground.example"
    assert created["requestor_url"].startswith("https://playground.example/diag?convId=")
    assert medias[0]["url"].startswith("http://127.0.0.1:8080/media/showVideo/1/hash/")
