"""What holds for every test: the network ends at this machine, and properties take the time they need."""

from __future__ import annotations

import os
import sys
from ipaddress import ip_address

import structlog
from hypothesis import settings

pytest_plugins = [
    "tests.fixtures.redis_server",
    "tests.fixtures.redis_cluster",
    "tests.fixtures.parts",
    "tests.fixtures.policy",
]

for name in [name for name in os.environ if name.lower().endswith("_proxy") or name == "SSL_CERT_FILE"]:
    del os.environ[name]  # this machine is reached without

# Unless a story configures the log: tracebacks in colours, with all variables, take seconds, and nobody sees them.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)

settings.register_profile("steady", deadline=None)  # the machine may be busy with other tests
settings.load_profile("steady")


def _is_here(host: object) -> bool:
    if host in {None, "", b"", "localhost", b"localhost"}:
        return True
    try:
        return ip_address(host.decode() if isinstance(host, bytes) else str(host)).is_loopback
    except ValueError:
        return False


def _stay_at_home(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse to look up or connect to any other machine; an audit hook sees every library's attempts."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if not _is_here(host):
        message = f"a test reached for {host!r}: tests talk to this machine only"
        raise RuntimeError(message)


sys.addaudithook(_stay_at_home)
