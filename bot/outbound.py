"""Opens HTTP connections to the outside: by which proxy, and with which certificates.

The bot and its doctor open every connection to Slack and Apizee here, so that both reach the same.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, Final

import aiohttp
from yarl import URL

_SCHEME_OF_PROXY: Final = {"https": "https", "wss": "https", "http": "http", "ws": "http"}


@dataclass(frozen=True, slots=True)
class Outbound:
    """What every connection to the outside has in common; `proxies` by the scheme of the addresses they are for."""

    proxies: Mapping[str, URL] = field(default_factory=dict, repr=False)
    without_proxy: str = ""
    certificates: Path | None = None

    def proxy_for(self, url: URL) -> URL | None:
        """Return the proxy for an address, or `None` where it is reached directly."""
        proxy = self.proxies.get(_SCHEME_OF_PROXY.get(url.scheme, ""))
        return None if proxy is None or _is_among(self.without_proxy, url) else proxy

    def session(self, **options: Any) -> aiohttp.ClientSession:  # noqa: ANN401  # what aiohttp takes
        """Open a pool of connections, which the caller closes; needs a running loop."""
        trusted = ssl.create_default_context(cafile=self.certificates) if self.certificates else True
        if self.proxies:
            options["request_class"] = _request_class(self)
        # No cookies: the tokens say who asks.
        jar = aiohttp.DummyCookieJar()
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trusted), cookie_jar=jar, **options)


def _is_among(names: str, url: URL) -> bool:
    """Return whether a list as in `NO_PROXY` covers an address: by `*`, domain, host or network, maybe with a port."""
    host, port = url.host or "", f":{url.port}"
    return any(_means(name.removesuffix(port), host) for name in re.split(r"[,\s]+", names.lower()) if name)


def _means(name: str, host: str) -> bool:
    domain = name.removeprefix("*").removeprefix(".")
    if name == "*" or host == domain or host.endswith(f".{domain}"):
        return True
    try:
        return ip_address(host) in ip_network(name.strip("[]"), strict=False)
    except ValueError:
        return False


def _request_class(outbound: Outbound) -> type[aiohttp.ClientRequest]:
    """Make requests choose their proxy by `Outbound`.

    aiohttp's `trust_env` would do so as well, but looks for `~/.netrc` in a thread at each request. slack_sdk names a
    proxy of its own, whatever `NO_PROXY` says: that one is ignored.
    """

    class Request(aiohttp.ClientRequest):
        def __init__(self, method: str, url: URL, **options: Any) -> None:  # noqa: ANN401  # as aiohttp has it
            super().__init__(method, url, **{**options, "proxy": outbound.proxy_for(url)})

    return Request
