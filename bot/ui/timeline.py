"""The customer's steps in an assistance, on one line: when the link was opened, when the camera was allowed."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.session import Session, Step
from bot.ui import blocks
from bot.ui.text import Translator, mark

_STEPS: Mapping[Step, str] = {
    Step.LINK_OPENED: mark("link opened {time}"),
    Step.CONSENTED: mark("consent given {time}"),
    Step.CAMERA_ALLOWED: mark("camera allowed {time}"),
    Step.CAMERA_REFUSED: mark("camera refused {time}"),
    Step.CONNECTED: mark("connected {time}"),
    Step.LEFT: mark("left {time}"),
}


def timeline(session: Session, translate: Translator) -> str:
    """Return the steps that Apizee has reported, with their times; `""` where it has reported none."""
    steps = [
        translate(_STEPS[milestone.step], time=time_of_day(milestone.at, translate, session.timezone))
        for milestone in session.timeline
    ]
    return ":footprints: " + " → ".join(steps) if steps else ""


def counts(session: Session, translate: Translator) -> str:
    """Return what came of it: photos, videos, participants, as far as they were counted; zeros are left out."""
    outcome = session.outcome
    return blocks.joined(
        [
            translate.n("{count} photo", "{count} photos", outcome.photos) if outcome.photos else "",
            translate.n("{count} video", "{count} videos", outcome.videos) if outcome.videos else "",
            translate.n("{count} participant", "{count} participants", outcome.participants)
            if outcome.participants
            else "",
        ]
    )


def date_time(moment: float, translate: Translator, timezone: str) -> str:
    """Return the day and the time, in each reader's own time zone; `timezone` is that of who asked for it."""
    return at(moment, "{date_short_pretty} {time}", translate.date_time(moment, timezone))


def time_of_day(moment: float, translate: Translator, timezone: str) -> str:
    """Return the time of day, in each reader's own time zone; `timezone` is that of who asked for it."""
    return at(moment, "{time}", translate.time(moment, timezone))


def at(moment: float, pattern: str, otherwise: str) -> str:
    """Return a time (Unix seconds) that Slack shows in each reader's own time zone.

    https://docs.slack.dev/messaging/formatting-message-text#date-formatting
    """
    return f"<!date^{int(moment)}^{pattern}|{otherwise}>"
