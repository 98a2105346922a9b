"""The scene as it changes, as server-sent events.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Final

from playground.page.demo_state import DemoState
from playground.page.view_state import draw
from playground.page.viewer import HOME, Viewpoint

_RETRY_MILLISECONDS: Final = 500
_AT_MOST_EVERY: Final = 0.05
_SIGN_OF_LIFE_EVERY: Final = 15.0


async def live(demo_state: DemoState, viewpoint: Viewpoint) -> AsyncIterator[str]:
    """The whole scene at once, and again after each change, so that whoever was away catches up; never ends.

    Who begins to look at the Home tab opens it, as in Slack: the bot is told, and draws it.
    """
    yield f"retry: {_RETRY_MILLISECONDS}\n\n"
    if viewpoint.place is HOME:
        yield _event(demo_state, viewpoint)
        await demo_state.people.open_home(viewpoint.user)
    while True:
        seen = demo_state.changes
        yield _event(demo_state, viewpoint)
        await asyncio.sleep(_AT_MOST_EVERY)
        while not await _has_changed(demo_state, seen):
            yield ": still here\n\n"


def _event(demo_state: DemoState, viewpoint: Viewpoint) -> str:
    scene = draw(demo_state, viewpoint)
    return f"id: {scene['version']}\nevent: scene\ndata: {json.dumps(scene, ensure_ascii=False)}\n\n"


async def _has_changed(demo_state: DemoState, seen: int) -> bool:
    """Waits for a change; false where there is none for a while."""
    try:
        await demo_state.wait_for(lambda: demo_state.changes != seen, timeout=_SIGN_OF_LIFE_EVERY)
    except TimeoutError:
        return False
    return True
