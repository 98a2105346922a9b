"""Who makes a release gets files that agree with each other, and reads what to do where they would not."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tools.release import ROOT, Package, changes_of, main, must_join, sbom, version_of, without_hashes

CHANGE = [Path("changelog.d/something.added.md")]
RELEASED = "# Changelog\n\n## 0.2.0 (2026-11-28)\n\n- A change.\n\n## 0.1.0 (2026-11-01)\n"


@pytest.mark.parametrize(
    ("version", "changelog", "changes", "joins"),
    [
        ("0.1.0", "# Changelog\n", CHANGE, True),
        ("0.3.0", RELEASED, CHANGE, True),
        ("0.10.0", RELEASED, CHANGE, True),
        ("0.2.0", RELEASED, [], False),
    ],
)
def test_changes_are_joined_under_the_next_version(
    version: str, changelog: str, changes: list[Path], *, joins: bool
) -> None:
    assert must_join(version, changelog, changes) is joins


@pytest.mark.parametrize(
    ("version", "changelog", "changes", "words"),
    [
        ("0.2.0", RELEASED, CHANGE, "raise the version in pyproject.toml"),
        ("0.3.0", RELEASED, [], "pyproject.toml says 0.3.0, CHANGELOG.md 0.2.0"),
        ("0.1.0", "# Changelog\n", [], "they must agree"),
    ],
)
def test_a_version_that_the_changelog_does_not_have_is_refused(
    version: str, changelog: str, changes: list[Path], words: str
) -> None:
    with pytest.raises(click.ClickException, match=words):
        must_join(version, changelog, changes)


def test_a_release_can_be_made_at_any_time() -> None:
    must_join(version_of(ROOT), (ROOT / "CHANGELOG.md").read_text("utf-8"), changes_of(ROOT))


def test_the_files_of_a_release_agree_and_name_no_host_of_packages(tmp_path: Path) -> None:
    wheel = tmp_path / "apizee_slack-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"a wheel")
    made = CliRunner().invoke(main, ["files", str(tmp_path)])
    assert made.exit_code == 0, made.output

    first, _, lock = (tmp_path / "requirements.txt").read_text("utf-8").partition("\n")
    assert first == f"./{wheel.name} \\"
    assert lock.endswith((ROOT / "requirements/base.txt").read_text("utf-8"))
    checksums = dict(line.split()[::-1] for line in (tmp_path / "SHA256SUMS").read_text("utf-8").splitlines())
    assert set(checksums) == {path.name for path in tmp_path.iterdir()} - {"SHA256SUMS"}
    assert {
        "Caddyfile",
        "nginx.conf",
        "haproxy.cfg",
        "workspaces.map",
        "apizee-slack.service",
        "constraints.txt",
        "sbom.cdx.json",
    } < set(checksums)
    assert checksums[wheel.name] in lock

    bill = json.loads((tmp_path / "sbom.cdx.json").read_text("utf-8"))
    named = {f"{one['name']}=={one['version']}" for one in bill["components"]}
    pinned = (tmp_path / "constraints.txt").read_text("utf-8").splitlines()
    assert {line.partition(" ;")[0] for line in pinned} <= named
    assert "react" in {one["name"] for one in bill["components"]}
    assert len({one["bom-ref"] for one in bill["components"]}) == len(bill["components"])
    texts = [path.read_text("utf-8") for path in tmp_path.iterdir() if path != wheel]
    assert [host for host in ("pypi.org", "pythonhosted", "npmjs") if any(host in text for text in texts)] == []


def test_the_bill_of_materials_says_what_needs_what() -> None:
    packages = [Package("pypi", "click", "8.5.1", "BSD-3-Clause"), Package("npm", "@a/b", "1.0", "MIT", ("click",))]
    bill = sbom("0.1.0", packages)
    everything = ["pkg:npm/%40a/b@1.0", "pkg:pypi/click@8.5.1"]
    assert bill["dependencies"] == [
        {"ref": "pkg:pypi/apizee-slack@0.1.0", "dependsOn": everything},
        {"ref": "pkg:pypi/click@8.5.1", "dependsOn": []},
        {"ref": "pkg:npm/%40a/b@1.0", "dependsOn": []},
    ]
    assert bill["components"][0]["licenses"] == [{"expression": "BSD-3-Clause"}]
    assert bill == sbom("0.1.0", packages)


def test_constraints_keep_versions_and_markers() -> None:
    lock = "click[all]==8.5.1 \\\n    --hash=sha256:0a\nwin==1.0 ; sys_platform == 'win32' \\\n    --hash=sha256:0b\n"
    assert without_hashes(lock) == 'click==8.5.1\nwin==1.0 ; sys_platform == "win32"\n'
