"""Lists too long for a screen: one page of them, and the buttons that turn it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.model.messages import Block
from bot.ui import blocks
from bot.ui.text import Translator

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """A piece of a list; pages count from 0, and `count` is how many there are."""

    items: Sequence[Item]
    number: int
    count: int

    @classmethod
    def of(cls, items: Sequence[Item], number: int, *, holds: int) -> Page[Item]:
        """Return the page of this number; the last one where the list has become shorter since somebody saw it."""
        count = max(1, -(-len(items) // holds))
        number = min(max(number, 0), count - 1)
        return cls(items[number * holds : (number + 1) * holds], number, count)

    def turner(
        self, actions: tuple[str, str], value: Callable[[int], str], translate: Translator, *, note: str = ""
    ) -> list[Block]:
        """Return which page it is, and the buttons to its neighbours; nothing where there is one page and no note.

        `actions` are the ids of “Previous” and “Next”, `value` returns what the button to a page carries.
        """
        where = translate("Page {page} of {pages}", page=self.number + 1, pages=self.count) if self.count > 1 else ""
        context = [blocks.context(blocks.joined([where, note]))] if where or note else []
        neighbours = zip(
            actions, (translate("Previous"), translate("Next")), (self.number - 1, self.number + 1), strict=True
        )
        buttons = [blocks.button(action, label, value(to)) for action, label, to in neighbours if 0 <= to < self.count]
        return [*context, blocks.actions(*buttons)] if buttons else context
