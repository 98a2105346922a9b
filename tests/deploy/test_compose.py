"""What compose and Kubernetes are given fits the bot: its commands, settings, ports, files and waits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli import main
from bot.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
OURS = ("web", "worker")
NO_SETTINGS = {"PATH", "PYTHONUNBUFFERED"}


def manifests() -> Iterator[dict[str, Any]]:
    for path in sorted((DEPLOY / "kubernetes").glob("*.yaml")):
        yield from yaml.safe_load_all(path.read_text("utf-8"))


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [one for one in manifests() if one["kind"] == kind]


def container(deployment: dict[str, Any]) -> dict[str, Any]:
    [one] = deployment["spec"]["template"]["spec"]["containers"]
    return dict(one)


@pytest.mark.parametrize("name", OURS)
def test_compose_runs_commands_that_exist_with_settings_that_exist(name: str) -> None:
    service = COMPOSE["services"][name]
    command, *options = service["command"]
    known = {option for parameter in main.commands[command].params for option in parameter.opts}
    assert set(options) <= known
    assert {setting.lower() for setting in service["environment"]} <= set(Settings.model_fields)
    build = service["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()


def test_every_file_and_volume_that_compose_mounts_is_there() -> None:
    mounted = [one for service in COMPOSE["services"].values() for one in service.get("volumes", ())]
    sources = {one.split(":")[0] for one in mounted}
    assert {one for one in sources if one.startswith(".") and not (DEPLOY / one).exists()} == set()
    assert {one for one in sources if not one.startswith(".")} == set(COMPOSE["volumes"])


def test_both_kinds_of_process_find_the_same_encryption_key() -> None:
    volumes = [COMPOSE["services"][name]["volumes"] for name in OURS]
    assert volumes == [["data:/data"]] * 2
    assert all(COMPOSE["services"][name]["environment"]["DATA_DIR"] == "/data" for name in OURS)


def test_kubernetes_runs_commands_that_exist_and_asks_what_answers() -> None:
    web, worker = sorted(of_kind("Deployment"), key=lambda one: str(one["metadata"]["name"]))
    for deployment in (web, worker):
        command, *options = container(deployment)["args"]
        known = {option for parameter in main.commands[command].params for option in parameter.opts}
        assert set(options) <= known
    assert container(worker)["livenessProbe"]["exec"]["command"][1:] == ["alive"]
    assert container(web)["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert container(web)["readinessProbe"]["httpGet"]["path"] == "/readyz"


def test_a_pod_that_stops_is_given_the_time_to_drain_and_another_is_there_first() -> None:
    drains_for = Settings.model_fields["drain_seconds"].default
    for deployment in of_kind("Deployment"):
        assert deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > drains_for + 5
        assert deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_pods_stay_in_use_while_redis_fails_over() -> None:
    """All of them lose Redis at the same moment: without any, the ingress would answer Slack, and say nothing."""
    [web] = [one for one in of_kind("Deployment") if one["metadata"]["name"].endswith("web")]
    probe = container(web)["readinessProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] >= 10


def test_whatever_selects_something_in_kubernetes_selects_what_is_there() -> None:
    labels = [one["spec"]["template"]["metadata"]["labels"] for one in of_kind("Deployment")]
    selectors = [
        *(one["spec"]["selector"] for one in of_kind("Service")),
        *(one["spec"]["selector"]["matchLabels"] for one in of_kind("PodDisruptionBudget")),
        *(one["spec"]["podSelector"]["matchLabels"] for one in of_kind("NetworkPolicy")),
    ]
    assert len(selectors) == 4
    assert all(any(selector.items() <= one.items() for one in labels) for selector in selectors)
    names = {one["metadata"]["name"] for one in of_kind("Deployment")}
    assert {one["spec"]["scaleTargetRef"]["name"] for one in of_kind("HorizontalPodAutoscaler")} == names
    [kustomization] = of_kind("Kustomization")
    assert {*kustomization["resources"], "kustomization.yaml"} == {
        path.name for path in (DEPLOY / "kubernetes").iterdir()
    }


def test_no_container_of_ours_may_do_more_than_it_needs() -> None:
    for deployment in of_kind("Deployment"):
        pod, context = deployment["spec"]["template"]["spec"], container(deployment)["securityContext"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        assert (context["readOnlyRootFilesystem"], context["capabilities"]) == (True, {"drop": ["ALL"]})
    for name in OURS:
        assert COMPOSE["services"][name]["read_only"] is True
        assert COMPOSE["services"][name]["cap_drop"] == ["ALL"]
