"""What people type, as requests: pure functions from text to frozen values, raising only `NotUnderstood`.

`typed` undoes what Slack and keyboards do to text, `contacts` reads who is meant, `periods` reads days, `commands`
reads whole commands.
Modals use the same `parse_contact`, `parse_guests`, `parse_reference` and `parse_name` as the commands do.
"""

from bot.grammar.commands import parse_assist, parse_meet, parse_name, parse_reference
from bot.grammar.contacts import find_contacts, parse_contact, parse_guests
from bot.grammar.misread import Misread, NotUnderstood
from bot.grammar.periods import DayName, Days, Period, parse_period
from bot.grammar.requests import (
    AssistRequest,
    Find,
    Forget,
    Guests,
    Help,
    ListMine,
    MeetRequest,
    OpenForm,
    ShowMedia,
    ShowStatistics,
    StartAssistance,
    StartMeeting,
)

__all__ = [
    "AssistRequest",
    "DayName",
    "Days",
    "Find",
    "Forget",
    "Guests",
    "Help",
    "ListMine",
    "MeetRequest",
    "Misread",
    "NotUnderstood",
    "OpenForm",
    "Period",
    "ShowMedia",
    "ShowStatistics",
    "StartAssistance",
    "StartMeeting",
    "find_contacts",
    "parse_assist",
    "parse_contact",
    "parse_guests",
    "parse_meet",
    "parse_name",
    "parse_period",
    "parse_reference",
]
