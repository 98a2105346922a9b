"""Traces: one for each request of Slack's, through its job, to Apizee and the card; none unless they are asked for.

Spans have names and attributes of the program's own words: no contact, no text, no link, no id of a person. They are
sent by OpenTelemetry, with the settings that it has itself (`OTEL_…`), which may stand in `.env` as well.
https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from opentelemetry import context, trace
from opentelemetry.context import Context
from opentelemetry.trace import SpanKind, Tracer

from bot.model.errors import CannotStart

_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_NAME: Final = "apizee-slack"

_tracer: Tracer | None = None


@contextmanager
def traced(settings: Mapping[str, str]) -> Iterator[None]:
    """Send traces until left, where `settings` (of `.env`, in small letters) or the environment name an endpoint.

    Raises `CannotStart` where the extra `otel` is not installed. Called in each process, for it starts a thread.
    """
    for name, value in settings.items():
        if name.startswith("otel_"):
            os.environ.setdefault(name.upper(), value)
    if not any(map(os.environ.get, _ENDPOINTS)):
        yield
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  # an extra
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415  # likewise
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415  # likewise
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415  # likewise
    except ImportError as error:
        fix = "install apizee-slack[otel], or unset it"
        raise CannotStart(_ENDPOINTS[0], trouble="is set, and OpenTelemetry is not installed", fix=fix) from error
    name = os.environ.get("OTEL_SERVICE_NAME", _NAME)
    resource = Resource.create({"service.name": name, "service.version": _version()})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)  # docket's spans go there too
    _use(provider.get_tracer(_NAME))
    try:
        yield
    finally:
        _use(None)
        provider.shutdown()  # which sends what waits


def incoming(name: str, **attributes: str) -> AbstractContextManager[Any]:
    """Begin the span of a request of Slack's."""
    return _span(name, SpanKind.SERVER, attributes)


def outgoing(name: str, **attributes: str) -> AbstractContextManager[Any]:
    """Begin the span of a request to a vendor."""
    return _span(name, SpanKind.CLIENT, attributes)


def job(name: str, requested_in: Context | None) -> AbstractContextManager[Any]:
    """Begin the span of a job inside of the trace that it was requested in, linked to docket's own span of it."""
    if _tracer is None:
        return nullcontext()
    return _in_trace(_tracer, name, requested_in)


@contextmanager
def _in_trace(tracer: Tracer, name: str, requested_in: Context | None) -> Iterator[None]:
    dockets = trace.Link(trace.get_current_span().get_span_context())
    token = context.attach(requested_in or Context())
    try:
        with _without_texts(tracer, f"job {name}", SpanKind.CONSUMER, {}, [dockets]):
            yield
    finally:
        context.detach(token)


def current() -> str:
    """Return the id of the trace in which this runs; empty where there is none."""
    if _tracer is None:
        return ""
    now = trace.get_current_span().get_span_context()
    return trace.format_trace_id(now.trace_id) if now.is_valid else ""


def _span(name: str, kind: SpanKind, attributes: Mapping[str, str]) -> AbstractContextManager[Any]:
    if _tracer is None:
        return nullcontext()
    # An error's text may hold what somebody typed: only its name is kept.
    return _without_texts(_tracer, name, kind, attributes, [])


@contextmanager
def _without_texts(
    tracer: Tracer, name: str, kind: SpanKind, attributes: Mapping[str, str], links: Sequence[trace.Link]
) -> Iterator[None]:
    with tracer.start_as_current_span(
        name,
        kind=kind,
        attributes=dict(attributes),
        links=links,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield
        except BaseException as error:
            span.set_status(trace.StatusCode.ERROR)
            span.set_attribute("error.type", type(error).__name__)
            raise


def _use(tracer: Tracer | None) -> None:
    global _tracer  # noqa: PLW0603  # one for the process, as OpenTelemetry's own provider is
    _tracer = tracer


def _version() -> str:
    try:
        return version(_NAME)
    except PackageNotFoundError:
        return "unknown"
