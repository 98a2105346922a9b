"""Small but real files for photos and recordings, made here so that no binary lies in the repository."""

from __future__ import annotations

import struct
from hashlib import sha256

JPEG = "image/jpeg"
MP4 = "video/mp4"

_SIDE = 64
_BLOCKS = (_SIDE // 8) ** 2


def content_of(mime: str, seed: str) -> bytes:
    """The bytes of a photo or recording; the same seed always gives the same ones."""
    return jpeg(sha256(seed.encode()).digest()[0]) if mime == JPEG else mp4()


def jpeg(shade: int) -> bytes:
    """A grey square of 64 pixels as baseline JPEG (ITU-T T.81); `shade` runs from 0, dark, to 255, light."""
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
            _segment(0xDB, b"\0" + b"\x04" * 64),
            _segment(0xC0, struct.pack(">BHHB", 8, _SIDE, _SIDE, 1) + b"\1\x11\0"),
            _segment(0xC4, b"\x00" + bytes([1, 1] + [0] * 14) + b"\0\x08"),
            _segment(0xC4, b"\x10" + bytes([1] + [0] * 15) + b"\0"),
            _segment(0xDA, b"\1\1\0\0\x3f\0"),
            _scan(shade),
            b"\xff\xd9",
        )
    )


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _scan(shade: int) -> bytes:
    """The first block carries the brightness, in 8 bits after the code `10`; all others repeat it (`0`, `0`)."""
    bits = f"10{shade:08b}0" + "00" * (_BLOCKS - 1)
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")


def mp4() -> bytes:
    """The least that players and `file` take for an MP4 (ISO 14496-12): brand, an empty movie, its data."""
    header = struct.pack(">6I2H", 0, 0, 0, 1000, 0, 0x10000, 0x100, 0) + b"\0" * 8
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000) + b"\0" * 24
    movie = _box(b"mvhd", header + matrix + struct.pack(">I", 1))
    return _box(b"ftyp", b"isom\0\0\2\0isommp41") + _box(b"moov", movie) + _box(b"mdat", b"")


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body
