"""Somebody installs the wheel, far from any checkout, and tries the demo."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.playground.demo_process import folder, running_demo

pytestmark = pytest.mark.slow

_PROJECT = Path(__file__).parents[2]


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Return the programs of an environment that holds the wheel alone, and borrows this one's dependencies."""
    _run("hatchling", "build", "--target", "wheel", "--directory", str(tmp_path))
    [wheel] = tmp_path.glob("*.whl")
    environment = tmp_path / "environment"
    venv.create(environment)
    _run(
        "pip", "--quiet", "--python", str(environment / "bin/python"), "install", "--no-deps", "--no-index", str(wheel)
    )
    [packages] = environment.glob("lib/python*/site-packages")
    # A `.pth` file leads to packages, but not on to the editable project that may lie among them.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return environment / "bin"


async def test_the_demo_is_in_the_wheel(installed: Path, tmp_path: Path) -> None:
    with folder() as data_dir:
        program = (str(installed / "apizee-slack"), "demo")
        async with running_demo(data_dir, program=program, cwd=tmp_path) as demo:
            page = await demo.client.http.get("/")
            script = next(word for word in page.text.split('"') if word.endswith(".js"))
            assert (await demo.client.http.get(script)).status_code == 200
            french = demo.client.elsewhere(**{"as": "french"})
            await french.type("/assist +33 6 62 68 21 93")
            view_state = await french.sees("Assistance vidéo", "Invitation envoyée par SMS")
            signpost = await demo.client.http.get(view_state["phone"][0]["link"])
            assert "The customer's side" in signpost.text.replace("&#39;", "'")
            assert await demo.stop() == 0


def _run(module: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", module, *arguments], cwd=_PROJECT, check=True, capture_output=True)  # noqa: S603  # our own
