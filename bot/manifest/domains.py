"""The domains whose links Slack tells the app of: https://docs.slack.dev/messaging/unfurling-links-in-messages."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

MOST: Final = 5
"""Slack registers no more."""

_OF_APIZEE: Final = ".apizee.com"
_LINKS_OF_APIZEE: Final = ("diag.apizee.com", "meet.apizee.com", "apz.fr")
"""Where the links of customers and meetings lead, and the short ones; https://cloud.apizee.com/sdk/api shows them."""

_DOMAIN: Final = re.compile(r"(?=.{1,255}\Z)[a-z0-9][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)*\.[a-z]{2,}")


def unfurl_domains(url: str, apizee_url: str) -> list[str]:
    """Return the domains for a bot at `url` with Apizee's API at `apizee_url`: the portal's host, and the bot's.

    Where the portal is one of Apizee's own, the hosts of its other links come along. Slack takes no addresses of
    machines and no names without a top-level domain: they are left out.
    """
    portal = urlsplit(apizee_url).hostname or ""
    others = _LINKS_OF_APIZEE if portal.endswith(_OF_APIZEE) else ()
    hosts = dict.fromkeys([portal, urlsplit(url).hostname or "", *others])
    return [host for host in hosts if _DOMAIN.fullmatch(host)][:MOST]
