"""The bad days that can be switched on from the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from playground.apizee.faults import Broken, Down, Fault, Limited, Slow
from playground.page.stage import Stage

_SLOW_SECONDS = 5.0

FAULTS: Final[Mapping[str, tuple[str, Fault | None]]] = {
    "": ("All is well", None),
    "down": ("Apizee is down", Down()),
    "broken": ("Apizee answers with errors", Broken(503)),
    "slow": ("Apizee is slow", Slow(_SLOW_SECONDS)),
    "limited": ("Requests are used up", Limited()),
}


def switch(stage: Stage, name: str) -> None:
    """Let this be the one fault; raises `LookupError` for one that is not known."""
    _, fault = FAULTS[name]
    stage.world.faults.switch_off()
    if fault:
        stage.world.faults.switch_on(fault)
    stage.fault = name
    stage.world.changed()
