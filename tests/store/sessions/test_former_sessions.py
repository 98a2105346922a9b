"""Sessions that an earlier version stored are read, changed and followed, whatever they were called then.

`tests/data/sessions_of_format_1.jsonl` was written by that version: each record as JSON, and as it was kept, compressed
and sealed with the key of 32 zero bytes.
"""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.model.media import Location, MediaProgress, OutgoingMessage, Upload
from bot.model.people import Contact, Conversation, Requester
from bot.model.session import Card, Failure, Invitation, Kind, Links, Outcome, Problem, Progress, Remote, Session, State
from bot.model.session.timeline import Milestone, Step
from bot.store import keys
from bot.store.sealing.compression import compress, decompress
from bot.store.sealing.keyring import KeyRing
from bot.store.sessions.store import Sessions

OF_FORMAT_1 = (Path(__file__).parents[2] / "data/sessions_of_format_1.jsonl").read_text().splitlines()

TEAM, AT = "T0001", 1_784_030_400.0
# A step that was added since is in no record of that time.
FORMER_STEPS = (Step.LINK_OPENED, Step.CONSENTED, Step.CAMERA_ALLOWED, Step.CONNECTED, Step.LEFT)
RING = KeyRing([base64.urlsafe_b64encode(bytes(32)).decode()])
THREAD = "1784030300.000100"
CARD = Card("C0001", "1784030400.000100")
REQUESTER = Requester("U0001", Conversation(TEAM, "C0001"), "https://hooks.slack.com/commands/T0001/1/a")
PHONE = Contact("+33662682193")
TICKET = Remote(
    id=82070,
    links=Links(
        agent="https://cloud.apizee.com/entrypoint/223/tickets/82070", customer="https://diag.apizee.com?convId=1"
    ),
)
CONFERENCE = Remote(
    id=7,
    links=Links(
        meeting="https://cloud.apizee.com/conf/1-2-3",
        meeting_short="https://apz.fr/abc",
        dial_in="+33 1 23 45 67 89",
        dial_in_code="1234#",
    ),
    started_at=datetime(2026, 7, 14, 12, tzinfo=UTC),
    ended_at=datetime(2026, 7, 14, 13, tzinfo=UTC),
)

INVITING = Session("a1", Kind.ASSISTANCE, REQUESTER, AT, Invitation((PHONE,)), version=3)
IDENTIFIED = replace(
    INVITING,
    id="a2",
    invitation=Invitation((PHONE,), agent="agent@client.com", reference="1234"),
    locale="fr-FR",
    timezone="Europe/Paris",
    progress=Progress(card_begun=AT + 0.1),
)
CARDED = replace(IDENTIFIED, id="a3", card=CARD).with_invitation(reference="slack:T0001:C0001:1784030400.000100")
BEGUN = CARDED.with_progress(invitation_begun=AT + 0.5, trouble_since=AT + 0.5, wait_sent=True)
INVITED = (
    replace(BEGUN, id="a4", state=State.INVITED, remote=TICKET)
    .with_invitation(duplicate_confirmed=True)
    .with_progress(trouble_since=None, links_sent=True, reminded=True)
)
RUNNING = replace(
    INVITED,
    id="a5",
    state=State.IN_PROGRESS,
    requester=replace(REQUESTER, conversation=Conversation(TEAM, "C0001", THREAD)),
    remote=replace(TICKET, started_at=datetime(2026, 7, 14, 12, 1, tzinfo=UTC), location=Location(48.85, 2.35)),
    card=replace(CARD, thread_ts=THREAD),
    timeline=tuple(Milestone(step, AT + 60 * number) for number, step in enumerate(FORMER_STEPS)),
    seen_at=AT + 90.25,
)
DONE = (
    replace(
        RUNNING,
        id="a6",
        state=State.DONE,
        outcome=Outcome(photos=2, videos=1),
        media_progress=MediaProgress(
            (1, 2), OutgoingMessage((3, 4), AT + 400, (Upload("F1", "Photo 1"),)), links_only=True, tries=2
        ),
    )
    .with_remote(ended_at=datetime(2026, 7, 14, 12, 6, 35, tzinfo=UTC))
    .with_progress(location_sent=True, end_sent=True, stale_sent=True)
)
LINKED = (
    replace(
        DONE, id="a11", state=State.DECLINED, media_progress=MediaProgress(outgoing=OutgoingMessage((7,), AT + 500))
    )
    .with_remote(location=None)
    .with_progress(location_sent=False)
)
EXPIRED = replace(INVITED, id="a7", state=State.EXPIRED).with_remote(closed_without_notice=True)
REFUSED = Failure(Problem.REFUSED, "The phone number is not valid")
MEETING = Session(
    "m1",
    Kind.MEETING,
    REQUESTER,
    AT,
    Invitation((Contact("ann@example.com"), PHONE), ("U0002", "U0003"), "Visite du toit", moderated=True),
    version=3,
)
MEETING_INVITED = replace(
    MEETING.with_invitation(agent="agent@client.com"),
    id="m2",
    locale="fr-FR",
    timezone="Europe/Paris",
    state=State.INVITED,
    card=Card("D0001", "1784030400.000200"),
    call_id="R0001",
    remote=CONFERENCE,
    progress=Progress(card_begun=AT, invitation_begun=AT + 1, links_sent=True),
)
MEETING_DONE = replace(
    MEETING_INVITED, id="m3", state=State.DONE, call_id=None, outcome=Outcome(participants=4), version=9
).with_progress(end_sent=True)

MEANT_BY_THEM = [
    INVITING,
    IDENTIFIED,
    BEGUN,
    INVITED,
    RUNNING,
    DONE,
    EXPIRED.with_progress(end_sent=True),
    replace(BEGUN, id="a8", state=State.FAILED, failure=REFUSED).with_progress(links_sent=True),
    replace(BEGUN, id="a9", state=State.FAILED, failure=Failure(Problem.UNCERTAIN)).with_progress(links_sent=True),
    replace(IDENTIFIED, id="a10", state=State.CANCELLED)
    .with_invitation(contacts=(Contact("anna@example.com"),))
    .with_progress(links_sent=True),
    LINKED,
    MEETING,
    MEETING_INVITED,
    MEETING_DONE,
]


@pytest.fixture
def sessions(redis: Redis) -> Sessions:
    return Sessions(redis, RING, timedelta(days=90), account="apizee:{api:1}")


def kept(line: str, *, with_a_mark: bool) -> bytes:
    """Return a record as it was kept; before there were formats, without the mark and the format's byte."""
    body = base64.b64decode(json.loads(line)["kept"])
    assert body.startswith(b"apz\x01")
    return body if with_a_mark else body[4:]


@pytest.mark.parametrize("with_a_mark", [True, False], ids=["of format 1", "from before formats"])
@pytest.mark.parametrize(("line", "meant"), list(zip(OF_FORMAT_1, MEANT_BY_THEM, strict=True)))
async def test_a_session_that_an_earlier_version_stored_is_read_and_goes_on(
    sessions: Sessions,
    redis: Redis,
    line: str,
    meant: Session,
    with_a_mark: bool,  # noqa: FBT001  # a case of a table
) -> None:
    key = keys.session(TEAM, meant.id)
    await redis.hset(key, mapping={"version": meant.version, "body": kept(line, with_a_mark=with_a_mark)})
    assert await sessions.get(TEAM, meant.id) == meant
    changed = await sessions.change(TEAM, meant.id, lambda latest: replace(latest, seen_at=AT))
    assert await sessions.get(TEAM, meant.id) == changed
    body = await redis.hget(key, "body")
    assert body
    assert body[:4] == b"apz\x03"  # an earlier version leaves it alone from now on


@pytest.mark.parametrize("line", OF_FORMAT_1)
def test_what_was_compressed_with_the_former_dictionary_is_what_it_was(line: str) -> None:
    assert json.loads(RING.open_record(kept(line, with_a_mark=False))) == json.loads(line)["record"]


async def test_records_take_no_more_bytes_than_those_of_the_version_before(sessions: Sessions, redis: Redis) -> None:
    for meant in MEANT_BY_THEM:
        await sessions.record(replace(meant, version=0), delivery=meant.id)
    now = [await redis.hstrlen(keys.session(TEAM, meant.id), "body") for meant in MEANT_BY_THEM]
    before = [len(kept(line, with_a_mark=True)) for line in OF_FORMAT_1]
    assert sum(now) <= sum(before)


def test_a_dictionary_that_is_not_known_is_no_guess() -> None:
    compressed = compress(b"a text")
    assert decompress(compressed) == b"a text"
    with pytest.raises(ValueError, match="x"):
        decompress(compressed[:2] + b"xxxx" + compressed[6:])
