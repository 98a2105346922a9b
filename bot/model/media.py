"""Photos and recordings of a session, and how far they have come into its thread. Frozen and free of I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from bot.model.media_types import media_type_of

_LONG_AGO: Final = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Location:
    """Where a photo was taken, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Media:
    """A photo, recording or other file of a session, with its `size` in bytes where Apizee says it.

    `type` is a media type (`image/jpeg`) or its first word (`image`), however it is written. `file_name` is what
    Apizee calls the file, where it does. `url` needs Apizee's bearer and is not for browsers that lack it. `number` is
    which one of its kind it is in its session, from 1; `None` for the only one of a kind that is no photo.
    """

    id: int
    title: str
    type: str
    url: str = field(repr=False)
    created_at: datetime | None = None
    size: int | None = None
    location: Location | None = field(default=None, repr=False)
    file_name: str = ""
    number: int | None = None

    @property
    def media_type(self) -> str:
        """The type without parameters, in lower case."""
        return self.type.partition(";")[0].strip().lower()

    @property
    def is_photo(self) -> bool:
        """Whether it is a picture rather than a recording or another file."""
        return self._is("image", "photo", "picture")

    @property
    def is_video(self) -> bool:
        """Whether it is a recording with pictures."""
        return self._is("video")

    @property
    def is_sound(self) -> bool:
        """Whether it is a recording without pictures."""
        return self._is("audio", "sound")

    @property
    def is_recording(self) -> bool:
        """Whether it is a video or a sound recording."""
        return self.is_video or self.is_sound

    @property
    def category(self) -> str:
        """`photo`, `recording` or `file`, as it is counted."""
        return "photo" if self.is_photo else "recording" if self.is_recording else "file"

    def with_bytes(self, head: bytes) -> Media:
        """Return the media as its first bytes show it: a file's name may be wrong, what it is made of is not."""
        found = media_type_of(head)
        return replace(self, type=found) if found and found != self.media_type else self

    def _is(self, *kinds: str) -> bool:
        return self.media_type.partition("/")[0] in kinds


def numbered(items: Sequence[Media]) -> list[Media]:
    """Return all media of a session in the same order, each with its number: by their times, else by Apizee's ids."""
    numbers: dict[int, int] = {}
    how_many = Counter[tuple[bool, bool, bool]]()
    for item in sorted(items, key=by_time):
        how_many[_kind(item)] += 1
        numbers[item.id] = how_many[_kind(item)]
    return [replace(one, number=numbers[one.id] if one.is_photo or how_many[_kind(one)] > 1 else None) for one in items]


def by_time(item: Media) -> tuple[datetime, int]:
    """Return by what media are sorted: those without a time come first."""
    return item.created_at or _LONG_AGO, item.id


def _kind(item: Media) -> tuple[bool, bool, bool]:
    return item.is_photo, item.is_video, item.is_sound


@dataclass(frozen=True, slots=True)
class MediaCount:
    """How many photos, videos and sound recordings there are."""

    photos: int
    recordings: int
    sounds: int = 0

    @classmethod
    def of(cls, media: Sequence[Media]) -> MediaCount:
        """Return the numbers of a list."""
        photos, videos = sum(one.is_photo for one in media), sum(one.is_video for one in media)
        return cls(photos, videos, sum(one.is_sound for one in media))


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that Slack has, and that nobody sees before it is shared: its id there and its title."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message with media on its way into the thread, recorded before it is sent.

    `media` are Apizee's ids; `files` the uploads in it, none where it holds links; `started` is in Unix seconds.
    """

    media: tuple[int, ...]
    started: float
    files: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True)
class MediaProgress:
    """How far a session's media have come into its thread.

    `sent` are the ids of those that are there; `outgoing` is the message that may have arrived or not; `links_only`
    is whether Slack has refused all uploads; `tries` is how often in a row nothing has arrived. `listed` is how many
    Apizee had when it was asked last, `None` where it was not.
    """

    sent: tuple[int, ...] = ()
    outgoing: OutgoingMessage | None = None
    links_only: bool = False
    tries: int = 0
    listed: int | None = None

    @property
    def is_complete(self) -> bool:
        """Whether all that Apizee listed last is there."""
        return self.listed is not None and len(self.sent) >= self.listed

    def with_outgoing(self, outgoing: OutgoingMessage | None) -> MediaProgress:
        """Return the progress with this message on its way, or none."""
        return replace(self, outgoing=outgoing)

    def with_failure(self) -> MediaProgress:
        """Return the progress after one more try that failed."""
        return replace(self, outgoing=None, tries=self.tries + 1)

    def with_sent(self, outgoing: OutgoingMessage) -> MediaProgress:
        """Return the progress once this message is in the thread."""
        return replace(self, outgoing=None, sent=(*self.sent, *outgoing.media), tries=0)
