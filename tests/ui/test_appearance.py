"""What people see, in English and in French: every state of a card and every private message.

The snapshots beside this file are the reviewed appearance; `pytest --snapshot-update` writes them again.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.model.media import Location
from bot.model.messages import Message, PostingBlocked
from bot.model.people import Contact
from bot.model.session import Kind, Problem, State
from bot.model.session.plans import Plan
from bot.model.targets import MediaPage, ResultsPage, SessionRef
from bot.notes.views import in_thread, instead_of_thread
from bot.sessions.views.card_view import card
from bot.sessions.views.private import how_did_it_end
from bot.ui import fallback_form, private_messages
from bot.ui.fallback_form import FallbackForm
from bot.ui.help import help_for
from bot.ui.lists import results
from bot.ui.lists.results import Found
from bot.ui.media import customers_place
from bot.ui.notes.masking import LinkMask
from bot.ui.text import Translator
from sandbox.slack.block_kit.limits import check_message
from tests.ui.examples import (
    ASSISTANCE,
    BEGAN,
    CONFERENCE,
    ENGLISH,
    MEETING,
    PARIS,
    PLANNED,
    SOLD,
    TICKET,
    TOMORROW,
    WAYS,
    failed,
    in_lines,
    media,
)

FORM = FallbackForm("https://cloud.apizee.com/quick-invitation", "https://cloud.apizee.com")


def found(kind: Kind, count: int = 3) -> list[Found]:
    """Return what Apizee finds: one that runs, one that is over with an address for a reference, and others."""
    url = "https://apz.fr/5lKzrPDXWQ" if kind is Kind.MEETING else None
    return [
        Found(kind, 1, "CASE <1234>", State.IN_PROGRESS, BEGAN, url),
        Found(kind, 2, "jean@client.com", State.DONE, BEGAN, url),
        *(Found(kind, number, "1|234", None, None, url) for number in range(3, count + 1)),
    ]


SESSIONS = {
    "assistance inviting": ASSISTANCE,
    "assistance invited by SMS": TICKET,
    "assistance invited by e-mail": TICKET.with_invitation(contacts=(Contact("jean@client.com"),)),
    "assistance refused with a reason": failed(ASSISTANCE, Problem.REFUSED, "<b>+33662682193</b> is no phone"),
    "assistance noted": replace(TICKET, state=State.DONE, note=replace(SOLD, outcome="Solved")),
    "assistance planned": PLANNED,
    "assistance planned for a time that has passed": replace(PLANNED, plan=Plan(TOMORROW, 0, asked=True)),
    "meeting planned": replace(PLANNED, kind=Kind.MEETING, invitation=MEETING.invitation),
    "meeting inviting": MEETING,
    "meeting invited": CONFERENCE,
    "meeting without a call": replace(CONFERENCE, call_id=None),
    **{f"assistance failed, {problem}": failed(ASSISTANCE, problem) for problem in Problem},
    **{
        f"{session.kind} {state}": replace(session, state=state)
        for session in (TICKET, CONFERENCE)
        for state in (State.IN_PROGRESS, State.DONE, State.EXPIRED, State.DECLINED, State.CANCELLED)
    },
}


def cards_in(translate: Translator) -> dict[str, Message]:
    waiting = {"assistance waiting": card(ASSISTANCE, translate, wait=19.6)}
    return waiting | {name: card(session, translate) for name, session in SESSIONS.items()}


def ephemeral_messages_in(translate: Translator) -> dict[str, Message]:
    elsewhere = "https://acme.slack.com/archives/D1/p1"
    return {
        "agent's links": private_messages.agent_links(TICKET, translate),
        "sign in": private_messages.sign_in("https://cloud.apizee.com?access_token=eyJ0", translate),
        "straight into the ticket": private_messages.open_link(
            "https://bot.example.com/open/gAAA", 82070, translate, is_anothers=True
        ),
        "another's ticket": private_messages.ticket_link(
            TICKET.remote.links.agent or "", translate, is_theirs=False, look_for=None
        ),
        "own ticket without a sign-in": private_messages.ticket_link(
            TICKET.remote.links.agent or "", translate, is_theirs=True, look_for=None
        ),
        "ticket without an address": private_messages.ticket_link(
            "https://cloud.apizee.com", translate, is_theirs=True, look_for=82070
        ),
        "customer's place": customers_place(Location(48.7, -3.5), translate),
        "join as me": private_messages.join_link("https://bot.example.com/join/gAAA", translate),
        "invite by hand": fallback_form.not_invited(FORM, translate),
        "perhaps invited by SMS": fallback_form.perhaps_invited(ASSISTANCE, FORM, translate),
        "perhaps invited by e-mail": fallback_form.perhaps_invited(
            ASSISTANCE.with_invitation(contacts=(Contact("jean@client.com"),)),
            FORM,
            translate,
        ),
        "unforeseen": private_messages.unforeseen("0123abcd", translate),
        "no open assistance": results.open_sessions([], ResultsPage(Kind.ASSISTANCE), translate, command="/assist"),
        "no open meeting": results.open_sessions([], ResultsPage(Kind.MEETING), translate, command="/meet"),
        "open assistance": results.open_sessions(
            [TICKET, ASSISTANCE], ResultsPage(Kind.ASSISTANCE), translate, command="/assist", ways=WAYS
        ),
        "open meeting": results.open_sessions([CONFERENCE], ResultsPage(Kind.MEETING), translate, command="/meet"),
        "open assistance, page 1": results.open_sessions(
            [TICKET] * 7, ResultsPage(Kind.ASSISTANCE, 1), translate, command="/assist"
        ),
        "found tickets": results.found(
            found(Kind.ASSISTANCE), ResultsPage(Kind.ASSISTANCE, 0, "1234"), translate, PARIS
        ),
        "found ticket of a session that is over": results.found(
            found(Kind.ASSISTANCE)[1:2],
            ResultsPage(Kind.ASSISTANCE, 0, "1234"),
            translate,
            PARIS,
            ours={2: replace(TICKET, state=State.DONE)},
            ways=WAYS,
        ),
        "found meetings": results.found(found(Kind.MEETING), ResultsPage(Kind.MEETING, 0, "visit"), translate, PARIS),
        "found tickets, last page": results.found(
            found(Kind.ASSISTANCE, 23), ResultsPage(Kind.ASSISTANCE, 9, "1234"), translate, PARIS
        ),
        "how did the assistance end": how_did_it_end(replace(TICKET, state=State.DONE), translate),
        "how did the meeting end": how_did_it_end(replace(CONFERENCE, state=State.DONE), translate),
        "note in the thread": in_thread(TICKET, SOLD, LinkMask(), translate),
        "note that Slack does not take": instead_of_thread(in_thread(TICKET, SOLD, LinkMask(), translate), translate),
        "no media": private_messages.media([], translate, MediaPage(Kind.ASSISTANCE, 82070, 0), PARIS),
        "media": private_messages.media(media(photos=2), translate, MediaPage(Kind.ASSISTANCE, 82070, 0), PARIS),
        "media with a thread": private_messages.media(
            media(photos=2), translate, MediaPage(Kind.ASSISTANCE, 82070, 0), PARIS, thread=SessionRef.to(TICKET)
        ),
        "media without a thread": private_messages.media(
            media(photos=2),
            translate,
            MediaPage(Kind.ASSISTANCE, 82070, 0),
            PARIS,
            note=private_messages.no_thread(translate),
        ),
        "planned assistance in a list": results.open_sessions(
            [PLANNED], ResultsPage(Kind.ASSISTANCE), translate, command="/assist", ways=WAYS
        ),
        "help of assistance": help_for(Kind.ASSISTANCE, "/assist", translate),
        "help of meetings": help_for(Kind.MEETING, "/meet", translate),
        **{
            f"elsewhere, {closed}": private_messages.card_elsewhere(closed, elsewhere, translate)
            for closed in PostingBlocked
        },
        **{
            f"media, page {page}": private_messages.media(
                media(photos=21), translate, MediaPage(Kind.MEETING, 842341, page), PARIS
            )
            for page in range(3)
        },
    }


@pytest.mark.parametrize("name", [*cards_in(ENGLISH), *ephemeral_messages_in(ENGLISH)])
def test_messages_look_as_reviewed_and_slack_takes_them(
    name: str, translate: Translator, snapshot: SnapshotAssertion
) -> None:
    message = (cards_in(translate) | ephemeral_messages_in(translate))[name]
    head = {"text": message.text, "metadata": message.metadata}
    assert check_message({**head, "blocks": list(message.blocks)}) == []
    assert in_lines(head, message.blocks) == snapshot


@pytest.mark.parametrize("name", ephemeral_messages_in(ENGLISH))
def test_no_notification_holds_a_link_of_a_customers(name: str) -> None:
    customers = TICKET.remote.links.customer
    assert customers
    assert customers not in ephemeral_messages_in(ENGLISH)[name].text


def test_no_card_shows_what_only_some_may_see(translate: Translator) -> None:
    for state in State:
        for session in (TICKET, CONFERENCE):
            shown = str(card(replace(session, state=state), translate))
            for secret in ("convId", "682193", "62 68", "invite12345", "entrypoint"):
                assert secret not in shown
