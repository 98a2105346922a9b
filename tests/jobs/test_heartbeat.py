"""A probe learns whether a worker works on this machine, whatever Redis does."""

from __future__ import annotations

import os
import time
from pathlib import Path

from structlog.testing import capture_logs

from bot.jobs.heartbeat import COUNTS_FOR, Heartbeat, living


async def well() -> None:
    """Say nothing: the worker works."""


async def test_a_worker_counts_while_it_works(tmp_path: Path) -> None:
    assert living(tmp_path) == 0
    async with Heartbeat(tmp_path / "data", well).beating():
        assert living(tmp_path / "data") == 1
    assert living(tmp_path / "data") == 0


async def test_a_killed_worker_counts_no_longer_than_a_probe_allows_and_is_cleared_away(tmp_path: Path) -> None:
    async with Heartbeat(tmp_path, well).beating():
        [of_this_process] = (tmp_path / "workers").iterdir()
        machine, _, _ = of_this_process.name.rpartition("-")
        killed = of_this_process.with_name(f"{machine}-1")
        killed.touch()
        long_ago = time.time() - COUNTS_FOR - 1
        assert living(tmp_path) == 2
        os.utime(killed, (long_ago, long_ago))
        assert living(tmp_path) == 1
        of_another_machine = killed.with_name("another-7")
        of_another_machine.touch()
        assert living(tmp_path) == 1
    async with Heartbeat(tmp_path, well).beating():
        assert sorted((tmp_path / "workers").iterdir()) == sorted([of_this_process, of_another_machine])


async def test_where_nothing_can_be_written_the_worker_works_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "workers").write_text("a file where a folder is needed")
    with capture_logs() as logged:
        async with Heartbeat(tmp_path, well).beating():
            assert living(tmp_path) == 0
    assert [one["event"] for one in logged] == ["no_heartbeat"]
