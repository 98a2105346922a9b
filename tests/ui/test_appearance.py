"""What people see, in English and in French: every state of a card, every private message, both forms, the Home.

The snapshots beside this file are the reviewed appearance; `pytest --snapshot-update` writes them again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.home.views import AccountShown, Health, HomeData, Incident, TodaySummary, home_view, login_form
from bot.model.media import Location, Media, numbered
from bot.model.messages import Block, Message, PostingBlocked
from bot.model.people import Contact, Conversation, Requester
from bot.model.session import Card, Failure, Invitation, Kind, Links, Problem, Session, State, Trouble
from bot.model.targets import FIRST_HOME_PAGE, HomePage, MediaPage, ResultsPage, SessionRef
from bot.sessions.views import modals
from bot.sessions.views.card_view import card
from bot.ui import fallback_form, private_messages
from bot.ui.answer_modal import answer_modal, waiting_modal
from bot.ui.fallback_form import FallbackForm
from bot.ui.help import help_for
from bot.ui.ids import ModalOrigin
from bot.ui.lists import results
from bot.ui.lists.results import Found
from bot.ui.lists.ways import Ways
from bot.ui.media import customers_place
from bot.ui.text import Translator, translator_for
from sandbox.slack.block_kit.limits import check_message, check_view

ENGLISH = translator_for("en-US")
BEGAN = datetime(2023, 7, 12, 15, 48, 11, tzinfo=UTC)
PLACE = Conversation("T0001", "C0SUPPORT")
PARIS = "Europe/Paris"
FORM = FallbackForm("https://cloud.apizee.com/quick-invitation", "https://cloud.apizee.com")

ASSISTANCE = Session(
    invitation=Invitation(contacts=(Contact("+33662682193"),), agent="agent1@apizee.com"),
    id="5e551014a55157a9",
    kind=Kind.ASSISTANCE,
    requester=Requester("U0ALICE01", PLACE),
    created_at=BEGAN.timestamp(),
    timezone=PARIS,
)
TICKET = replace(
    ASSISTANCE.with_remote(
        id=82070,
        links=Links(
            agent="https://cloud.apizee.com/entrypoint/223/tickets/82070",
            customer="https://diag.apizee.com?convId=88a2c81a&pwd=798042",
        ),
        started_at=BEGAN,
        ended_at=BEGAN + timedelta(minutes=5, seconds=35),
    ).with_invitation(reference="CASE-1234"),
    state=State.INVITED,
    card=Card("C0SUPPORT", "1689176891.000100"),
)
MEETING = replace(
    ASSISTANCE.with_invitation(
        contacts=(Contact("invite12345@yopmail.com"), Contact("+33612345678")),
        colleagues=("U0BRUNO01",),
        name="Site visit <Brest>",
        moderated=True,
    ),
    kind=Kind.MEETING,
)
CONFERENCE = replace(
    MEETING.with_remote(
        id=842341,
        links=Links(
            meeting="https://cloud.apizee.com/meet/private/7a3dc799/5c310ee2",
            meeting_short="https://apz.fr/5lKzrPDXWQ",
            dial_in="+33 2 57 57 97 61",
            dial_in_code="031092",
        ),
        started_at=BEGAN,
        ended_at=BEGAN + timedelta(hours=1, minutes=4),
    ),
    state=State.INVITED,
    card=Card("C0SUPPORT", "1689176891.000200"),
    call_id="R0CALL",
)


def failed(session: Session, problem: Problem, refusal: str | None = None) -> Session:
    return replace(session, failure=Failure(problem, refusal), state=State.FAILED)


def media(*, photos: int) -> list[Media]:
    at = "https://cloud.apizee.com/media/showVideo/1/hash/"
    shot = [Media(number, f"diag_snapshot_{number}", "image/jpeg", f"{at}{number}", BEGAN) for number in range(photos)]
    recording, file = Media(99, "composite & <more>", "video/mp4", f"{at}99"), Media(100, "plan", "application/pdf", at)
    return numbered([*shot, recording, file])


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


WAYS = {
    SessionRef.to(TICKET): Ways("https://bot.example.com/open/gAAA", "https://acme.slack.com/archives/C0SUPPORT/p1")
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


HEALTH = Health(webhooks=True, used=4, limit=10, incident=Incident(Trouble.AWAY, 1_689_176_891.0))


def home_data(
    mine: Sequence[Session],
    login: str | None,
    *,
    ended: Sequence[Session] = (),
    page: HomePage = FIRST_HOME_PAGE,
    health: Health | None = None,
) -> HomeData:
    return HomeData(
        mine, ended, TodaySummary(started=3, done=1, photos=2, as_of=BEGAN.timestamp()), login, PARIS, page, health
    )


def views_in(translate: Translator) -> dict[str, Block]:
    thread = ModalOrigin("C0SUPPORT", "1689176891.000100")
    over = replace(CONFERENCE, state=State.DONE)
    return {
        "assistance form": modals.form(Kind.ASSISTANCE, translate, ModalOrigin("C0SUPPORT")),
        "assistance form of a message": modals.form(Kind.ASSISTANCE, translate, thread, filled="+33662682193"),
        "meeting form from anywhere": modals.form(Kind.MEETING, translate, ModalOrigin()),
        "meeting form with the last channel": modals.form(
            Kind.MEETING, translate, ModalOrigin(), last_channel="C0GENERAL"
        ),
        "meeting form of a message": modals.form(
            Kind.MEETING, translate, thread, filled="ann@example.com, +33612345678", last_channel="C0GENERAL"
        ),
        "one moment": waiting_modal(translate("Open the ticket"), thread, translate, external_id="1f2e"),
        "media": answer_modal(
            translate("Photos and recordings"),
            private_messages.media(media(photos=2), translate, MediaPage(Kind.ASSISTANCE, 82070, 0), PARIS),
            thread,
            translate,
            external_id="1f2e",
        ),
        "Home": home_view(
            replace(home_data([TICKET, CONFERENCE], "agent1@apizee.com", ended=[TICKET], health=HEALTH), ways=WAYS),
            translate,
        ),
        "Home, other pages": home_view(
            home_data([TICKET] * 12, "agent1@apizee.com", ended=[over] * 7, page=HomePage(1, 1)), translate
        ),
        "Home of an administrator": home_view(
            replace(
                home_data([], "diane@apizee.com", page=HomePage(logins=1)),
                account=AccountShown("api@client.com", has_one=True),
                logins={f"U0PERSON{number}": "agent2@apizee.com" for number in range(6)} | {"U0PERSON9": None},
            ),
            translate,
        ),
        "login form": login_form(translate),
        "empty Home without a login": home_view(home_data([], None), translate),
    }


def in_lines(head: object, blocks: Sequence[Block]) -> str:
    """Return a payload with one line for each block, so that a changed word is a changed line."""
    return "\n".join(json.dumps(line, ensure_ascii=False, separators=(", ", ": ")) for line in (head, *blocks))


@pytest.fixture(params=["en-US", "fr-FR"])
def translate(request: pytest.FixtureRequest) -> Translator:
    return translator_for(request.param)


@pytest.mark.parametrize("name", [*cards_in(ENGLISH), *ephemeral_messages_in(ENGLISH)])
def test_messages_look_as_reviewed_and_slack_takes_them(
    name: str, translate: Translator, snapshot: SnapshotAssertion
) -> None:
    message = (cards_in(translate) | ephemeral_messages_in(translate))[name]
    head = {"text": message.text, "metadata": message.metadata}
    assert check_message({**head, "blocks": list(message.blocks)}) == []
    assert in_lines(head, message.blocks) == snapshot


@pytest.mark.parametrize("name", views_in(ENGLISH))
def test_views_look_as_reviewed_and_slack_takes_them(
    name: str, translate: Translator, snapshot: SnapshotAssertion
) -> None:
    view = views_in(translate)[name]
    assert check_view(view) == []
    head = {key: value for key, value in view.items() if key != "blocks"}
    assert in_lines(head, cast("Sequence[Block]", view["blocks"])) == snapshot


@pytest.mark.parametrize("name", ephemeral_messages_in(ENGLISH))
def test_no_notification_holds_a_link_of_a_customers(name: str) -> None:
    customers = TICKET.remote.links.customer
    assert customers
    assert customers not in ephemeral_messages_in(ENGLISH)[name].text


# ── The worst that people and Apizee can write ───────────────────────────────────────────────────────────


def test_the_longest_names_and_longest_lists_still_fit(translate: Translator) -> None:
    nobody = tuple(Contact(f"{'&' * 60}{number}@{'x' * 190}.com") for number in range(50))
    longest = CONFERENCE.with_invitation(contacts=nobody, name="&" * 255, reference="&" * 50)
    lengthy = longest.with_invitation(name="x" * 255)
    found_lengthy = Found(Kind.MEETING, 10**12, "&" * 255, State.INVITED, BEGAN, f"https://apz.fr/{'x' * 200}")
    shown = [
        card(longest, translate),
        card(TICKET.with_invitation(contacts=nobody[:1], reference="&" * 50), translate),
        card(failed(ASSISTANCE, Problem.REFUSED, "<" * 10_000), translate),
        results.open_sessions([lengthy] * 20, ResultsPage(Kind.MEETING, 1), translate, command="/meet"),
        results.found([found_lengthy] * 20, ResultsPage(Kind.MEETING, 1, "&" * 255), translate, PARIS),
        private_messages.media(
            [replace(one, title="x" * 300) for one in media(photos=9)], translate, MediaPage(Kind.MEETING, 1, 0), PARIS
        ),
    ]
    for message in shown:
        assert check_message({"text": message.text, "blocks": list(message.blocks), "metadata": message.metadata}) == []
    homes = home_data([lengthy] * 20, "&" * 254, ended=[lengthy] * 10)
    of_administrators = replace(homes, logins={f"U0PERSON{number}": "&" * 255 for number in range(20)}, health=HEALTH)
    assert (
        check_view(home_view(replace(of_administrators, account=AccountShown("&" * 255, has_one=True)), translate))
        == []
    )


def test_no_card_shows_what_only_some_may_see(translate: Translator) -> None:
    for state in State:
        for session in (TICKET, CONFERENCE):
            shown = str(card(replace(session, state=state), translate))
            for secret in ("convId", "682193", "62 68", "invite12345", "entrypoint"):
                assert secret not in shown
