"""Who gets past the guard: Slack, whole, on time and well-formed; nobody else, and nothing breaks it."""

from __future__ import annotations

import hashlib
import hmac
import json
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.received.verification import MOST_BYTES, Guard, RequestRejected

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOW = 1_700_000_000
FORM = "application/x-www-form-urlencoded"
COMMAND = urlencode({"command": "/assist", "text": "+33 6 62 68 21 93", "trigger_id": "1.2.abc"}).encode()

guard = Guard(SECRET, clock=lambda: NOW)


def signed(body: bytes, *, at: str = str(NOW), content_type: str = FORM, secret: str = SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"content-type": content_type, "x-slack-request-timestamp": at, "x-slack-signature": f"v0={digest}"}


def refusal(body: bytes, headers: dict[str, str], method: str = "POST") -> HTTPStatus:
    with pytest.raises(RequestRejected) as refused:
        guard.check(method, headers, body)
    return refused.value.status


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(COMMAND, FORM, id="a slash command"),
        pytest.param(COMMAND, f"{FORM.upper()} ; charset=utf-8", id="a form that names its charset"),
        pytest.param(urlencode({"payload": '{"type": "block_actions"}'}).encode(), FORM, id="a click"),
        pytest.param(b"ssl_check=1&token=x", FORM, id="Slack's check of the certificate"),
        pytest.param(b"text=hello", FORM, id="a form without a command"),
        pytest.param(b"", FORM, id="an empty form"),
        pytest.param(b'{"type": "url_verification", "challenge": "x"}', "application/json", id="an event"),
    ],
)
def test_what_slack_sends_passes(body: bytes, content_type: str) -> None:
    guard.check("POST", signed(body, content_type=content_type), body)


def test_slacks_own_example_of_a_signature_passes() -> None:
    # https://docs.slack.dev/authentication/verifying-requests-from-slack/
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    headers = {
        "content-type": FORM,
        "x-slack-request-timestamp": "1531420618",
        "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    }
    Guard("8f742231b10e8888abcd99yyyzzz85a5", clock=lambda: 1_531_420_618).check("POST", headers, body)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "OPTIONS", "post"])
def test_only_post_is_taken_and_the_answer_says_so(method: str) -> None:
    with pytest.raises(RequestRejected) as refused:
        guard.check(method, signed(COMMAND), COMMAND)
    assert refused.value.status is HTTPStatus.METHOD_NOT_ALLOWED
    assert refused.value.headers == {"Allow": "POST"}


def test_a_body_of_one_mebibyte_passes_and_one_more_byte_does_not() -> None:
    most = b"command=/assist&text=".ljust(MOST_BYTES, b"x")
    guard.check("POST", signed(most), most)
    assert refusal(most + b"x", signed(most + b"x")) is HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@pytest.mark.parametrize(
    ("announced", "status"),
    [
        (str(MOST_BYTES + 1), HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        ("-1", HTTPStatus.BAD_REQUEST),
        ("9" * 5000, HTTPStatus.BAD_REQUEST),
        ("many", HTTPStatus.BAD_REQUEST),
    ],
)
def test_a_body_announced_as_too_large_is_refused_unread(announced: str, status: HTTPStatus) -> None:
    with pytest.raises(RequestRejected) as refused:
        guard.check_head("POST", signed(b"") | {"content-length": announced})
    assert refused.value.status is status


@pytest.mark.parametrize("content_type", ["", "text/plain", "multipart/form-data; boundary=x", "application/jsonp"])
def test_other_content_types_are_refused(content_type: str) -> None:
    assert refusal(COMMAND, signed(COMMAND, content_type=content_type)) is HTTPStatus.UNSUPPORTED_MEDIA_TYPE


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_delivery_of_the_last_five_minutes_passes(seconds: int) -> None:
    guard.check("POST", signed(COMMAND, at=str(NOW + seconds)), COMMAND)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_late_delivery_and_one_from_the_future_are_refused(seconds: int) -> None:
    assert refusal(COMMAND, signed(COMMAND, at=str(NOW + seconds))) is HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize("timestamp", ["", "now", f"{NOW}.5", f"-{NOW}", "٣" * 10, "9" * 5000, "1e9", f" {NOW}"])
def test_a_timestamp_that_is_no_number_is_refused(timestamp: str) -> None:
    assert refusal(COMMAND, signed(COMMAND, at=timestamp)) is HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize("missing", ["x-slack-request-timestamp", "x-slack-signature"])
def test_a_request_that_nobody_signed_is_refused(missing: str) -> None:
    headers = signed(COMMAND)
    del headers[missing]
    assert refusal(COMMAND, headers) is HTTPStatus.UNAUTHORIZED


def test_a_request_signed_with_another_secret_is_refused() -> None:
    assert refusal(COMMAND, signed(COMMAND, secret="guessed")) is HTTPStatus.UNAUTHORIZED


def test_a_signature_does_not_serve_for_another_moment() -> None:
    headers = signed(COMMAND, at=str(NOW - 10)) | {"x-slack-request-timestamp": str(NOW)}
    assert refusal(COMMAND, headers) is HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(b"command=\xff", FORM, id="not UTF-8"),
        pytest.param(b"", "application/json", id="empty JSON"),
        pytest.param(b"payload=", FORM, id="an empty payload"),
        pytest.param(b"payload=%7B", FORM, id="a payload cut short"),
        pytest.param(b"payload=[]", FORM, id="a payload that is a list"),
        pytest.param(b"payload={}&payload=[]", FORM, id="two payloads of which the last is wrong"),
        pytest.param(b'{"half": &command=/assist', FORM, id="a form that looks like JSON"),
        pytest.param(b"{", "application/json", id="JSON cut short"),
        pytest.param(b"[]", "application/json", id="a list"),
        pytest.param(b"null", "application/json", id="null"),
        pytest.param(b"[" * 100_000, "application/json", id="JSON without a bottom"),
        pytest.param(b'{"n": ' + b"9" * 5000 + b"}", "application/json", id="a number without an end"),
        pytest.param(b"\xef\xbb\xbf{}", "application/json", id="JSON behind a byte order mark"),
    ],
)
def test_a_signed_body_that_is_neither_form_nor_json_object_is_refused(body: bytes, content_type: str) -> None:
    assert refusal(body, signed(body, content_type=content_type)) is HTTPStatus.BAD_REQUEST


def test_a_guard_without_a_secret_is_not_made() -> None:
    with pytest.raises(ValueError, match="secret"):
        Guard("")


def test_a_refusal_does_not_repeat_what_was_sent() -> None:
    with pytest.raises(RequestRejected) as refused:
        guard.check("POST", signed(COMMAND) | {"x-slack-signature": "v0=5ec7e7"}, COMMAND)
    assert str(refused.value) == "401 wrong signature"


header_names = st.sampled_from(["content-type", "content-length", "x-slack-request-timestamp", "x-slack-signature"])
likely_values = st.sampled_from([FORM, "application/json", str(NOW), "0", "v0="])


@given(
    method=st.sampled_from(["POST", "GET", ""]),
    headers=st.dictionaries(header_names, likely_values | st.text()),
    body=st.binary(),
)
def test_whatever_strangers_send_is_refused_and_nothing_else_happens(
    method: str, headers: dict[str, str], body: bytes
) -> None:
    with pytest.raises(RequestRejected) as refused:
        guard.check(method, headers, body)
    assert 400 <= refused.value.status < 500


@given(st.lists(st.text("ab=&+%4é20cC3A9;\ufffd") | st.sampled_from(["a=b", "%C3", "%26", "a=%2B1+2"])).map("&".join))
def test_a_form_is_read_as_the_standard_library_reads_it(form: str) -> None:
    body = form.encode()
    assert guard.check("POST", signed(body), body) == dict(parse_qsl(form, keep_blank_values=True))


@given(body=st.binary() | st.text().map(str.encode), content_type=st.sampled_from([FORM, "application/json"]))
def test_whatever_is_signed_either_passes_or_is_refused_as_malformed(body: bytes, content_type: str) -> None:
    try:
        guard.check("POST", signed(body, content_type=content_type), body)
    except RequestRejected as refused:
        assert refused.status is HTTPStatus.BAD_REQUEST  # noqa: PT017  # either outcome is right


@pytest.mark.parametrize(
    ("escaped", "text"),
    [
        (r"\ud83d\ude00", "😀"),
        (r"\ud83d", "\ufffd"),
        (r"\uDE00\uD83D", "\ufffd\ufffd"),
        (r"\ud83d\ud83d\ude00", "\ufffd😀"),
        (r"\\ud83d", r"\ud83d"),
        (r"\\\ud83d", "\\\ufffd"),
    ],
)
def test_half_a_character_becomes_the_sign_for_an_unknown_one(escaped: str, text: str) -> None:
    body = urlencode({"payload": f'{{"text": "{escaped}"}}'}).encode()
    assert guard.check("POST", signed(body), body) == {"text": text}


@given(text=st.text(st.characters()))  # with halves of surrogate pairs
def test_whatever_passes_can_be_written_down(text: str) -> None:
    body = urlencode({"payload": json.dumps({text: [text]})}).encode()
    json.dumps(guard.check("POST", signed(body), body), ensure_ascii=False).encode()


@given(value=st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers() | st.text() | st.none()))
def test_every_json_object_that_is_signed_passes(value: dict[str, object]) -> None:
    event = json.dumps(value).encode()
    guard.check("POST", signed(event, content_type="application/json"), event)
    click = urlencode({"payload": json.dumps(value)}).encode()
    guard.check("POST", signed(click), click)


@given(at=st.integers(0, len(COMMAND) * 8 - 1))
def test_a_request_with_a_single_flipped_bit_is_refused(at: int) -> None:
    flipped = bytearray(COMMAND)
    flipped[at // 8] ^= 1 << at % 8
    assert refusal(bytes(flipped), signed(COMMAND)) is HTTPStatus.UNAUTHORIZED


@given(at=st.integers(0, 66), character=st.characters(codec="latin-1"))
def test_a_signature_with_a_single_changed_character_is_refused(at: int, character: str) -> None:
    headers = signed(COMMAND)
    right = headers["x-slack-signature"]
    changed = right[:at] + character + right[at + 1 :]
    if changed != right:
        assert refusal(COMMAND, headers | {"x-slack-signature": changed}) is HTTPStatus.UNAUTHORIZED
