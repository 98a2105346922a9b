"""Photos and recordings in the thread: what stands beside the pictures, links, and the map for the agent alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from urllib.parse import urlencode

from bot.model.media import Location, Media, MediaCount
from bot.model.media_types import ending_of
from bot.model.messages import Message
from bot.ui import blocks
from bot.ui.text import Translator, escape, mask_contacts_in, shortened, shown_link
from bot.ui.timeline import date_time

_TITLE_HOLDS = 60
_ENDING = re.compile(r"\.[a-z0-9]{1,5}")


def summary(items: Sequence[Media], translate: Translator) -> str:
    """Return how many photos, recordings, sound recordings and other files a message has."""
    count = MediaCount.of(items)
    others = len(items) - count.photos - count.recordings - count.sounds
    parts = [
        translate.n("{count} photo", "{count} photos", count.photos) if count.photos else "",
        translate.n("{count} recording", "{count} recordings", count.recordings) if count.recordings else "",
        translate.n("{count} sound recording", "{count} sound recordings", count.sounds) if count.sounds else "",
        translate.n("{count} file", "{count} files", others) if others else "",
    ]
    return ", ".join(filter(None, parts))


def title(item: Media, translate: Translator, timezone: str) -> str:
    """Return what a file is called, such as “Photo 1 · 3:43 PM”; Apizee's own titles say nothing to people."""
    time = translate.time(item.created_at, timezone) if item.created_at else ""
    return blocks.joined([name(item, translate), time])


def description(item: Media, translate: Translator, timezone: str) -> str:
    """Return what a picture shows, for those who cannot see it; of another file, what it is."""
    if not item.is_photo:
        return title(item, translate, timezone)
    if item.created_at is None:
        return translate("Photo of this session")
    return translate("Photo taken at {time}", time=translate.time(item.created_at, timezone))


def file_name(item: Media) -> str:
    """Return the name under which somebody saves it: its ending is that of what it is."""
    of_its_own = PurePosixPath(item.file_name).suffix.lower()
    its_own = of_its_own if _ENDING.fullmatch(of_its_own) else ""
    return f"apizee-{item.id}{ending_of(item.media_type) or its_own or _usual_ending(item)}"


def _usual_ending(item: Media) -> str:
    """Return the commonest ending of a kind of which no more is known; a file of no known kind has none."""
    if item.is_photo:
        return ".jpg"
    if item.is_video:
        return ".mp4"
    return ".m4a" if item.is_sound else ""


def links(items: Sequence[Media], translate: Translator, timezone: str, *, mark: str, refused: bool) -> Message:
    """Return photos and recordings as links; `mark` is the block's id, `refused` whether uploads were just refused."""
    count = summary(items, translate)
    lines = [blocks.section(line(one, translate, timezone)) for one in items]
    shown = [blocks.section(f"*{count}*", block_id=mark), *lines]
    if refused:
        why = translate(
            "I may not upload files here, so these are links. If I am not a member yet, type `/invite @Apizee`."
        )
        shown.append(blocks.context(why))
    return Message(text=count, blocks=tuple(shown))


def places(items: Sequence[Media], translate: Translator, timezone: str) -> Message:
    """Return where photos were taken, as links to a map; for the agent alone."""
    found = [(one, one.location) for one in items if one.location]
    lines = [
        f"• <{_map(place.latitude, place.longitude)}|{escape(title(one, translate, timezone))}>" for one, place in found
    ]
    text = translate("Where the photos were taken. Only you see this.")
    return Message(text=text, blocks=(blocks.section("\n".join([text, *lines])),))


def customers_place(place: Location, translate: Translator) -> Message:
    """Return where a customer is, as a link to a map; for the agent alone."""
    link = _map(place.latitude, place.longitude)
    text = translate("Where your customer is: <{link}|map>. Only you see this.", link=link)
    return Message(text=text, blocks=(blocks.section(text),))


def _map(latitude: float, longitude: float) -> str:
    """Return the address of a map: https://wiki.openstreetmap.org/wiki/Browsing#Other_URL_tricks."""
    return f"https://www.openstreetmap.org/?{urlencode({'mlat': latitude, 'mlon': longitude})}"


def line(item: Media, translate: Translator, timezone: str) -> str:
    """Return a file on one line of mrkdwn: its name with its link, when it was made, its own title, its size."""
    link = shown_link(item.url, escape(name(item, translate)))
    when = date_time(item.created_at.timestamp(), translate, timezone) if item.created_at else ""
    of_its_own = "" if item.is_photo or item.is_recording else item.title or item.file_name
    size = _size(item.size, translate) if item.size else ""
    return blocks.joined([link, when, escape(shortened(mask_contacts_in(of_its_own), _TITLE_HOLDS)), size])


def name(item: Media, translate: Translator) -> str:
    """Return what kind of file it is, and which one of them."""
    return f"{_kind(item, translate)} {item.number or ''}".rstrip()


def _kind(item: Media, translate: Translator) -> str:
    if item.is_photo:
        return translate("Photo")
    if item.is_video:
        return translate("Recording")
    return translate("Sound recording") if item.is_sound else translate("File")


def _size(size: int, translate: Translator) -> str:
    return translate("{count} MB", count=translate.number(max(0.1, round(size / 1e6, 1))))
