"""Writes pictures as JPEG: of flat squares, which takes little more than a page of code (ITU-T T.81, baseline)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

Colour: TypeAlias = tuple[int, int, int]
"""Red, green and blue, from 0 to 255."""

SQUARE: Final = 8
"""How many pixels wide and high each square is: what JPEG calls a block."""

_STEP = 8  # so coarsely that a block's mean, less 128, is the one number that is written of it
_COMPONENTS = b"\1\x11\0\2\x11\0\3\x11\0"
_CODES = ("00", "010", "011", "100", "101", "110", "1110", "11110", "111110", "1111110")
_LENGTHS = bytes([0, 1, 5, 1, 1, 1, 1] + [0] * 9)
_NOTHING_FINER = "0"


def jpeg(rows: Sequence[Sequence[Colour]]) -> bytes:
    """Return the picture of these rows of squares, which are all of the same length."""
    width, height = SQUARE * len(rows[0]), SQUARE * len(rows)
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
            _segment(0xDB, b"\0" + bytes([_STEP] * 64)),
            _segment(0xC0, struct.pack(">BHHB", 8, height, width, 3) + _COMPONENTS),
            _segment(0xC4, b"\x00" + _LENGTHS + bytes(range(len(_CODES)))),
            _segment(0xC4, b"\x10" + bytes([1] + [0] * 15) + b"\0"),
            _segment(0xDA, b"\3\1\0\2\0\3\0\0\x3f\0"),
            _packed("".join(_scan(rows))),
            b"\xff\xd9",
        )
    )


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _scan(rows: Sequence[Sequence[Colour]]) -> Iterator[str]:
    """Yield the squares as bits: of each, by how much its brightness and its two colours differ from the one before."""
    before = (0, 0, 0)
    for row in rows:
        for colour in row:
            now = _brightness_and_colours(colour)
            for old, new in zip(before, now, strict=True):
                yield _difference(new - old) + _NOTHING_FINER
            before = now


def _difference(value: int) -> str:
    """Return the length of the number as a Huffman code, then the number; negative ones as T.81, F.1.2.1 has it."""
    size = abs(value).bit_length()
    written = value if value >= 0 else value + 2**size - 1
    return _CODES[size] + (f"{written:0{size}b}" if size else "")


def _brightness_and_colours(colour: Colour) -> tuple[int, int, int]:
    """Y, Cb and Cr (ITU-T T.871), each less 128."""
    red, green, blue = colour
    brightness = 0.299 * red + 0.587 * green + 0.114 * blue
    return round(brightness) - 128, round(0.564 * (blue - brightness)), round(0.713 * (red - brightness))


def _packed(bits: str) -> bytes:
    filled = bits + "1" * (-len(bits) % 8)
    return int(filled, 2).to_bytes(len(filled) // 8, "big").replace(b"\xff", b"\xff\0")
