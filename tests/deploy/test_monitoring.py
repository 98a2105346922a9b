"""What an operator's Prometheus and Grafana are given: readable rules, each with what to do, and metrics that exist."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
DOCS = DEPLOY.parent / "docs"
RULES = DEPLOY / "prometheus/alerts.yml"
PROMETHEUS_OWN = {"up"}


def rules() -> list[dict[str, Any]]:
    [group] = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    return list(group["rules"])


def queries() -> Iterator[str]:
    """Yield what the rules and the dashboard ask Prometheus."""
    yield from (rule["expr"] for rule in rules())
    panels = json.loads((DEPLOY / "grafana/dashboard.json").read_text("utf-8"))["panels"]
    yield from (target["expr"] for panel in panels for target in panel["targets"])


def documented() -> set[str]:
    return set(
        re.findall(r"^\| `((?:apizee_slack|process)_\w+)`", (DOCS / "monitoring.md").read_text("utf-8"), re.MULTILINE)
    )


@pytest.mark.parametrize("query", sorted(set(queries())))
def test_every_query_is_about_metrics_that_the_bot_has(query: str) -> None:
    asked = set(re.findall(r"\b(?:apizee_slack|process)_\w+|\bup\b", query))
    names = {re.sub(r"(?<=_seconds)_(bucket|sum|count)$", "", name) for name in asked}
    assert names
    assert names <= documented() | PROMETHEUS_OWN


@pytest.mark.parametrize("query", sorted(set(queries())))
def test_totals_that_every_process_shows_are_counted_once(query: str) -> None:
    for counted in re.findall(r"(?:increase|rate)\(apizee_slack_\w+", query):
        assert re.search(rf"max without \(instance, pod\) \({re.escape(counted)}", query)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_every_alert_says_what_it_means_and_what_to_do(rule: dict[str, Any]) -> None:
    page = (DOCS / "alerts.md").read_text("utf-8")
    [said] = re.findall(rf"^## {rule['alert']}\n\n(.+?)(?=\n\n|\Z)", page, re.MULTILINE | re.DOTALL)
    assert said.startswith(f"*{rule['labels']['severity'].capitalize()}.* **{rule['annotations']['summary']}**")
    assert rule["annotations"]["runbook"] == f"docs/alerts.md#{rule['alert'].lower()}"


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool comes with Prometheus")
def test_prometheus_reads_its_files_and_the_rules_fire_as_they_should() -> None:
    for words in (["check", "config", "prometheus.yml"], ["test", "rules", "alerts_test.yml"]):
        ran = subprocess.run(["promtool", *words], cwd=RULES.parent, capture_output=True, text=True, check=False)  # noqa: S603, S607  # fixed
        assert ran.returncode == 0, ran.stdout + ran.stderr
