"""Reads deferred requests that were stored before the first release, under other names.

At first they were a task's name and its details as strings, then tagged as today. Such records live for half an hour,
in which old and new processes may run side by side. Goes with version 0.3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from pydantic import TypeAdapter

from bot.model.errors import KnownError
from bot.model.session import Kind
from bot.model.targets import HomePage, MediaPage, MessageRef, ResultsPage, SessionRef, StatisticsOf

_NAMES: Final[Mapping[object, str]] = {"pointer": "session_ref", "spot": "message_ref", "place": "conversation"}

_DETAILS: Final[Mapping[str, Callable[[str], object]]] = {
    "session_ref": SessionRef.decode,
    "message_ref": TypeAdapter(MessageRef).validate_json,
    "kind": Kind,
    "text": str,
    "statistics": StatisticsOf.decode,
    "ticket": int,
}
_PAGES: Final[Mapping[str, Callable[[str], object]]] = {
    "media page": MediaPage.decode,
    "results page": ResultsPage.decode,
    "home": HomePage.decode,
}


def as_stored_now(record: object) -> object:
    """Return an old record in today's form, any other as it is; raises `ValueError` where details are unknown."""
    match record:
        case {"task": str(task), "asker": {**asker}, "details": {**details}, **rest}:
            return {**rest, "requester": _renamed(asker), "request": _request(task, _texts(details))}
        case {"request": {**request}, "requester": {**requester}, **rest}:
            return {**rest, "requester": _renamed(requester), "request": _renamed(request)}
    return record


def _renamed(record: Mapping[object, object]) -> dict[object, object]:
    return {_NAMES.get(name, name): value for name, value in record.items()}


def _texts(details: Mapping[object, object]) -> dict[str, str]:
    return {str(name): str(text) for name, text in _renamed(details).items()}


def _request(task: str, details: Mapping[str, str]) -> Mapping[str, object]:
    """Return the request: tasks had the names that are tags now, and details those of its fields."""
    try:
        fields = {name: (_PAGES[task] if name == "page" else _DETAILS[name])(text) for name, text in details.items()}
    except (KeyError, KnownError) as error:
        raise ValueError(task) from error
    return {"tag": task, **fields}
