"""What sessions ended with: in a chart, in the table and in the file, from our own records."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from bot.grammar import Period
from bot.model.session import Kind
from bot.model.targets import StatisticsOf
from bot.statistics import views as ui
from bot.statistics.aggregates import AssistanceRow
from bot.statistics.views import RenderMode
from bot.ui.text import translator_for
from sandbox.slack.block_kit.limits import check_message
from tests.statistics.figures import JULY, statistics_of

ASKED = StatisticsOf(Kind.ASSISTANCE, Period(JULY.first, JULY.last), everybody=True)


def ended(*outcomes: str, agent: str = "Agent 1") -> list[AssistanceRow]:
    return [AssistanceRow(JULY.first, agent, agent, outcome=outcome) for outcome in outcomes]


@pytest.mark.parametrize(
    ("locale", "names"),
    [("en-US", ("Solved", "Visit needed", "Sold")), ("fr-FR", ("Résolu", "Visite nécessaire", "Sold"))],
)
def test_outcomes_are_charted_in_the_readers_words_the_most_frequent_first(locale: str, names: tuple[str, ...]) -> None:
    rows = ended("Sold", "", "Solved", "Visit needed", "Solved", "Solved", "Visit needed")
    report = ui.assistance_report(statistics_of(JULY, rows), translator_for(locale), everybody=True)
    assert report.outcomes
    assert (report.outcomes.categories, report.outcomes.series[0].values) == (names, (3.0, 2.0, 1.0))
    message = ui.shown(report, ASKED, translator_for(locale), RenderMode.NATIVE)
    assert check_message({"text": message.text, "blocks": list(message.blocks)}) == []
    assert set(names) <= set(report.table.header)
    assert ("still keeps" in str(message.blocks)) or ("conserve encore" in str(message.blocks))


def test_the_file_counts_outcomes_by_day_and_agent() -> None:
    rows = [*ended("Solved", "Solved", "Sold"), *ended("Sold", agent="Agent 2")]
    report = ui.assistance_report(statistics_of(JULY, rows), translator_for("en-US"), everybody=True)
    first, second = csv.DictReader(StringIO(report.csv.decode("utf-8-sig")))
    counted = [(one["Agent"], one["Outcome: Solved"], one["Outcome: Sold"]) for one in (first, second)]
    assert counted == [("Agent 1", "2", "1"), ("Agent 2", "0", "1")]


@pytest.mark.parametrize("render_mode", RenderMode)
def test_as_many_outcomes_as_may_be_set_fit(render_mode: RenderMode) -> None:
    rows = ended(*(f"{number} {'o' * 73}" for number in range(20)))
    report = ui.assistance_report(statistics_of(JULY, rows), translator_for("en-US"), everybody=True)
    message = ui.shown(report, ASKED, translator_for("en-US"), render_mode)
    assert check_message({"text": message.text, "blocks": list(message.blocks)}) == []


def test_where_nothing_was_noted_nothing_is_said_of_outcomes() -> None:
    report = ui.assistance_report(statistics_of(JULY, ended("")), translator_for("en-US"), everybody=True)
    assert report.outcomes is None
    assert "utcome" not in str(ui.shown(report, ASKED, translator_for("en-US"), RenderMode.NATIVE).blocks)
