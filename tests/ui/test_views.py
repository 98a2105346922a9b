"""What people see, in English and in French: the forms, the Home and what opens over a message.

The snapshots beside this file are the reviewed appearance; `pytest --snapshot-update` writes them again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.digest.views import digest_form
from bot.home.overview_view import ChannelOverview, Overview
from bot.home.views import AccountShown, home_view, login_form
from bot.model.digest import Digest
from bot.model.messages import Block
from bot.model.session import Kind, State
from bot.model.session.notes import DEFAULT_OUTCOMES
from bot.model.session.timeline import Milestone, Step
from bot.model.targets import HomePage, MediaPage, SessionRef
from bot.notes.views import note_form
from bot.sessions.views import modals
from bot.ui import private_messages
from bot.ui.answer_modal import answer_modal, waiting_modal
from bot.ui.ids import ModalOrigin, NoteOrigin
from bot.ui.lists.ways import Ways
from bot.ui.text import Translator
from sandbox.slack.block_kit.limits import check_view
from tests.ui.examples import BEGAN, CONFERENCE, ENGLISH, HEALTH, PARIS, SOLD, TICKET, WAYS, home_data, in_lines, media

FOR_A_COLLEAGUE = replace(
    TICKET.with_invitation(for_user="U0BRUNO01"),
    id="another",
    state=State.IN_PROGRESS,
    timeline=(Milestone(Step.CONNECTED, BEGAN.timestamp() + 90),),
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
        "Home with overviews": home_view(
            replace(
                home_data([], "diane@apizee.com"),
                overview=Overview(ChannelOverview("C0SUPPORT", [TICKET, FOR_A_COLLEAGUE]), [TICKET] * 45),
                digests=[Digest(f"C0DIGEST{number}", "U0ALICE01", BEGAN.timestamp()) for number in range(10)],
                commands=("/assist", "/meet"),
                ways={SessionRef.to(TICKET): Ways(may_take_over=True)},
            ),
            translate,
        ),
        "Home of who is not in the channel": home_view(
            replace(home_data([], None), overview=Overview(ChannelOverview("C0SUPPORT", is_shown=False))), translate
        ),
        "Home of a channel in which nothing is open": home_view(
            replace(home_data([], None), overview=Overview(ChannelOverview("C0SUPPORT"))), translate
        ),
        "digest form": digest_form(translate),
        "login form": login_form(translate),
        "note form": note_form(NoteOrigin(SessionRef.to(TICKET), thread), DEFAULT_OUTCOMES, None, translate),
        "note form to change a note": note_form(
            NoteOrigin(SessionRef.to(TICKET)), ["Sold", "Not sold"], SOLD, translate
        ),
        "empty Home without a login": home_view(home_data([], None), translate),
    }


@pytest.mark.parametrize("name", views_in(ENGLISH))
def test_views_look_as_reviewed_and_slack_takes_them(
    name: str, translate: Translator, snapshot: SnapshotAssertion
) -> None:
    view = views_in(translate)[name]
    assert check_view(view) == []
    head = {key: value for key, value in view.items() if key != "blocks"}
    assert in_lines(head, cast("Sequence[Block]", view["blocks"])) == snapshot
