"""What fails before a listener has it is answered where the person is."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, cast

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.model.errors import StoreUnavailable
from bot.slack.received.interactions import Submission
from bot.web.slack import Dispatcher, Listeners
from handlers import errors
from handlers.services import Services

FORM = {
    "type": "view_submission",
    "team": {"id": "T1"},
    "user": {"id": "U1"},
    "view": {
        "id": "V1",
        "callback_id": "form",
        "state": {"values": {"contact": {"contact": {"value": "+33662682193"}}, "reference": {"reference": {}}}},
    },
}


async def test_a_form_that_cannot_be_taken_in_now_stays_open_with_what_was_typed() -> None:
    async def away(_team: str, _organisation: str) -> None:
        raise StoreUnavailable

    async def listen(ack: AsyncAck, _submission: Submission) -> None:
        await ack()

    names = {"assist_command": "/assist"}
    listeners = Listeners()
    listeners.view("form")(listen)
    errors.register(listeners, Services(**{one.name: cast("Any", names.get(one.name)) for one in fields(Services)}))
    answer = json.loads((await Dispatcher(away, listeners).answer(FORM)).body)
    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == ["contact"]
