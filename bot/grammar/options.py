"""Finds options such as `ref:1234` in what stands after a command, and what stands beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.grammar.parse_errors import NotUnderstood, ParseProblem

if TYPE_CHECKING:
    from collections.abc import Callable

_OPTION = r"""(?<![^\s,;]){label}\s*:\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'(?![^\s,;])|(?P<bare>[^\s,;]*))"""


@dataclass(frozen=True, slots=True)
class Option:
    """An option such as `ref:1234`: its label and value, and what stands before and after it."""

    before: str
    after: str = ""
    label: str = ""
    value: str | None = None
    quoted: bool = False

    def without(self, words: re.Pattern[str]) -> Option:
        """Return the option where these words do not stand beside it; its value keeps them."""
        return replace(self, before=words.sub("\n", self.before), after=words.sub("\n", self.after))

    def found(self, words: re.Pattern[str]) -> list[re.Match[str]]:
        """Return where these words stand beside it."""
        return [found for part in (self.before, self.after) for found in words.finditer(part)]

    def rest(self, needs_quotes: ParseProblem) -> str:
        """Return all but the option. Words around an unquoted value may belong to it, so they are refused."""
        if self.value and not self.quoted and self.before.strip() and self.after.strip(" ,;.\n"):
            raise NotUnderstood(needs_quotes, f'{self.label}:"{on_one_line(self.value + self.after)}"')
        return f"{self.before},{self.after}"

    def read(self, parse: Callable[[str], str | None], empty: ParseProblem) -> str | None:
        """Return the value as `parse` reads it, `None` without the option.

        One without a value is refused as `empty`.
        """
        if self.value is None:
            return None
        if value := parse(self.value):
            return value
        raise NotUnderstood(empty)


def option_in(label: str, plain: str) -> Option:
    """Return the option with this label that stands in a text; one without a value where there is none."""
    found = re.search(_OPTION.format(label=label), plain, re.IGNORECASE)
    if found is None:
        return Option(plain)
    bare, quoted = found["bare"], found["double"] or found["single"] or ""
    if bare and bare.startswith('"'):
        raise NotUnderstood(ParseProblem.UNCLOSED_QUOTES, plain[found.start() :])
    return Option(plain[: found.start()], plain[found.end() :], label, bare or quoted, quoted=bare is None)


def on_one_line(text: str) -> str:
    """Return the text without quotation marks around it, with single spaces."""
    line = " ".join(text.split())
    if line[:1] in {'"', "'"} and line.endswith(line[0]):
        line = line[1:-1].strip()
    return line
