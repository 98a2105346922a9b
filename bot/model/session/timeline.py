"""The steps of an assistance that Apizee reports one by one, finer than the ticket's state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class Step(StrEnum):
    """A step that Apizee's webhooks name, in the order in which they follow each other; the texts are those kept."""

    LINK_OPENED = "link opened"
    CONSENTED = "consented"
    CAMERA_ALLOWED = "camera allowed"
    CAMERA_REFUSED = "camera refused"
    MICROPHONE_ALLOWED = "microphone allowed"
    MICROPHONE_REFUSED = "microphone refused"
    CONNECTED = "connected"
    PHOTO_TAKEN = "photo taken"
    LEFT = "left"
    CAME_BACK = "came back"
    SURVEY_ANSWERED = "survey answered"


REPEATED: Final = frozenset({Step.LINK_OPENED, Step.CONNECTED, Step.PHOTO_TAKEN, Step.LEFT})
"""What may happen more than once: each time is kept. Of all else the first report counts."""

IN_CALL: Final = frozenset({Step.CAMERA_ALLOWED, Step.CAMERA_REFUSED, Step.CONNECTED})
"""What happens once a ticket is in progress, as another webhook says as well."""

NOTED_ONLY: Final = IN_CALL | {
    Step.LINK_OPENED,
    Step.CAME_BACK,
    Step.MICROPHONE_ALLOWED,
    Step.MICROPHONE_REFUSED,
    Step.PHOTO_TAKEN,
    Step.SURVEY_ANSWERED,
}
"""What changes nothing that Apizee would say of a ticket that it has confirmed lately: it is not asked for these."""

_ORDER: Final = {step: number for number, step in enumerate(Step)}


@dataclass(frozen=True, slots=True)
class Milestone:
    """When a step was taken, in Unix seconds; where it was taken several `times`, the last time."""

    step: Step
    at: float
    times: int = 1


def timeline_of(reports: Iterable[Milestone]) -> tuple[Milestone, ...]:
    """Return a timeline of reports in any order, with one milestone of each step at most.

    Apizee names no return: who has left comes back by opening the link once more, or by being connected again.
    """
    found: dict[Step, Milestone] = {}
    is_away = False
    for report in sorted(set(reports), key=_place):
        step = report.step
        if is_away and step in {Step.LINK_OPENED, Step.CONNECTED} and step in found:
            step = Step.CAME_BACK
        elif step is Step.LEFT and is_away:
            continue
        if step is Step.LEFT:
            is_away = True
        elif step in {Step.CAME_BACK, Step.CONNECTED}:
            is_away = False
        if step not in found:
            found[step] = replace(report, step=step)
        elif step in {Step.CAME_BACK, Step.LEFT, Step.PHOTO_TAKEN}:
            found[step] = Milestone(step, report.at, found[step].times + 1)
    return tuple(sorted(found.values(), key=_place))


def renewed(known: Iterable[Milestone], reported: Iterable[Milestone]) -> tuple[Milestone, ...]:
    """Return a known timeline with what is reported in its place; a step stays whose report is not kept any more."""
    latest = {milestone.step: milestone for milestone in (*known, *reported)}
    return tuple(sorted(latest.values(), key=_place))


def _place(milestone: Milestone) -> tuple[float, int]:
    return milestone.at, _ORDER[milestone.step]
