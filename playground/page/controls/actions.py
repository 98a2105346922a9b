"""What one can do beside Slack: on the customer's telephone, to the clock, and to what runs behind.

The fields of each class are those of the JSON that asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

from pydantic import Field

from playground.page.controls import faults, phone
from playground.page.demo_state import DemoState
from playground.page.viewer import Viewer

_LONGEST_SKIP: Final = 366 * 86_400


@dataclass(frozen=True, slots=True)
class TouchPhone:
    """Press a button below a message on the customer's telephone."""

    received: int
    touch: str

    async def do(self, demo_state: DemoState, viewer: Viewer) -> None:  # noqa: ARG002  # the telephone is the same for all
        """Press it."""
        phone.touch(demo_state.world, self.received, self.touch)


@dataclass(frozen=True, slots=True)
class SwitchFault:
    """Let something go wrong, or be well again."""

    fault: str
    on: bool

    async def do(self, demo_state: DemoState, viewer: Viewer) -> None:  # noqa: ARG002  # it happens to all
        """Switch it."""
        faults.switch(demo_state, self.fault, on=self.on)


@dataclass(frozen=True, slots=True)
class PassTime:
    """Let time pass, for Slack, Apizee and the bot."""

    seconds: Annotated[float, Field(ge=0, le=_LONGEST_SKIP)]

    async def do(self, demo_state: DemoState, viewer: Viewer) -> None:  # noqa: ARG002  # time passes for all
        """Skip it."""
        await demo_state.pass_time(timedelta(seconds=self.seconds))


@dataclass(frozen=True, slots=True)
class Kill:
    """`kill -9` the bot's process, which is then started again."""

    async def do(self, demo_state: DemoState, viewer: Viewer) -> None:  # noqa: ARG002  # for all
        """Kill it."""
        demo_state.bot_control.kill_bot()


@dataclass(frozen=True, slots=True)
class Reset:
    """Start again: nobody has said anything, nobody was invited, the bot knows nothing."""

    async def do(self, demo_state: DemoState, viewer: Viewer) -> None:  # noqa: ARG002  # for all
        """Forget everything."""
        faults.all_well(demo_state)
        await demo_state.start_over()
