"""The bot works behind nginx, by the file that operators copy."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from bot.doctor import examine
from playground.demo import free_port
from sandbox.slack import SlackClientSide
from tests.scenarios.environment import Environment, Vendors, settings_of
from tests.scenarios.process import program

FILE = Path(__file__).parents[3] / "deploy/proxy/nginx.conf"


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not here")
async def test_people_and_the_doctor_reach_the_bot_through_it_and_nobody_its_metrics(
    around: Vendors, environment: Environment, tmp_path: Path
) -> None:
    port = free_port()
    server = FILE.read_text("utf-8").replace("127.0.0.1:3000", urlsplit(environment.bot_url).netloc)
    server = re.sub(r"listen \[.*|ssl_certificate.*", "", server)  # what ends TLS is nginx' own affair
    server = server.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    places = "".join(f"{name}_temp_path {tmp_path};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    alone = f"daemon off; master_process off; pid {tmp_path}/pid; error_log stderr; events {{}}"
    (tmp_path / "nginx.conf").write_text(f"{alone} http {{ {places} {server} }}", "utf-8")

    async with program(["nginx", "-e", "stderr", "-c", str(tmp_path / "nginx.conf")], {}, tmp_path):
        address = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(retries=5)) as stranger:
            statuses = [(await stranger.get(f"{address}{path}")).status_code for path in ("/healthz", "/metrics")]
        assert statuses == [200, 404]
        async with SlackClientSide.over_http(around.slack, address) as people:
            await Environment(around.slack, around.apizee, people, address).assist("+33 6 62 68 21 93")
            await environment.invited()
        settings = settings_of(around.environment, public_url=address)
        found = {finding.subject: finding.line for finding in await examine(settings, scopes=(), optional=())}
        assert found["Public address"] == "ok      Public address: this bot answers."
