"""Files are what their first bytes say, however they are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.media import Media, MediaCount
from bot.model.media_types import ending_of, is_page, is_picture, media_type_of
from sandbox.apizee.pictures.photos import mp4, photo


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (photo(7)[:64], "image/jpeg"),
        (mp4()[:64], "video/mp4"),
        (b"\x89PNG\r\n\x1a\n\0\0", "image/png"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "audio/wav"),
        (b"\0\0\0\x18ftypheic", "image/heic"),
        (b"\0\0\0\x18ftypM4A ", "audio/mp4"),
        (b"\0\0\0\x14ftypqt  ", "video/quicktime"),
        (b"ID3\x04", "audio/mpeg"),
        (b"%PDF-1.7", "application/pdf"),
        (b"\x1aE\xdf\xa3", None),  # Matroska and WebM hold sound or pictures
        (b"OggS\0", None),  # likewise
        (b"RIFF", None),
        (b"", None),
    ],
)
def test_the_first_bytes_tell_what_a_file_is(head: bytes, found: str | None) -> None:
    assert media_type_of(head) == found


@pytest.mark.parametrize(
    ("kind", "photos", "videos", "sounds"),
    [
        ("IMAGE/JPEG", 1, 0, 0),
        (" image/png; charset=binary", 1, 0, 0),
        ("image", 1, 0, 0),
        ("Video/MP4", 0, 1, 0),
        ("AUDIO/ogg; codecs=opus", 0, 0, 1),
        ("imagery", 0, 0, 0),
        ("", 0, 0, 0),
    ],
)
def test_a_type_is_understood_however_it_is_written(kind: str, photos: int, videos: int, sounds: int) -> None:
    media = Media(1, "", kind, "")
    assert MediaCount.of([media]) == MediaCount(photos, videos, sounds)
    assert media.is_recording is bool(videos or sounds)


def test_bytes_come_before_what_a_file_is_called() -> None:
    called_a_photo = Media(1, "", "image/jpeg", "")
    assert called_a_photo.with_bytes(mp4()).is_video
    assert called_a_photo.with_bytes(b"who knows") is called_a_photo
    assert Media(1, "", "IMAGE/JPEG", "").with_bytes(photo(1)).type == "IMAGE/JPEG"


@pytest.mark.parametrize("page", [b"<!doctype html>", b"\xef\xbb\xbf \n<HTML lang=fr>", b"<head>"])
def test_a_page_is_no_file(page: bytes) -> None:
    assert is_page(page)
    assert not is_page(photo(1))


@pytest.mark.parametrize("head", [b"<svg onload=alert(1)>", b"MZ\x90", b"%PDF-1.7", b"", mp4()[:64]])
def test_what_is_no_picture_by_its_bytes_is_none(head: bytes) -> None:
    assert not is_picture(head)
    assert is_picture(photo(1)[:64])


@given(st.binary(max_size=80))
def test_whatever_is_recognised_has_an_ending(head: bytes) -> None:
    found = media_type_of(head)
    assert found is None or ending_of(found)
