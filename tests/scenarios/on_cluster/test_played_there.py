"""What holds on one server holds on a cluster: these are the stories themselves, one for each way to use Redis."""

from __future__ import annotations

import pytest

from tests.jobs.test_worker import test_each_kind_of_work_is_done, test_what_has_to_wait_is_done_later
from tests.scenarios.afterwards.media.test_media_to_thread import (
    test_photos_come_into_the_thread_while_the_session_still_runs,
)
from tests.scenarios.who_may.test_forgetting import test_a_session_is_forgotten_once_that_is_confirmed
from tests.scenarios.who_may.test_workspaces_command import (
    test_a_workspace_is_removed_once_the_operator_confirms_it,
    two,
)
from tests.store.test_key_rotation import test_each_sealed_kind_opens_with_the_new_key_alone

pytestmark = pytest.mark.xdist_group("cluster")

__all__ = [
    "test_a_session_is_forgotten_once_that_is_confirmed",
    "test_a_workspace_is_removed_once_the_operator_confirms_it",
    "test_each_kind_of_work_is_done",
    "test_each_sealed_kind_opens_with_the_new_key_alone",
    "test_photos_come_into_the_thread_while_the_session_still_runs",
    "test_what_has_to_wait_is_done_later",
    "two",
]
