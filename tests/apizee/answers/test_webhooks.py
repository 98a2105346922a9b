"""Webhooks as Apizee documents them are understood; everything else does no harm."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.apizee.webhooks import Malformed, Subject, Unknown, Webhook, parse
from bot.model.session.timeline import Milestone, Step

AT = 1_700_000_000


def webhook(**about: object) -> bytes:
    return json.dumps({"event": "update", "time": AT, **about}).encode()


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("ticket.invitationClicked", Step.LINK_OPENED),
        ("consent.accepted", Step.CONSENTED),
        ("mediaDevice.cameraAllowed", Step.CAMERA_ALLOWED),
        ("mediaDevice.micAllowed", Step.MICROPHONE_ALLOWED),
        ("mediaDevice.micDisallowed", Step.MICROPHONE_REFUSED),
        ("session.established", Step.CONNECTED),
        ("media.pictureTaken", Step.PHOTO_TAKEN),
        ("session.userLeft", Step.LEFT),
        ("survey.answered", Step.SURVEY_ANSWERED),
    ],
)
def test_the_steps_of_a_customer_are_known(name: str, step: Step) -> None:
    body = webhook(object="conversationevent", objectId=82070, props={"eventType": name})
    assert parse(body, received_at=AT) == Webhook(ticket=82070, milestone=Milestone(step, AT))


@pytest.mark.parametrize(
    ("about", "meant"),
    [
        ({"object": "ticket", "objectId": 82070, "props": {"state": "done"}}, Webhook(ticket=82070)),
        ({"object": "ticket", "objectId": "82070"}, Webhook(ticket=82070)),
        ({"object": "ticket", "objectId": 82070, "props": {"eventType": "consent.accepted"}}, Webhook(ticket=82070)),
        ({"object": "conversationevent", "objectId": 7, "props": {"eventType": "ticket.cancelled"}}, Webhook(ticket=7)),
        ({"object": "conversationevent", "objectId": 7, "props": {"eventType": "media.pictureSent"}}, None),
        ({"object": "ticket", "objectId": 7, "event": "create"}, None),
        ({"object": "ticket", "objectId": 7, "event": None}, Webhook(ticket=7)),
        ({"object": "conversation", "objectId": 7, "props": {"name": "Site visit"}}, Webhook(meeting="Site visit")),
        (
            {"object": "conversation", "props": {"name": "A", "eventType": "conversationEnded"}},
            Webhook(meeting="A", ended=True),
        ),
        ({"object": "conversation", "objectId": 7}, None),
        ({"object": "media", "objectId": 7}, Webhook(media=True)),
        ({"object": "smsmessage", "objectId": 7}, None),
    ],
)
def test_what_a_webhook_points_at(about: dict[str, object], meant: Webhook | None) -> None:
    assert parse(webhook(**about), received_at=AT) == meant


@pytest.mark.parametrize(
    ("webhook", "subject"),
    [
        (Webhook(ticket=7), Subject.ASSISTANCE),
        (Webhook(conversation="uid"), Subject.ASSISTANCE),
        (Webhook(meeting="Site visit"), Subject.MEETING_START),
        (Webhook(meeting="Site visit", ended=True), Subject.MEETING_END),
        (Webhook(media=True), None),
    ],
)
def test_each_webhook_counts_for_what_it_is_about(webhook: Webhook, subject: Subject | None) -> None:
    assert webhook.subject is subject


def test_a_meetings_name_stays_out_of_logs() -> None:
    assert "Site visit" not in repr(parse(webhook(object="conversation", props={"name": "Site visit"}), received_at=AT))


@given(st.binary())
def test_any_bytes_are_understood_or_refused(body: bytes) -> None:
    with suppress(Malformed, Unknown):
        parse(body, received_at=AT)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(object_=st.sampled_from(["ticket", "conversation", "conversationevent", "media"]), object_id=JSON, props=JSON)
def test_odd_values_do_no_harm(object_: str, object_id: object, props: object) -> None:
    with suppress(Unknown):
        found = parse(webhook(object=object_, objectId=object_id, props=props), received_at=AT)
        assert found is None or isinstance(found, Webhook)


RECEIVED_AT = AT + 60.0


@pytest.mark.parametrize(
    ("time", "at"),
    [
        (AT, AT),
        (str(AT), AT),
        (AT * 1000, AT),
        (str(AT * 1000), AT),
        (AT + 0.5, AT + 0.5),
        ("2023-11-14T22:13:20Z", AT),
        ("2023-11-14T23:13:20+01:00", AT),
        ("2023-11-14 22:13:20", AT),
        (None, RECEIVED_AT),
        ("yesterday", RECEIVED_AT),
        (-1, RECEIVED_AT),
        (0, RECEIVED_AT),
        (10**400, RECEIVED_AT),
        ([AT], RECEIVED_AT),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_however_a_webhook_tells_the_time_it_is_a_reason_to_look(time: object, at: float) -> None:
    about = {"object": "conversationevent", "objectId": 7, "props": {"eventType": "consent.accepted"}, "time": time}
    found = parse(json.dumps(about).encode(), received_at=RECEIVED_AT)
    assert found == Webhook(ticket=7, milestone=Milestone(Step.CONSENTED, at))


def test_a_webhook_without_a_time_is_a_reason_to_look() -> None:
    body = json.dumps({"object": "conversationevent", "objectId": 7, "props": {"eventType": "ticket.completed"}})
    assert parse(body.encode(), received_at=AT) == Webhook(ticket=7)


UID = "88a2c81a-2b5a-496f-8546-0d7bdde8"


@pytest.mark.parametrize(
    ("data", "meant"),
    [
        ({"objectId": 7}, Webhook(ticket=7)),
        ({"ticketId": "7"}, Webhook(ticket=7)),
        ({"ticket": {"id": 7}}, Webhook(ticket=7)),
        ({"id": 7, "state": "inprogress"}, Webhook(ticket=7)),
        ({"ticket_id": 7, "conversationId": UID}, Webhook(ticket=7)),
        ({"conversationId": UID}, Webhook(conversation=UID)),
        ({"objectId": UID}, Webhook(conversation=UID)),
    ],
)
def test_the_envelope_of_session_events_is_read_too(data: dict[str, object], meant: Webhook) -> None:
    said = {"id": "e-1", "eventName": "ticket.sessionStarted", "timestamp": AT * 1000, "source": "apizee", "data": data}
    assert parse(json.dumps(said).encode(), received_at=AT) == meant


def test_a_uid_names_the_conversation_of_a_ticket() -> None:
    body = webhook(object="conversationevent", objectId=UID, props={"eventType": "session.userLeft"})
    assert parse(body, received_at=AT) == Webhook(conversation=UID, milestone=Milestone(Step.LEFT, AT))
    assert UID not in repr(parse(body, received_at=AT))


@pytest.mark.parametrize("name", ["ticket.sessionCompleted", "ticket.completed", "ticket.sessionClosed"])
def test_abbreviated_names_are_read_both_ways(name: str) -> None:
    body = webhook(object="conversationevent", objectId=7, props={"eventType": name})
    assert parse(body, received_at=AT) == Webhook(ticket=7)


@pytest.mark.parametrize(
    ("about", "label"),
    [
        ({"object": "hologram", "objectId": 7}, "other"),
        ({"object": "+33612345678", "objectId": 7}, "other"),
        ({"object": "ticket"}, "ticket"),
        ({"object": "ticket", "objectId": {}}, "ticket"),
        ({"object": "conversationevent", "objectId": 7}, "conversationevent"),
        ({"object": "conversationevent", "objectId": 7, "props": {"eventType": "lunch.served"}}, "conversationevent"),
        ({"object": "conversationevent", "props": {"eventType": "consent.accepted"}}, "conversationevent"),
    ],
)
def test_what_is_not_understood_says_what_it_is_about_in_few_words(about: dict[str, object], label: str) -> None:
    with pytest.raises(Unknown) as raised:
        parse(webhook(**about), received_at=AT)
    assert raised.value.object == label


@pytest.mark.parametrize("body", [b"{}", b"[]", b"null", b'{"object": 1}', b'{"event": "update", "time": 1}'])
def test_what_is_about_nothing_is_no_webhook(body: bytes) -> None:
    with pytest.raises(Malformed):
        parse(body, received_at=AT)
