"""The documentation's own examples as a part of the world: seed data for demonstrations and tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sandbox.apizee.meetings import API_PERSON, MEETING_SERVICE_KEY
from sandbox.apizee.model import (
    Agent,
    Conference,
    ConferenceStatus,
    Location,
    Medium,
    Meeting,
    Person,
    Step,
    Ticket,
    TicketState,
)
from sandbox.apizee.pictures.photos import JPEG, MP4, content_of
from sandbox.apizee.records import Records
from sandbox.apizee.simulation import BUTTON_ID, TICKET_SERVICE_KEY

_DOCTOR = Person(2899, "Dr Doe")
_PHONE = "+33612345678"


def put_documentation_examples(records: Records, agent: Agent) -> None:
    """Tickets 663614 and 821793 of this agent, conference 842341 with its past session, and their media."""
    records.tickets |= {ticket.id: ticket for ticket in (_searched_ticket(agent), _counted_ticket(agent))}
    records.conferences[842341] = _conference()
    records.meetings.append(_meeting())
    records.changed()


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _searched_ticket(agent: Agent) -> Ticket:
    photo_hash, recording_hash = "445f0780-b2fc-11ed-89d4-09e76cc8a403", "4b6c0600-b2fc-11ed-afc2-a9d424af1014"
    photo_place = Location(48.7703337, -3.5149756)
    return Ticket(
        id=663614,
        agent=agent,
        contacts=(_PHONE,),
        reference="ref12345678",
        created=_at("2023-02-22T21:56:34"),
        modified=_at("2023-07-13T15:49:19"),
        start_time=_at("2023-02-22T21:56:45"),
        end_time=_at("2023-02-22T22:12:18"),
        service_key=TICKET_SERVICE_KEY,
        button_id=BUTTON_ID,
        conversation_id="3efcffcc-abc6-4917-b822-e659ea26",
        password="908120",  # noqa: S106  # the documentation's
        short_code="d6Nx453elx",
        invited=True,
        state=TicketState.DONE,
        step=Step.OVER,
        call=timedelta(minutes=15, seconds=33),
        media=(
            _medium(
                1973403, photo_hash, "diag_snapshot_1677103206155", JPEG, _at("2023-02-22T22:00:06"), agent, photo_place
            ),
            _medium(1973404, recording_hash, "ysExSVPf-2552-477", MP4, _at("2023-02-22T22:12:18"), agent),
        ),
    )


def _counted_ticket(agent: Agent) -> Ticket:
    start = _at("2023-07-13T18:03:13")
    photo_hash = "96a1a0de-21a7-11ee-be56-0242ac120002"
    return Ticket(
        id=821793,
        agent=agent,
        contacts=(_PHONE,),
        reference="1234",
        created=start,
        modified=start,
        start_time=start,
        end_time=_at("2023-07-13T18:33:13"),
        service_key=TICKET_SERVICE_KEY,
        button_id=BUTTON_ID,
        conversation_id="88a2c81a-2b5a-496f-8546-0d7bdde8",
        password="798042",  # noqa: S106  # the documentation's
        short_code="k7Pq201ywz",
        invited=True,
        state=TicketState.DONE,
        step=Step.OVER,
        call=timedelta(seconds=335),
        media=(_medium(2343100, photo_hash, "diag_snapshot_1689271393000", JPEG, start, agent),),
    )


def _conference() -> Conference:
    made = _at("2023-07-13T16:21:57")
    return Conference(
        id=842341,
        name="TEST XX",
        created=made,
        modified=_at("2023-07-13T16:23:36"),
        start_time=made,
        end_time=_at("2023-07-13T17:21:57"),
        room="7a3dc7993234907508525829e02f2388:5c310ee2210c24730a12929e1ec10a21",
        short_code="5lKzrPDXWQ",
        sip_phone_number="+33 2 57 57 97 61",
        sip_dtmf_code="031092",
        organizer=Person(2899231, "Dr Doe"),
        created_by=API_PERSON,
        moderator=_DOCTOR,
        service_key=MEETING_SERVICE_KEY,
        status=ConferenceStatus.ONGOING,
        began_at=_at("2023-07-13T16:23:26"),
        media=(_recording(),),
    )


def _recording() -> Medium:
    return Medium(
        id=2343988,
        hash="aec9aca0-2199-11ee-9a17-c7ee7339236a",
        title="0YW553BN-8214-composite",
        mime=MP4,
        created=_at("2023-07-13T16:24:04"),
        available_at=_at("2023-07-13T16:24:04"),
        owner=_DOCTOR,
        size=2270386,
        location=Location(48.7611333, -3.4669605),
    )


def _meeting() -> Meeting:
    return Meeting(
        id="1057a6af-eb9e-4730-b570-b0df1cfb",
        conference_id=842341,
        began_at=_at("2023-07-13T16:23:26"),
        ended_at=_at("2023-07-13T16:24:34"),
        participant_count=2,
        organizer=_DOCTOR,
        service_key=MEETING_SERVICE_KEY,
    )


def _medium(
    number: int, media_hash: str, title: str, mime: str, made: datetime, owner: Agent, location: Location | None = None
) -> Medium:
    return Medium(number, media_hash, title, mime, made, made, owner, len(content_of(mime, media_hash)), location)
