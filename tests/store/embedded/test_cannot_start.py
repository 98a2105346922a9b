"""An embedded Redis that cannot start is reported in one line, with what to do instead."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import pytest

from bot.model.errors import CannotStart
from bot.store.server.embedded import EmbeddedRedis, EmbeddedTiming
from tests.store.embedded.servers import write


async def test_a_machine_without_a_server_is_asked_to_name_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "sparc64")

    with pytest.raises(CannotStart, match=r"does not exist for .*-sparc64: set REDIS_URL"):
        async with EmbeddedRedis(tmp_path):
            pass


async def test_a_folder_that_cannot_be_used_is_reported_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(CannotStart, match=r"cannot be used \(Not a directory\): set DATA_DIR"):
        async with EmbeddedRedis(tmp_path / "file"):
            pass


async def test_a_lock_that_cannot_be_opened_is_reported_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "redis" / "users.lock").mkdir(parents=True)

    with pytest.raises(CannotStart, match=r"users\.lock cannot be used \(Is a directory\): set DATA_DIR"):
        async with EmbeddedRedis(tmp_path):
            pass


async def test_a_server_that_cannot_read_its_data_is_reported_with_its_log(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path) as server:
        await write(server.url, "session", "invited")
    (manifest,) = (tmp_path / "redis" / "appendonlydir").glob("*.manifest")
    manifest.write_text("spoilt")

    with pytest.raises(CannotStart, match=r"does not answer: see .*redis\.log"):
        async with EmbeddedRedis(tmp_path, EmbeddedTiming(start=0.5)):
            pass


async def test_a_server_that_does_not_start_is_reported_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"does not start \(CalledProcessError\): see .*redis\.log"):
        async with EmbeddedRedis(tmp_path, binary=lambda: Path("/bin/false")):
            pass


async def test_a_folder_of_somebody_else_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "redis").mkdir()
    somebody_else = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: somebody_else)

    with pytest.raises(CannotStart, match="it belongs to another user"):
        async with EmbeddedRedis(tmp_path):
            pass
