"""An Apizee that makes a ticket of everything, lists those in `open_tickets`, and has photos of some."""

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
_PHOTO = b"\xff\xd8\xff\xe0" + bytes(40_000)
PHOTOS = "/media/showVideo/1/hash/"


class ApizeeStub:
    """`calls` counts by method and path, `polls` the lists asked for from their beginning.

    `delay` is how many seconds every answer takes. `address` is where it answers, `tickets` holds the last ticket of
    each phone number, `states` that of each ticket that is not invited any more, and `photos` how many each has.
    """

    def __init__(self, delay: float = 0.0) -> None:
        self.delay = delay
        self.calls: Counter[str] = Counter()
        self.polls = 0
        self.open_tickets: Sequence[int] = ()
        self.address = ""
        self.tickets: dict[str, int] = {}
        self.states: dict[int, str] = {}
        self.photos: dict[int, int] = {}
        self._begun = datetime.fromtimestamp(int(time.time()), UTC)
        self._ids = count(82070)

    def answer(self, asked: Asked) -> Answer:
        """Answer as Apizee does: https://cloud.apizee.com/sdk/api."""
        if asked.path.startswith(PHOTOS):
            self.calls[f"{asked.method} {PHOTOS}"] += 1
            return Answer(_PHOTO, self.delay, "image/jpeg")
        path = asked.path.partition("/api")[2]
        self.calls[f"{asked.method} {path}"] += 1
        return Answer(self._body_of(asked, path), self.delay)

    def _body_of(self, asked: Asked, path: str) -> bytes:
        match asked.method, path:
            case "POST", "/token":
                return _SIGNED_IN
            case "POST", "/tickets":
                fields = _fields(asked)
                self.tickets[fields.get("phone", "")] = made = next(self._ids)
                return as_json(self.ticket(made, fields.get("reference", ""), fields.get("phone", "")))
            case "GET", "/tickets":
                return self._listed(_fields(asked))
            case "GET", _ if path.endswith("/medias"):
                return self._medias_of(int(path.split("/")[-2]))
            case "GET", _ if path.startswith("/tickets/"):
                return as_json(self.ticket(int(path.rpartition("/")[2])))
            case _:
                return b'{"total":0,"data":[]}'

    def _listed(self, fields: dict[str, str]) -> bytes:
        first, most = int(fields.get("offset", 0)), int(fields.get("limit", 10))
        self.polls += first == 0
        page = self.open_tickets[first : first + most]
        return as_json({"total": len(self.open_tickets), "data": [self.ticket(one) for one in page]})

    def _medias_of(self, ticket_id: int) -> bytes:
        medias = [
            {
                "id": ticket_id * 10 + number,
                "title": f"diag_snapshot_{1_700_000_000_000 + number}",
                "type": "image/jpeg",
                "hash": f"{ticket_id}-{number}",
                "description": None,
                "source_type": "unknown",
                "url": f"{self.address}{PHOTOS}{ticket_id}-{number}",
            }
            for number in range(self.photos.get(ticket_id, 0))
        ]
        return as_json({"limit": 100, "offset": 0, "medias": medias, "count": len(medias)})

    def ticket(self, ticket_id: int, reference: str = "", phone: str = "") -> dict[str, object]:
        """Return a ticket as Apizee shows it."""
        begun = self._begun
        return {
            "id": ticket_id,
            "state": self.states.get(ticket_id, "invited"),
            "status": self.states.get(ticket_id, "invited"),
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
