"""Who helps gets one file with all that is needed, and nothing of anybody."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.scenarios.environment import Vendors
from tests.scenarios.process import commanded, working

CONTACT = "+33 6 62 68 21 93"


def read(bundle: Path) -> dict[str, str]:
    with zipfile.ZipFile(bundle) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


async def test_a_bundle_holds_what_helps_and_no_secret_and_nobody(around: Vendors, tmp_path: Path) -> None:
    log = tmp_path / "bot.log"
    lines = [f"line {number} of {CONTACT} with xoxb-1234-secret" for number in range(1_200)]
    log.write_text("\n".join(lines))
    code, said = await commanded(around.environment, tmp_path, "support-bundle", "bundle.zip", "--log", str(log))
    assert (code, "bundle.zip is written" in said) == (0, True)

    parts = read(tmp_path / "bundle.zip")
    assert "SLACK_BOT_TOKEN is set" in parts["settings.txt"]
    assert "redis" in parts["versions.txt"]
    assert "Encryption keys:" in parts["doctor.txt"]
    assert "# TYPE" in parts["metrics.txt"]
    assert parts["set-aside.txt"].strip() == "No work is set aside."
    assert len(parts["log.txt"].splitlines()) == 1_000
    assert "line 1199" in parts["log.txt"]

    entrusted = [
        CONTACT,
        "xoxb-1234",
        *filter(None, map(around.environment.get, ("SLACK_BOT_TOKEN", "APIZEE_PASSWORD"))),
    ]
    assert not [(name, one) for name, text in parts.items() for one in entrusted if one in text]
    assert (tmp_path / "bundle.zip").stat().st_mode & 0o777 == 0o600

    code, said = await commanded(around.environment, tmp_path, "support-bundle", "bundle.zip")
    assert (code, said.strip()) == (1, "Error: bundle.zip is there already: name a new file.")


async def test_without_redis_the_bundle_says_so(around: Vendors, tmp_path: Path) -> None:
    away = {**around.environment, "REDIS_URL": "redis://127.0.0.1:1"}
    code, _ = await commanded(away, tmp_path, "support-bundle", "bundle.zip")
    parts = read(tmp_path / "bundle.zip")
    assert code == 0
    assert "Redis does not answer" in parts["redis.txt"]
    assert "FAILED  Redis" in parts["doctor.txt"]


async def test_a_probe_finds_the_worker_of_this_machine(around: Vendors, tmp_path: Path) -> None:
    code, said = await commanded(around.environment, tmp_path, "alive")
    assert (code, "No worker has shown itself" in said) == (1, True)
    async with working(around.environment, tmp_path):
        assert await commanded(around.environment, tmp_path, "alive") == (0, "1 worker is alive.\n")
