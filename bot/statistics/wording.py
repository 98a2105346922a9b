"""Figures in one sentence."""

from __future__ import annotations

from bot.statistics.aggregates import AssistanceFigures, MeetingFigures
from bot.ui import blocks
from bot.ui.text import Translator


def of_assistance(total: AssistanceFigures, translate: Translator) -> str:
    """Return what some assistances come to."""
    share = total.answered_share
    return blocks.joined([
        translate.n("{count} session", "{count} sessions", total.sessions),
        translate.n("{count} still open", "{count} still open", total.still_open) if total.still_open else "",
        "" if share is None else translate("{share} answered", share=translate.percent(share)),
        translate.n("{count} invitation by SMS", "{count} invitations by SMS", total.by_sms),
        translate.n("{count} invitation by e-mail", "{count} invitations by e-mail", total.by_email),
        _calls(total, translate),
        translate.n("{count} photo", "{count} photos", total.photos),
        translate.n("{count} video", "{count} videos", total.videos),
    ])  # fmt: skip


def _calls(total: AssistanceFigures, translate: Translator) -> str:
    calls = translate.n("{count} call", "{count} calls", total.calls)
    if total.median_call is None:
        return calls
    lengths = translate(
        "{total} in all, median {median}",
        total=translate.duration(total.call_seconds),
        median=translate.duration(total.median_call),
    )
    return f"{calls} ({lengths})"


def of_meetings(total: MeetingFigures, translate: Translator) -> str:
    """Return what some meetings come to."""
    return blocks.joined([
        translate.n("{count} meeting", "{count} meetings", total.sessions),
        translate.n("{count} participant", "{count} participants", total.participants),
        translate.n("{count} minute", "{count} minutes", total.minutes),
    ])  # fmt: skip
