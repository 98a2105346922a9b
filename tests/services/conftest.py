"""What the tests of services share: Apizee's client, in front of an Apizee that answers as it is told."""

from __future__ import annotations

from tests.apizee.conftest import apizee, budget, http, impatience, keys, remote, token

__all__ = ["apizee", "budget", "http", "impatience", "keys", "remote", "token"]
