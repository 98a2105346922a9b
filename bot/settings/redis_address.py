"""What may stand in `REDIS_URL`.

Libraries differ in the options that they read there, and in what they make of an address that is no address: redis-py
fails with a `TypeError` at the first command, or takes `redis://:pa#ss@host` for this machine.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, parse_qsl, urlsplit

SCHEMES: Final = frozenset(
    {"redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel", "redis+cluster", "rediss+cluster"}
)

_IS_TRUTH: Final = r"(?i)true|false|yes|no|y|n|1|0|on|off"
_SECONDS: Final = r"\d{1,5}(\.\d+)?"
_NUMBER: Final = r"\d{1,9}"
_TEXT: Final = r".+"

_OPTIONS: Final = {
    "db": _NUMBER,
    "username": _TEXT,
    "password": _TEXT,
    "client_name": r"\S+",
    "max_connections": _NUMBER,
    "retry_on_timeout": _IS_TRUTH,
    "socket_connect_timeout": _SECONDS,
    "socket_timeout": _SECONDS,
    "timeout": _SECONDS,
    "wait_for_replicas": "[0-9]",
}
_OPTIONS_OF_TCP: Final = {"socket_keepalive": _IS_TRUTH}
_OPTIONS_OF_SENTINELS: Final = {"sentinel_username": _TEXT, "sentinel_password": _TEXT}
_OPTIONS_OF_TLS: Final = {
    "ssl_ca_certs": _TEXT,
    "ssl_ca_path": _TEXT,
    "ssl_cert_reqs": "none|optional|required",
    "ssl_certfile": _TEXT,
    "ssl_check_hostname": _IS_TRUTH,
    "ssl_keyfile": _TEXT,
    "ssl_password": _TEXT,
}
"""What is absent here would fail, or undo what the bot needs: https://redis.readthedocs.io/en/stable/connections.html"""

_WITHOUT_CODES: Final = re.compile(r"\w+://[^/?#]*[/?#].*@")
_MEANS_TLS: Final = frozenset({"ssl", "tls", "usessl", "usetls"})


class Unusable(Exception):
    """The address cannot be used; `words` say why, or are empty where it is no address at all."""

    def __init__(self, translate: str = "") -> None:
        super().__init__(translate)
        self.translate = translate


def check(text: str) -> None:
    """Raise `Unusable` unless this is an address that our client understands as its writer does."""
    # A password with `/`, `?` or `#` would lead somewhere else, and part of it would be taken for an option.
    if _WITHOUT_CODES.match(text):
        translate = "cannot be understood: write /, ?, # and @ in its password as %2F, %3F, %23 and %40."
        raise Unusable(translate)
    try:
        url = urlsplit(text)
        ports = [urlsplit(f"//{host}").port for host in url.netloc.rpartition("@")[2].split(",")]
    except ValueError:
        raise Unusable from None
    if url.scheme not in SCHEMES or 0 in ports or url.fragment or not _leads_somewhere(url):
        raise Unusable
    if url.scheme.endswith("+cluster") and _names_database(url):
        translate = "names a database, of which a Redis Cluster has only 0: leave it out."
        raise Unusable(translate)
    _check_options(url)


def _names_database(url: SplitResult) -> bool:
    return re.fullmatch(r"/?0?", url.path) is None or any(name == "db" for name, _ in parse_qsl(url.query))


def _leads_somewhere(url: SplitResult) -> bool:
    if url.scheme == "unix":
        return bool(url.path.strip("/"))
    if url.scheme.endswith("+sentinel"):
        return bool(url.netloc) and re.fullmatch(r"/[^/]+(/\d{0,5})?", url.path) is not None
    if url.scheme.endswith("+cluster"):
        hosts = [urlsplit(f"//{host}").hostname for host in url.netloc.rpartition("@")[2].split(",")]
        return all(hosts) and re.fullmatch(r"/?|/\d{1,5}", url.path) is not None
    if "," in url.netloc.rpartition("@")[2]:
        return False
    return re.fullmatch(r"/?|/\d{1,5}", url.path) is not None


def _check_options(url: SplitResult) -> None:
    known = {**_OPTIONS, **(_OPTIONS_OF_TCP if url.scheme != "unix" else {})}
    known |= _OPTIONS_OF_TLS if url.scheme.startswith("rediss") else {}
    known |= _OPTIONS_OF_SENTINELS if url.scheme.endswith("+sentinel") else {}
    for name, value in parse_qsl(url.query, keep_blank_values=True):
        if name not in known:
            raise Unusable(_unknown(name))
        if not re.fullmatch(known[name], value):
            translate = f"has an option that cannot have this value: {name}."
            raise Unusable(translate)


def _unknown(name: str) -> str:
    shown = f": {name}" if re.fullmatch(r"[A-Za-z_]{1,30}", name) else ""
    if name.lower().replace("_", "") in _MEANS_TLS or name in _OPTIONS_OF_TLS:
        return f"has an option that cannot be used{shown}. For TLS begin it with rediss://."
    return f"has an option that the bot does not know{shown}. Leave it out."
