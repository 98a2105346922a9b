"""The web pages that people get to see: values in, HTML out."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from bot.model.workspaces import Installation
from bot.ui.text import Translator

if TYPE_CHECKING:
    from jinja2 import Environment

DEFAULT_LANGUAGE: Final = "en"
LANGUAGES: Final = frozenset({"en", "fr"})

_LANGUAGE_RANGE: Final = re.compile(r"([a-z]{2,3})(?:-[a-z0-9]+)*(?:\s*;\s*q=([01](?:\.[0-9]{0,3})?))?", re.IGNORECASE)


class Pages:
    """The pages; `nonce` is what the response's policy lets their style through with."""

    @cached_property
    def _templates(self) -> Environment:
        # Imported late: many processes never show a page.
        from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415  # as said above

        loader = PackageLoader("bot", "templates")
        return Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )

    def meeting(self, address: str, participant: str, translate: Translator, *, language: str, nonce: str) -> str:
        """Return the page with a meeting in a frame, and a link to the meeting without the frame."""
        return self._templates.get_template("join.html").render(
            language=language,
            nonce=nonce,
            address=address,
            title=translate("Video meeting"),
            welcome=translate("You join as {participant}.", participant=participant),
            way_out=translate("Open the meeting in its own tab"),
        )

    def no_meeting(self, translate: Translator, *, language: str, nonce: str) -> str:
        """Return the page of a link that leads nowhere, for whatever reason."""
        return self._templates.get_template("lost.html").render(
            language=language,
            nonce=nonce,
            title=translate("This link does not lead to a meeting"),
            explanation=translate("It may be incomplete, or older than 24 hours."),
            advice=translate("Press “Join as me” on the meeting's card in Slack to get a new one."),
        )

    def ticket(self, explanation: str, translate: Translator, *, language: str, nonce: str) -> str:
        """Return the page of a link into a ticket that does not lead there now, and why."""
        return self._templates.get_template("lost.html").render(
            language=language, nonce=nonce, title=translate("Video assistance"), explanation=explanation, advice=""
        )

    def installed(
        self, installation: Installation, translate: Translator, *, command: str, language: str, nonce: str
    ) -> str:
        """Return the page that ends an installation."""
        return self._templates.get_template("notice.html").render(
            language=language,
            nonce=nonce,
            title=translate("Apizee is installed in “{workspace}”", workspace=installation.team_name),
            explanation=translate("Type {command} help in Slack to see what it can do.", command=command),
            address=f"https://app.slack.com/client/{installation.team}",
            way_on=translate("Open Slack"),
        )

    def not_installed(self, explanation: str, translate: Translator, *, language: str, nonce: str) -> str:
        """Return the page that says why an installation failed."""
        return self._templates.get_template("notice.html").render(
            language=language,
            nonce=nonce,
            title=translate("Apizee was not installed"),
            explanation=explanation,
            address="install",  # beside both addresses that show this page
            way_on=translate("Start again"),
        )


def language_for(accept_language: str) -> str:
    """Return the language, of those the bot speaks, that a browser prefers.

    https://httpwg.org/specs/rfc9110#field.accept-language.
    """
    preferences = [
        (float(weight or 1), language.lower()) for language, weight in _LANGUAGE_RANGE.findall(accept_language)
    ]
    known = [one for one in preferences if one[1] in LANGUAGES and one[0] > 0]
    # Of equal preferences the one named first counts: max() keeps it.
    return max(known, key=lambda one: one[0], default=(0, DEFAULT_LANGUAGE))[1]
