"""Lists as PHP writes them, with an odd item among the others, or in contradiction with themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime

import httpx
import pytest

from bot.apizee.answers.schemas import Ticket
from bot.apizee.budget import Budget
from bot.apizee.client import Apizee
from bot.apizee.errors import Unavailable, UnexpectedAnswer
from bot.apizee.token import Token
from tests.apizee.conftest import BASE, FakeApizee

NOBODY_KNOWS = {"total": 1_000_000, "data": []}


async def ids(apizee: Apizee) -> list[int]:
    return [conference.id for conference in await apizee.list_conferences()]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(None, [], id="null"),
        pytest.param({}, [], id="an empty object"),
        pytest.param({"0": {"id": 5}, "1": {"id": 6}}, [5, 6], id="an object with numbered keys"),
        pytest.param({"10": {"id": 6}, "9": {"id": 5}}, [5, 6], id="in the order of its numbers"),
    ],
)
async def test_what_php_writes_for_a_list_is_one(
    apizee: Apizee, remote: FakeApizee, data: object, expected: list[int]
) -> None:
    remote.will_list({"total": len(expected), "data": data})
    assert await ids(apizee) == expected


async def test_an_object_with_names_is_no_list(apizee: Apizee, remote: FakeApizee) -> None:
    remote.will_list({"total": 1, "data": {"ticket": {"id": 5}}})
    with pytest.raises(UnexpectedAnswer):
        await ids(apizee)


async def test_media_and_statistics_may_be_php_s_too(apizee: Apizee, remote: FakeApizee) -> None:
    photo = {"id": 1, "type": "image/jpeg", "url": "https://x"}
    remote.will_list({"limit": 10, "offset": 0, "medias": {"3": photo}, "count": 1}, {"7": {"ID": 1}}, None)
    assert [media.id for media in await apizee.ticket_medias(1)] == [1]
    for found in (1, 0):
        rows = await apizee.ticket_statistics(since=date(2023, 7, 13), until=date(2023, 7, 14))
        assert len(rows) == found


def test_a_customer_s_numbers_may_be_php_s_too() -> None:
    ticket = Ticket.model_validate({"id": 1, "requestor": {"phone": {"0": "+33612345678"}, "email": {}}, "geoloc": []})
    assert [contact.value for contact in ticket.contacts] == ["+33612345678"]
    assert ticket.geoloc is None


@pytest.mark.parametrize(
    "odd", [None, [], "ticket", {}, {"id": None}, {"id": "x"}, {"id": {"$oid": "5"}}, {"id": 1.5}], ids=repr
)
async def test_one_odd_item_costs_itself_only_and_is_counted(
    http: httpx.AsyncBaseTransport, token: Token, budget: Budget, remote: FakeApizee, odd: object
) -> None:
    set_aside: list[tuple[str, int]] = []
    apizee = Apizee(
        http=http,
        base_url=BASE,
        enterprise_id=1,
        token=token,
        budget=budget,
        on_set_aside=lambda operation, number: set_aside.append((operation, number)),
    )
    remote.will_list({"total": 3, "data": [{"id": 5}, odd, {"id": 6}]})
    assert await ids(apizee) == [5, 6]
    assert set_aside == [("list_conferences", 1)]


async def test_one_odd_ticket_of_a_page_hides_neither_the_others_nor_the_next_page(
    apizee: Apizee, remote: FakeApizee
) -> None:
    remote.will_list({"total": 4, "data": {"0": {"id": 5}, "1": {"id": "?"}, "2": {"id": 6}}})
    page = await apizee.tickets_page(since=datetime(2023, 7, 11, tzinfo=UTC), offset=0)
    assert ([ticket.id for ticket in page.items], page.next_offset) == ([5, 6], 3)


async def test_an_odd_row_of_statistics_costs_itself_only(apizee: Apizee, remote: FakeApizee) -> None:
    remote.will_list([{"ID": 1}, {"ID": "?"}, None, {"ID": 2}])
    rows = await apizee.ticket_statistics(since=date(2023, 7, 13), until=date(2023, 7, 14))
    assert [row.id for row in rows] == [1, 2]


async def test_a_page_of_odd_items_does_not_hide_the_next_one(apizee: Apizee, remote: FakeApizee) -> None:
    remote.will_list({"total": 3, "data": [None, None]}, {"total": 3, "data": [{"id": 5}]})
    assert await ids(apizee) == [5]


async def test_a_list_that_contradicts_itself_says_nothing(apizee: Apizee, remote: FakeApizee) -> None:
    remote.will_list(*[NOBODY_KNOWS] * 2)
    with pytest.raises(Unavailable):
        await apizee.find_tickets(reference="1234")
    assert len(remote.asked) == 2


async def test_media_that_contradict_themselves_are_asked_for_again(apizee: Apizee, remote: FakeApizee) -> None:
    photo = {"id": 1, "type": "image/jpeg", "url": "https://x"}
    remote.will_list({"limit": 10, "medias": [], "count": 2}, {"limit": 10, "medias": [photo], "count": 1})
    assert len(await apizee.ticket_medias(1)) == 1


ONE = {"id": 5, "reference": "1234", "name": "TEST"}
PARTIAL = [
    pytest.param([{"total": 9, "data": [ONE]}, {"total": 9, "data": []}], id="it ends before its total"),
    pytest.param([{"total": 9, "data": [ONE]}, {"total": 9, "data": [ONE]}], id="it repeats itself"),
    pytest.param([{"total": 2, "data": [ONE, {"id": "?"}]}], id="one of it cannot be read"),
]


@pytest.mark.parametrize("pages", PARTIAL)
async def test_what_a_list_in_pieces_lacks_may_be_there(
    apizee: Apizee, remote: FakeApizee, pages: list[object]
) -> None:
    remote.will_list(*pages, *pages)
    tickets = await apizee.find_tickets(reference="1234")
    conferences = await apizee.find_conferences(search="TEST", since=datetime(2023, 7, 11, tzinfo=UTC))
    assert [one.id for one in tickets.items] == [one.id for one in conferences.items] == [5]
    assert not tickets.is_whole
    assert not conferences.is_whole


@pytest.mark.parametrize(
    "pages",
    [
        [{"total": 1, "data": [ONE]}],
        [{"total": 0, "data": []}],
        [{"data": [ONE]}, {"data": []}],
        [{"total": 0, "data": None}],
    ],
)
async def test_a_list_that_ends_as_it_says_is_whole(apizee: Apizee, remote: FakeApizee, pages: list[object]) -> None:
    remote.will_list(*pages)
    assert (await apizee.find_tickets(reference="1234")).is_whole
