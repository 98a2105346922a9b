"""The examples of HTTPS proxies pass on what the outside asks of the bot, and keep the rest to the operator."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.fixtures.proxy import certificate_for

FOLDER = Path(__file__).parents[1] / "deploy" / "proxy"
PUBLIC = (
    "/slack/events",
    "/slack/install",
    "/slack/oauth_redirect",
    "/apizee/webhooks",
    "/apizee/webhooks/T0123",
    "/join/gAAAAABl-token_=",
    "/open/gAAAAABl-token_=",
    "/healthz",
)
INTERNAL = ("/", "/metrics", "/readyz", "/slack/events/more", "/healthz/", "/.env", "/joined")
EXAMPLES = ("Caddyfile", "nginx.conf")


def passed_on(example: str) -> Callable[[str], bool]:
    """Return what tells of a path whether the proxy passes it on, as its file says."""
    text = (FOLDER / example).read_text("utf-8")
    if example == "Caddyfile":
        [paths] = re.findall(r"@public path (.+)", text)
        return lambda path: any(fnmatchcase(path, pattern) for pattern in paths.split())
    [pattern] = re.findall(r"location ~ (\S+) \{", text)
    return lambda path: re.search(pattern, path) is not None


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_proxy_passes_on_what_the_outside_asks_for_and_nothing_else(example: str) -> None:
    is_passed_on = passed_on(example)
    assert [path for path in PUBLIC if not is_passed_on(path)] == []
    assert [path for path in INTERNAL if is_passed_on(path)] == []


def test_every_route_of_the_readme_is_known_here() -> None:
    readme = (FOLDER.parents[1] / "README.md").read_text("utf-8")
    routes = set(re.findall(r"`(?:GET|POST) (/[^`]+)`", readme)) | {"/slack/install", "/slack/oauth_redirect"}
    known = [*PUBLIC, *INTERNAL]
    assert routes
    assert [route for route in sorted(routes) if not any(_is_like(route, path) for path in known)] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_proxy_leads_to_the_default_address(example: str) -> None:
    host, port = (Settings.model_fields[name].default for name in ("host", "port"))
    assert f"{host}:{port}" in (FOLDER / example).read_text("utf-8")


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not here")
def test_nginx_takes_its_file(tmp_path: Path) -> None:
    certificate = certificate_for(["bot.example.com"], tmp_path)
    text = (FOLDER / "nginx.conf").read_text("utf-8")
    text = re.sub(r"/etc/letsencrypt/\S+\.pem", str(certificate), text)
    whole = f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ {text} }}"
    (tmp_path / "nginx.conf").write_text(whole, "utf-8")
    checked = ["nginx", "-t", "-c", str(tmp_path / "nginx.conf")]
    output = subprocess.run(checked, capture_output=True, text=True, check=False)  # noqa: S603  # a file of ours
    assert output.returncode == 0, output.stderr


@pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not here")
def test_caddy_takes_its_file() -> None:
    checked = ["caddy", "adapt", "--config", str(FOLDER / "Caddyfile"), "--adapter", "caddyfile"]
    output = subprocess.run(checked, capture_output=True, text=True, check=False)  # noqa: S603  # a file of ours
    assert output.returncode == 0, output.stderr


def _is_like(route: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", route), path) is not None
