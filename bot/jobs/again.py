"""Hands set-aside work over again, as the queue held it: also what this version can neither name nor read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from docket import Docket
from docket.execution import Disposition, Execution

from bot.store.server.connection import translated
from bot.store.set_aside import SetAside


class _AsItWas(Execution):
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
        """The job as it goes on the stream."""
        return super().as_message() | {name: self._message[name] for name in (b"args", b"kwargs")}


async def hand_over_again(docket: Docket, record: SetAside) -> bool:
    """Put a job back on the queue; answers whether it did, and not find the same job there.

    Raises `KeyError` where the record lacks a part that the queue needs, and `StoreUnavailable`.
    """
    job = _AsItWas(docket, record.message)
    with translated():
        return await job.schedule() is Disposition.SCHEDULED


async def _stand_in(*_args: Any, **_kwargs: Any) -> None:  # noqa: ANN401  # it is never called
    """Stand where docket wants a function."""
