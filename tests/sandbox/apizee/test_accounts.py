"""Who may call, for how long, and how often."""

from __future__ import annotations

import httpx
import pytest

from sandbox.apizee import World, build_app
from sandbox.apizee.faults import TokensRevoked
from sandbox.apizee.model import Operation
from sandbox.apizee.world import API_USER
from tests.sandbox.apizee.environment import CREDENTIALS, Api, Clock, refusal


@pytest.mark.parametrize("way", ["data", "json", "params"])
async def test_credentials_are_taken_from_form_json_or_query(http: httpx.AsyncClient, way: str) -> None:
    answer = await http.request("POST", "api/token", **{way: CREDENTIALS})  # type: ignore[arg-type]  # one of three arguments

    assert answer.json()["token_type"] == "bearer"


@pytest.mark.parametrize("wrong", [{"password": "guess"}, {"username": "nobody@apizee.com"}])
async def test_wrong_credentials_are_refused(http: httpx.AsyncClient, wrong: dict[str, str]) -> None:
    answer = await http.post("api/token", data=CREDENTIALS | wrong)

    assert refusal(answer)[0] == 401


@pytest.mark.parametrize("body", [b"{", b"[]", b""])
async def test_a_sign_in_without_credentials_is_refused(http: httpx.AsyncClient, body: bytes) -> None:
    answer = await http.post("api/token", content=body, headers={"Content-Type": "application/json"})

    assert refusal(answer) == (400, 10, "Parameter grant_type")


async def test_only_the_password_grant_is_known(http: httpx.AsyncClient) -> None:
    answer = await http.post("api/token", data=CREDENTIALS | {"grant_type": "client_credentials"})

    assert refusal(answer) == (400, 10, "Parameter grant_type")


@pytest.mark.parametrize(
    "path",
    [
        "api/tickets",
        "api/tickets/663614",
        "api/enterprises/1/tickets/663614/medias",
        "api/enterprises/1/tickets-stats",
        "api/conferences",
        "api/conferences/842341/media",
        "api/session",
        "media/showVideo/1/hash/445f0780-b2fc-11ed-89d4-09e76cc8a403",
    ],
)
async def test_nothing_is_shown_without_a_bearer(http: httpx.AsyncClient, world: World, path: str) -> None:
    world.load_documentation_examples()

    assert refusal(await http.get(path))[0] == 401


async def test_nothing_is_created_without_a_bearer(http: httpx.AsyncClient, world: World) -> None:
    answer = await http.post("api/tickets", params={"agent": "agent1@apizee.com", "phone": "+33662682193"})

    assert answer.status_code == 401
    assert not world.tickets


async def test_a_token_lasts_a_day(api: Api, clock: Clock) -> None:
    clock.advance(seconds=86_399)
    assert (await api.get("api/tickets")).status_code == 200

    clock.advance(seconds=1)
    assert (await api.get("api/tickets")).status_code == 401


async def test_revoked_tokens_are_refused_until_the_next_sign_in(api: Api, world: World) -> None:
    world.faults.switch_on(TokensRevoked(), Operation.LIST_TICKETS, times=1)

    assert (await api.get("api/tickets")).status_code == 401
    assert (await api.get("api/tickets")).status_code == 401
    await api.sign_in()
    assert (await api.get("api/tickets")).status_code == 200


class TestTheLimit:
    @pytest.fixture
    def world(self, clock: Clock) -> World:
        return World(clock=clock)

    async def test_ten_requests_a_minute_pass_and_signing_in_is_one_of_them(self, api: Api, world: World) -> None:
        answers = [await api.get("api/tickets") for _ in range(10)]

        assert [answer.status_code for answer in answers] == [200] * 9 + [429]
        assert answers[-1].json() == {"error": "Too many requests"}
        [violation] = world.limit.violations
        assert (violation.user, violation.operation) == (API_USER, Operation.LIST_TICKETS)

    async def test_the_answer_says_when_the_oldest_request_leaves_the_window(self, api: Api, clock: Clock) -> None:
        clock.advance(seconds=20)
        for _ in range(9):
            await api.get("api/tickets")
        clock.advance(seconds=15)

        refused = await api.get("api/tickets")
        assert refused.headers["X-RateLimit-Reset"] == "25"
        clock.advance(seconds=25)
        assert (await api.get("api/tickets")).status_code == 200
        assert (await api.get("api/tickets")).status_code == 429

    async def test_the_window_is_not_cut_short_by_a_moment(self, api: Api, clock: Clock) -> None:
        for _ in range(9):
            await api.get("api/tickets")
        clock.advance(seconds=59.9)

        refused = await api.get("api/tickets")
        assert (refused.status_code, refused.headers["X-RateLimit-Reset"]) == (429, "1")

    async def test_a_request_over_the_limit_does_nothing(self, api: Api, world: World) -> None:
        for _ in range(9):
            await api.create_ticket(invite=1)

        assert (await api.post("api/tickets", agent="agent1@apizee.com", phone="+33662682193")).status_code == 429
        assert (len(world.tickets), len(world.outbox)) == (9, 9)

    async def test_files_are_not_counted(self, api: Api, world: World) -> None:
        world.load_documentation_examples()

        files = [await api.get("media/showVideo/1/hash/445f0780-b2fc-11ed-89d4-09e76cc8a403") for _ in range(12)]
        assert {answer.status_code for answer in files} == {200}


async def test_requests_are_logged_without_the_password(world: World) -> None:
    transport = httpx.ASGITransport(build_app(world))
    async with httpx.AsyncClient(transport=transport, base_url="https://sandbox.test") as client:
        await client.post("api/token", params=CREDENTIALS)
        await client.post("api/token", data=CREDENTIALS)

    by_query, by_form = world.requests
    assert by_query.query == {"grant_type": "password", "username": API_USER}
    assert (by_query.form_body_present, by_form.form_body_present) == (False, True)
    assert (by_form.method, by_form.path, by_form.status, by_form.user) == ("POST", "/api/token", 200, API_USER)
    assert CREDENTIALS["password"] not in repr(world.requests)
