"""Deferred requests as they were stored before the first release: a task's name, and its details as strings.

Such records live for half an hour, in which old and new processes may run side by side. Goes with version 0.2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from pydantic import TypeAdapter

from bot.model.errors import KnownError
from bot.model.session import Kind
from bot.model.targets import HomePage, MediaPage, Pointer, ResultsPage, Spot, StatisticsOf

_DETAILS: Final[Mapping[str, Callable[[str], object]]] = {
    "pointer": Pointer.decode,
    "spot": TypeAdapter(Spot).validate_json,
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
    """Return a record of old in today's form, any other as it is; raises `ValueError` where details are unknown."""
    match record:
        case {"task": str(task), "asker": requester, "details": {**details}, **rest}:
            return {**rest, "requester": requester, "request": _request(task, _texts(details))}
    return record


def _texts(details: Mapping[object, object]) -> dict[str, str]:
    return {str(name): str(text) for name, text in details.items()}


def _request(task: str, details: Mapping[str, str]) -> Mapping[str, object]:
    """Return the request: tasks had the names that are tags now, and details those of its fields."""
    try:
        fields = {name: (_PAGES[task] if name == "page" else _DETAILS[name])(text) for name, text in details.items()}
    except (KeyError, KnownError) as error:
        raise ValueError(task) from error
    return {"tag": task, **fields}
