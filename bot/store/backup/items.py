"""One key of Redis with all that it holds, as a line of JSON: by its type, so that any version of Redis takes it.

Redis' own `DUMP` would be shorter, but an older version refuses what a newer one wrote, and `RESTORE` is a right that
the bot's user need not have.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer


def _decoded(value: object) -> object:
    return base64.b64decode(value, validate=True) if isinstance(value, str) else value


Raw: TypeAlias = Annotated[
    bytes,
    BeforeValidator(_decoded),
    PlainSerializer(lambda value: base64.b64encode(value).decode("ascii"), return_type=str, when_used="json"),
]
"""Bytes, which are base64 in JSON."""


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(_Kept):
    """A string."""

    type: Literal["string"] = "string"
    value: Raw


class Table(_Kept):
    """A hash."""

    type: Literal["hash"] = "hash"
    fields: list[tuple[Raw, Raw]]


class Members(_Kept):
    """A set or a list."""

    type: Literal["set", "list"]
    members: list[Raw]


class Ranking(_Kept):
    """A sorted set; scores as text, which is exact and may be infinite."""

    type: Literal["zset"] = "zset"
    members: list[tuple[Raw, str]]


class Message(_Kept):
    """A message on a stream."""

    id: str
    fields: list[tuple[Raw, Raw]]


class Taken(_Kept):
    """A message that somebody has taken and not acknowledged, and how often it was taken."""

    id: str
    times: int


class Group(_Kept):
    """A group of consumers of a stream: how far it has come, and what it has not finished."""

    name: Raw
    last_taken: str
    taken: list[Taken]


class Stream(_Kept):
    """A stream, with the id of its last message, also where that is gone."""

    type: Literal["stream"] = "stream"
    last_id: str
    messages: list[Message]
    groups: list[Group]


Value: TypeAlias = Annotated[Text | Table | Members | Ranking | Stream, Field(discriminator="type")]


class Item(_Kept):
    """A key with its value, and when it expires: in Unix milliseconds, `None` for never."""

    key: Raw
    expires_at: int | None
    value: Value


_HOUSEKEEPING: Sequence[bytes] = (
    b"apizee:{persistence}:",
    b"apizee:{processes}:",
    b"apizee:{readiness}:",
    b"apizee:{trial:",
    b"apizee:leases:",
    b"apizee:workers",
    b"apizee:worker-tasks:",
    b"apizee:task-workers:",
)
"""What is about this very server and its processes alone."""

_BEGUN_WITH: Sequence[bytes] = (*_HOUSEKEEPING, b"apizee:{keys}:", b"apizee:{metrics}:", b"apizee:{polls}:")
"""What a bot writes that was started and asked for nothing."""


def is_kept(key: bytes) -> bool:
    """Return whether a key belongs into a back-up: locks and marks of one server's processes do not."""
    return not key.startswith(tuple(_HOUSEKEEPING))


def is_data(key: bytes) -> bool:
    """Return whether a key says that the bot was used on this Redis, not only started."""
    return not key.startswith(tuple(_BEGUN_WITH))
