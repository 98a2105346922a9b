"""What people type, as requests: pure functions from text to frozen values, raising only `NotUnderstood`.

`slack_text` undoes what Slack and keyboards do to text, `periods` reads days, `times` reads when something
is planned, `options` finds what has a label, `commands` reads whole commands.
`contacts` reads who is meant: `scanning` finds everybody in a text (`addresses`, `runs` of digits, `phones`, with what
`characters` are worth), `pieces` tells who stands beside whom, `asides` what may be left out.
Modals use the same `parse_customer`, `parse_guests`, `parse_reference` and `parse_name` as the commands do; a
look-up uses `parse_contact`, and what fills in a form uses `find_contacts`. What starts a session calls
`check_invitable` first.
"""

from bot.grammar.commands import (
    names_a_time,
    parse_assist,
    parse_login,
    parse_meet,
    parse_name,
    parse_note,
    parse_reference,
)
from bot.grammar.contacts import find_contacts, parse_contact, parse_customer, parse_guests
from bot.grammar.invitable import CountryNotAllowed, check_invitable
from bot.grammar.parse_errors import NotUnderstood, ParseProblem
from bot.grammar.periods import DayName, Days, Period, parse_period
from bot.grammar.requests import (
    AssistRequest,
    Customer,
    Find,
    Forget,
    Guests,
    Help,
    ListOpen,
    MeetRequest,
    OpenForm,
    Reading,
    ShowMedia,
    ShowStatistics,
    StartAssistance,
    StartMeeting,
    Whose,
)
from bot.grammar.times import TimeNote, TypedAt, When, check_moment, understand

__all__ = [
    "AssistRequest",
    "CountryNotAllowed",
    "Customer",
    "DayName",
    "Days",
    "Find",
    "Forget",
    "Guests",
    "Help",
    "ListOpen",
    "MeetRequest",
    "NotUnderstood",
    "OpenForm",
    "ParseProblem",
    "Period",
    "Reading",
    "ShowMedia",
    "ShowStatistics",
    "StartAssistance",
    "StartMeeting",
    "TimeNote",
    "TypedAt",
    "When",
    "Whose",
    "check_invitable",
    "check_moment",
    "find_contacts",
    "names_a_time",
    "parse_assist",
    "parse_contact",
    "parse_customer",
    "parse_guests",
    "parse_login",
    "parse_meet",
    "parse_name",
    "parse_note",
    "parse_period",
    "parse_reference",
    "understand",
]
