"""Structured logs: one line per event with the ids of what it belongs to, and nobody's personal data or secrets.

Every event is redacted just before it is written, also those of the libraries, with their exceptions.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import cache
from pathlib import Path
from traceback import extract_tb
from typing import Any, Final, Literal, TextIO

import structlog
from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.typing import Processor

from bot import tracing

SECRET: Final = "[secret]"  # noqa: S105  # it stands for one
EMAIL: Final = "[e-mail]"
PHONE: Final = "[phone]"

_NOT_INSIDE_A_WORD: Final = r"(?<![\w.])(?<!\d:)(?<![\da-f]-)"
_END_OF_NUMBER: Final = r"(?!\w|\.\d|-[\da-f])"
# As numbers are pasted: any space or dash, dots at any height, marks that nobody sees.
_GAP: Final = (
    r"[ .()/\-\u00a0\u00ad\u00b7\u061c\u2000-\u2015\u2022\u202a-\u202f\u2060-\u2069\u2212\ufe0f\ufe63\ufeff]{0,3}"
)
_UNIX_TIME: Final = r"1[5-9]\d{8}(?:\d{3})?(?!\d)"

_REDACTIONS: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        # Addresses: who logs in, Slack's ways back to a person, the meetings' and customers' links, all queries.
        (r"(?<=://)[^\s/@]+@", f"{SECRET}@"),
        (r"(://hooks\.slack\.com)/[^\s\"'<>]*", rf"\1/{SECRET}"),
        (r"(/join|/private|://apz\.fr)/[^\s\"'<>?]+", rf"\1/{SECRET}"),
        (r"(?<=\S)\?[\w%.~-]+=[^\s\"'<>]*", f"?{SECRET}"),
        # Tokens: Slack's, JSON Web Tokens, what our key ring sealed, and whatever is called one.
        (r"\bx(?:ox[a-z]|app)(?:\.xox[a-z])?-[\w-]+", SECRET),
        (r"(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*", SECRET),
        (r"\bgAAAAA[\w-]+=*", SECRET),
        (r"(?i)\bBearer\s+(?!\[)[\w.~+/=-]+", f"Bearer {SECRET}"),
        (r"(?i)\b(\w*(?:token|secret|password|pwd|convid)[\"']?\s*[=:]\s*[\"']?)(?!\[)[^\s\"'&,;<>]+", rf"\1{SECRET}"),
        # People.
        (r"(?<![\w.+%'-])[\w.+%'-]{1,64}(?:@|%40)[\w-]+(?:\.[\w-]+)+", EMAIL),
        (rf"(?:\+|%2B){_GAP}\d(?:{_GAP}\d){{6,14}}", PHONE),
        (rf"{_NOT_INSIDE_A_WORD}0\d(?:{_GAP}\d){{6,14}}{_END_OF_NUMBER}", PHONE),
        (rf"{_NOT_INSIDE_A_WORD}\(?\d{{3}}\)?[ .-]\d{{3}}[ .-]\d{{4}}{_END_OF_NUMBER}", PHONE),
        (rf"{_NOT_INSIDE_A_WORD}(?!{_UNIX_TIME})\d{{8,15}}{_END_OF_NUMBER}", PHONE),
    )
)

_HARMLESS: Final = re.compile(r"/?[A-Za-z_]{0,40}|[0-9a-f]{16}|[A-Z][A-Z0-9]{8,11}")
"""A short word, a command, an id of ours or of Slack's: most of what is logged, and nothing in it to be redacted."""

_MOST_FRAMES: Final = 12
_PARTS_OF_PATH: Final = 3

_MADE_HERE: Final = frozenset({"level", "logger", "timestamp", "trace"})

AUDIT: Final = "audit"
"""The logger that says who was allowed or denied what, whatever `LOG_LEVEL` is."""

_WHOSE: Final = {"handlers": "slack", "bot.web.slack": "slack", "bot.web.head": "web", "bot.web.webhooks": "apizee"}
"""Whose events these modules log, where their package does not say it."""

_JSON: Final = json.JSONEncoder(ensure_ascii=False)  # what is redacted has nothing that it does not know

_NEVER: Final = logging.CRITICAL + 1
_LOWEST: Final = {
    "slack_bolt.RequestVerification": _NEVER,  # it logs the body of a forged request
    "slack_bolt.AsyncRequestVerification": _NEVER,
    "uvicorn.access": _NEVER,  # paths hold tokens, and the proxy in front has such a log
    "httpx": logging.WARNING,  # every address it asks, with the customer's number in the query
    "httpcore": logging.WARNING,
    "docket": logging.WARNING,  # two lines per job
    "fontTools": logging.WARNING,  # dozens of lines per report, which name the letters of people's names
    "docket.dependencies": _NEVER,  # an error with its traceback for each job that has to wait; ours are logged by us
    "aiohttp": logging.INFO,  # below: payloads
    "slack_bolt": logging.INFO,
    "slack_sdk": logging.INFO,
}
"""The lowest level at which a library logs, whatever `LOG_LEVEL` says. It holds for its children as well."""


def configure(level: str, fmt: Literal["console", "json"], stream: TextIO | None = None) -> None:
    """Send all logs of this process to `stream` (standard error), from `level` on, one redacted line per event.

    May be called again; the last call counts.
    """
    handler = _Output(stream or sys.stderr)
    rendering = _rendering(fmt, colors=handler.stream.isatty())
    handler.setFormatter(_formatter(rendering))
    handler.addFilter(_is_logged)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger(AUDIT).setLevel(logging.INFO)
    for name, lowest in _LOWEST.items():  # so that what is not logged is not formatted either
        logging.getLogger(name).setLevel(max(lowest, root.level))
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *_facts(), *rendering],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=cache(lambda name: _Lines(name, handler)),  # it is asked for each line
    )


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of a module, whose events are a sentence and the ids that belong to it; see `configure`.

    In the log it has the name of the part that it belongs to: `apizee`, `slack`, `jobs`, `sessions`, `audit` …
    """
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(_whose(name))
    return logger


def in_one_piece() -> AbstractContextManager[None]:
    """Write the lines of a block in one piece at its end: it must not wait for anything."""
    outputs = [handler for handler in logging.getLogger().handlers if isinstance(handler, _Output)]
    return outputs[0].in_one_piece() if outputs else nullcontext()


def bound(**ids: str | int) -> AbstractContextManager[None]:
    """Let every event of this task carry the ids inside of this `with`: `bound(team=…, session=…)`."""
    return bound_contextvars(**ids)


def redact(text: str) -> str:
    """Return the text without telephone numbers, e-mail addresses, tokens and personal links; our ids stay."""
    if _HARMLESS.fullmatch(text):
        return text
    for pattern, replacement in _REDACTIONS:
        text = pattern.sub(replacement, text)
    return text


class _Output(logging.StreamHandler[TextIO]):
    """Where the lines of libraries and our own go."""

    _piece: list[str] | None = None

    def write(self, line: str) -> None:
        """Write a line of ours; a stream that takes none stops nobody."""
        with self.lock or nullcontext(), suppress(OSError, ValueError):
            if self._piece is not None:
                self._piece.append(line)
                return
            self.stream.write(f"{line}\n")
            self.stream.flush()

    @contextmanager
    def in_one_piece(self) -> Iterator[None]:
        """Write the lines of a block together, at its end."""
        piece: list[str] = []
        self._piece = piece
        try:
            yield
        finally:
            self._piece = None
            if piece:
                self.write("\n".join(piece))


class _Lines:
    """Writes the lines of one logger of ours beside those of the libraries, at the level that `logging` has for it.

    To make a record of each line first, and find out from where it came, would take half of the time of a line.
    """

    disabled = False

    def __init__(self, name: str, output: _Output) -> None:
        self.name = name
        self.getEffectiveLevel = logging.getLogger(name).getEffectiveLevel
        self.debug = self.info = self.warning = self.error = self.exception = self.critical = output.write


def _rendering(fmt: Literal["console", "json"], *, colors: bool) -> list[Processor]:
    """Return what makes a line of an event."""
    renderer: Processor = _as_json
    if fmt == "console":
        renderer = structlog.dev.ConsoleRenderer(colors=colors, pad_event_to=0, sort_keys=False)
    return [_summarize_error, _redact_event, renderer]


def _formatter(rendering: Sequence[Processor]) -> logging.Formatter:
    """Return what makes a line of a record of a library's."""
    only_theirs = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_facts(), processors=[only_theirs, *rendering])


def _facts() -> list[Processor]:
    """Return what is added to every event: the ids bound to it, its level, where it comes from, when it was."""
    return [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_trace,
    ]


def _add_trace(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Add the id of the trace to which an event belongs, where traces are sent."""
    if trace := tracing.current():
        event["trace"] = trace
    return event


def _whose(name: str) -> str:
    """Return the part of the bot to which a module belongs; a name that is no module's stays as it is."""
    package, *inside = name.split(".")
    return _WHOSE.get(name) or _WHOSE.get(package) or (inside[0] if package == "bot" and inside else name)


def _summarize_error(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put what an error says, and where it was raised, in place of its traceback, which has many lines."""
    error = _error_of(event.pop("exc_info", None))
    if error:
        event["error"] = f"{type(error).__name__}: {error}"
        event["where"] = _frames_of(error)
        if cause := error.__cause__ or (None if error.__suppress_context__ else error.__context__):
            event["cause"] = f"{type(cause).__name__}: {cause}"
            event["cause_where"] = _frames_of(cause)
    return event


def _error_of(exc_info: object) -> BaseException | None:
    match exc_info:
        case BaseException():
            return exc_info
        case (_, BaseException() as error, _):
            return error
        case None | False:
            return None
        case _:
            return sys.exception()


def _frames_of(error: BaseException) -> list[str]:
    """Return the lines of the program that an error went through, the one that raised it first."""
    frames = extract_tb(error.__traceback__)[: -_MOST_FRAMES - 1 : -1]
    return [f"{'/'.join(Path(one.filename).parts[-_PARTS_OF_PATH:])}:{one.lineno} {one.name}" for one in frames]


def _redact_event(_: object, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    for key, value in event.items():
        harmless = key in _MADE_HERE or (isinstance(value, str) and _HARMLESS.fullmatch(value))
        if not harmless:
            event[key] = _redacted(value)
    return event


def _as_json(_: object, __: str, event: MutableMapping[str, Any]) -> str:
    return _JSON.encode(event)


def _redacted(value: object) -> object:
    """Return the value with all its texts redacted; what is neither text, number nor collection becomes its `repr`."""
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return redact(" ".join(value.splitlines()))
        case Mapping():
            return {redact(str(key)): _redacted(inner) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_redacted(inner) for inner in value]
        case _:
            return redact(repr(value))


def _is_logged(record: logging.LogRecord) -> bool:
    """Return whether the record's library may log at this level."""
    return record.levelno >= _lowest(record.name)


@cache
def _lowest(name: str) -> int:
    names = name.split(".")
    parents = (".".join(names[:length]) for length in range(len(names), 0, -1))
    return next((_LOWEST[parent] for parent in parents if parent in _LOWEST), logging.NOTSET)
