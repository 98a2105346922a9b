"""People name a time in their words and their time zone; what cannot be planned is answered with what to type."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.grammar import NotUnderstood, ParseProblem, TimeNote, When, check_moment, understand
from bot.grammar.times import LATEST, SOONEST
from bot.ui.explanations import explain
from bot.ui.text import translator_for

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 28, 14, 0, 30, tzinfo=PARIS)  # a Saturday


def in_paris(text: str, now: datetime = NOW) -> When:
    return understand(text, now, PARIS)


def paris(day: int, hour: int, minute: int = 0, *, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        *((text, paris(28, 14, 30)) for text in ("14:30", "14h30", "14H30", "14 h 30", "2:30pm", "2.30 p.m.", "14.30")),
        *((text, paris(28, 15)) for text in ("15h", "3pm", "3 PM", "15 heures", "at 15:00", "à 15h", "15:00:00")),
        *((text, paris(28, 15)) for text in ("today 15:00", "aujourd'hui 15h", "Aujourd'hui à 15h", "samedi 15h")),
        *((text, paris(29, 14)) for text in ("tomorrow 14:00", "Tomorrow at 2pm", "demain 14h", "demain à 14:00")),
        *(
            (text, paris(29, 14))
            for text in ("14:00 tomorrow", "14h demain", "demain, 14h", "sunday 14:00", "dim. 14h")
        ),
        *(
            (text, paris(30, 9, 5))
            for text in ("après-demain 9h05", "day after tomorrow 9:05", "apre\u0300s-demain 9h05")
        ),
        *((text, paris(30, 9)) for text in ("monday 9am", "Mon 9:00", "lundi 9h", "lun. 9h", "next monday 9am")),
        *((text, paris(5, 9, month=12)) for text in ("next saturday 9:00", "samedi prochain 9h")),
        *((text, paris(1, 14, month=12)) for text in ("2026-12-01T14:00", "2026-12-01 14:00", "le 2026-12-01 à 14h")),
        *((text, paris(1, 14, month=12)) for text in ("2026-12-01T13:00Z", "2026-12-01T15:00:00+02:00")),
        ("2027-02-26 14:00", paris(26, 14, month=2, year=2027)),
        ("12:01 am tomorrow", paris(29, 0, 1)),
        ("tomorrow 00:00", paris(29, 0)),
    ],
)
def test_a_time_is_named_in_english_or_french(text: str, meant: datetime) -> None:
    assert in_paris(text) == When(meant.astimezone(UTC), "Europe/Paris")


@pytest.mark.parametrize(
    ("text", "meant", "note"),
    [
        ("14:00", paris(29, 14), TimeNote.TOMORROW),
        ("9h", paris(29, 9), TimeNote.TOMORROW),
        ("midnight", paris(29, 0), TimeNote.TOMORROW),
        ("minuit", paris(29, 0), TimeNote.TOMORROW),
        ("midi", paris(29, 12), TimeNote.TOMORROW),
        ("12am", paris(29, 0), TimeNote.TOMORROW),
        ("saturday 12:00", paris(5, 12, month=12), TimeNote.NEXT_WEEK),
    ],
)
def test_a_time_that_has_passed_is_the_next_one_which_is_said(text: str, meant: datetime, note: TimeNote) -> None:
    when = in_paris(text)
    assert (when.at, when.notes) == (meant, (note,))
    assert when.is_tomorrow == (note is TimeNote.TOMORROW)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        *((text, ParseProblem.TIME_MISSING) for text in ("", "  ")),
        *((text, ParseProblem.TIME_WITHOUT_HOUR) for text in ("tomorrow", "lundi", "2026-12-01")),
        *((text, ParseProblem.NOT_A_TIME) for text in ("soon", "14", "14:5", "125:00", "01/12 14:00", "demain soir")),
        *((text, ParseProblem.TIME_IMPOSSIBLE) for text in ("25:00", "24:00", "14:60", "13pm", "0am", "14:00+23:00")),
        *((text, ParseProblem.DATE_IMPOSSIBLE) for text in ("2026-02-31 10:00", "2027-13-01 10:00", "0000-01-01 9h")),
        *((text, ParseProblem.WHICH_MIDNIGHT) for text in ("tomorrow midnight", "minuit lundi", "today midnight")),
        *((text, ParseProblem.TIME_PAST) for text in ("today 13:00", "2026-11-27 18:00", "0001-01-01 10:00")),
        ("14:00:50", ParseProblem.TIME_TOO_SOON),
        *((text, ParseProblem.TIME_TOO_FAR) for text in ("2027-02-26 14:01", "2027-03-28 02:30", "9999-12-31T23:59Z")),
    ],
)
def test_what_cannot_be_planned_is_said_in_one_sentence_for_each_reason(text: str, problem: ParseProblem) -> None:
    with pytest.raises(NotUnderstood) as refused:
        in_paris(text)
    assert refused.value.problem is problem
    for language in ("en", "fr"):
        said = explain(refused.value, translator_for(language), command="/assist")
        assert "{" not in said
        assert refused.value.shown in said


# ── The two nights a year on which clocks change ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", ["02:30", "today 2:30", "2026-03-29 02:30", "dimanche 2h30"])
def test_a_time_that_clocks_skip_is_refused_and_the_one_after_is_proposed(text: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        in_paris(text, paris(29, 1, month=3))
    assert (refused.value.problem, refused.value.shown) == (ParseProblem.TIME_SKIPPED, "2026-03-29 03:30")


def test_a_skipped_time_of_this_morning_is_tomorrows() -> None:
    when = in_paris("02:30", paris(29, 12, month=3))
    assert (when.at, when.notes) == (paris(30, 2, 30, month=3), (TimeNote.TOMORROW,))


@pytest.mark.parametrize(
    ("now", "hour_in_utc", "note"),
    [
        (paris(25, 1, month=10), 0, TimeNote.FIRST_OF_TWO),
        (paris(25, 2, 40, month=10), 1, TimeNote.SECOND_OF_TWO),
    ],
)
def test_of_a_time_that_comes_twice_the_next_one_is_meant_which_is_said(
    now: datetime, hour_in_utc: int, note: TimeNote
) -> None:
    when = in_paris("2:30", now)
    assert (when.at, when.notes) == (datetime(2026, 10, 25, hour_in_utc, 30, tzinfo=UTC), (note,))


def test_with_its_offset_a_time_comes_once() -> None:
    assert in_paris("2026-10-25T02:30+01:00", paris(25, 1, month=10)).notes == ()


# ── Everywhere ────────────────────────────────────────────────────────────────────────────────────────────────────

_CHANGING = ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Europe/London"]
_ZONES = st.sampled_from(_CHANGING).map(ZoneInfo) | st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
_CHANGES = ["2026-03-08T07", "2026-03-29T01", "2026-04-03T15", "2026-04-23T22", "2026-10-25T01", "2026-11-01T06"]
_NEAR_A_CHANGE = st.builds(
    lambda change, minutes: datetime.fromisoformat(f"{change}:00+00:00") + timedelta(minutes=minutes),
    st.sampled_from(_CHANGES),
    st.integers(-1500, 180),
)
_NOWS = _NEAR_A_CHANGE | st.integers(1_735_689_600, 1_893_456_000).map(lambda now: datetime.fromtimestamp(now, UTC))
_AHEAD = st.timedeltas(SOONEST, LATEST) | st.timedeltas(SOONEST, timedelta(days=2))
_WAYS = st.sampled_from(["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "on %Y-%m-%d at %H:%M:%S", "%H:%M:%S %Y-%m-%d"])


@given(_ZONES, _NOWS, _AHEAD, _WAYS)
@example(PARIS, datetime(2026, 10, 25, tzinfo=UTC), timedelta(minutes=30), "%Y-%m-%d %H:%M:%S")
@example(ZoneInfo("Australia/Lord_Howe"), datetime(2026, 4, 4, 14, 50, tzinfo=UTC), SOONEST, "%Y-%m-%d %H:%M:%S")
def test_each_moment_can_be_named_in_every_time_zone(zone: ZoneInfo, now: datetime, ahead: timedelta, way: str) -> None:
    meant = (now + ahead).replace(microsecond=0)
    assume(meant - now >= SOONEST)
    shown = meant.astimezone(zone)
    earlier = shown.replace(fold=0).astimezone(UTC)
    when = understand(shown.strftime(way), now, zone)
    assert when.at == (earlier if earlier > now else meant)
    assert bool(when.notes) == (shown.replace(fold=0).utcoffset() != shown.replace(fold=1).utcoffset())


@given(_ZONES, _NOWS, st.times().map(lambda clock: clock.replace(microsecond=0)))
def test_a_time_of_day_is_the_next_one_that_clocks_there_show(zone: ZoneInfo, now: datetime, clock: time) -> None:
    with suppress(NotUnderstood):  # skipped by the clocks, or less than a minute ahead
        when = understand(f"{clock:%H:%M:%S}", now, zone)
        shown = when.at.astimezone(zone)
        assert shown.replace(tzinfo=None).time() == clock
        assert SOONEST <= when.at - now <= timedelta(days=2)
        days = (shown.date() - now.astimezone(zone).date()).days
        assert days == when.is_tomorrow


@given(
    _ZONES,
    _NOWS,
    st.sampled_from(
        ["today", "aujourd'hui", "tomorrow", "demain", "après-demain", "monday", "jeudi", "sam.", "2026-12-01"]
    ),
    st.sampled_from(["0:00", "2:30", "2h30", "3am", "14h", "14:30", "11:59pm", "23:59", "noon", "midnight"]),
)
def test_whatever_is_named_is_a_moment_that_can_be_planned_or_is_refused(
    zone: ZoneInfo, now: datetime, day: str, clock: str
) -> None:
    for text in (f"{day} {clock}", f"{clock} {day}"):
        with suppress(NotUnderstood):
            when = understand(text, now, zone)
            assert check_moment(when.at, now) == when.at


@given(st.text())
def test_any_text_is_a_time_or_refused(text: str) -> None:
    with suppress(NotUnderstood):
        in_paris(text)


def test_where_no_time_zone_is_known_it_is_utc_which_is_said() -> None:
    assert understand("15:00", NOW, None) == When(datetime(2026, 11, 28, 15, tzinfo=UTC), "UTC", (TimeNote.IN_UTC,))
    assert understand("2026-12-01T15:00+01:00", NOW, None).notes == ()
