"""Photos and recordings are files that viewers recognise; browsers were seen to show them."""

from __future__ import annotations

import pytest

from sandbox.apizee.pictures.jpeg import jpeg
from sandbox.apizee.pictures.photos import JPEG, MP4, content_of


@pytest.mark.parametrize("shade", [0, 127, 128, 255])
def test_a_photo_is_a_whole_jpeg(shade: int) -> None:
    picture = jpeg([[(shade, 0, 255)], [(0, shade, 255 - shade)]])

    offset, markers = 2, []
    while picture[offset + 1] != 0xDA:
        markers.append(picture[offset + 1])
        offset += 2 + int.from_bytes(picture[offset + 2 : offset + 4])
    assert (picture[:2], picture[-2:]) == (b"\xff\xd8", b"\xff\xd9")
    assert b"\xff" not in picture[offset + 2 : -2].replace(b"\xff\0", b"")
    assert markers == [0xE0, 0xDB, 0xC0, 0xC4, 0xC4]


def test_a_recording_is_a_row_of_whole_boxes() -> None:
    recording = content_of(MP4, "any")

    offset, kinds = 0, []
    while offset < len(recording):
        kinds.append(recording[offset + 4 : offset + 8])
        offset += int.from_bytes(recording[offset : offset + 4])
    assert (kinds, offset) == ([b"ftyp", b"moov", b"mdat"], len(recording))


def test_a_photo_stays_the_same_and_differs_from_others() -> None:
    assert content_of(JPEG, "one") == content_of(JPEG, "one") != content_of(JPEG, "another")
