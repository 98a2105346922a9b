"""Cards on the way to their end: the customer's steps, what came of it, what can be done next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model.people import Contact, Conversation, Requester
from bot.model.session import Card, Failure, Invitation, Kind, Links, Outcome, Problem, Remote, Session, State
from bot.model.session.timeline import Milestone, Step
from bot.sessions.views.card_view import card
from bot.ui.private_messages import ended
from bot.ui.text import translator_for
from sandbox.slack.block_kit.limits import check_message

NOON = datetime(2026, 7, 14, 12, tzinfo=UTC)
AT = NOON.timestamp()
WAY = tuple(Milestone(step, AT + 60 * number) for number, step in enumerate(Step))


def assistance(**more: object) -> Session:
    made = Session(
        "s1",
        Kind.ASSISTANCE,
        Requester("U0001", Conversation("T0001", "C0001")),
        AT,
        invitation=Invitation(contacts=(Contact("+33662682193"),)),
        remote=Remote(id=82070, links=Links(customer="https://diag.apizee.com?convId=1")),
        state=State.INVITED,
        card=Card("C0001", "1784030400.000100"),
    )
    return replace(made, **more)  # type: ignore[arg-type]  # names are checked by replace()


def shown(session: Session, locale: str = "en") -> str:
    message = card(session, translator_for(locale))
    assert check_message({"text": message.text, "blocks": list(message.blocks)}) == []
    return str(message.blocks)


def test_the_way_of_a_customer_stands_on_one_line_in_readers_time() -> None:
    way = shown(assistance(timeline=WAY, state=State.IN_PROGRESS))
    assert f"link opened <!date^{int(AT)}^{{time}}|" in way
    order = [way.index(word) for word in ("link opened", "consent", "camera allowed", "connected", "left")]
    assert order == sorted(order)
    assert "lien ouvert" in shown(assistance(timeline=WAY), "fr-FR")


def test_without_webhooks_there_is_no_such_line() -> None:
    assert "footprints" not in shown(assistance())


def test_the_end_tells_how_long_it_took_and_what_came_of_it() -> None:
    over = assistance(
        state=State.DONE,
        outcome=Outcome(photos=2, videos=1),
        remote=Remote(started_at=NOON, ended_at=NOON + timedelta(minutes=5, seconds=35)),
    )
    assert "Done after 5 min 35 s · 2 photos · 1 video" in shown(over)
    assert "photo" not in shown(replace(over, outcome=Outcome(photos=0)))


def test_a_meeting_tells_how_many_took_part() -> None:
    meeting = assistance(
        kind=Kind.MEETING, invitation=Invitation(name="Site visit"), state=State.DONE, outcome=Outcome(participants=3)
    )
    assert "Done · 3 participants" in shown(meeting)


def test_what_apizee_never_sent_is_called_so() -> None:
    assert "Closed; Apizee gave no reason." in shown(
        assistance(state=State.EXPIRED, remote=Remote(closed_without_notice=True))
    )


@pytest.mark.parametrize("state", [State.DECLINED, State.EXPIRED, State.CANCELLED])
@pytest.mark.parametrize("kind", list(Kind))
def test_what_came_to_nothing_can_be_tried_again(state: State, kind: Kind) -> None:
    offered = shown(assistance(state=state, kind=kind).with_invitation(name="Site visit"))
    assert "session_invite_again" in offered
    assert "'confirm'" in offered


@pytest.mark.parametrize("state", [State.INVITED, State.IN_PROGRESS])
def test_what_goes_on_is_not_tried_again(state: State) -> None:
    assert "session_invite_again" not in shown(assistance(state=state))


def test_what_failed_can_be_tried_again_but_not_where_it_may_have_gone_out() -> None:
    failed = assistance(state=State.FAILED, remote=Remote(), failure=Failure(Problem.REFUSED, "No credit"))
    assert "session_invite_again" in shown(failed)
    assert "session_invite_again" not in shown(replace(failed, failure=Failure(Problem.UNCERTAIN)))


def test_the_end_of_a_deleted_card_is_sent_without_the_customers_number() -> None:
    message = ended(assistance(state=State.DECLINED), translator_for("en"))
    assert "declined" in message.text
    assert "62 68" not in message.text
