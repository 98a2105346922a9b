"""Webhooks as Apizee documents them are understood; everything else does no harm."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.apizee.webhooks import Malformed, Webhook, parse
from bot.model import Milestone, Step

AT = 1_700_000_000


def webhook(**about: object) -> bytes:
    return json.dumps({"event": "update", "time": AT, **about}).encode()


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("ticket.invitationClicked", Step.LINK_OPENED),
        ("consent.accepted", Step.CONSENTED),
        ("mediaDevice.cameraAllowed", Step.CAMERA_ALLOWED),
        ("session.established", Step.CONNECTED),
        ("session.userLeft", Step.LEFT),
    ],
)
def test_the_steps_of_a_customer_are_known(name: str, step: Step) -> None:
    body = webhook(object="conversationevent", objectId=82070, props={"eventType": name})
    assert parse(body) == Webhook(ticket=82070, milestone=Milestone(step, AT))


@pytest.mark.parametrize(
    ("about", "meant"),
    [
        ({"object": "ticket", "objectId": 82070, "props": {"state": "done"}}, Webhook(ticket=82070)),
        ({"object": "ticket", "objectId": "82070"}, Webhook(ticket=82070)),
        ({"object": "ticket", "objectId": 82070, "props": {"eventType": "consent.accepted"}}, Webhook(ticket=82070)),
        ({"object": "conversationevent", "objectId": 7, "props": {"eventType": "ticket.cancelled"}}, Webhook(ticket=7)),
        ({"object": "conversationevent", "objectId": 7, "props": {"eventType": "media.pictureTaken"}}, None),
        ({"object": "conversationevent", "objectId": 7}, None),
        ({"object": "ticket", "objectId": 7, "event": "create"}, None),
        ({"object": "ticket", "objectId": 7, "event": None}, Webhook(ticket=7)),
        ({"object": "conversation", "objectId": 7, "props": {"name": "Site visit"}}, Webhook(meeting="Site visit")),
        ({"object": "conversation", "objectId": 7}, None),
        ({"object": "media", "objectId": 7}, Webhook(media=True)),
        ({"object": "smsmessage", "objectId": 7}, None),
        ({"object": "hologram", "objectId": 7}, None),
        ({"object": "ticket"}, None),
    ],
)
def test_what_a_webhook_points_at(about: dict[str, object], meant: Webhook | None) -> None:
    assert parse(webhook(**about)) == meant


def test_a_meetings_name_stays_out_of_logs() -> None:
    assert "Site visit" not in repr(parse(webhook(object="conversation", props={"name": "Site visit"})))


@given(st.binary())
def test_any_bytes_are_understood_or_refused(body: bytes) -> None:
    with suppress(Malformed):
        parse(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(object_=st.sampled_from(["ticket", "conversation", "conversationevent", "media"]), object_id=JSON, props=JSON)
def test_odd_values_do_no_harm(object_: str, object_id: object, props: object) -> None:
    found = parse(webhook(object=object_, objectId=object_id, props=props))
    assert found is None or isinstance(found, Webhook)
