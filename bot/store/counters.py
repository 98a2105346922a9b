"""Adds up the counters of all processes in Redis, and renders them for Prometheus."""

from __future__ import annotations

import asyncio
import json
import platform
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from prometheus_client import ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from redis.asyncio import Redis

from bot.metrics import (
    COUNTERS,
    GAUGES,
    HISTOGRAMS,
    Metrics,
    Series,
    histogram,
    in_one_style,
    is_histogram,
    part_of,
    series,
)
from bot.model.errors import StoreUnavailable
from bot.outages import translated
from bot.repeating import repeat

KEY: Final = "apizee:{metrics}:counters"
KEPT_SECONDS: Final = 400 * 24 * 3600

_FLUSHED_EVERY: Final = 1.0
_PREFIX: Final = "apizee_slack_"

OF_ALL: Final = ". Total of all processes: do not sum over them."
SAME_EVERYWHERE: Final = ". The same from every process: do not sum over them."
OF_ONE_PROCESS: Final = frozenset({"redis_up"})


class Counters:
    """Hands over what this process has counted, and returns the totals of all."""

    def __init__(self, redis: Redis, metrics: Metrics) -> None:
        self._redis = redis
        self._metrics = metrics
        self._totals: Mapping[Series, int] = {}
        self._process = ProcessCollector(registry=None)

    @asynccontextmanager
    async def flushing(self) -> AsyncIterator[None]:
        """Flush every second until left, and once more at the end."""
        flushing = asyncio.create_task(repeat("flush", self.flush, every=_FLUSHED_EVERY))
        try:
            yield
        finally:
            flushing.cancel()
            await asyncio.wait([flushing])
            with suppress(StoreUnavailable):
                await self.flush()

    async def flush(self) -> None:
        """Add what was counted to the common totals; raises `StoreUnavailable`, and then nothing is lost.

        An answer lost on the way may count something twice: nothing is decided by these numbers.
        """
        if counts := self._metrics.drain():
            try:
                await self._add(counts)
            except StoreUnavailable:
                self._metrics.restore(counts)
                raise

    async def render(self, gauges: Mapping[Series, float]) -> str:
        """Return Prometheus' text of the totals and these gauges; without Redis, as far as this process knows them."""
        up = await self._is_refreshed()
        counted = Counter(dict.fromkeys(self._metrics.expected, 0))
        counted.update(self._totals)
        counted.update(self._metrics.pending())
        return generate_latest(_Snapshot(counted, {**gauges, series("redis_up"): float(up)}, self._process)).decode()

    async def _is_refreshed(self) -> bool:
        """Return whether Redis answers. If not, the last totals stay: a falling counter would look like a restart."""
        try:
            await self.flush()
            with translated():
                stored = await self._redis.hgetall(KEY)
        except StoreUnavailable:
            return False
        self._totals = {_series_of(field): int(total) for field, total in stored.items()}
        return True

    async def _add(self, counts: Mapping[Series, int]) -> None:
        with translated():
            async with self._redis.pipeline(transaction=True) as pipeline:
                for counted, value in counts.items():
                    pipeline.hincrby(KEY, _field_of(counted), value)
                pipeline.expire(KEY, KEPT_SECONDS)
                await pipeline.execute()


class _Snapshot(Collector):
    """Numbers in Prometheus' form, family by family."""

    def __init__(self, counted: Mapping[Series, int], gauges: Mapping[Series, float], process: Collector) -> None:
        self._process = process
        self._counters = _by_name(_counters(counted))
        self._histograms = _histograms(counted)
        self._gauges = _by_name(gauges)

    def collect(self) -> Iterator[Metric]:
        """Yield every declared family, also those without a series yet, then what is this process's own."""
        for name, declared in COUNTERS.items():
            counter = CounterMetricFamily(_PREFIX + name, declared.help + OF_ALL, labels=declared.labels)
            for labels, total in self._counters[name]:
                counter.add_metric(labels, total)
            yield counter
        for name, timed in HISTOGRAMS.items():
            family = HistogramMetricFamily(_PREFIX + name, timed.help + OF_ALL, labels=timed.labels)
            for labels, parts in self._histograms[name]:
                shown = histogram(name, parts)
                family.add_metric(labels, buckets=list(shown.buckets), sum_value=shown.seconds)
            yield family
        for name, declared in GAUGES.items():
            same = "" if name in OF_ONE_PROCESS else SAME_EVERYWHERE
            gauge = GaugeMetricFamily(_PREFIX + name, declared.help + same, labels=declared.labels)
            for labels, value in self._gauges[name]:
                gauge.add_metric(labels, value)
            yield gauge
        yield _build_info()
        yield from self._process.collect()


def _build_info() -> Metric:
    try:
        ours = version("apizee-slack")
    except PackageNotFoundError:  # run from a checkout that was never installed
        ours = "unknown"
    info = GaugeMetricFamily(
        f"{_PREFIX}build_info", "Version of the bot and of Python; always 1", labels=["version", "python"]
    )
    info.add_metric([ours, platform.python_version()], 1)
    return info


def _counters(counted: Mapping[Series, int]) -> Mapping[Series, float]:
    """Return the totals of the counters; those that another version named otherwise are added to today's."""
    totals: Counter[Series] = Counter()
    for found, total in counted.items():
        if known := in_one_style(found):
            totals[known] += total
    return {name: float(total) for name, total in totals.items()}


def _histograms(counted: Mapping[Series, int]) -> Mapping[str, list[tuple[tuple[str, ...], Mapping[str, int]]]]:
    parts: dict[Series, dict[str, int]] = {}
    for found, number in counted.items():
        if known := part_of(found):
            parts.setdefault(known[0], {})[known[1]] = number
        elif is_histogram(found):
            parts.setdefault(found, {})
    families: defaultdict[str, list[tuple[tuple[str, ...], Mapping[str, int]]]] = defaultdict(list)
    for (name, labels), numbers in sorted(parts.items()):
        families[name].append((labels, numbers))
    return families


def _by_name(numbers: Mapping[Series, float]) -> Mapping[str, list[tuple[tuple[str, ...], float]]]:
    families: defaultdict[str, list[tuple[tuple[str, ...], float]]] = defaultdict(list)
    for (name, labels), number in sorted(numbers.items()):
        families[name].append((labels, number))
    return families


def _field_of(counted: Series) -> str:
    return json.dumps([counted.name, *counted.labels])


def _series_of(field: bytes | str) -> Series:
    name, *labels = json.loads(field)
    return Series(name, tuple(labels))
