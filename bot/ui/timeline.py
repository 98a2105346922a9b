"""The customer's way through an assistance, on one line: when the link was opened, when the camera was allowed."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.session import Session, Step
from bot.ui import blocks
from bot.ui.text import Words, phrase

_STEPS: Mapping[Step, str] = {
    Step.LINK_OPENED: phrase("link opened {time}"),
    Step.CONSENTED: phrase("consent given {time}"),
    Step.CAMERA_ALLOWED: phrase("camera allowed {time}"),
    Step.CONNECTED: phrase("connected {time}"),
    Step.LEFT: phrase("left {time}"),
}


def journey(session: Session, words: Words) -> str:
    """The steps that Apizee has told of, with their times; `""` where it has told of none."""
    steps = [
        words(_STEPS[milestone.step], time=at(milestone.at, "{time}", words.time(milestone.at, session.timezone)))
        for milestone in session.journey
    ]
    return ":footprints: " + " → ".join(steps) if steps else ""


def counts(session: Session, words: Words) -> str:
    """What came of it: photos, videos, participants, as far as they were counted; zeros are left out."""
    outcome = session.outcome
    return blocks.joined(
        [
            words.n("{count} photo", "{count} photos", outcome.photos) if outcome.photos else "",
            words.n("{count} video", "{count} videos", outcome.videos) if outcome.videos else "",
            words.n("{count} participant", "{count} participants", outcome.participants)
            if outcome.participants
            else "",
        ]
    )


def at(moment: float, pattern: str, otherwise: str) -> str:
    """A time (Unix seconds) that Slack shows in each reader's own time zone.

    https://docs.slack.dev/messaging/formatting-message-text#date-formatting
    """
    return f"<!date^{int(moment)}^{pattern}|{otherwise}>"
