"""Links by which one person joins one meeting, for a day.

The token is the sealed target itself: nothing is stored, and nothing in it can be read or changed on the way.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from bot.apizee.client import join_url
from bot.model.errors import Unreadable
from bot.store.sealing.keyring import KeyRing

VALID_FOR: Final = timedelta(hours=24)

_PURPOSE: Final = "join"
# An origin goes into a policy whose grammar knows spaces, commas and semicolons: only plain hosts are let through.
_ORIGIN: Final = re.compile(r"https://[a-z0-9.-]+(:[0-9]{1,5})?|http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class JoinTarget:
    """A meeting and a participant's name. Raises `ValueError` unless the address is https (or http on this machine)."""

    meeting_url: str = field(repr=False)
    participant: str

    def __post_init__(self) -> None:
        """Refuse any other address: our page must never frame anything but a meeting."""
        if not _ORIGIN.fullmatch(self.origin):
            message = "A meeting's address must begin with https://."
            raise ValueError(message)

    @property
    def origin(self) -> str:
        """Scheme, host and port of the meeting, as browsers compare them."""
        parts = urlsplit(self.meeting_url)
        return f"{parts.scheme}://{parts.netloc.lower()}"

    @property
    def address(self) -> str:
        """The meeting's address with the participant's name in it: nobody has to type it again."""
        return join_url(self.meeting_url, self.participant)


class JoinLinks:
    """Makes links to targets, and reads the target of a link."""

    def __init__(self, public_url: str, keys: KeyRing) -> None:
        self._base = f"{public_url.rstrip('/')}/join/"
        self._keys = keys

    def link(self, meeting_url: str, participant: str) -> str:
        """Return the address of a page that holds this meeting under this name, for 24 hours.

        `meeting_url` is the long one of the conference: a short link leads elsewhere, where the page may not follow.
        Raises `ValueError` as `JoinTarget` does.
        """
        target = JoinTarget(meeting_url, participant)
        return self._base + self._keys.seal_text(json.dumps([_PURPOSE, target.meeting_url, target.participant]))

    def target(self, token: str) -> JoinTarget:
        """Return the target of a link's token; raises `Unreadable` alike for a wrong, an altered and an expired one."""
        sealed = self._keys.open_text(token, max_age=VALID_FOR)
        try:
            purpose, meeting_url, participant = json.loads(sealed)
        except (ValueError, TypeError):
            raise Unreadable from None
        # The key ring seals other things too; none of them may pass for a link.
        if purpose != _PURPOSE:
            raise Unreadable
        return JoinTarget(meeting_url, participant)
