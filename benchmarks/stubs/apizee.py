"""An Apizee that makes a ticket of everything, and lists those in `open_tickets`."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from urllib.parse import parse_qs

from benchmarks.stubs.http import Answer, Asked, as_json

USERNAME, PASSWORD = "api@apizee.com", "benchmark-password"
_SIGNED_IN = as_json({"access_token": "benchmark-bearer", "expires_in": 86400, "created_at": 1700000000})
_SESSION = timedelta(minutes=30)


class ApizeeStub:
    """`calls` counts by method and path, `polls` the lists asked for from their beginning.

    `delay` is how many seconds every answer takes.
    """

    def __init__(self, delay: float = 0.0) -> None:
        self.delay = delay
        self.calls: Counter[str] = Counter()
        self.polls = 0
        self.open_tickets: Sequence[int] = ()
        self._begun = datetime.fromtimestamp(int(time.time()), UTC)
        self._ids = count(82070)

    def answer(self, asked: Asked) -> Answer:
        """Answer as Apizee does: https://cloud.apizee.com/sdk/api."""
        path = asked.path.partition("/api")[2]
        self.calls[f"{asked.method} {path}"] += 1
        return Answer(self._body_of(asked, path), self.delay)

    def _body_of(self, asked: Asked, path: str) -> bytes:
        match asked.method, path:
            case "POST", "/token":
                return _SIGNED_IN
            case "POST", "/tickets":
                fields = _fields(asked)
                return as_json(self.ticket(next(self._ids), fields.get("reference", ""), fields.get("phone", "")))
            case "GET", "/tickets":
                return self._listed(_fields(asked))
            case "GET", _ if path.startswith("/tickets/"):
                return as_json(self.ticket(int(path.rpartition("/")[2])))
            case _:
                return b'{"total":0,"data":[]}'

    def _listed(self, fields: dict[str, str]) -> bytes:
        first, most = int(fields.get("offset", 0)), int(fields.get("limit", 10))
        self.polls += first == 0
        page = self.open_tickets[first : first + most]
        return as_json({"total": len(self.open_tickets), "data": [self.ticket(one) for one in page]})

    def ticket(self, ticket_id: int, reference: str = "", phone: str = "") -> dict[str, object]:
        """Return a ticket as Apizee shows it."""
        begun = self._begun
        return {
            "id": ticket_id,
            "state": "invited",
            "status": "invited",
            "reference": reference,
            "created": begun.isoformat(),
            "modified": begun.isoformat(),
            "start_time": begun.isoformat(),
            "end_time": (begun + _SESSION).isoformat(),
            "subject": None,
            "type": "",
            "description": None,
            "agent": "agent@example.com",
            "requestor_url": f"https://diag.apizee.com?convId=88a2c81a-2b5a-496f-8546-{ticket_id:012d}&pwd=798042",
            "requestor": {"phone": phone},
            "information_page_url": "https://apz.fr/d6Nx453elx",
            "service_key": "115f89503138416a242f40fb7d7f338e",
            "agent_url": "https://cloud.apizee.com",
            "name": None,
            "button_id": 223,
        }


def _fields(asked: Asked) -> dict[str, str]:
    """Return what was asked, in the query or in the body."""
    given = {name: values[-1] for name, values in parse_qs(asked.query).items()}
    return given | {name: values[-1] for name, values in parse_qs(asked.body.decode()).items()}
