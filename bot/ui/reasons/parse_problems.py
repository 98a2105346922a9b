"""The sentence of each reason why typed text is not understood: what is wrong, and what to type instead."""

from __future__ import annotations

from collections.abc import Mapping

from bot.grammar import ParseProblem
from bot.ui.text import mark

PARSE_PROBLEMS: Mapping[ParseProblem, str] = {
    ParseProblem.NOT_A_CONTACT: mark(
        "“{shown}” is neither a phone number nor an e-mail address."
        " Type one of them, for example +33 6 12 34 56 78 or ann@example.com."
    ),
    ParseProblem.NOT_A_PHONE: mark(
        "“{shown}” is not a valid phone number."
        " Check its digits, and begin with the country's prefix if it is a foreign one, for example +33 6 12 34 56 78."
    ),
    ParseProblem.NOT_AN_ADDRESS: mark(
        "“{shown}” is not a valid e-mail address. It should look like this: ann@example.com."
    ),
    ParseProblem.UNCERTAIN_ADDRESS: mark(
        "“{shown}” may not be the e-mail address that you mean: something in it does not look as if a person had typed"
        " it. Type the address by hand, without anything around it, for example ann@example.com."
    ),
    ParseProblem.LANDLINE: mark(
        "“{shown}” is a landline, which gets no SMS, so nobody was invited. Type a mobile number or an e-mail address."
    ),
    ParseProblem.NO_SMS: mark(
        "“{shown}” is a number that gets no SMS, so nobody was invited. Type a mobile number or an e-mail address."
    ),
    ParseProblem.NEVER_INVITED: mark(
        "“{shown}” is a premium-rate, shared-cost, pager, satellite, universal or personal number, and those are never"
        " invited. Type a mobile number or an e-mail address."
    ),
    ParseProblem.COUNTRY_NOT_ALLOWED: mark(
        "“{shown}” is not a number from a country that may be invited here ({countries}), so nobody was invited."
        " Type a mobile number from there, or an e-mail address."
    ),
    ParseProblem.EXTENSION: mark(
        "“{shown}” is an extension, which gets no SMS, so nobody was invited."
        " Type a mobile number without an extension, or an e-mail address."
    ),
    ParseProblem.WHICH_ONE: mark(
        "“{shown}” names more than one way to reach a person. Type only the one to use; separate two people by a comma."
    ),
    ParseProblem.LIKE_A_VERB: mark(
        "Did you mean {command} {shown}? If not, leave out the words before the phone number or e-mail address."
        " Nobody was invited."
    ),
    ParseProblem.UNKNOWN_OPTION: mark(
        "I do not know what “{shown}” means here, so nobody was invited. Leave it out, or type {command} help"
        " to see what there is."
    ),
    ParseProblem.NO_CUSTOMER: mark(
        "The customer is missing. Type a phone number or an e-mail address, for example: {command} +33 6 12 34 56 78"
    ),
    ParseProblem.SEVERAL_CUSTOMERS: mark(
        "Video assistance is for one customer at a time. Type a single phone number or e-mail address."
    ),
    ParseProblem.COLLEAGUE_AS_CUSTOMER: mark(
        "Video assistance is for customers, not for members of this workspace."
        " Type a phone number or an e-mail address, or invite your colleagues to a video meeting."
    ),
    ParseProblem.AGENT_MISSING: mark(
        "The colleague is missing. Type @ and the name right after the colon, and choose the person from the list that"
        " Slack shows, or leave for: out."
    ),
    ParseProblem.AGENT_UNKNOWN: mark(
        "“{shown}” is no person of this workspace, so nobody was invited. Type @ and the name right after for: and"
        " choose the person from the list that Slack shows."
    ),
    ParseProblem.SEVERAL_AGENTS: mark(
        "A video assistance has one agent. Name a single colleague after for:, so that it is certain who gets the"
        " links."
    ),
    ParseProblem.REFERENCE_EMPTY: mark(
        "The reference is missing. Type it right after the colon, for example ref:1234, or leave ref: out."
    ),
    ParseProblem.REFERENCE_TOO_LONG: mark("This reference is too long. It may have up to 50 characters."),
    ParseProblem.REFERENCE_NEEDS_QUOTES: mark(
        "A reference with spaces needs quotation marks. Did you mean {shown}? If not, type ref: at the very end."
    ),
    ParseProblem.NOTHING_TO_FIND: mark("What should I look for? Type it after find, for example: {command} find 1234"),
    ParseProblem.NOTHING_TO_SHOW: mark(
        "Whose photos and recordings should I show? Type a number, a reference or a name after media,"
        " for example: {command} media 1234"
    ),
    ParseProblem.NOTHING_TO_FORGET: mark(
        "What should I forget? Type the number of its ticket, or the customer's phone number or e-mail address after"
        " forget, for example: {command} forget 1234"
    ),
    ParseProblem.NO_MEETING_TO_FORGET: mark(
        "Which meeting should I forget? Type its number after forget, for example: {command} forget 1234"
    ),
    ParseProblem.NO_GUESTS: mark(
        "The guests are missing. Type e-mail addresses, phone numbers or colleagues, separated by commas,"
        " for example: ann@example.com, +33 6 12 34 56 78, @bob"
    ),
    ParseProblem.TOO_MANY_GUESTS: mark("That is {shown} guests. Invite at most 50 at a time."),
    ParseProblem.UNKNOWN_PERSON: mark(
        "Slack does not know who {shown} is. Choose the person from the list that Slack shows while you type,"
        " or type an e-mail address."
    ),
    ParseProblem.CHANNEL_AS_GUEST: mark(
        "{shown} is a channel and cannot be invited. Name people instead, for example: ann@example.com, @bob"
    ),
    ParseProblem.GROUP_AS_GUEST: mark(
        "{shown} is a group and cannot be invited. Name its members one by one, for example: ann@example.com, @bob"
    ),
    ParseProblem.NOT_A_LOGIN: mark(
        "“{shown}” is no login at Apizee: it has up to 255 letters, digits and signs, without accents and spaces,"
        " for example: anna@example.com"
    ),
    ParseProblem.NOTE_TOO_LONG: mark("This note is too long. It may have up to 1,000 characters."),
    ParseProblem.NAME_TOO_SHORT: mark(
        'This name is too short. A meeting\'s name has at least 2 characters, for example name:"Site visit".'
    ),
    ParseProblem.NAME_TOO_LONG: mark("This name is too long. A meeting's name may have up to 255 characters."),
    ParseProblem.NAME_NEEDS_QUOTES: mark(
        "A name with spaces needs quotation marks. Did you mean {shown}? If not, type name: at the very end."
    ),
    ParseProblem.UNCLOSED_QUOTES: mark('A quotation mark is missing at the end of {shown}. Close it with another ".'),
    ParseProblem.NOT_A_TIME: mark(
        '“{shown}” is not a time that I know, so nothing was planned. Type for example at:14:30, at:"tomorrow 14:00",'
        ' at:"monday 2pm" or at:"2026-12-01 14:00".'
    ),
    ParseProblem.TIME_MISSING: mark(
        "The time is missing. Type it right after the colon, for example at:14:30, or leave at: out to invite now."
    ),
    ParseProblem.TIME_WITHOUT_HOUR: mark(
        "“{shown}” lacks the time of day, so nothing was planned. Add it, and put both in quotation marks, for example"
        ' at:"tomorrow 14:00".'
    ),
    ParseProblem.TIME_IMPOSSIBLE: mark(
        "“{shown}” is no time of day, so nothing was planned. Type one from 00:00 to 23:59, for example at:14:30 or"
        " at:2:30pm."
    ),
    ParseProblem.DATE_IMPOSSIBLE: mark(
        "“{shown}” is no day of the calendar, so nothing was planned. Type year, month and day in this order, for"
        ' example at:"2026-12-01 14:00".'
    ),
    ParseProblem.WHICH_MIDNIGHT: mark(
        "“{shown}” may be the beginning or the end of that day, so nothing was planned. Type 00:00 and the day that"
        ' begins then, for example at:"tomorrow 00:00".'
    ),
    ParseProblem.TIME_SKIPPED: mark(
        "Clocks are put forward then, so this time does not exist where you are, and nothing was planned. Did you mean"
        " {shown}?"
    ),
    ParseProblem.TIME_PAST: mark(
        "This time has passed, so nothing was planned. Choose one from a minute to 90 days ahead."
    ),
    ParseProblem.TIME_TOO_SOON: mark(
        "This time is less than a minute ahead, so nothing was planned. Choose a later one, or no time at all to invite"
        " now."
    ),
    ParseProblem.TIME_TOO_FAR: mark(
        "This time is too far ahead, so nothing was planned. Choose one at most 90 days ahead."
    ),
    ParseProblem.SEVERAL_TIMES: mark("Two times are named, so nothing was planned. Type at: only once."),
    ParseProblem.NOT_A_DAY: mark(
        "“{shown}” is not a day that I know. Type a date such as 2023-07-13, two dates with two dots between"
        " them, or one of these words: today, yesterday, week, month."
    ),
    ParseProblem.DAYS_REVERSED: mark("The first day comes after the last one. Did you mean {shown}?"),
    ParseProblem.DAY_TO_COME: mark("{shown} is still to come. Ask for days up to today."),
    ParseProblem.TOO_MANY_DAYS: mark("That is {shown} days. Ask for at most 366 at a time."),
}
