"""What becomes of photos and recordings: uploaded, linked, or left for the next delivery."""

from __future__ import annotations

import pytest

from bot.media.plan import PER_MESSAGE, TRIES, Obstacle, Plan, Uploading, missing_of, plan, sort
from bot.model.media import Media, MediaProgress, Upload

PHOTO = Media(1, "Photo", "image/jpeg", "https://apizee.test/1")
VIDEO = Media(2, "Video", "video/mp4", "https://apizee.test/2")
FILE = Media(3, "File", "application/pdf", "https://apizee.test/3")
ALL = [PHOTO, VIDEO, FILE]


@pytest.mark.parametrize(
    ("uploading", "uploads", "links"),
    [
        pytest.param(Uploading(), [PHOTO], [VIDEO, FILE], id="photos alone"),
        pytest.param(Uploading(recordings_up_to=9), [PHOTO, VIDEO], [FILE], id="recordings too"),
        pytest.param(Uploading(photos=False), [], ALL, id="nothing"),
    ],
)
def test_what_is_uploaded_is_what_the_operator_wants(
    uploading: Uploading, uploads: list[Media], links: list[Media]
) -> None:
    assert plan(ALL, MediaProgress(), uploading) == Plan([uploads] if uploads else [], links)


@pytest.mark.parametrize("progress", [MediaProgress(links_only=True), MediaProgress(tries=2 * TRIES)])
def test_once_slack_refuses_uploads_or_they_fail_too_often_all_is_linked(progress: MediaProgress) -> None:
    assert plan(ALL, progress, Uploading()) == Plan((), ALL)


def test_a_message_holds_so_many_and_each_goes_into_one() -> None:
    photos = [Media(number, "Photo", "image/jpeg", "") for number in range(2 * PER_MESSAGE + 1)]
    messages = plan(photos, MediaProgress(), Uploading()).uploads
    assert [len(one) for one in messages] == [PER_MESSAGE, PER_MESSAGE, 1]
    assert [item for message in messages for item in message] == photos


@pytest.mark.parametrize(("last", "links"), [(False, [VIDEO]), (True, [VIDEO, FILE])])
def test_what_apizee_does_not_give_now_waits_until_nobody_asks_again(last: bool, links: list[Media]) -> None:  # noqa: FBT001  # a case of a table
    upload = Upload("F1", "Photo")
    files = sort([(PHOTO, upload), (VIDEO, Obstacle.UNFIT), (FILE, Obstacle.UNAVAILABLE)], last=last)
    assert (files.shown, files.links) == ({PHOTO.id: upload}, links)


def test_what_is_in_the_thread_is_not_missing() -> None:
    assert missing_of(ALL, MediaProgress(sent=(1, 3))) == [VIDEO]
