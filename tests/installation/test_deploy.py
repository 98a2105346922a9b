"""An operator builds the image and gives its manifests to a cluster."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.installation.copies import PROJECT, copied_into
from tests.installation.image import CHROOT, FileSystem, build

pytestmark = [pytest.mark.install, pytest.mark.usefixtures("index")]

NEEDS_ROOT = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("debootstrap"), reason="needs root, and debootstrap for a file system"
)
MANIFESTS = sorted(
    path for path in (PROJECT / "deploy/kubernetes").glob("*.yaml") if path.stem not in {"kustomization", "monitoring"}
)
"""The other two are kustomize's and the Prometheus operator's, of which the schemas of Kubernetes know nothing."""

_OPERATOR_TAKES = """
import sys, yaml
from cloudcoil.models.prometheus_operator.v1 import ServiceMonitor
given = yaml.safe_load(open(sys.argv[1]))
taken = ServiceMonitor.model_validate(given).model_dump(mode="json", by_alias=True, exclude_unset=True)
assert taken == given, f"the Prometheus operator drops what it does not know: {taken}"
"""
"""Its models are made from its CRD, and leave out fields that it does not know."""

_READY_WITHIN = 60

SETTINGS = {
    "SLACK_SIGNING_SECRET": "a-signing-secret-of-the-tests",
    "SLACK_BOT_TOKEN": "xoxb-tests",
    "SLACK_API_URL": "http://127.0.0.1:9/api/",
    "APIZEE_API_URL": "http://127.0.0.1:9/api",
    "APIZEE_USERNAME": "api@example.com",
    "APIZEE_PASSWORD": "a-password-of-the-tests",
    "APIZEE_ENTERPRISE_ID": "1",
    "DRAIN_SECONDS": "1",
}


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FileSystem]:
    """Build the image from a fresh copy of the project."""
    folder = tmp_path_factory.mktemp("image")
    base = folder / "base"
    made = subprocess.run(  # noqa: S603  # a fixed command
        ["debootstrap", "--variant=minbase", "bookworm", base],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        pytest.skip(f"debootstrap gets no packages here: {made.stdout[-300:]}")
    context = copied_into(tmp_path_factory.mktemp("context"))
    yield build(context / "deploy/Containerfile", context, base, folder)
    shutil.rmtree(folder)


@contextmanager
def started(image: FileSystem, port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Yield the bot as a container would: as process 1, its root read-only but for /data, without a home."""
    given = {**image.environment, **SETTINGS, "PORT": str(port), "HOST": "127.0.0.1"}
    root = image.root
    script = (
        f"mount --bind {root} {root} && mount --bind {root}/data {root}/data && mount -o remount,bind,ro {root}"
        f" && mount -t proc proc {root}/proc"
        f" && exec {CHROOT} --userspec={image.user} {root} {' '.join(image.entrypoint)} serve"
    )
    container = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script]
    with log.open("wb") as output:
        running = subprocess.Popen(container, env=given, stdout=output, stderr=output)  # noqa: S603  # our own
    try:
        yield running
    finally:
        running.kill()
        running.wait()


@NEEDS_ROOT
def test_the_image_serves_from_a_read_only_root_and_stops_in_order(image: FileSystem, tmp_path: Path) -> None:
    assert image.run("apizee-slack", "--version").startswith("apizee-slack ")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = tmp_path / "bot.log"
    with started(image, port, log) as container:
        deadline = time.monotonic() + _READY_WITHIN
        while not is_ready(port):
            assert container.poll() is None, log.read_text("utf-8")
            assert time.monotonic() < deadline
            time.sleep(0.1)
        children = subprocess.run(["pgrep", "--parent", str(container.pid)], capture_output=True, text=True, check=True)  # noqa: S603, S607
        subprocess.run(["kill", "-TERM", *children.stdout.split()], check=True)  # noqa: S603, S607  # its process 1
        assert container.wait(timeout=20) == 0
    said = log.read_text("utf-8")
    assert "listening" in said
    assert "Traceback" not in said


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@NEEDS_ROOT
def test_nothing_of_the_image_belongs_to_the_bot_but_its_data(image: FileSystem) -> None:
    owned = image.run(
        "find", "/", "-xdev", "-user", "10001", "-not", "-path", "/proc/*", "-not", "-path", "/data/*", user="0:0"
    )
    assert owned.split() == ["/data"]
    assert not (image.root / "opt/apizee-slack/bin/pip").exists()


@pytest.fixture(scope="module")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the programs of an environment that has the schemas of Kubernetes and of the Prometheus operator."""
    environment = tmp_path_factory.mktemp("schemas") / "environment"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)  # noqa: S603  # our own folder
    lock = ["--quiet", "--no-deps", "--require-hashes", "--requirement", str(PROJECT / "requirements/deploy.txt")]
    subprocess.run([environment / "bin/python", "-m", "pip", "install", *lock], check=True)  # noqa: S603  # a lock of ours
    return environment / "bin"


def test_kubernetes_takes_every_manifest(schemas: Path) -> None:
    ran = subprocess.run(  # noqa: S603  # what was just installed
        [schemas / "kubernetes-validate", "--strict", *map(str, MANIFESTS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert len(MANIFESTS) == 4


@pytest.mark.parametrize(("before", "after"), [("", ""), ("path: ", "paht: "), ("interval: 15s", "interval: 15")])
def test_the_prometheus_operator_takes_its_manifest_and_no_other(
    schemas: Path, tmp_path: Path, before: str, after: str
) -> None:
    given = tmp_path / "monitoring.yaml"
    manifest = (PROJECT / "deploy/kubernetes/monitoring.yaml").read_text("utf-8")
    given.write_text(manifest.replace(before, after), encoding="utf-8")
    ran = subprocess.run(  # noqa: S603  # what was just installed
        [schemas / "python", "-c", _OPERATOR_TAKES, given], capture_output=True, text=True, check=False
    )
    assert (ran.returncode == 0) is (before == after), ran.stderr
