"""Runs what a command does with Redis, and says in one sentence why it cannot."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import click

from bot.model.errors import CannotStart, StoreUnavailable

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Return what the work returns; raises `click.ClickException` where Redis is away or cannot be used."""
    try:
        return asyncio.run(work)
    except StoreUnavailable as error:
        message = "Redis does not answer: start it, or correct REDIS_URL."
        raise click.ClickException(message) from error
    except CannotStart as error:
        raise click.ClickException(str(error)) from error
