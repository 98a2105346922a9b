"""An operator applies the manifests: they are one whole, and what they ask of others is what the bot has."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
NEEDS_KUBECTL = pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not here")


def shown_by_kubectl(*words: str) -> list[dict[str, Any]]:
    """Return the resources that kubectl prints; no cluster is asked."""
    ran = subprocess.run(["kubectl", *words], cwd=DEPLOY.parent, capture_output=True, text=True, check=True)  # noqa: S603, S607  # fixed
    return list(yaml.safe_load_all(ran.stdout))


def manifest(name: str, kind: str) -> dict[str, Any]:
    """Return the only resource of this kind in a file."""
    resources = yaml.safe_load_all((DEPLOY / f"kubernetes/{name}.yaml").read_text("utf-8"))
    [found] = [one for one in resources if one["kind"] == kind]
    return dict(found)


@NEEDS_KUBECTL
def test_what_is_applied_names_the_operators_image_and_settings_everywhere() -> None:
    built = shown_by_kubectl("kustomize", "deploy/kubernetes")
    [settings] = [one for one in built if one["kind"] == "ConfigMap"]
    assert {name.lower() for name in settings["data"]} <= set(Settings.model_fields)
    deployments = [one["spec"]["template"]["spec"] for one in built if one["kind"] == "Deployment"]
    assert len(deployments) == 2
    for pod in deployments:
        [container] = pod["containers"]
        assert container["image"].startswith("registry.example.com/apizee-slack:")
        assert [one["configMapRef"]["name"] for one in container["envFrom"]] == [settings["metadata"]["name"]]
        mounted = {one["name"] for one in container["volumeMounts"]}
        assert mounted == {one["name"] for one in pod["volumes"]}


@NEEDS_KUBECTL
def test_the_secret_that_the_documentation_makes_is_the_one_that_pods_read(tmp_path: Path) -> None:
    (tmp_path / "redis_url").write_text("redis://redis.example.com", encoding="utf-8")
    make = ["create", "secret", "generic", "apizee-slack", f"--from-file={tmp_path}"]
    [secret] = shown_by_kubectl(*make, "--dry-run=client", "--output=yaml")
    assert set(secret["data"]) <= set(Settings.model_fields)
    pod = manifest("worker", "Deployment")["spec"]["template"]["spec"]
    assert secret["metadata"]["name"] in [one["secret"]["secretName"] for one in pod["volumes"] if "secret" in one]


def test_the_operators_prometheus_finds_the_pods_that_answer() -> None:
    asked, service = manifest("monitoring", "ServiceMonitor")["spec"], manifest("web", "Service")
    assert asked["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    [endpoint] = asked["endpoints"]
    assert endpoint["port"] in [one["name"] for one in service["spec"]["ports"]]
    assert endpoint["path"] == "/metrics"


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool comes with Prometheus")
def test_workers_are_added_by_how_long_work_waits_however_many_processes_show_it(tmp_path: Path) -> None:
    resources = yaml.safe_load_all((DEPLOY / "kubernetes/autoscaling.yaml").read_text("utf-8"))
    [asked] = [metric["external"] for one in resources for metric in one["spec"]["metrics"] if "external" in metric]
    [rule] = yaml.safe_load((DEPLOY / "prometheus/adapter.yml").read_text("utf-8"))["externalRules"]
    name = asked["metric"]["name"]
    assert f'__name__="{name}"' in rule["seriesQuery"]
    query = rule["metricsQuery"].replace("<<.Series>>", name).replace("<<.LabelMatchers>>", 'namespace="bot"')
    shown = [{"series": f'{name}{{namespace="bot", pod="{pod}"}}', "values": "7x3"} for pod in "ab"]
    others = {"series": f'{name}{{namespace="others", pod="a"}}', "values": "90x3"}
    expected = {"expr": query, "eval_time": "2m", "exp_samples": [{"labels": "{}", "value": 7}]}
    test = {"interval": "1m", "input_series": [*shown, others], "promql_expr_test": [expected]}
    (tmp_path / "test.yml").write_text(yaml.safe_dump({"tests": [test]}), encoding="utf-8")
    words = ["promtool", "test", "rules", "test.yml"]
    ran = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603  # fixed
    assert ran.returncode == 0, ran.stdout + ran.stderr
