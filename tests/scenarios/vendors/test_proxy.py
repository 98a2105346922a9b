"""From inside a company's network Slack, Apizee and a receiver of events are reached by a proxy, and by nothing else.

The names of all lead nowhere on this machine: a request beside the proxy would fail.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from yarl import URL

from bot.apizee.connection import apizee_transport
from bot.apizee.errors import Unreachable
from bot.apizee.timing import ApizeeTiming
from bot.apizee.transport import exchange, request_for
from bot.doctor import Verdict, examine
from bot.outbound import Outbound
from sandbox.apizee import build_app as apizee_app
from sandbox.loopback import serving
from sandbox.slack import SlackClientSide
from sandbox.slack import build_app as slack_app
from sandbox.slack.default_world import U_EN
from tests.fixtures.proxy import Proxy, behind_tls, certificate_for, proxying
from tests.scenarios.environment import Environment, Vendors, new_environment, settings_of
from tests.scenarios.process import serving as running
from tests.scenarios.receiver import SECRET, EventReceiver, receiving

CUSTOMER = "+33 6 62 68 21 93"
SLACK, APIZEE, CRM = "slack.example", "cloud.apizee.example", "crm.example"


@dataclass(frozen=True)
class Company:
    """A network with a proxy at its border, and the settings that lead through it."""

    proxy: Proxy
    receiver: EventReceiver
    environment: dict[str, str]

    @property
    def settings(self) -> dict[str, Any]:
        return {name.lower(): value for name, value in self.environment.items()}


def port_of(address: str) -> int:
    port = urlsplit(address).port
    assert port
    return port


def reached_by_https(app: ASGIApp) -> ASGIApp:
    """Return the application as it is behind a server that ends TLS before it."""

    async def dressed(scope: Scope, receive: Receive, send: Send) -> None:
        secure = {"http": "https", "websocket": "wss"}
        await app({**scope, "scheme": secure[scope["type"]]}, receive, send)

    return dressed


@pytest.fixture
async def company(around: Vendors, tmp_path: Path) -> AsyncIterator[Company]:
    certificate = certificate_for([SLACK, APIZEE, CRM], tmp_path)
    async with AsyncExitStack() as stack:
        ports = {}
        for host, app in ((SLACK, slack_app(around.slack)), (APIZEE, apizee_app(around.apizee))):
            plain = await stack.enter_async_context(serving(reached_by_https(app)))
            ports[host] = await stack.enter_async_context(behind_tls(port_of(plain), certificate))
        receiver = await stack.enter_async_context(receiving())
        ports[CRM] = await stack.enter_async_context(behind_tls(port_of(receiver.url), certificate))
        proxy, address = await stack.enter_async_context(proxying(ports))
        around.slack.address = f"https://{SLACK}"
        environment = {
            "SLACK_API_URL": f"https://{SLACK}/api/",
            "APIZEE_API_URL": f"https://{APIZEE}/api",
            "EVENTS_URL": f"https://{CRM}/events",
            "EVENTS_SECRET": SECRET,
            "HTTPS_PROXY": address,
            "SSL_CERT_FILE": str(certificate),
        }
        yield Company(proxy, receiver, environment)


async def test_a_session_is_played_through_the_proxy_to_its_photos(around: Vendors, company: Company) -> None:
    async with new_environment(around, **company.settings) as environment:
        await environment.assist(CUSTOMER)
        ticket = await environment.invited()
        environment.customer_comes(ticket, photos=1)
        environment.apizee.hangs_up(ticket.id)
        await environment.people.click(U_EN, environment.cards()[0], "session_refresh")
        await environment.slack.wait_for(lambda: environment.slack.files and environment.cards()[1:])
        await company.receiver.receives("session.done")

    assert set(company.proxy.asked) == {f"CONNECT {SLACK}", f"CONNECT {APIZEE}", f"CONNECT {CRM}"}


async def test_the_socket_of_socket_mode_goes_through_it_too(around: Vendors, company: Company, tmp_path: Path) -> None:
    socket_mode = {"SLACK_APP_TOKEN": around.slack.credentials.app_token, "SLACK_SIGNING_SECRET": ""}
    async with running({**around.environment, **company.environment, **socket_mode}, tmp_path) as bot:
        await around.slack.wait_for(lambda: around.slack.link.is_up)
        environment = Environment(around.slack, around.apizee, SlackClientSide.over_socket(around.slack), bot.url)
        await environment.assist(CUSTOMER)
        await environment.invited()
        assert await bot.end() == 0


async def test_the_doctor_goes_the_same_way(around: Vendors, company: Company) -> None:
    found = await examine(settings_of(around.environment, **company.settings), scopes=(), optional=())

    of_this_redis = "Redis persistence"
    assert [one.line for one in found if one.verdict is Verdict.FAILED and one.subject != of_this_redis] == []
    assert set(company.proxy.asked) == {f"CONNECT {SLACK}", f"CONNECT {APIZEE}", f"CONNECT {CRM}"}
    assert company.receiver.types == ["test"]


async def test_the_doctor_says_what_the_bot_cannot_reach(around: Vendors, company: Company) -> None:
    nobody = company.environment["HTTPS_PROXY"].replace("a%20user", "nobody")
    for wrong in ({"https_proxy": nobody}, {"ssl_cert_file": None}):
        found = await examine(settings_of(around.environment, **company.settings | wrong), scopes=(), optional=())

        failed = {one.subject: one.detail for one in found if one.verdict is Verdict.FAILED}
        assert {"Slack", "Apizee login"} <= set(failed)
        assert "p%40ss" not in str(failed)


async def test_what_the_proxy_did_not_let_through_surely_never_left(company: Company) -> None:
    proxy = URL(company.environment["HTTPS_PROXY"]).with_user("nobody")
    outbound = Outbound({"https": proxy}, certificates=Path(company.environment["SSL_CERT_FILE"]))
    timing = ApizeeTiming()
    request = request_for("POST", f"https://{APIZEE}/api/tickets", timing, data={"scope": "sso"})
    async with apizee_transport(outbound) as http:
        with pytest.raises(Unreachable):
            await exchange(http, request, timing)

    assert (company.proxy.asked, company.proxy.refused) == ([], 1)


async def test_plain_http_is_asked_of_the_proxy_in_absolute_form(around: Vendors) -> None:
    ports = {
        urlsplit(around.environment[api]).netloc: port_of(around.environment[api])
        for api in ("SLACK_API_URL", "APIZEE_API_URL")
    }
    async with proxying(ports) as (proxy, address), new_environment(around, http_proxy=address) as environment:
        await environment.assist(CUSTOMER)
        await environment.invited()

    assert {line.split(" ")[1] for line in proxy.asked} == set(ports)


async def test_who_needs_no_proxy_is_reached_without(around: Vendors) -> None:
    without = "localhost,127.0.0.0/8"
    async with (
        proxying({}) as (proxy, address),
        new_environment(around, http_proxy=address, no_proxy=without) as environment,
    ):
        await environment.assist(CUSTOMER)
        await environment.invited()

    assert (proxy.asked, proxy.refused) == ([], 0)


@pytest.mark.parametrize(
    ("names", "goes_without"),
    [
        ("", False),
        ("*", True),
        ("slack.example", True),
        (".example", True),
        ("*.example", True),
        ("other.example, SLACK.example", True),
        ("slack.example:443", True),
        ("slack.example:8443", False),
        ("lack.example", False),
        ("10.0.0.0/8", False),
    ],
)
def test_no_proxy_is_understood_as_by_others(names: str, goes_without: bool) -> None:  # noqa: FBT001  # a parameter
    outbound = Outbound({"https": URL("http://proxy")}, names)

    assert (outbound.proxy_for(URL("https://slack.example/api/")) is None) is goes_without
