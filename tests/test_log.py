"""An operator who reads the logs can follow a session by its ids, and meets no customer and no secret there."""

from __future__ import annotations

import io
import json
import logging
import re
import time
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog
from hypothesis import example, given
from hypothesis import strategies as st
from slack_bolt.middleware.request_verification.async_request_verification import AsyncRequestVerification

from bot.log import bound, configure, get_logger, redact

Format = Literal["console", "json"]


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """Give pytest its handlers back, and the other stories their log."""
    before = structlog.get_config()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.configure(**before)


def lines_of(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("SMS to +33662682193 sent", "SMS to [phone] sent"),
        ("to:+33 6 62 68 21 93.", "to:[phone]."),
        ("+33662682193th", "[phone]th"),
        ("+33 (0)6-62-68-21-93", "[phone]"),
        ("0033 6 62 68 21 93", "[phone]"),
        ("06 62 68 21 93", "[phone]"),
        ("06.62.68.21.93", "[phone]"),
        ("06\u00a062\u00a068\u00a021\u00a093", "[phone]"),
        ("06·62·68·21·93", "[phone]"),
        ("06\u201562\u201568\u201521\u201593", "[phone]"),
        ("+33\u202d6\u00ad62\u200d682193", "[phone]"),
        ("phone:0612345678,", "phone:[phone],"),
        ("phone=33662682193", "phone=[phone]"),
        ("phone=%2B33662682193&invite=1", "phone=[phone]&invite=1"),
        ("call (415) 555-0123 now", "call [phone] now"),
        ("mail jeanne.doe+x@client.com!", "mail [e-mail]!"),
        ("email=jeanne%40client.com", "email=[e-mail]"),
        ("élise@société.fr", "[e-mail]"),
        ("token xoxb-123-456-abcDEF", "token [secret]"),
        ("xapp-1-A1-22-ff and xoxe.xoxp-1-Mi0", "[secret] and [secret]"),
        ("Authorization: Bearer xyzaaa-2f0f.44=", "Authorization: Bearer [secret]"),
        ("{'access_token': 'abc', 'expires_in': 86400}", "{'access_token': '[secret]', 'expires_in': 86400}"),
        ('{"password": "hunter2"}', '{"password": "[secret]"}'),
        ("grant_type=password&username=u&password=hunter2", "grant_type=password&username=u&password=[secret]"),
        ("https://cloud.apizee.com?access_token=eyJ0.a.b", "https://cloud.apizee.com?[secret]"),
        ("<https://diag.apizee.com?convId=88a2c81a&pwd=798042>", "<https://diag.apizee.com?[secret]>"),
        ("convId=88a2c81a-2b5a pwd=798042", "convId=[secret] pwd=[secret]"),
        ("https://meet.apizee.com/private/7a3d/5c31?name=Jo", "https://meet.apizee.com/private/[secret]?[secret]"),
        ("https://apz.fr/d6Nx453elx", "https://apz.fr/[secret]"),
        ("GET /join/gAAAAABm-x_y= 200", "GET /join/[secret] 200"),
        ("https://hooks.slack.com/commands/T1/22/abc", "https://hooks.slack.com/[secret]"),
        ("rediss://:s3cr3t@localhost:6379/0", "rediss://[secret]@localhost:6379/0"),
        ("sealed gAAAAABm8x-y_z==", "sealed [secret]"),
        ("eyJ0eXAi.eyJpc3Mi.L4_x", "[secret]"),
    ],
)
def test_people_and_secrets_are_masked(said: str, written: str) -> None:
    assert redact(said) == written


@pytest.mark.parametrize(
    "said",
    [
        "card 1700000000.123456 in C024BE91L",
        "at 1700000000, in ms 1700000000123",
        "ticket 82070, conference 842341, tickets 663614 and 1234567",
        "session 9f86d081884c7d65 of T024BE7LH",
        "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        "12345678-4f89-41d3-9a0c-0305e82c3301",
        "2023-07-12T15:48:11+00:00",
        "2023-07-12 15:48:11.123456 and 08:12:09.123456",
        "from 192.168.100.200:3000",
        "in 0.12345678 s",
        "slack:T024BE7LH:C024BE91L:1700000000.123456",
        "https://cloud.apizee.com/api/tickets/82070",
        "status 429, retry in 30 s",
    ],
)
def test_ids_and_times_stay_readable(said: str) -> None:
    assert redact(said) == said


@given(st.text(), st.text())
@example("", "\n")
def test_a_number_is_masked_wherever_a_space_sets_it_apart(before: str, after: str) -> None:
    assert "662682193" not in redact(f"{before} +33662682193 {after}")


@given(st.text())
def test_what_was_masked_once_is_not_masked_again(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize(
    "nasty",
    [
        "a" * 100_000,
        "a." * 50_000,
        "1 " * 50_000,
        "(" * 100_000,
        "https://" * 12_000,
        "eyJ-" * 25_000,
        "token " * 15_000,
        "a@" * 50_000,
    ],
)
def test_masking_a_long_text_stays_quick(nasty: str) -> None:
    began = time.process_time()

    redact(nasty)

    assert time.process_time() - began < 2


def test_events_carry_the_ids_they_belong_to() -> None:
    configure("INFO", "json", stream := io.StringIO())
    log = get_logger("bot.jobs")

    with bound(team="T1", session="9f86d081"):
        log.info("invitation sent", ticket=82070)
    log.info("idle")

    invited, idle = lines_of(stream)
    assert invited["event"] == "invitation sent"
    assert (invited["team"], invited["session"], invited["ticket"]) == ("T1", "9f86d081", 82070)
    assert (invited["level"], invited["logger"]) == ("info", "jobs")
    assert "team" not in idle


@pytest.mark.parametrize("fmt", ["console", "json"])
def test_no_customer_is_in_any_line_however_it_gets_there(fmt: Format) -> None:
    configure("INFO", fmt, stream := io.StringIO())
    log = get_logger("bot")

    log.info("to +33662682193", guests=["j@client.com", {"j@client.com": ("0662682193",)}], path=b"0662682193")
    logging.getLogger("a.library").warning("POST %s %s", "/tickets?phone=%2B33662682193", {"email": "j@client.com"})
    for logger in (log, logging.getLogger("a.library")):
        try:
            raise ValueError("+33662682193", "j@client.com")  # noqa: TRY301  # as a library would raise it
        except ValueError:
            logger.exception("failed")

    written = stream.getvalue()
    assert written.count("[phone]") >= 5
    assert written.count("ValueError") >= 2
    assert "662682193" not in written
    assert "client.com" not in written


@pytest.mark.parametrize(
    ("module", "whose"),
    [
        ("bot.apizee.transport", "apizee"),
        ("bot.web.webhooks", "apizee"),
        ("bot.slack.web_api", "slack"),
        ("bot.web.slack", "slack"),
        ("handlers.errors", "slack"),
        ("bot.jobs.attempts", "jobs"),
        ("bot.sessions.following.sync", "sessions"),
        ("audit", "audit"),
        ("bot", "bot"),
    ],
)
def test_a_line_says_whose_it_is(module: str, whose: str) -> None:
    configure("INFO", "json", stream := io.StringIO())
    get_logger(module).info("something")
    assert lines_of(stream)[0]["logger"] == whose


def fails() -> None:
    try:
        raise KeyError("first")  # noqa: TRY301  # as a library would raise it
    except KeyError as error:
        message = "two\nlines of +33662682193"
        raise ValueError(message) from error


@pytest.mark.parametrize("fmt", ["console", "json"])
def test_an_error_is_one_line_which_says_where_it_was_raised(fmt: Format) -> None:
    configure("INFO", fmt, stream := io.StringIO())
    for logger in (get_logger("bot"), logging.getLogger("a.library")):
        try:
            fails()
        except ValueError as error:
            logger.exception("failed\nhere")
            logger.warning("failed", exc_info=error)

    lines = stream.getvalue().splitlines()
    assert len(lines) == 4
    for line in lines:
        assert "ValueError: two lines of [phone]" in line
        assert "KeyError: 'first'" in line
        assert re.search(r"test_log\.py:\d+ fails", line)


def test_the_console_is_coloured_only_where_somebody_looks() -> None:
    configure("INFO", "console", stream := io.StringIO())

    get_logger("bot").info("started")

    assert "\x1b" not in stream.getvalue()


def test_only_what_is_asked_for_is_written() -> None:
    configure("WARNING", "json", stream := io.StringIO())

    get_logger("bot").info("detail")
    logging.getLogger("a.library").info("detail")
    get_logger("bot").warning("trouble")

    assert [line["event"] for line in lines_of(stream)] == ["trouble"]


def test_libraries_that_log_too_much_are_silent_even_when_debugging() -> None:
    configure("DEBUG", "json", stream := io.StringIO())

    AsyncRequestVerification("secret").logger.error("Invalid request signature detected (body: token=…)")
    logging.getLogger("uvicorn.access").critical("GET /join/…")
    logging.getLogger("httpx").info("HTTP Request: POST …/tickets?phone=…")
    logging.getLogger("docket.worker").info("start('9f86d081')")
    logging.getLogger("docket.dependencies").error("start('9f86d081') has to wait")
    logging.getLogger("slack_sdk.web.async_base_client").debug("Sending a request")
    logging.getLogger("fontTools.subset").info("Glyph names: ['É', 'l', 'o', 'd', 'i', 'e']")
    logging.getLogger("docket.worker").warning("worker is late")
    get_logger("bot").debug("written")

    assert [line["event"] for line in lines_of(stream)] == ["worker is late", "written"]


def test_the_last_configuration_counts() -> None:
    configure("INFO", "json", first := io.StringIO())
    configure("INFO", "json", second := io.StringIO())

    get_logger("bot").info("once")

    assert first.getvalue() == ""
    assert len(lines_of(second)) == 1
