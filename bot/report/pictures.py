"""Makes photos small enough for a report; what they say of the place where they were taken does not come along."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import BinaryIO, Final

_LONGEST_EDGE: Final = 1600
_QUALITY: Final = 80
_PIXELS_AT_MOST: Final = 60_000_000


_BROKEN: Final = (OSError, ValueError, SyntaxError, EOFError, struct.error)
"""What the library raises where a file is cut off, or its metadata says nonsense."""


class NoPicture(Exception):
    """A file is none of the pictures that can be shown here."""


def small(file: BinaryIO) -> bytes:
    """Return a photo as a JPEG of a bounded size, without its metadata; raises `NoPicture`.

    It takes some tenths of a second: not for the event loop.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415  # slow to load

    try:
        with Image.open(file) as opened:
            if opened.width * opened.height > _PIXELS_AT_MOST:
                raise NoPicture
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, *_BROKEN) as error:
        raise NoPicture from error
    upright.thumbnail((_LONGEST_EDGE, _LONGEST_EDGE))
    made = BytesIO()
    upright.save(made, "JPEG", quality=_QUALITY)
    return made.getvalue()
