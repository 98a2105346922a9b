"""What was read otherwise than it was typed, for the person who typed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from bot.grammar import Reading, TimeNote, When
from bot.model.messages import Message
from bot.ui.private_messages import text_message
from bot.ui.text import Translator, escape, mark, shortened

_MOST_SHOWN = 300
_OF_TIMES: Final[Mapping[TimeNote, str]] = {
    TimeNote.TOMORROW: mark("This time has passed today, so tomorrow is meant: {time}."),
    TimeNote.NEXT_WEEK: mark("This time has passed today, so the same day next week is meant: {time}."),
    TimeNote.FIRST_OF_TWO: mark(
        "Clocks are put back then, so this time comes twice. The first one is meant: {time}, before the change."
    ),
    TimeNote.SECOND_OF_TWO: mark(
        "Clocks are put back then, so this time comes twice. The second one is meant: {time}, after the change."
    ),
    TimeNote.IN_UTC: mark("Slack does not say in which time zone you are, so the time is meant in UTC: {time} UTC."),
}


def reading_notice(reading: Reading, translate: Translator) -> Message | None:
    """Return who is invited when, and which words were left out; `None` where all was read as it was typed."""
    said = " ".join([*_who(reading, translate), *_when(reading.when, translate)])
    return text_message(said) if said else None


def _who(reading: Reading, translate: Translator) -> Iterator[str]:
    contacts = ", ".join(translate.phone(contact) for contact in reading.understood)
    left_out = escape(shortened(" · ".join(reading.left_out), _MOST_SHOWN))
    if contacts and left_out:
        yield translate("Understood as {contacts}. Left out: “{words}”.", contacts=contacts, words=left_out)
    elif contacts:
        yield translate("Understood as {contacts}.", contacts=contacts)
    elif left_out:
        yield translate("Left out: “{words}”.", words=left_out)


def _when(when: When | None, translate: Translator) -> Iterator[str]:
    if when:
        time = translate.date_time(when.at, when.zone)
        yield from (translate(_OF_TIMES[note], time=time) for note in when.notes)
