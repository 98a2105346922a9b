"""What files are, by their first bytes, and how their names end. Free of I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

HEAD_BYTES: Final = 64
"""So many bytes show what a file is."""

# https://mimesniff.spec.whatwg.org/#matching-a-mime-type-pattern, and the formats' own specifications.
_BEGINNINGS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"fLaC", "audio/flac"),
    (b"%PDF-", "application/pdf"),
)
# RIFF and ISO files say what they hold a little further on.
_RIFF: Final[Mapping[bytes, str]] = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_ISO: Final[Mapping[bytes, str]] = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heif",
    b"avif": "image/avif",
    b"M4A ": "audio/mp4",
    b"qt  ": "video/quicktime",
}
_PAGES: Final = (b"<!doctype", b"<html", b"<head", b"<body")

_ENDINGS: Final[Mapping[str, str]] = {
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/pjpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/bmp": ".bmp",
    "image/tiff": ".tiff",
    "image/heic": ".heic",
    "image/heif": ".heif",
    "image/avif": ".avif",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "video/ogg": ".ogv",
    "video/quicktime": ".mov",
    "video/x-matroska": ".mkv",
    "video/x-msvideo": ".avi",
    "audio/mpeg": ".mp3",
    "audio/mp3": ".mp3",
    "audio/mp4": ".m4a",
    "audio/x-m4a": ".m4a",
    "audio/aac": ".aac",
    "audio/ogg": ".ogg",
    "audio/opus": ".opus",
    "audio/webm": ".weba",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "audio/flac": ".flac",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
}


def media_type_of(head: bytes) -> str | None:
    """Return the media type that a file's first bytes show; `None` where they show none, or several."""
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _ISO.get(head[8:12], "video/mp4")
    return next((found for beginning, found in _BEGINNINGS if head.startswith(beginning)), None)


def is_picture(head: bytes) -> bool:
    """Return whether a file is a picture, by its first bytes; one that is text, such as SVG, can hold programs."""
    return (media_type_of(head) or "").startswith("image/")


def is_page(head: bytes) -> bool:
    """Return whether a file is a page for browsers, such as one that asks to sign in."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES)


def ending_of(media_type: str) -> str | None:
    """Return how the names of files of this type end; `None` where that is not known."""
    return _ENDINGS.get(media_type)
