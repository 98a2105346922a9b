"""Whatever shape a refusal has, its reason is shown."""

from __future__ import annotations

import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.apizee.answers.error_bodies import ErrorBody, is_error_body, parse_error_body
from bot.apizee.client import Apizee
from bot.apizee.errors import Forbidden, Refused
from bot.model.people import Contact
from tests.apizee.conftest import FakeApizee

REASON = "The selected phone field is invalid."


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"code": 10, "message": REASON, "details": "Parameter phone"}, ErrorBody(10, REASON, "Parameter phone")),
        ({"code": "10", "message": REASON}, ErrorBody(10, REASON)),
        ({"error": REASON}, ErrorBody(None, REASON)),
        ({"error": {"code": 10, "message": REASON, "details": "phone"}}, ErrorBody(10, REASON, "phone")),
        ({"status": "error", "error": {"message": {"phone": [REASON]}}}, ErrorBody(None, REASON)),
        ({"errors": [{"message": REASON, "code": 10}]}, ErrorBody(10, REASON)),
        ({"errors": {"phone": [REASON, "It is too short."]}}, ErrorBody(None, REASON)),
        ({"error": "invalid_grant", "error_description": REASON}, ErrorBody(None, REASON)),
        ({"message": "", "details": REASON}, ErrorBody(None, REASON)),
        ({"message": None, "error": None, "details": None}, ErrorBody()),
        ([REASON], ErrorBody(None, REASON)),
        ([[], {"message": REASON}], ErrorBody(None, REASON)),
        (REASON, ErrorBody(None, REASON)),
        ({"title": "Bad request", "detail": REASON}, ErrorBody(None, "Bad request", REASON)),
        ({"message": "<p>Not <b>this</b> one</p>"}, ErrorBody(None, "Not this one")),
        ({"code": True, "message": 5}, ErrorBody()),
        (None, ErrorBody()),
        (7, ErrorBody()),
    ],
)
def test_the_reason_is_found_in_any_shape(said: object, expected: ErrorBody) -> None:
    assert parse_error_body(json.dumps(said).encode()) == expected


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (REASON.encode(), REASON),
        (b"  two\r\nlines \x00", "two lines"),
        (b"<html><h1>Bad Request</h1></html>", ""),
        (b"<!DOCTYPE html>...", ""),
        (b"", ""),
        (b"x" * 5000, "x" * 300),
        (b"[" * 100_000, "[" * 300),
    ],
)
def test_a_reason_may_be_plain_text_but_no_page(body: bytes, message: str) -> None:
    assert parse_error_body(body).message == message


async def test_an_error_that_calls_itself_a_success_is_a_refusal(apizee: Apizee, remote: FakeApizee) -> None:
    remote.will_answer(httpx.Response(200, json={"code": 2, "message": "Forbidden", "details": "Feature tickets"}))
    with pytest.raises(Forbidden):
        await apizee.create_ticket(agent="agent1", contact=Contact("+33662682193"), reference="1")


async def test_the_details_speak_where_there_is_no_message(apizee: Apizee, remote: FakeApizee) -> None:
    remote.will_answer(httpx.Response(422, json={"errors": {"agent": ["Unknown login"]}}))
    with pytest.raises(Refused) as raised:
        await apizee.create_ticket(agent="agent1", contact=Contact("+33662682193"), reference="1")
    assert raised.value.message == "Unknown login"


def test_data_are_no_refusal() -> None:
    listed: list[object] = [
        {"id": 1, "error": "x"},
        {"data": [], "message": "fine", "code": 0},
        [],
        {"message": "hello"},
    ]
    for data in listed:
        assert not is_error_body(json.dumps(data).encode())


@given(st.binary())
def test_any_bytes_are_borne(body: bytes) -> None:
    assert len(parse_error_body(body).message) <= 300
    is_error_body(body)
