"""What holds on one server holds on a cluster: these are the stories themselves, one for each way to use Redis."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.xdist_group("cluster")
