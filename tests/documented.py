"""The commands that the documentation prints: those in fenced blocks of the console, and those in the text."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PAGES: Final = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]

_CONSOLE: Final = re.compile(r"^ *```(?:console|sh|bash|shell)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_TYPED: Final = re.compile(r"^ *[$#] (.+)$", re.MULTILINE)
_INLINE: Final = re.compile(r"`([^`\n]+)`")
_PROGRAMS: Final = re.compile(
    r"(make|apizee-slack|python3?|\.venv/bin/\S+|pip|pipx|uv|systemctl|journalctl|runuser|systemd-analyze)(?= )"
)
_IN_TEXT: Final = {
    "…": "",
    "<phone or e-mail>": "+33662682193",
    "https://": "https://bot.test",
    "/path/to/python3.12": "python3",
}
"""What the text leaves out of commands, and what a test puts there."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A command with its arguments, and the page that prints it; `settings` are those before it."""

    page: str
    words: tuple[str, ...]
    settings: tuple[str, ...] = ()

    @property
    def program(self) -> str:
        """The name of the program, without its folder."""
        return Path(self.words[0]).name

    def __str__(self) -> str:
        """Return it as it is typed."""
        return shlex.join(self.words)


def commands() -> list[Typed]:
    """Return all commands, each once for each page."""
    return list(dict.fromkeys(command for page in PAGES for command in _of_page(page)))


def _of_page(page: Path) -> Iterator[Typed]:
    text = page.read_text("utf-8")
    for block in _CONSOLE.findall(text):
        for line in _TYPED.findall(block):
            yield from _split(page.name, line)
    for inline in _INLINE.findall(_CONSOLE.sub("", text)):
        if _PROGRAMS.match(inline):
            for left_out, put_there in _IN_TEXT.items():
                inline = re.sub(rf"{re.escape(left_out)}(?=[\s\"]|$)", put_there, inline)  # noqa: PLW2901  # bit by bit
            yield from _split(page.name, inline)


def _split(page: str, line: str) -> Iterator[Typed]:
    """Yield the commands of a line, without comments, with the one that another runs in its place."""
    for part in re.sub(r"\s#\s.*", "", line).split(" && "):
        words = shlex.split(part)
        settings = [word for word in words if re.fullmatch(r"[A-Z_]+=\S*", word)]
        words = words[words.index("--") + 1 :] if words[0] == "runuser" else words
        while words and words[0] in settings:
            words = words[1:]
        yield Typed(page, tuple(words), tuple(settings))
