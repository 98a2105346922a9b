"""What Apizee lists as media, as the bot understands it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.apizee.answers.media import ConferenceMedia, TicketMedia, finished
from bot.apizee.answers.schemas import Page
from bot.model.media import Location, MediaCount
from tests.apizee.conftest import recorded

READY = {"id": 1, "url": "https://x"}


def test_the_documented_media_of_a_ticket() -> None:
    recording, photo = finished(Page[TicketMedia].model_validate_json(recorded("ticket_medias")).items)
    assert photo.location == Location(48.7703337, -3.5149756)
    assert photo.created_at == datetime(2023, 2, 22, 22, 0, 6, 155000, tzinfo=UTC)
    assert (recording.location, recording.created_at, recording.size) == (None, None, None)
    assert MediaCount.of([recording, photo]) == MediaCount(photos=1, recordings=1)


def test_the_documented_media_of_a_conference() -> None:
    (recording,) = finished(Page[ConferenceMedia].model_validate_json(recorded("conference_media")).items)
    assert (recording.size, recording.location) == (2270386, Location(48.7611333, -3.4669605))
    assert recording.is_recording


@pytest.mark.parametrize(
    "odd",
    [
        {"location": None},
        {"location": {"lat": "north"}},
        {"location": {"lat": 91, "lng": 0}},
        {"location": "Lannion"},
        {"location": {"lat": 48.7}},
    ],
    ids=str,
)
def test_a_place_that_is_none_costs_itself_alone(odd: dict[str, object]) -> None:
    (media,) = finished([TicketMedia.model_validate(READY | odd)])
    assert media.location is None


def test_where_a_photo_was_taken_and_its_address_are_not_shown_in_logs() -> None:
    listed = TicketMedia.model_validate(READY | {"location": {"lat": 48.7703, "lon": -3.5149}})
    assert not any(secret in f"{listed!r} {listed.media!r}" for secret in ("48.77", "https://x"))
