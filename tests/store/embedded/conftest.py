"""No server is left behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.embedded.servers import is_running


@pytest.fixture(autouse=True)
def _leave_no_server(tmp_path: Path) -> Iterator[None]:
    """Stop what a test that failed has left behind."""
    yield
    for pid_file in tmp_path.rglob("redis.pid"):
        if is_running(pid := int(pid_file.read_text())):
            os.kill(pid, signal.SIGKILL)
