"""The steps of an assistance on one line: when the link was opened, the camera allowed, the last photo taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.model.session import Session, State
from bot.model.session.timeline import Milestone, Step
from bot.ui import blocks
from bot.ui.text import Translator, mark

_STEPS: Mapping[Step, str] = {
    Step.LINK_OPENED: mark("link opened {time}"),
    Step.CONSENTED: mark("consent given {time}"),
    Step.CAMERA_ALLOWED: mark("camera allowed {time}"),
    Step.CAMERA_REFUSED: mark("camera refused {time}"),
    Step.MICROPHONE_ALLOWED: mark("microphone allowed {time}"),
    Step.MICROPHONE_REFUSED: mark("microphone refused {time}"),
    Step.CONNECTED: mark("connected {time}"),
    Step.PHOTO_TAKEN: mark("photo {time}"),
    Step.LEFT: mark("left {time}"),
    Step.CAME_BACK: mark("came back {time}"),
    Step.SURVEY_ANSWERED: mark("survey answered {time}"),
}


def timeline(session: Session, translate: Translator) -> str:
    """Return the steps that Apizee has reported, with their times; `""` where it has reported none."""
    found = steps(session, translate, lambda moment: time_of_day(moment, translate, session.timezone))
    return ":footprints: " + " → ".join(found) if found else ""


def steps(session: Session, translate: Translator, time_of: Callable[[float], str]) -> list[str]:
    """Return each step that Apizee has reported, with its time as `time_of` writes it (from Unix seconds).

    That the microphone was allowed is worth saying after a refusal alone.
    """
    is_quiet = not session.reached(Step.MICROPHONE_REFUSED)
    return [
        _step(milestone, time_of(milestone.at), translate)
        for milestone in session.timeline
        if not (is_quiet and milestone.step is Step.MICROPHONE_ALLOWED)
    ]


def _step(milestone: Milestone, time: str, translate: Translator) -> str:
    if milestone.times > 1:
        match milestone.step:
            case Step.PHOTO_TAKEN:
                return translate("{count} photos, the last {time}", count=milestone.times, time=time)
            case Step.LEFT:
                return translate("left {count} times, the last {time}", count=milestone.times, time=time)
            case _:
                pass
    return translate(_STEPS[milestone.step], time=time)


def waits_since(session: Session) -> float:
    """Return since when a session has been as it is, in Unix seconds: connected, or else invited.

    Of one that is planned, it is the time for which it is.
    """
    if session.state is State.PLANNED and session.plan:
        return session.plan.at
    connected = [one.at for one in session.timeline if one.step is Step.CONNECTED]
    return connected[0] if session.state is State.IN_PROGRESS and connected else session.created_at


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


def planned_for(session: Session, translate: Translator) -> str:
    """Return for when a session is or was planned, in each reader's own time zone."""
    return date_time(session.plan.at if session.plan else session.created_at, translate, session.timezone)


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
