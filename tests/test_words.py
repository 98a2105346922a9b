"""Names and prose use the words of docs/glossary.md: those that earlier versions of the code had stay out.

Everything that git tracks is read. Each exception has its reason, and a test sees to it that none is left over.
"""

from __future__ import annotations

import io
import re
import subprocess
import tokenize
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
READ: Final = frozenset({".css", ".html", ".j2", ".json", ".lua", ".md", ".mjs", ".py", ".toml", ".ts", ".tsx", ".yml"})

LEFT_OUT: Final[Mapping[str, str]] = {
    r"CHANGELOG\.md|changelog\.d/.*": "what users read of a version that is out",
    r"tests/data/.*|docs/performance\.md": "recorded",
    r"playground/page/bundle/.*|playground/web/package.*\.json": "made by tools",
    r"tests/test_words\.py": "these words themselves",
}

# Nowhere, in no form: as a word, and as a part of a name (`_twins`, `TwinCheck`).
WORDS: Final[Mapping[str, str]] = {
    r"anew": "again",
    r"apologi[sz]e": "server_error",
    r"askers?": "requester",
    r"backstage|machinery": "bot_control, process_control",
    r"blackens?|blackened|blackening": "redact",
    r"blows?": "kill",
    r"boards?": "Cards",
    r"complaints?": "error body",
    r"contestants?": "subject",
    r"deeds?": "action",
    r"desks?": "services; in a sandbox: endpoint",
    r"doors?": "access link, endpoint, middleware, guard",
    r"efforts?": "settings",
    r"errands?": "deferred request; in a sandbox: call",
    r"frugal(ity)?": "request counts",
    r"headcounts?": "participants",
    r"heard|hears": "received, read",
    r"heed(s|ed)?": "sync",
    r"hopeless": "exhausted",
    r"hurry": "acknowledgements that wait",
    r"in vain": "failed, without success",
    r"indispensable": "required dependency",
    r"journeys?": "timeline",
    r"knowingly": "duplicate confirmed",
    r"lookalikes?": "find_created",
    r"lookers?": "poller",
    r"mend(s|ed|ing)?": "fix, recover",
    r"misread": "parse problem",
    r"noticers?": "session sync",
    r"nudgers?|nudging": "reminders",
    r"passengers?": "pending command",
    r"recall(s|ed)?": "get, restore",
    r"seat(s|ed)?": "join link, join target",
    r"shipments?": "outbox, outgoing message",
    r"spots?": "message reference",
    r"squeez(e|es|ed|ing)": "compress",
    r"stranded": "orphaned",
    r"(un)?told": "said, sent, shown, notified, given",
    r"(?<!round[ -])trips?": "round trip, pipeline",
    r"twins?": "duplicate",
    r"unfetchable": "CannotDownload",
    r"viewpoints?": "viewer",
    r"visitors?": "HTTP client",
    r"waking": "observable",
    r"whisper(s|ed|ing)?": "private message, send_private",
    r"whoever|whomever": "who, anyone who, the person who",
    r"wish(es|ed|ing)?": "request, coalescing",
}

# Ordinary English otherwise: not as a whole name in Python, with or without underscores before it.
NAMES: Final[Mapping[str, str]] = {
    r"Answered|Complaint|Spent": "ApizeeModel, ErrorBody, BudgetStatus",
    r"Assisted|Met|Line|Grain|grain|summed": "AssistanceRow, MeetingRow, Group, Granularity, aggregate",
    r"Calendar|calendar": "scheduler",
    r"Canvas|canvas|poorer|Sheet|sheet|[Dd]esktop": "RenderMode, fallback, Report, HomeData",
    r"Closed|TooLate|PersonGone|Overtaken|StoreAway|StoreSlow": "PostingBlocked, TriggerExpired, UserUnavailable …",
    r"Departure|Install(ations|edWorkspaces|ing|Pages)|leave|come_back": "AuthorizeRedirect, OAuthRoutes, start …",
    r"Entrance|entrance|SlackDoor|WebhookDoor": "Router, SlackEndpoint, WebhookEndpoint",
    r"FAMILIAR|released": "_DICTIONARY, decompress",
    r"Figures": "TodaySummary, SessionCounts",
    r"Follower|Looker|Pace": "CardUpdater, Poller, PollInterval",
    r"Garbled|Unanswered": "MalformedResponse, OutcomeUnknown",
    r"Kept\w+|keeping": "Saved…, persistence",
    r"Lives|\w+Lives": "…Simulation",
    r"Lookups|lookups|locating|refreshing": "queries, resolve, refresh",
    r"Origin|Place|Pointer": "ModalOrigin, Conversation, SessionRef",
    r"Passages?|passages?|Tap": "log entry, NotedTransport",
    r"Patience|done_patiently|in_time": "RetryPolicy, a timeout at the connection",
    r"Rooms?|rooms": "VideoProvider",
    r"Scenes?|scenes?|Stage|staged|on_stage": "view state, environment, step",
    r"Task|spot_details": "a dataclass for each deferred request",
    r"Trips|SharedTrips|SharingDocket|ride|fetch_the_others": "AutoPipelinedRedis, PipelinedDocket",
    r"Turns|let_pass|in_a_hurry|Wanted": "AckGate, yield_to_acks, request_redraw",
    r"Wire|wire|Unwired": "Transport, traffic log",
    r"Words|phrase|by_hand|as_typed|instead_of": "Translator, mark, fallback_form, unescape, replacing",
    r"draw": "update, redraw, render",
    r"pack|unpack": "seal_record, open_record, seal_text, open_text",
    r"give_up|closed_silently|taken_up|go_on": "on_exhausted, closed_without_notice, load_for_start, update",
    r"into_ticket|into_meeting": "AccessLinks.for_ticket, for_meeting",
    r"meanwhile|caution|guided|crowded": "in_background, refuse_real_secrets, main, many_listeners",
    r"prepared|refreshed": "prepare, fetch",
    r"remembered|remembering": "cached, seeding",
    r"Player|Way|entered|playing": "RunningSubject, Client",
}

# Functions of the bot's are named by what they do, not by what comes out; these were not.
FUNCTIONS: Final = re.compile(
    r"\bdef (?:_*(arrived|begun|cut|hear|heed|notice)|(invited|listed|prepared|refreshed|understood))\("
)

# Nor as the name of a file or of a folder.
PATHS: Final = re.compile(
    r"(^|/)(test_)?(aside|backstage|barriers|blackening|blows|calendar|caution|contestants|crowded|deeds|desk|doors?"
    r"|effort|errands|forgotten|frugality|guided|headcount|journeys?|keeping|lives|locating|looking|lookups|machinery"
    r"|meanwhile|misread|noticing|nudging|passes|patience|refreshing|remembering|said|scene|sentences|shapes"
    r"|shipments|squeezing|stage|taps|trips|turns|twice|twins|viewpoint|visitor|waking|whispers|wishes)(\.\w+|/)"
    r"|(^|/)(test_places|wire|words)\.py|sandbox/slack/(form|records|sender)\.py|sandbox/apizee/links\.py"
    r"|playground/(folder|memory)\.py|bot/(jobs|queue|watch|web)\.py|bot/app/(following|front|memory|vendors|work)\.py"
)

# A path, what a line there holds, and why it may.
ALLOWED: Final = (
    (r"playground/web/src/TopBar\.tsx", r"start.?anew", "a button's name, which users know"),
    (r"playground/web/src/.*", r"wire", "the region `Wire`, which users know"),
    (r"tests/browser/.*", r"\bwire\b", "likewise"),
    (r"playground/tour/.*", r"\b(Player|playing)\b", "plays the tour in a browser; the word went from the benchmarks"),
    (r"sandbox/apizee/accounts\.py", r"help.desk", "an agent's name at Apizee"),
    (r".*", r"asyncio\.Task|struct\.(un)?pack|status\.phrase", "Python's own names"),
    (r"tests/.*", r"st\.DrawFn|\bdraw\(|data\.draw", "hypothesis' own names"),
    (r"tests/store/test_keyring\.py", r'"asker":', "stored by an earlier version, and still read"),
    (r"tests/scenarios/crashes/test_versions\.py", r'"asker":|"errand:', "likewise"),
    (r"tests/jobs/test_strange_jobs\.py", r"errand", "a job that an earlier version added, and which is still run"),
    (
        r"bot/(deferred/kinds|store/sessions)/former\.py",
        r'"',
        "names in records that an earlier version stored, and which are still read",
    ),
    (
        r"bot/store/sealing/compression\.py",
        r"^ +b'",
        "a dictionary: what was compressed with it cannot be read without it",
    ),
    (r"bot/store/keys/\w+\.py", r'"heard"|webhooks-heard', "keys in Redis, which an earlier version wrote too"),
    (r"bot/store/keys/\w+\.py", r'"errand"', "a key of an earlier version, which is still read"),
    (r"bot/store/set_aside\.py", r'"told"', "a field of records, which an earlier version wrote too"),
    (
        r"(bot/jobs/tasks|tests/scenarios/who_may/everything_asks/test_jobs)\.py",
        r'"run_errand"',
        "a job that an earlier version added, and which is still run",
    ),
    (r"docs/redis-and-jobs\.md", r":heard:|webhooks-heard|:errand:|run_errand", "names of an earlier version"),
    (
        r"tests/scenarios/afterwards/statistics/test_days\.py",
        r":remembered:",
        "a key in Redis, which an earlier version wrote too",
    ),
    (r"(bot/policy|tests/policy)/.*", r"\bPlace\b", "where in Slack somebody is, as the policy sees it"),
    (r"tests/grammar/.*", r"\bWords\b", "what people typed beside a contact"),
)

_SPLIT: Final = re.compile(r"_+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORDS: Final = re.compile(rf"\b(?:{'|'.join(WORDS)})\b", re.IGNORECASE)
_NAMES: Final = re.compile(rf"_*(?:{'|'.join(NAMES)})")


def covered(path: str) -> bool:
    """Return whether a tracked file is read."""
    is_text = Path(path).suffix in READ or path in {"Makefile", "Procfile", ".ci/run"}
    return is_text and not any(re.fullmatch(one, path) for one in LEFT_OUT)


def old_words(path: str, text: str) -> Iterator[str]:
    """Yield each old word of a file, with its line and what is said instead."""
    lines = text.split("\n")
    found = [
        (number, match[0]) for number, line in enumerate(lines, 1) for match in _WORDS.finditer(_SPLIT.sub(" ", line))
    ]
    if path.endswith(".py"):
        found += [
            (token.start[0], token.string)
            for token in tokenize.generate_tokens(io.StringIO(text).readline)
            if token.type == tokenize.NAME and _NAMES.fullmatch(token.string)
        ]
    if path.startswith(("bot/", "handlers/")):
        found += [
            (number, match[1] or match[2]) for number, line in enumerate(lines, 1) for match in FUNCTIONS.finditer(line)
        ]
    for number, word in sorted(found, key=lambda one: one[0]):
        if not allowed(path, lines[number - 1]):
            yield f"{path}:{number}: {word} → {better(word)}"


def allowed(path: str, line: str) -> bool:
    """Return whether one of the exceptions is meant for this line."""
    return any(re.fullmatch(where, path) and re.search(what, line, re.IGNORECASE) for where, what, _ in ALLOWED)


def better(word: str) -> str:
    """Return what is said instead of an old word."""
    by_word = (said for old, said in WORDS.items() if re.fullmatch(old, word, re.IGNORECASE))
    by_name = (said for old, said in NAMES.items() if re.fullmatch(rf"_*(?:{old})", word))
    return next(by_word, None) or next(by_name, "a verb: what it does")


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("git says which files belong to the project")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S607  # git as it is on the path
    return [path for path in listed.stdout.splitlines() if (ROOT / path).is_file()]


def test_no_old_word_is_left_in_what_developers_read(tracked: list[str]) -> None:
    left = [found for path in filter(covered, tracked) for found in old_words(path, (ROOT / path).read_text("utf-8"))]
    assert not left, "\n".join(["docs/glossary.md has the words of this project:", *left])


def test_no_file_is_named_by_an_old_word(tracked: list[str]) -> None:
    assert [path for path in filter(covered, tracked) if PATHS.search(path)] == []


@pytest.mark.parametrize(("where", "what", "why"), ALLOWED)
def test_each_exception_is_needed(where: str, what: str, why: str, tracked: list[str]) -> None:
    lines = (
        line
        for path in tracked
        if re.fullmatch(where, path)
        for line in (ROOT / path).read_text("utf-8", "replace").splitlines()
    )
    assert any(re.search(what, line, re.IGNORECASE) for line in lines), why


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("a.py", "_twins = TwinCheck()\n", ["twins", "Twin"]),
        ("a.py", "# nobody was told, in vain\n", ["told", "in vain"]),
        ("a.py", "class Rooms: ...\n", ["Rooms"]),
        ("a.py", "# a meeting's room, and room for more; a wire\n", []),
        ("a.md", "A whisper to whoever asked.\n", ["whisper", "whoever"]),
        ("a.py", "desktop = keyboards, round_trips, recommended\n", ["desktop"]),
        ("a.ts", "const roundTrips = startAnew();\n", ["Anew"]),
    ],
)
def test_old_words_are_found_in_names_and_in_prose(path: str, text: str, words: list[str]) -> None:
    assert [found.split(": ")[1].split(" →")[0] for found in old_words(path, text)] == words
