"""Tells Apizee's own addresses from others in its answers: only its own become links, others are shown as text.

https://cloud.apizee.com/sdk/api shows links of the API's host, of other hosts of apizee.com and, short ones, of apz.fr.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

_DOCUMENTED: Final = re.compile(r"(?:.+\.)?(?:apizee\.com|apz\.fr)", re.IGNORECASE)
_SCHEMES: Final = re.compile(r"(?:\s*[a-z][a-z0-9+\-]*:[/\\]*)+", re.IGNORECASE)
_UNFIT: Final = re.compile(r"[\s\x00-\x1f\x7f\\]")


def as_link(url: str, *, api: str) -> str:
    """Return an address of Apizee's as it is, any other without its scheme, so that nothing takes it for a link.

    `api` is the API's address: its host is Apizee's too. An API on this machine is a sandbox, whose links may lead
    wherever people reach it.
    """
    if _is_apizees(url, api):
        return url
    schemes = _SCHEMES.match(url)
    return url[schemes.end() :] if schemes else url


def _is_apizees(url: str, api: str) -> bool:
    try:
        parts, home = urlsplit(url), urlsplit(api)
        host, has_user = parts.hostname or "", bool(parts.username or parts.password)
    except ValueError:
        return False
    if _UNFIT.search(url) or has_user or not host:
        return False
    if _is_loopback(home.hostname or ""):
        return parts.scheme in {"http", "https"}
    return parts.scheme == "https" and (host == home.hostname or bool(_DOCUMENTED.fullmatch(host)))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
