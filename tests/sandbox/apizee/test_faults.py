"""What can go wrong does so, where and as often as asked, over real connections."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from sandbox.apizee import World, build_app
from sandbox.apizee.faults import (
    AnswerLost,
    AnswerNever,
    Broken,
    Down,
    Fault,
    FeatureMissing,
    Html,
    Limited,
    Malformed,
    NeverReached,
    OddValues,
    Oversized,
    Slow,
)
from sandbox.apizee.model import Operation
from sandbox.loopback import serving
from tests.sandbox.apizee.environment import AGENT, PHONE, Api, connect, refusal

_SHORT = httpx.Timeout(5.0, read=0.5)


@pytest.fixture
async def http(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """Yield the sandbox under a prefix, on a port of this machine."""
    app = Starlette(routes=[Mount("/apizee", build_app(world))])
    async with (
        serving(app) as address,
        httpx.AsyncClient(base_url=f"{address}/apizee", timeout=_SHORT) as client,
    ):
        yield client


async def create(api: Api) -> httpx.Response:
    return await api.post("api/tickets", agent=AGENT, phone=PHONE, invite=1)


async def test_under_a_prefix_all_is_reached_and_media_lie_there_too(api: Api, world: World) -> None:
    world.load_documentation_examples()

    medias = (await api.get("api/enterprises/1/tickets/663614/medias")).json()["medias"]
    assert {(await api.http.get(medium["url"])).status_code for medium in medias} == {200}
    assert medias[0]["url"].startswith(str(api.http.base_url))


@pytest.mark.parametrize(
    ("fault", "error", "invitations"),
    [
        (Down(), httpx.RemoteProtocolError, 0),
        (NeverReached(), httpx.ReadTimeout, 0),
        (AnswerLost(), httpx.RemoteProtocolError, 1),
        (AnswerNever(), httpx.ReadTimeout, 1),
        (Slow(1.0), httpx.ReadTimeout, 1),
    ],
    ids=["down", "never reached", "answer lost", "answer never", "slow"],
)
async def test_an_answer_that_does_not_come_hides_whether_the_customer_was_invited(
    api: Api, world: World, fault: Fault, error: type[httpx.TransportError], invitations: int
) -> None:
    world.faults.switch_on(fault, Operation.CREATE_TICKET, times=1)

    with pytest.raises(error):
        await create(api)
    assert len(world.outbox) == invitations
    assert (await create(api)).status_code == 200


async def test_an_unanswered_request_is_logged_without_a_status(api: Api, world: World) -> None:
    world.faults.switch_on(AnswerLost())
    with pytest.raises(httpx.RemoteProtocolError):
        await create(api)

    assert (world.requests[-1].operation, world.requests[-1].status) == (Operation.CREATE_TICKET, None)


async def test_in_process_a_hang_up_is_a_broken_connection(world: World) -> None:
    world.faults.switch_on(Down())
    transport = httpx.ASGITransport(build_app(world))
    async with httpx.AsyncClient(transport=transport, base_url="https://sandbox.test") as client:
        with pytest.raises(ConnectionResetError):
            await client.get("api/tickets")


@pytest.mark.parametrize(
    ("fault", "status", "code"), [(Broken(500), 500, 500), (Broken(502), 502, 502), (FeatureMissing(), 403, 2)]
)
async def test_an_error_is_answered_and_nothing_done(
    api: Api, world: World, fault: Fault, status: int, code: int
) -> None:
    world.faults.switch_on(fault, times=1)

    assert refusal(await create(api))[:2] == (status, code)
    assert not world.tickets


async def test_somebody_else_may_use_up_the_limit(api: Api, world: World) -> None:
    world.faults.switch_on(Limited(reset=17), times=1)

    answer = await create(api)
    assert (answer.status_code, answer.headers["X-RateLimit-Reset"], set(answer.json())) == (429, "17", {"error"})
    assert not world.limit.violations


async def test_a_page_may_come_instead_of_json(api: Api, world: World) -> None:
    world.faults.switch_on(Html(502), times=1)

    answer = await create(api)
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html; charset=utf-8")
    assert len(world.tickets) == 1


async def test_json_may_break_off(api: Api, world: World) -> None:
    world.faults.switch_on(Malformed(), times=1)

    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        (await create(api)).json()


async def test_an_answer_may_be_far_too_long(api: Api, world: World) -> None:
    world.faults.switch_on(Oversized(5_000_000), times=1)

    answer = await create(api)
    assert len(answer.content) > 5_000_000
    assert answer.json()["state"] == "invited"


async def test_answers_may_hold_odd_values(api: Api, world: World) -> None:
    connect(world, (await api.create_ticket())["id"])
    world.faults.switch_on(OddValues(), times=1)

    [ticket] = (await api.get("api/tickets")).json()["data"]
    assert (ticket["state"], ticket["information_page_url"]) == ("teleported", None)
    assert ticket["requestor"]["phone"] == [PHONE]
    assert ticket["hologram"] is True


async def test_a_fault_happens_to_its_operation_alone_as_often_as_asked(api: Api, world: World) -> None:
    world.faults.switch_on(Broken(503), Operation.LIST_TICKETS, times=2)

    assert (await create(api)).status_code == 200
    answers = [await api.get("api/tickets") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]


async def test_faults_stay_until_they_are_switched_off(api: Api, world: World) -> None:
    world.faults.switch_on(Broken())
    assert {(await api.get("api/tickets")).status_code for _ in range(3)} == {500}

    world.faults.switch_off()
    assert (await api.get("api/tickets")).status_code == 200


async def test_hooks_see_the_world_before_the_work_and_after_it(api: Api, world: World) -> None:
    seen: list[tuple[str, Operation, int]] = []

    async def before(operation: Operation) -> None:
        seen.append(("before", operation, len(world.outbox)))

    async def after(operation: Operation) -> None:
        seen.append(("after", operation, len(world.outbox)))

    world.before, world.after = before, after
    await create(api)

    assert seen == [("before", Operation.CREATE_TICKET, 0), ("after", Operation.CREATE_TICKET, 1)]


async def test_leaving_drops_requests_that_never_end() -> None:
    world = World()
    world.faults.switch_on(NeverReached())
    async with httpx.AsyncClient(timeout=_SHORT) as client, serving(build_app(world)) as address:
        with pytest.raises(httpx.ReadTimeout):
            await client.get(f"{address}/api/tickets")
    with pytest.raises(httpx.ConnectError):
        async with httpx.AsyncClient() as client:
            await client.get(f"{address}/api/tickets")
