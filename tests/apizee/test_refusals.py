"""What the client makes of Apizee's refusals and failures: what may be repeated, and what must be looked up first."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from bot.apizee.budget import Budget
from bot.apizee.client import Apizee
from bot.apizee.errors import (
    Forbidden,
    MalformedResponse,
    NotFound,
    NotSent,
    OutcomeUnknown,
    Refused,
    SignInFailed,
    Unavailable,
    UnexpectedAnswer,
)
from bot.apizee.timing import ApizeeTiming
from bot.apizee.token import Token
from bot.apizee.transport import authorization
from bot.model.people import Contact
from tests.apizee.conftest import BASE, FakeApizee, recorded

CUSTOMER = Contact("+33662682193")


async def invite(apizee: Apizee) -> None:
    await apizee.create_ticket(agent="agent1@apizee.com", contact=CUSTOMER, reference="1234")


def error_response(status: int, code: int | None, message: str = "said of +33662682193") -> httpx.Response:
    return httpx.Response(status, json={"code": code, "message": message, "details": "jo@client.com"})


async def test_a_rejected_bearer_is_renewed_once(apizee: Apizee, remote: FakeApizee) -> None:
    remote.will_answer(error_response(401, None), recorded("ticket_created"))
    await invite(apizee)

    assert remote.credentials == ["Bearer bearer-1", "Bearer bearer-2"]
    assert len(remote.sign_ins) == 2


async def test_a_second_rejection_ends_it(apizee: Apizee, remote: FakeApizee) -> None:
    remote.will_answer(error_response(401, None), error_response(401, None))
    with pytest.raises(SignInFailed):
        await apizee.ticket(1)

    assert (len(remote.asked), len(remote.sign_ins)) == (2, 2)


async def test_without_a_sign_in_nobody_is_invited(apizee: Apizee, remote: FakeApizee) -> None:
    remote.refusing_sign_ins = httpx.Response(503)
    with pytest.raises(NotSent):
        await invite(apizee)

    assert remote.asked == []


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [(400, 10, Refused), (403, None, Forbidden), (400, 2, Forbidden), (404, None, NotFound)],
)
async def test_a_refusal_says_why_but_not_to_the_log(
    apizee: Apizee, remote: FakeApizee, status: int, code: int | None, error: type[Refused]
) -> None:
    remote.will_answer(error_response(status, code))
    with pytest.raises(error) as raised:
        await invite(apizee)

    assert type(raised.value) is error
    assert (raised.value.status, raised.value.code) == (status, code)
    assert raised.value.message == "said of +33662682193"
    assert raised.value.details == "jo@client.com"
    assert str(raised.value) == f"refused with status {status}, code {code}"


async def test_a_refusal_without_words_is_one_all_the_same(apizee: Apizee, remote: FakeApizee) -> None:
    remote.will_answer(httpx.Response(400, text="<h1>Bad Request</h1>"))
    with pytest.raises(Refused) as raised:
        await invite(apizee)

    assert (raised.value.code, raised.value.message) == (None, "")
    assert len(remote.asked) == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"X-RateLimit-Reset": "42"}, 42),
        ({"X-RateLimit-Reset": "0"}, 1),
        ({"X-RateLimit-Reset": "soon"}, 60),
        ({"X-RateLimit-Reset": "nan"}, 60),
        ({"X-RateLimit-Reset": "3600"}, 60),
        ({"X-RateLimit-Reset": "31536000"}, 60),
        ({"X-RateLimit-Reset": "-1"}, 60),
        ({"X-RateLimit-Reset": "1700000000"}, 60),
        ({}, 60),
    ],
)
async def test_a_429_blocks_requests_for_as_long_as_it_says(
    apizee: Apizee, remote: FakeApizee, budget: Budget, headers: dict[str, str], seconds: float
) -> None:
    remote.will_answer(httpx.Response(429, headers=headers, json={"error": "too many"}))
    with pytest.raises(NotSent) as raised:
        await apizee.ticket(1)

    assert raised.value.retry_in == seconds
    assert await budget.reserve("next") == pytest.approx(seconds, abs=0.5)
    assert len(remote.asked) == 1


PASSING = [
    httpx.Response(500),
    httpx.Response(502),
    httpx.Response(503),
    httpx.Response(504),
    httpx.Response(408),
    httpx.ConnectError(""),
    httpx.ReadTimeout(""),
    httpx.ReadError(""),
    httpx.RemoteProtocolError(""),
]


@pytest.mark.parametrize("trouble", PASSING, ids=repr)
async def test_a_question_is_asked_again(
    apizee: Apizee, remote: FakeApizee, budget: Budget, trouble: httpx.Response | Exception
) -> None:
    remote.will_answer(trouble, recorded("ticket_created"))

    assert (await apizee.ticket(82070)).id == 82070
    assert (await budget.remaining()).used == 3  # the sign-in as well


@pytest.mark.parametrize("trouble", PASSING, ids=repr)
async def test_a_question_is_given_up_after_two_times(
    apizee: Apizee, remote: FakeApizee, trouble: httpx.Response | Exception
) -> None:
    remote.will_answer(*[trouble] * 4)
    with pytest.raises(Unavailable):
        await apizee.ticket(82070)

    assert len(remote.asked) == 2


@pytest.mark.parametrize("trouble", [one for one in PASSING if not isinstance(one, httpx.ConnectError)], ids=repr)
async def test_an_invitation_is_never_repeated_blindly(
    apizee: Apizee, remote: FakeApizee, trouble: httpx.Response | Exception
) -> None:
    remote.will_answer(trouble)
    with pytest.raises(OutcomeUnknown) as raised:
        await invite(apizee)

    assert not isinstance(raised.value, NotSent)
    assert len(remote.asked) == 1


@pytest.mark.parametrize("trouble", [httpx.ConnectError(""), httpx.ConnectTimeout(""), httpx.PoolTimeout("")], ids=repr)
async def test_an_invitation_that_never_left_may_be_repeated(
    apizee: Apizee, remote: FakeApizee, trouble: Exception
) -> None:
    remote.will_answer(trouble)
    with pytest.raises(NotSent):
        await invite(apizee)

    assert remote.counted == [("create_ticket", 0)]


GARBLED = [
    httpx.Response(200, text="<html>"),
    httpx.Response(200, text=""),
    httpx.Response(204),
    httpx.Response(200, text='{"id": 82070, "sta'),
    httpx.Response(200, content=b"\xff\xfe"),
    httpx.Response(302, headers={"Location": "https://elsewhere.test/"}),
]
MISSHAPEN = [
    httpx.Response(200, json=[]),
    httpx.Response(200, text="null"),
    httpx.Response(200, json="fine"),
    httpx.Response(200, json={"reference": "+33662682193"}),
]
ODD = [*GARBLED, *MISSHAPEN]


@pytest.mark.parametrize("odd", GARBLED, ids=lambda answer: f"{answer.status_code} {answer.text}")
async def test_a_question_that_came_back_garbled_is_asked_again(
    apizee: Apizee, remote: FakeApizee, budget: Budget, odd: httpx.Response
) -> None:
    remote.will_answer(odd, recorded("ticket_created"))

    assert (await apizee.ticket(82070)).id == 82070
    assert (await budget.remaining()).used == 3  # the sign-in as well


@pytest.mark.parametrize("odd", GARBLED, ids=lambda answer: f"{answer.status_code} {answer.text}")
async def test_a_question_that_always_comes_back_garbled_is_given_up(
    apizee: Apizee, remote: FakeApizee, odd: httpx.Response
) -> None:
    remote.will_answer(*[odd] * 4)
    with pytest.raises(Unavailable) as raised:
        await apizee.ticket(82070)

    assert not isinstance(raised.value, UnexpectedAnswer)
    assert len(remote.asked) == 2


@pytest.mark.parametrize("odd", MISSHAPEN, ids=lambda answer: f"{answer.status_code} {answer.text}")
async def test_an_answer_of_another_shape_is_not_worth_another_turn(
    apizee: Apizee, remote: FakeApizee, odd: httpx.Response
) -> None:
    remote.will_answer(odd)
    with pytest.raises(UnexpectedAnswer):
        await apizee.ticket(1)

    assert len(remote.asked) == 1


@pytest.mark.parametrize("odd", ODD, ids=lambda answer: f"{answer.status_code} {answer.text}")
async def test_an_odd_answer_to_an_invitation_says_nothing_of_its_outcome(
    apizee: Apizee, remote: FakeApizee, odd: httpx.Response
) -> None:
    remote.will_answer(odd)
    with pytest.raises(MalformedResponse) as raised:
        await invite(apizee)

    assert "+33662682193" not in repr(raised.value)
    assert raised.value.__cause__ is None


async def test_an_odd_answer_names_what_is_wrong(apizee: Apizee, remote: FakeApizee) -> None:
    remote.will_answer('{"reference": "1234"}')
    with pytest.raises(MalformedResponse, match="status 200, not as documented: id"):
        await invite(apizee)


@pytest.mark.parametrize(
    ("url", "is_at_home"),
    [
        (f"{BASE}/tickets", True),
        ("https://cloud.apizee.test:443/media/showVideo/1/hash/x", True),
        ("http://cloud.apizee.test/media", False),
        ("https://cloud.apizee.test:8443/media", False),
        ("https://cloud.apizee.test.evil.test/media", False),
        ("https://cloud.apizee.test@evil.test/media", False),
    ],
)
def test_the_bearer_goes_to_apizees_own_host_only(url: str, is_at_home: bool) -> None:  # noqa: FBT001  # a column
    expected = {"Authorization": "Bearer secret"} if is_at_home else {}

    assert authorization("secret", httpx.URL(url), base_url=BASE) == expected


async def test_a_question_is_not_waited_for_longer_than_it_is_worth(token: Token, budget: Budget) -> None:
    async def never(_request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async with httpx.MockTransport(never) as http:
        hasty = ApizeeTiming(question=0.1)
        apizee = Apizee(http=http, base_url=BASE, enterprise_id=1, token=token, budget=budget, timing=hasty)
        with pytest.raises(Unavailable):
            await apizee.ticket(1)
