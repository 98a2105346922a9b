"""Photos and recordings as Apizee lists them: https://cloud.apizee.com/sdk/api."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from pydantic import AliasChoices, Field

from bot.apizee.answers.reading import ApizeeModel, Instant, Lenient, Link, Position, Text
from bot.model.media import Location, Media, numbered

# Photos of tickets have no date of their own; the documented title ends in milliseconds since 1970.
_TAKEN: Final = re.compile(r"diag_snapshot_(\d{13})")


class TicketMedia(ApizeeModel):
    """A photo or recording of a ticket; `type` is a media type such as `image/jpeg`."""

    id: int
    title: Text = ""
    type: Text = ""
    url: Lenient[Link] = Field(None, repr=False)
    status: Lenient[str] = None
    filename: Text = ""
    created: Lenient[Instant] = None
    size: Lenient[int] = Field(None, validation_alias="filesize")
    position: Lenient[Position] = Field(None, validation_alias=AliasChoices("location", "geoloc"), repr=False)

    @property
    def media(self) -> Media | None:
        """The media, once it is ready."""
        if not self.url or self.status not in {None, "", "completed"}:
            return None
        return Media(
            id=self.id,
            title=self.title,
            type=self.type,
            url=self.url,
            created_at=self.created or _taken_at(self.title),
            size=self.size,
            location=Location(self.position.lat, self.position.lng) if self.position else None,
            file_name=self.filename,
        )


class ConferenceMedia(TicketMedia):
    """A recording or shared file of a conference; its type is a word such as `video`."""

    type: Text = Field("", validation_alias="media_type")


def finished(items: Sequence[TicketMedia]) -> list[Media]:
    """Return the media of a session that are ready, numbered: what is still being prepared is left out."""
    return numbered([item.media for item in items if item.media])


def _taken_at(title: str) -> datetime | None:
    found = _TAKEN.fullmatch(title)
    return datetime.fromtimestamp(int(found[1]) / 1000, UTC) if found else None
