"""Small but real files for photos and recordings, made here so that no binary lies in the repository."""

from __future__ import annotations

import math
import struct
from functools import cache
from hashlib import sha256

from sandbox.apizee.pictures.jpeg import Colour, jpeg

JPEG = "image/jpeg"
MP4 = "video/mp4"

_ACROSS, _DOWN = 60, 45
_RADIUS = 19.0
_NEEDLE_FROM, _NEEDLE_TO = 0.75 * math.pi, 2.25 * math.pi
_RED_FROM = 1.9 * math.pi

_WALL: Colour = (196, 206, 214)
_GROUT: Colour = (170, 181, 191)
_STEEL: Colour = (74, 82, 96)
_FACE: Colour = (248, 248, 244)
_MARK: Colour = (60, 66, 78)
_RED: Colour = (214, 64, 52)


def content_of(mime: str, seed: str) -> bytes:
    """Return the bytes of a photo or recording; the same seed always gives the same ones."""
    return photo(sha256(seed.encode()).digest()[0]) if mime.lower().startswith("image/") else mp4()


@cache
def photo(pressure: int) -> bytes:
    """Return a customer's pressure gauge, which stands between 0 and 255."""
    needle = _NEEDLE_FROM + (_NEEDLE_TO - _NEEDLE_FROM) * pressure / 255
    return jpeg([[_seen_at(x, y, needle) for x in range(_ACROSS)] for y in range(_DOWN)])


def _seen_at(x: int, y: int, needle: float) -> Colour:
    right, below = x - _ACROSS / 2 + 0.5, y - _DOWN / 2 + 0.5
    distance = math.hypot(right, below) / _RADIUS
    if distance > 1:
        return _GROUT if x % 12 == 0 or y % 12 == 0 else _WALL
    if distance > 0.88:  # noqa: PLR2004  # where the rim begins
        return _STEEL
    return _on_face(right, below, distance, needle)


def _on_face(right: float, below: float, distance: float, needle: float) -> Colour:
    """Hub, needle, red zone, a ring of marks; `needle` is its angle, clockwise from the right."""
    along = right * math.cos(needle) + below * math.sin(needle)
    beside = abs(below * math.cos(needle) - right * math.sin(needle))
    angle = (math.atan2(below, right) - _NEEDLE_FROM) % math.tau + _NEEDLE_FROM
    if distance < 0.12 or (0 < along < 0.7 * _RADIUS and beside < 1):  # noqa: PLR2004  # sizes of hub and needle
        return _MARK
    if 0.66 < distance < 0.8 and angle < _NEEDLE_TO:  # noqa: PLR2004  # where the ring is
        return _RED if angle > _RED_FROM else _MARK if angle * 6 / math.pi % 1 < 0.25 else _FACE  # noqa: PLR2004  # likewise
    return _FACE


def mp4() -> bytes:
    """Return the least that players and `file` take for an MP4 (ISO 14496-12): brand, an empty movie, its data."""
    header = struct.pack(">6I2H", 0, 0, 0, 1000, 0, 0x10000, 0x100, 0) + b"\0" * 8
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000) + b"\0" * 24
    movie = _box(b"mvhd", header + matrix + struct.pack(">I", 1))
    return _box(b"ftyp", b"isom\0\0\2\0isommp41") + _box(b"moov", movie) + _box(b"mdat", b"")


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body
