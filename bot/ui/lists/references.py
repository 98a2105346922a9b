"""Makes links of the references that people typed, to wherever the operator keeps what they name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeGuard
from urllib.parse import quote

from bot.model.session import OUR_REFERENCE
from bot.ui.text import escape, mask_contacts_in, shortened

PLACE: Final = "{reference}"
"""Stands in `REFERENCE_URL` for the reference."""

_SHOWN_AT_MOST: Final = 60
_OTHER_FOLDERS: Final = frozenset({".", ".."})
"""What a browser takes for another folder, however it is encoded: https://url.spec.whatwg.org/#double-dot-path-segment."""


@dataclass(frozen=True, slots=True)
class ReferenceLinks:
    """Knows the address of each reference, by `REFERENCE_URL`; without one there is none."""

    template: str | None = None

    def link(self, reference: str | None) -> str | None:
        """Return the address of a reference; `None` where nobody typed it, or where it holds a contact."""
        if not self.template or not is_typed(reference) or reference in _OTHER_FOLDERS:
            return None
        if mask_contacts_in(reference) != reference:
            return None
        return self.template.replace(PLACE, quote(reference, safe=""))


NO_REFERENCE_LINKS: Final = ReferenceLinks()


def is_typed(reference: str | None) -> TypeGuard[str]:
    """Return whether somebody typed this reference; the one that names the card says nothing to people."""
    return bool(reference) and not str(reference).startswith(OUR_REFERENCE)


def shown_reference(reference: str, link: str | None) -> str:
    """Return a reference as mrkdwn for everybody: masked where it holds a contact, a link where it has one."""
    label = escape(shortened(mask_contacts_in(reference), _SHOWN_AT_MOST))
    return f"<{link}|{label}>" if link else label
