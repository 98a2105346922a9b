"""One command plays the tours and takes the documentation's pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.chromium import find_chromium
from tests.playground.demo_process import start

_PICTURES = {
    "card",
    "card-in-french",
    "expired",
    "find",
    "form",
    "help",
    "home",
    "home-in-french",
    "invited",
    "invited-already",
    "list",
    "media",
    "link",
    "meeting",
    "meeting-form",
    "note",
    "planned",
    "playground",
    "playground-dark",
    "private-message",
    "report",
    "shortcuts",
    "statistics",
    "thread",
    "unreachable",
}


@pytest.mark.browser
@pytest.mark.pictures
async def test_the_tour_takes_every_picture(tmp_path: Path) -> None:
    if find_chromium() is None:
        pytest.skip("no Chromium on the path")
    tour = await start("--headless-tour", "--pictures", str(tmp_path))
    output, errors = await tour.communicate()
    assert (tour.returncode, errors.decode()) == (0, "")
    pictures = _pictures_in(tmp_path)
    assert pictures.keys() == _PICTURES
    assert all(str(tmp_path / f"{name}.png") in output.decode() for name in pictures)
    assert all(picture.startswith(b"\x89PNG") and len(picture) > 5_000 for picture in pictures.values())


async def test_without_a_browser_it_says_what_it_needs(tmp_path: Path) -> None:
    tour = await start("--headless-tour", "--pictures", str(tmp_path), around={"PATH": str(tmp_path)})
    _, output = await tour.communicate()
    assert tour.returncode == 2
    assert output.decode().endswith("Chromium on the path: Chromium is missing.\n")


def _pictures_in(folder: Path) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in folder.glob("*.png")}
