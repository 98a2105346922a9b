"""Jobs that were set aside, as they go back on the queue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from docket import Docket
from docket.execution import Execution


class StoredJob(Execution):
    """A job whose arguments stay the bytes that they are."""

    def __init__(self, docket: Docket, message: Mapping[bytes, bytes]) -> None:
        super().__init__(
            docket,
            _stand_in,
            (),
            {},
            message[b"key"].decode(),
            datetime.now(UTC),
            attempt=1,
            function_name=message[b"function"].decode(),
        )
        self._message = message

    def as_message(self) -> dict[bytes, bytes]:
        """Return the job as it goes on the stream."""
        return super().as_message() | {name: self._message[name] for name in (b"args", b"kwargs")}


async def _stand_in(*_args: Any, **_kwargs: Any) -> None:  # noqa: ANN401  # it is never called
    """Do nothing: docket wants a function for each job that it adds."""
