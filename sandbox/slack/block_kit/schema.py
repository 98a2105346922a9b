"""A small language to say what a JSON value must look like, and to tell where it does not.

A check takes a value and its path and yields one sentence per problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Problems: TypeAlias = Iterator[str]
Check: TypeAlias = Callable[[object, str], Problems]
Fields: TypeAlias = Mapping[str, Check]


def text(most: int, *, least: int = 1) -> Check:
    """Return a check of a string of so many characters."""

    def check(value: object, path: str) -> Problems:
        if not isinstance(value, str):
            yield f"{path}: must be a string"
        elif len(value) > most:
            yield f"{path}: must be at most {most} characters, is {len(value)}"
        elif len(value) < least:
            yield f"{path}: must be at least {least} characters, is {len(value)}"

    return check


def whole(least: int, most: int) -> Check:
    """Return a check of a whole number in these bounds."""

    def check(value: object, path: str) -> Problems:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield f"{path}: must be a whole number from {least} to {most}"

    return check


def number(value: object, path: str) -> Problems:
    """Any number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield f"{path}: must be a number"


def flag(value: object, path: str) -> Problems:
    """Check that this is true or false."""
    if not isinstance(value, bool):
        yield f"{path}: must be true or false"


def anything(value: object, path: str) -> Problems:  # noqa: ARG001  # the shape of a check
    """Whatever it is."""
    yield from ()


def one_of(*choices: str) -> Check:
    """One of these words."""

    def check(value: object, path: str) -> Problems:
        if value not in choices:
            yield f"{path}: must be one of {', '.join(choices)}"

    return check


def items(each: Check, *, most: int, least: int = 1) -> Check:
    """Return a check of a list of so many such things."""

    def check(value: object, path: str) -> Problems:
        if not isinstance(value, list | tuple):
            yield f"{path}: must be a list"
            return
        if not least <= len(value) <= most:
            yield f"{path}: must have {least} to {most} items, has {len(value)}"
        for index, item in enumerate(value):
            yield from each(item, f"{path}/{index}")

    return check


@dataclass(frozen=True, slots=True)
class Shape:
    """An object with these fields and no others; `more` are rules on the object as a whole."""

    required: Fields = field(default_factory=dict)
    optional: Fields = field(default_factory=dict)
    more: Check = anything

    def __call__(self, value: object, path: str) -> Problems:
        """Return the problems of a value; its `type` is the business of `by_type`."""
        if not isinstance(value, Mapping):
            yield f"{path}: must be an object"
            return
        yield from (f"{path}: lacks {name}" for name in self.required if name not in value)
        known = {"type": anything, **self.required, **self.optional}
        for name, part in value.items():
            yield from known.get(name, _unknown)(part, f"{path}/{name}")
        yield from self.more(value, path)


def by_type(shapes: Fields) -> Check:
    """Return a check of an object whose `type` says which of these shapes it has."""

    def check(value: object, path: str) -> Problems:
        kind = value.get("type") if isinstance(value, Mapping) else None
        if not isinstance(kind, str) or kind not in shapes:
            yield f"{path}/type: {kind!r} does not belong here"
            return
        yield from shapes[kind](value, path)

    return check


def _unknown(value: object, path: str) -> Problems:  # noqa: ARG001  # the shape of a check
    yield f"{path}: is no field of this object"
