"""What keeps people from using a page, as axe finds it: https://github.com/dequelabs/axe-core."""

from __future__ import annotations

from typing import Final

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]  # it has no types
from playwright.async_api import Page

_WEIGHTY: Final = {"serious", "critical"}


async def accessibility_faults_of(page: Page) -> list[str]:
    """Return the serious and critical ones, each with its rule and the elements concerned."""
    results = await Axe().run(page)
    return [
        f"{found['id']}: {', '.join(str(node['target']) for node in found['nodes'])}"
        for found in results.response["violations"]
        if found["impact"] in _WEIGHTY
    ]
