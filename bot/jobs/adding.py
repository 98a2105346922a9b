"""Adds a job that is due at once, as docket does, in the same step as the record that it is about."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from docket import Docket
from docket._execution_scripts import _schedule  # it has no public form; a story compares both
from docket.instrumentation import message_setter
from opentelemetry import propagate

from bot import tracing
from bot.store.server.one_step import Argument, Step

_NONE: Final = pickle.dumps({}, pickle.HIGHEST_PROTOCOL)
_ITS_KEY: Final = "\0"
"""Stands for a job's key in the names of its keys in Redis."""


def added_at_once(docket: Docket, job: str, *arguments: str, key: str) -> Step:
    """Return the step that adds a job, unless one of this key waits or runs: what `docket.add` does by itself.

    Docket takes longer to put a job together than all else takes that an acknowledgement does for Redis.
    """
    now = datetime.now(UTC)
    when = now.isoformat()
    message: list[Argument] = ["key", key, "when", when, "function", job]
    message += ["args", pickle.dumps(arguments, pickle.HIGHEST_PROTOCOL), "kwargs", _NONE]
    message += ["attempt", "1", "generation", "0", *_trace()]
    state = f'{{"type": "state", "key": {json.dumps(key)}, "state": "queued", "when": "{when}"}}'
    due_at_once, replaces, in_place_of, generation = "1", "0", b"", "0"
    how: list[Argument] = [due_at_once, replaces, in_place_of, generation, docket.worker_group_name, state]
    keys = [name.replace(_ITS_KEY, key) for name in _names(docket)]
    return Step(_schedule.lua, keys, [key, str(now.timestamp()), *how, *message])


@lru_cache(maxsize=8)
def _names(docket: Docket) -> tuple[str, ...]:
    """Return the names of a job's keys, as docket makes them."""
    return (
        docket.stream_key,
        docket.known_task_key(_ITS_KEY),
        docket.parked_task_key(_ITS_KEY),
        docket.queue_key,
        docket.stream_id_key(_ITS_KEY),
        docket.runs_key(_ITS_KEY),
        docket.key(f"state:{_ITS_KEY}"),
    )


def _trace() -> list[Argument]:
    """Return the fields by which a job belongs to the trace in which it is added, where there is one."""
    if not tracing.current():
        return []
    fields: dict[bytes, bytes] = {}
    propagate.inject(fields, setter=message_setter)
    return [part for field in fields.items() for part in field]
