"""What the bot counts, what Prometheus reads of it, and that nobody is to be found in it."""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from redis.asyncio import Redis

from bot.expected_series import expect_known
from bot.metrics import COUNTERS, GAUGES, HISTOGRAMS, OTHER, Metrics, Series, series
from bot.model.errors import StoreUnavailable
from bot.slack.web_api import METHODS
from bot.store.counters import KEPT_SECONDS, KEY, Counters
from bot.store.server.connection import connect


def read(text: str) -> dict[str, float]:
    """Return what Prometheus makes of the text: each series, written `name{values by label}`, and its number."""
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return {f"{sample.name}{{{','.join(sample.labels.values())}}}": sample.value for sample in samples}


async def test_two_processes_show_one_total(redis: Redis) -> None:
    web, worker = Metrics(), Metrics()
    web.count("commands_total", command="/assist", outcome="ok")
    worker.count("commands_total", 2, command="/assist", outcome="ok")
    worker.count("apizee_requests_total", operation="create_ticket", status="201")

    await Counters(redis, worker).flush()
    shown = read(await Counters(redis, web).render({}))

    assert shown["apizee_slack_commands_total{/assist,ok}"] == 3
    assert shown["apizee_slack_apizee_requests_total{create_ticket,201}"] == 1
    assert shown["apizee_slack_redis_up{}"] == 1


async def test_what_was_handed_over_is_not_counted_again(redis: Redis) -> None:
    metrics = Metrics()
    counters = Counters(redis, metrics)
    metrics.count("jobs_total", job="start", outcome="done")
    await counters.flush()
    await counters.flush()
    assert read(await counters.render({}))["apizee_slack_jobs_total{start,done}"] == 1


async def test_totals_outlive_a_year_but_not_for_ever(redis: Redis) -> None:
    metrics = Metrics()
    metrics.count("jobs_total", job="start", outcome="done")
    await Counters(redis, metrics).flush()
    assert 365 * 24 * 3600 < await redis.ttl(KEY) <= KEPT_SECONDS


async def test_gauges_are_shown_as_they_are_handed_in(redis: Redis) -> None:
    gauges = {
        series("apizee_budget_used", account="abc"): 7.0,
        series("job_lag_seconds"): 0.25,
    }
    shown = read(await Counters(redis, Metrics()).render(gauges))
    assert shown["apizee_slack_apizee_budget_used{abc}"] == 7
    assert shown["apizee_slack_job_lag_seconds{}"] == 0.25


async def test_every_declared_number_is_explained_and_says_whether_it_may_be_summed(redis: Redis) -> None:
    text = await Counters(redis, Metrics()).render({})
    for kind, declared in {"counter": COUNTERS, "histogram": HISTOGRAMS, "gauge": GAUGES}.items():
        for name, one in declared.items():
            (explained,) = [line for line in text.splitlines() if line.startswith(f"# HELP apizee_slack_{name} ")]
            assert one.help in explained
            assert ("do not sum over them" in explained) is (name != "redis_up")
            assert f"# TYPE apizee_slack_{name} {kind}\n" in text


async def test_the_page_for_operators_lists_what_is_shown_and_nothing_else(redis: Redis) -> None:
    shown = await Counters(redis, Metrics()).render({})
    page = (Path(__file__).parents[1] / "docs/monitoring.md").read_text("utf-8")
    listed = re.findall(r"^\| `((?:apizee_slack|process)_[a-z_]+)` \|", page, re.MULTILINE)
    assert sorted(listed) == sorted(re.findall(r"^# TYPE (\S+)", shown, re.MULTILINE))
    assert len(set(listed)) == len(listed)


async def test_times_of_all_processes_are_one_histogram(redis: Redis) -> None:
    web, worker = Metrics(), Metrics()
    web.observe("job_duration_seconds", 0.02, job="start_session")
    worker.observe("job_duration_seconds", 0.4, job="start_session")
    worker.observe("job_duration_seconds", 1000.0, job="start_session")

    await Counters(redis, worker).flush()
    shown = read(await Counters(redis, web).render({}))

    name = "apizee_slack_job_duration_seconds"
    buckets = {bound: shown[f"{name}_bucket{{start_session,{bound}}}"] for bound in ("0.01", "0.025", "0.5", "+Inf")}
    assert buckets == {"0.01": 0, "0.025": 1, "0.5": 2, "+Inf": 3}
    assert shown[f"{name}_count{{start_session}}"] == 3
    assert shown[f"{name}_sum{{start_session}}"] == pytest.approx(1000.42)


async def test_a_series_that_is_expected_is_shown_before_it_counts(redis: Redis) -> None:
    metrics = Metrics()
    metrics.expect("jobs_total", job=["start_session"], outcome=["done", "error"])
    metrics.expect("job_duration_seconds", job=["start_session"])
    shown = read(await Counters(redis, metrics).render({}))
    assert shown["apizee_slack_jobs_total{start_session,error}"] == 0
    assert shown["apizee_slack_job_duration_seconds_bucket{start_session,+Inf}"] == 0
    assert shown["apizee_slack_audit_lost_total{}"] == 0


def called_of_slack() -> set[str]:
    """Return the methods of Slack's Web API that the bot's sources name in a call."""
    sources = (one.read_text() for one in (Path(__file__).parents[1] / "bot").rglob("*.py"))
    call = re.compile(r'_(?:api\.call|pages)\(\s*\w[\w.]*,\s*"([\w.]+)"')
    return {method for source in sources for method in call.findall(source)}


async def test_each_method_of_slack_is_shown_before_it_was_called(redis: Redis) -> None:
    metrics = Metrics()
    expect_known(metrics)
    shown = read(await Counters(redis, metrics).render({}))
    assert {"chat.update", "files.delete", "users.list"} <= called_of_slack() <= METHODS
    for method in METHODS:
        assert shown[f"apizee_slack_slack_request_duration_seconds_count{{{method}}}"] == 0
        assert shown[f"apizee_slack_slack_errors_total{{ratelimited,{method}}}"] == 0


async def test_all_labels_are_in_the_style_of_prometheus(redis: Redis) -> None:
    metrics = Metrics()
    expect_known(metrics)
    shown = await Counters(redis, metrics).render({})
    values = {value for _, value in re.findall(r'([a-z_]+)="([^"]*)"', shown)} - {"+Inf"} - METHODS
    assert {"start_assistance", "in_progress", "not_understood", "statistics_csv"} <= values
    assert [one for one in values if not re.fullmatch(r"[a-z0-9_.]+", one)] == []


async def test_totals_of_a_version_that_wrote_labels_otherwise_go_on(redis: Redis) -> None:
    await redis.hset(KEY, '["sessions_total", "meeting", "in progress"]', "5")
    metrics = Metrics()
    metrics.count("sessions_total", kind="meeting", state="in progress")
    assert read(await Counters(redis, metrics).render({}))["apizee_slack_sessions_total{meeting,in_progress}"] == 6


async def test_the_process_that_answers_shows_its_version_and_what_it_uses(redis: Redis) -> None:
    shown = read(await Counters(redis, Metrics()).render({}))
    assert shown[f"apizee_slack_build_info{{{platform.python_version()},{version('apizee-slack')}}}"] == 1
    assert shown["process_cpu_seconds_total{}"] > 0
    assert shown["process_resident_memory_bytes{}"] > 1_000_000
    assert shown["process_open_fds{}"] > 0
    assert shown["process_start_time_seconds{}"] > 1_600_000_000


async def test_a_total_that_an_older_version_kept_is_passed_over(redis: Redis) -> None:
    await redis.hset(KEY, '["no_longer_counted_total", "x"]', "5")
    assert "no_longer_counted" not in await Counters(redis, Metrics()).render({})


async def test_without_redis_the_process_tells_what_it_knows_and_loses_nothing(
    redis: Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    metrics = Metrics()
    counters = Counters(redis, metrics)
    metrics.count("slack_errors_total", 2, method="chat.postMessage", error="channel_not_found")
    await counters.render({})

    with monkeypatch.context() as away:
        away.setattr(redis, "connection_pool", connect(f"unix://{tmp_path}/nobody-listens.sock").connection_pool)
        metrics.count("slack_errors_total", method="chat.postMessage", error="channel_not_found")
        with pytest.raises(StoreUnavailable):
            await counters.flush()
        shown = read(await counters.render({series("apizee_budget_limit", account="abc"): 10}))
    assert shown["apizee_slack_redis_up{}"] == 0
    assert shown["apizee_slack_apizee_budget_limit{abc}"] == 10
    assert shown["apizee_slack_slack_errors_total{channel_not_found,chat.postMessage}"] == 3

    shown = read(await counters.render({}))
    assert shown["apizee_slack_redis_up{}"] == 1
    assert shown["apizee_slack_slack_errors_total{channel_not_found,chat.postMessage}"] == 3


async def test_counting_needs_no_redis() -> None:
    metrics = Metrics()
    metrics.count("sessions_total", kind="meeting", state="done")
    metrics.count("sessions_total", kind="meeting", state="done")
    assert metrics.pending() == {Series("sessions_total", ("meeting", "done")): 2}
    assert metrics.drain() == {Series("sessions_total", ("meeting", "done")): 2}
    assert metrics.drain() == {}


@pytest.mark.parametrize(
    "words_of_a_person",
    ["+33662682193", "06 62 68 21 93", "ticket-82070", "jean@client.com", "Jean\nDupont", "<@U123>", "é", "", "x" * 61],
)
def test_no_label_shows_who_somebody_is(words_of_a_person: str) -> None:
    counted = series("slack_errors_total", method="chat.postMessage", error=words_of_a_person)
    assert counted.labels == ("chat.postMessage", OTHER)


@pytest.mark.parametrize("words_of_the_program", ["in_progress", "/meet", "start_session", "429"])
def test_words_of_the_program_are_shown_as_they_are(words_of_the_program: str) -> None:
    assert series("jobs_total", job=words_of_the_program, outcome="done").labels[0] == words_of_the_program


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        pytest.param("undeclared_total", {}, id="a number nobody declared"),
        pytest.param("jobs_total", {"job": "start"}, id="a label left out"),
        pytest.param("jobs_total", {"job": "start", "outcome": "done", "phone": "+33"}, id="a label too many"),
    ],
)
def test_only_what_is_declared_can_be_counted(name: str, labels: Mapping[str, str]) -> None:
    with pytest.raises(KeyError):
        Metrics().count(name, 1, **labels)
