"""Photos and recordings in the thread: what stands beside the pictures, links, and the map for the agent alone."""

from __future__ import annotations

from collections.abc import Sequence
from mimetypes import guess_extension
from urllib.parse import urlencode

from bot.media import Media, MediaCount
from bot.model import Message
from bot.ui import blocks
from bot.ui.text import Words, escape, safe_url

_TITLE_HOLDS = 60


def summary(items: Sequence[Media], words: Words) -> str:
    """How many photos, recordings and other files a message has."""
    count = MediaCount.of(items)
    others = len(items) - count.photos - count.recordings
    parts = [
        words.n("{count} photo", "{count} photos", count.photos) if count.photos else "",
        words.n("{count} recording", "{count} recordings", count.recordings) if count.recordings else "",
        words.n("{count} file", "{count} files", others) if others else "",
    ]
    return ", ".join(filter(None, parts))


def title(item: Media, words: Words, timezone: str) -> str:
    """What a file is called: its kind and its time; Apizee's own titles say nothing to people."""
    name = _name(item, words)
    return f"{name}, {words.time(item.created_at, timezone)}" if item.created_at else name


def description(item: Media, words: Words, timezone: str) -> str:
    """What a picture shows, for those who cannot see it."""
    if item.created_at is None:
        return words("Photo of this session")
    return words("Photo taken at {time}", time=words.time(item.created_at, timezone))


def file_name(item: Media) -> str:
    """The name under which somebody saves it."""
    by_kind = ".jpg" if item.is_photo else ".mp4"
    return f"apizee-{item.id}{guess_extension(item.type) or by_kind}"


def links(items: Sequence[Media], words: Words, timezone: str, *, mark: str, refused: bool) -> Message:
    """Photos and recordings as links; `mark` is the block's id, `refused` whether uploads were refused just now."""
    count = summary(items, words)
    lines = [blocks.section(_line(one, words, timezone)) for one in items]
    shown = [blocks.section(f"*{count}*", block_id=mark), *lines]
    if refused:
        why = words(
            "I may not upload files here, so these are links. If I am not a member yet, type `/invite @Apizee`."
        )
        shown.append(blocks.context(why))
    return Message(text=count, blocks=tuple(shown))


def places(items: Sequence[Media], words: Words, timezone: str) -> Message:
    """Where photos were taken, as links to a map; for the agent alone."""
    found = [(one, one.location) for one in items if one.location]
    lines = [
        f"• <{_map(place.latitude, place.longitude)}|{escape(title(one, words, timezone))}>" for one, place in found
    ]
    text = words("Where the photos were taken. Only you see this.")
    return Message(text=text, blocks=(blocks.section("\n".join([text, *lines])),))


def _map(latitude: float, longitude: float) -> str:
    """https://wiki.openstreetmap.org/wiki/Browsing#Other_URL_tricks."""
    return f"https://www.openstreetmap.org/?{urlencode({'mlat': latitude, 'mlon': longitude})}"


def _line(item: Media, words: Words, timezone: str) -> str:
    own = escape(item.title[:_TITLE_HOLDS])
    size = _size(item.size, words) if item.size else ""
    return blocks.joined([f"<{safe_url(item.url)}|{escape(title(item, words, timezone))}>", own, size])


def _name(item: Media, words: Words) -> str:
    return words("Photo") if item.is_photo else words("Recording") if item.is_recording else words("File")


def _size(size: int, words: Words) -> str:
    return words("{count} MB", count=words.number(max(0.1, round(size / 1e6, 1))))
