"""Photos and recordings of a session, and how far they have come into its thread. Frozen and free of I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Location:
    """Where a photo was taken, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Media:
    """A photo or recording of a session, with its `size` in bytes where Apizee tells it.

    `url` needs Apizee's bearer and is not for browsers that lack it.
    """

    id: int
    title: str
    type: str
    url: str = field(repr=False)
    created_at: datetime | None = None
    size: int | None = None
    location: Location | None = field(default=None, repr=False)

    @property
    def is_photo(self) -> bool:
        """Whether it is a picture rather than a recording or another file."""
        return self.type.startswith("image")

    @property
    def is_recording(self) -> bool:
        """Whether it is a video or a sound recording."""
        return self.type.startswith(("video", "audio"))


@dataclass(frozen=True, slots=True)
class MediaCount:
    """How many photos and recordings there are."""

    photos: int
    recordings: int

    @classmethod
    def of(cls, media: Sequence[Media]) -> MediaCount:
        """The numbers of a list."""
        return cls(sum(one.is_photo for one in media), sum(one.is_recording for one in media))


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that Slack has, and that nobody sees before it is shared: its id there and its title."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Shipment:
    """A message with media on its way into the thread, written down before it is sent.

    `media` are Apizee's ids; `files` the uploads in it, none where it holds links; `begun` is in Unix seconds.
    """

    media: tuple[int, ...]
    begun: float
    files: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far a session's media have come into its thread.

    `done` are the ids of those that are there; `under_way` is the message that may have got there or not;
    `links_only` is whether Slack has refused all uploads; `tries` is how often in a row nothing has got there.
    """

    done: tuple[int, ...] = ()
    under_way: Shipment | None = None
    links_only: bool = False
    tries: int = 0

    def begun(self, shipment: Shipment | None) -> Delivery:
        """The same with this message under way, or none."""
        return replace(self, under_way=shipment)

    def came_to_nothing(self) -> Delivery:
        """The same after one more try that brought nothing."""
        return replace(self, under_way=None, tries=self.tries + 1)

    def arrived(self, shipment: Shipment) -> Delivery:
        """The same once this message is in the thread."""
        return replace(self, under_way=None, done=(*self.done, *shipment.media), tries=0)
