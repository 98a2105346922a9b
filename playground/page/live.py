"""The view state as it changes, as server-sent events.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Final

from playground.page.conversation import read_until
from playground.page.demo_state import DemoState
from playground.page.view_state import render
from playground.page.viewer import HOME, Viewer

_RETRY_MILLISECONDS: Final = 500
_AT_MOST_EVERY: Final = 0.05
_SIGN_OF_LIFE_EVERY: Final = 15.0


async def live(demo_state: DemoState, viewer: Viewer) -> AsyncIterator[str]:
    """Yield the whole view state at once, and again after each change, so that a page that was away has all of it.

    Never ends. Opening the Home tab, or the Messages tab, sends the bot an event, as in Slack: it publishes the one,
    and greets in the other.
    """
    yield f"retry: {_RETRY_MILLISECONDS}\n\n"
    new_since = read_until(viewer.channel_in(demo_state.workspace), demo_state.attention, viewer.user)
    if viewer.place.channel is None:
        yield _event(demo_state, viewer, new_since)
        await demo_state.people.open_home(viewer.user, "home" if viewer.place is HOME else "messages")
    while True:
        seen = demo_state.changes
        yield _event(demo_state, viewer, new_since)
        await asyncio.sleep(_AT_MOST_EVERY)
        while not await _has_changed(demo_state, seen):
            yield ": still here\n\n"


def _event(demo_state: DemoState, viewer: Viewer, new_since: float | None) -> str:
    view_state = render(demo_state, viewer, new_since)
    return f"id: {view_state['version']}\nevent: view-state\ndata: {json.dumps(view_state, ensure_ascii=False)}\n\n"


async def _has_changed(demo_state: DemoState, seen: int) -> bool:
    """Wait for a change; false where there is none for a while."""
    try:
        await demo_state.wait_for(lambda: demo_state.changes != seen, timeout=_SIGN_OF_LIFE_EVERY)
    except TimeoutError:
        return False
    return True
