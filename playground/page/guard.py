"""Who may play: somebody at this machine, on this very page. Other sites may neither look nor act.

The site answers under its two names only, so that a name that was rebound to 127.0.0.1 leads nowhere; browsers say
where a request comes from, and send JSON to other sites only where those agree.
"""

from __future__ import annotations

from typing import Final

from starlette.requests import Request

OWN_NAMES: Final = ("127.0.0.1", "localhost")


def is_from_here(request: Request) -> bool:
    """Whether a request that does something comes from this page, or from no page at all."""
    origin = request.headers.get("origin")
    here = f"{request.url.scheme}://{request.headers.get('host', '')}"
    is_json = request.headers.get("content-type", "").partition(";")[0].strip() == "application/json"
    return is_json and origin in {None, here}
