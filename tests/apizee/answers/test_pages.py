"""Lists that come in pages are followed to their end."""

from __future__ import annotations

import pytest

from bot.apizee.client import Apizee
from tests.apizee.conftest import FakeApizee


def tickets(*ids: int) -> list[dict[str, int]]:
    return [{"id": one} for one in ids]


@pytest.mark.parametrize(
    ("pages", "offsets"),
    [
        pytest.param(
            [
                {"total": 5, "data": tickets(1, 2)},
                {"total": 5, "data": tickets(3, 4)},
                {"total": 5, "data": tickets(5)},
            ],
            [None, "2", "4"],
            id="to the total, though the server gives smaller pages than asked for",
        ),
        pytest.param(
            [{"total": None, "data": tickets(1, 2, 3)}, {"data": tickets(4, 5)}, {"data": []}],
            [None, "3", "5"],
            id="to an empty page, where no total is given",
        ),
        pytest.param(
            [{"total": 9, "data": tickets(1, 2, 3, 4, 5)}, {"total": 9, "data": tickets(1, 2, 3, 4, 5)}],
            [None, "5"],
            id="to a page that repeats the last one, where the server knows no offset",
        ),
        pytest.param(
            [
                {"total": 5, "data": tickets(1, 2, 3)},
                {"total": 6, "data": tickets(3, 4)},
                {"total": 6, "data": tickets(5)},
            ],
            [None, "3", "5"],
            id="with what has moved on meanwhile once",
        ),
    ],
)
async def test_a_list_is_followed_to_its_end(
    apizee: Apizee, remote: FakeApizee, pages: list[object], offsets: list[str | None]
) -> None:
    remote.will_list(*pages)
    found = await apizee.list_conferences()

    assert [conference.id for conference in found] == [1, 2, 3, 4, 5]
    assert [request.url.params.get("offset") for request in remote.asked] == offsets


async def test_full_pages_of_media_are_followed(apizee: Apizee, remote: FakeApizee) -> None:
    photos = [{"id": number, "type": "image/jpeg", "url": "https://x"} for number in range(3)]
    remote.will_list(
        {"limit": 2, "offset": 0, "medias": photos[:2], "count": 2},
        {"limit": 2, "offset": 2, "medias": photos[2:], "count": 1},
    )

    assert len(await apizee.ticket_medias(1)) == 3
