"""The worst that people and Apizee can write still fits into Slack."""

from __future__ import annotations

from dataclasses import replace

from bot.home.overview_view import ChannelOverview, Overview
from bot.home.views import AccountShown, home_view
from bot.model.digest import Digest
from bot.model.people import Contact
from bot.model.session import Kind, Problem, State
from bot.model.targets import MediaPage, ResultsPage
from bot.sessions.views.card_view import card
from bot.ui import private_messages
from bot.ui.lists import results
from bot.ui.lists.results import Found
from bot.ui.text import Translator
from sandbox.slack.block_kit.limits import check_message, check_view
from tests.ui.examples import ASSISTANCE, BEGAN, CONFERENCE, HEALTH, PARIS, TICKET, failed, home_data, media


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
    of_administrators = replace(
        homes,
        logins={f"U0PERSON{number}": "&" * 255 for number in range(20)},
        digests=[Digest(f"C0DIGEST{number}", "U0ALICE01", BEGAN.timestamp()) for number in range(20)],
        overview=Overview(ChannelOverview("C0SUPPORT", [lengthy] * 1000), [lengthy] * 1000),
        commands=("/assist", "/meet"),
        health=HEALTH,
    )
    assert (
        check_view(home_view(replace(of_administrators, account=AccountShown("&" * 255, has_one=True)), translate))
        == []
    )
