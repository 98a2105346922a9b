"""Plans which of a session's media is uploaded into its thread, which is linked, and which waits; without I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from bot.model.media import Media, MediaProgress, Upload

PER_MESSAGE: Final = 10
MIB: Final = 1024 * 1024
LARGEST_PHOTO: Final = 25 * MIB
TRIES: Final = 4
"""After so many failed uploads in a row the file in the way is linked, after twice as many all are."""


@dataclass(frozen=True, slots=True)
class Uploading:
    """What is uploaded rather than linked: photos, and recordings up to so many bytes."""

    photos: bool = True
    recordings_up_to: int = 0

    def limit(self, item: Media) -> int:
        """Return how large this file may be to be uploaded; 0 where it is linked anyway."""
        if item.is_photo:
            return LARGEST_PHOTO if self.photos else 0
        return self.recordings_up_to if item.is_recording else 0


class Obstacle(Enum):
    """Why a file did not get to Slack: it never will, or Apizee does not give it now."""

    UNFIT = "unfit"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Plan:
    """The messages with uploads that are to be sent, one after the other, and what is linked after them."""

    uploads: Sequence[Sequence[Media]]
    links: Sequence[Media]


@dataclass(frozen=True, slots=True)
class Sorted:
    """What of a message's files is shown, what is linked instead; the rest waits for the next delivery."""

    shown: Mapping[int, Upload]
    links: Sequence[Media]


def plan(missing: Sequence[Media], progress: MediaProgress, uploading: Uploading) -> Plan:
    """Return what is done with what is not in the thread yet: all is linked once uploads have failed too often."""
    if progress.links_only or progress.tries >= 2 * TRIES:
        return Plan((), missing)
    uploads = [one for one in missing if uploading.limit(one)]
    return Plan(in_messages(uploads), [one for one in missing if not uploading.limit(one)])


def sort(transfers: Iterable[tuple[Media, Upload | Obstacle]], *, last: bool) -> Sorted:
    """Return what is done with files once Slack has them or not; `last` is whether nobody asks for them again."""
    shown: dict[int, Upload] = {}
    links: list[Media] = []
    for item, result in transfers:
        if isinstance(result, Upload):
            shown[item.id] = result
        elif last or result is Obstacle.UNFIT:
            links.append(item)
    return Sorted(shown, links)


def missing_of(media: Sequence[Media], progress: MediaProgress) -> list[Media]:
    """Return what is not in the thread yet."""
    return [one for one in media if one.id not in progress.sent]


def in_messages(items: Sequence[Media]) -> list[Sequence[Media]]:
    """Return the items in portions for one message each."""
    return [items[start : start + PER_MESSAGE] for start in range(0, len(items), PER_MESSAGE)]
