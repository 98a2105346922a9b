"""An operator who names a collector sees one trace from Slack's request to the card, and nobody's data in it."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.loopback import serving
from tests.scenarios.environment import Vendors
from tests.scenarios.process import staged_by

PHONE = "+33 6 62 68 21 93"


@dataclass
class Collector:
    """A collector of traces: takes OTLP over HTTP, https://opentelemetry.io/docs/specs/otlp/."""

    spans: list[Span] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        body = await request.body()
        packed = request.headers.get("content-encoding") == "gzip"
        said = ExportTraceServiceRequest.FromString(gzip.decompress(body) if packed else body)
        self.spans += [span for part in said.resource_spans for scope in part.scope_spans for span in scope.spans]
        return Response(b"", media_type="application/x-protobuf")


@asynccontextmanager
async def collecting() -> AsyncIterator[tuple[Collector, str]]:
    collector = Collector()
    async with serving(Starlette(routes=[Route("/v1/traces", collector.take, methods=["POST"])])) as url:
        yield collector, url


async def test_one_trace_leads_from_the_command_through_its_job_to_apizee_and_the_card(
    around: Vendors, tmp_path: Path
) -> None:
    async with collecting() as (collector, url):
        traced = {**around.environment, "OTEL_EXPORTER_OTLP_ENDPOINT": url, "LOG_FORMAT": "json"}
        async with staged_by(replace(around, environment=traced), tmp_path) as (bot, environment):
            await environment.assist(PHONE)
            await environment.invited()
            assert await bot.end() == 0
    [command] = [span for span in collector.spans if span.name == "slack command"]
    of_it = [span for span in collector.spans if span.trace_id == command.trace_id]
    names = {span.name for span in of_it}
    assert {"job start_session", "apizee create_ticket", "slack chat.postMessage", "slack chat.update"} <= names
    by_id = {span.span_id: span for span in of_it}
    [job] = [span for span in of_it if span.name == "job start_session"]
    [ticket] = [span for span in of_it if span.name == "apizee create_ticket"]
    assert (by_id[job.parent_span_id], by_id[ticket.parent_span_id]) == (command, job)

    dockets = {span.span_id for span in collector.spans if span.name == "start_session"}
    assert {link.span_id for link in job.links} <= dockets

    everything = "".join(map(str, collector.spans))
    entrusted = [PHONE, PHONE.replace(" ", ""), PHONE[-5:]]
    assert not [one for one in entrusted if one in everything]
    assert [line for line in bot.lines if command.trace_id.hex() in line]


async def test_without_a_collector_nothing_is_traced(around: Vendors, tmp_path: Path) -> None:
    async with staged_by(around, tmp_path) as (bot, environment):
        await environment.assist(PHONE)
        await environment.invited()
    assert not [line for line in bot.lines if '"trace"' in line]


@pytest.mark.parametrize("gone", ["http://127.0.0.1:9"])
async def test_a_collector_that_is_away_costs_nobody_anything(around: Vendors, tmp_path: Path, gone: str) -> None:
    traced = {**around.environment, "OTEL_EXPORTER_OTLP_ENDPOINT": gone, "OTEL_EXPORTER_OTLP_TIMEOUT": "1"}
    async with staged_by(replace(around, environment=traced), tmp_path) as (bot, environment):
        await environment.assist(PHONE)
        await environment.invited()
        assert await bot.end() == 0
