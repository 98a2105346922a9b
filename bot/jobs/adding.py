"""Adds a job that is due at once, as docket does, in the same step as the record that it is about."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime
from typing import Final

from docket import Docket
from docket._execution_scripts import _schedule  # it has no public form; a story compares both
from docket.instrumentation import message_setter
from opentelemetry import propagate

from bot import tracing
from bot.store.server.one_step import Argument, Step

_NONE: Final = pickle.dumps({}, pickle.HIGHEST_PROTOCOL)


def added_at_once(docket: Docket, job: str, *arguments: str, key: str) -> Step:
    """Return the step that adds a job, unless one of this key waits or runs: what `docket.add` does by itself.

    Docket takes longer to put a job together than all else takes that an acknowledgement does for Redis.
    """
    now = datetime.now(UTC)
    when = now.isoformat()
    message = {
        b"key": key.encode(),
        b"when": when.encode(),
        b"function": job.encode(),
        b"args": pickle.dumps(arguments, pickle.HIGHEST_PROTOCOL),
        b"kwargs": _NONE,
        b"attempt": b"1",
        b"generation": b"0",
    }
    if tracing.current():
        propagate.inject(message, setter=message_setter)
    keys = [
        docket.stream_key,
        docket.known_task_key(key),
        docket.parked_task_key(key),
        docket.queue_key,
        docket.stream_id_key(key),
        docket.runs_key(key),
        docket.key(f"state:{key}"),
    ]
    state = f'{{"type": "state", "key": {json.dumps(key)}, "state": "queued", "when": "{when}"}}'
    due_at_once, replaces, in_place_of, generation = "1", "0", b"", "0"
    how: list[Argument] = [due_at_once, replaces, in_place_of, generation, docket.worker_group_name, state]
    fields = [part for field in message.items() for part in field]
    return Step(_schedule.lua, keys, [key, str(now.timestamp()), *how, *fields])
