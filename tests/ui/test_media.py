"""What stands in the thread beside photos and recordings, and what the agent alone reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model.media import Location, Media, numbered
from bot.ui import media as shown
from sandbox.slack.block_kit.limits import check_message
from tests.ui.examples import ENGLISH, FRENCH

TAKEN = datetime(2023, 2, 22, 14, 5, tzinfo=UTC)
PHOTO = Media(7, "diag_snapshot_1", "image/jpeg", "https://x/7", TAKEN, number=1)
RECORDING = Media(8, "0YW5-composite", "video", "https://x/8", size=2_270_386)


def test_a_photo_is_called_by_its_time_in_the_agents_own_zone() -> None:
    assert shown.title(PHOTO, FRENCH, "Europe/Paris") == "Photo 1 · 15:05"
    assert shown.title(PHOTO, ENGLISH, "Europe/Paris") == "Photo 1 · 3:05\u202fPM"
    assert shown.description(PHOTO, FRENCH, "Europe/Paris") == "Photo prise à 15:05"
    assert shown.title(RECORDING, ENGLISH, "UTC") == "Recording"


def test_without_a_time_a_photo_is_called_by_its_number_and_still_described() -> None:
    undated = Media(9, "", "image", "https://x/9", number=2)
    assert shown.title(undated, ENGLISH, "UTC") == "Photo 2"
    assert shown.description(undated, ENGLISH, "UTC") == "Photo of this session"


def test_files_are_saved_under_names_that_programs_understand() -> None:
    names = [shown.file_name(Media(1, "", kind, "")) for kind in ("image/png", "image", "video/webm", "video")]
    assert names == ["apizee-1.png", "apizee-1.jpg", "apizee-1.webm", "apizee-1.mp4"]


@pytest.mark.parametrize(
    ("kind", "file", "name"),
    [
        ("image/png; charset=binary", "", "apizee-1.png"),
        ("IMAGE/JPEG", "photo.png", "apizee-1.jpg"),
        ("audio/webm", "", "apizee-1.weba"),
        ("audio/mpeg", "", "apizee-1.mp3"),
        ("audio", "", "apizee-1.m4a"),
        ("audio", "Call.WAV", "apizee-1.wav"),
        ("video", "0YW5-composite.mkv", "apizee-1.mkv"),
        ("application/pdf", "", "apizee-1.pdf"),
        ("file", "plan.dwg", "apizee-1.dwg"),
        ("file", "plan.<script>", "apizee-1"),
        ("", "", "apizee-1"),
    ],
)
def test_a_file_ends_as_what_it_is(kind: str, file: str, name: str) -> None:
    assert shown.file_name(Media(1, "", kind, "", file_name=file)) == name


def test_a_sound_recording_is_called_one() -> None:
    sound = Media(1, "", "audio/ogg", "https://x/1")
    assert shown.title(sound, ENGLISH, "UTC") == "Sound recording"
    assert shown.summary([sound, sound, PHOTO], FRENCH) == "1 photo, 2 enregistrements sonores"


def test_ten_links_fit_into_a_message_and_page_nobody() -> None:
    long = Media(1, "<!channel>" * 30, "video", f"https://x/{'y' * 200}|z", size=5)
    message = shown.links([long] * 10, ENGLISH, "UTC", mark="m", refused=True)
    assert check_message({"text": message.text, "blocks": list(message.blocks)}) == []
    assert "<!channel>" not in str(message.blocks)


def test_media_are_numbered_by_their_times_recordings_where_there_are_several() -> None:
    late, early = replace(PHOTO, id=3, created_at=TAKEN), replace(PHOTO, id=5, created_at=TAKEN - timedelta(minutes=1))
    items = [late, RECORDING, early, Media(9, "Plan", "application/pdf", "https://x/9")]
    assert [(one.id, one.number) for one in numbered(items)] == [(3, 2), (8, None), (5, 1), (9, None)]
    both = numbered([replace(RECORDING, id=10), RECORDING])
    assert [shown.title(one, FRENCH, "UTC") for one in both] == ["Enregistrement 2", "Enregistrement 1"]


def test_a_line_says_the_time_in_the_readers_zone_and_a_size_where_they_are_known() -> None:
    files = [PHOTO, RECORDING, Media(9, "Plan <1>", "application/pdf", "https://x/9")]
    assert [shown.line(one, ENGLISH, "UTC") for one in files] == [
        "<https://x/7|Photo 1> · <!date^1677074700^{date_short_pretty} {time}|Feb 22, 2023 2:05\u202fPM>",
        "<https://x/8|Recording> · 2.3 MB",
        "<https://x/9|File> · Plan &lt;1&gt;",
    ]


def test_places_lead_to_a_map() -> None:
    located = Media(7, "", "image/jpeg", "https://x/7", location=Location(48.77, -3.51))
    (block,) = shown.places([located, RECORDING], ENGLISH, "UTC").blocks
    assert "<https://www.openstreetmap.org/?mlat=48.77&mlon=-3.51|Photo>" in str(block)
    assert "Recording" not in str(block)
