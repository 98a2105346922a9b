"""The way out to Slack and to Apizee: by which proxy, and whose certificates are trusted.

The bot and its doctor make every connection to the outside here, so that what the one reaches the other reaches too.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, Final

import aiohttp
from httpx_aiohttp import AiohttpTransport
from pydantic_core import to_json
from yarl import URL

from bot.settings import Settings

_SLACK_ANSWERS_WITHIN: Final = aiohttp.ClientTimeout(total=10)
_SCHEME_OF_PROXY: Final = {"https": "https", "wss": "https", "http": "http", "ws": "http"}


@dataclass(frozen=True, slots=True)
class WayOut:
    """What every connection to the outside has in common; proxies by the scheme of the addresses they are for."""

    proxies: Mapping[str, URL] = field(default_factory=dict, repr=False)
    without_proxy: str = ""
    certificates: Path | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> WayOut:
        """The way that the settings ask for."""
        given = {"https": settings.https_proxy, "http": settings.http_proxy}
        proxies = {scheme: URL(proxy.get_secret_value()) for scheme, proxy in given.items() if proxy}
        return cls(proxies, settings.no_proxy or "", settings.ssl_cert_file)

    def proxy_for(self, url: URL) -> URL | None:
        """The proxy for an address; `None` where it is reached without."""
        proxy = self.proxies.get(_SCHEME_OF_PROXY.get(url.scheme, ""))
        return None if proxy is None or _is_among(self.without_proxy, url) else proxy

    def session(self, **options: Any) -> aiohttp.ClientSession:  # noqa: ANN401  # what aiohttp takes
        """A pool of connections; made where a loop runs, and to be closed."""
        trusted = ssl.create_default_context(cafile=self.certificates) if self.certificates else True
        if self.proxies:
            options["request_class"] = _request_class(self)
        # Cookies are of no use: the tokens say who asks.
        jar = aiohttp.DummyCookieJar()
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trusted), cookie_jar=jar, **options)


def _is_among(names: str, url: URL) -> bool:
    """Whether a list as in `NO_PROXY` means an address: by `*`, a domain, a host, a network; with or without a port."""
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


def _request_class(way: WayOut) -> type[aiohttp.ClientRequest]:
    """Requests that find their own proxy.

    aiohttp's `trust_env` would do so as well, but looks for `~/.netrc` in a thread at each request. slack_sdk names a
    proxy of its own, whatever `NO_PROXY` says: here it is not heard.
    """

    class Request(aiohttp.ClientRequest):
        def __init__(self, method: str, url: URL, **options: Any) -> None:  # noqa: ANN401  # as aiohttp has it
            super().__init__(method, url, **{**options, "proxy": way.proxy_for(url)})

    return Request


@asynccontextmanager
async def to_slack(way: WayOut) -> AsyncIterator[aiohttp.ClientSession]:
    """The pool of connections to Slack."""
    async with way.session(timeout=_SLACK_ANSWERS_WITHIN, json_serialize=_as_json) as session:
        yield session


@asynccontextmanager
async def to_apizee(way: WayOut) -> AsyncIterator[AiohttpTransport]:
    """The pool of connections to Apizee, under httpx."""
    async with way.session() as session, AiohttpTransport(client=session) as transport:
        yield transport


def _as_json(value: object) -> str:
    return to_json(value).decode()
