"""Sessions are found by who was invited and by who started them, and by nobody who may not see them."""

from __future__ import annotations

import pytest

from bot.deferred.requests import Find
from bot.model.people import Colleague
from bot.model.session import Kind
from bot.model.targets import InviteeRef, ResultsPage
from sandbox.apizee.accounts import AGENT_1
from sandbox.apizee.simulation import TicketOrder
from sandbox.apizee.urls import Links
from sandbox.slack.block_kit.limits import check_message
from sandbox.slack.default_world import PRIVATE_WITH_BOT, U_ADMIN, U_EN, U_FR
from tests.scenarios.environment import Environment, said

CUSTOMER = "+33 6 62 68 21 93"


async def started(environment: Environment, *commands: str, kind: Kind = Kind.ASSISTANCE) -> None:
    """Let Alice start sessions in #support."""
    start = environment.assist if kind is Kind.ASSISTANCE else environment.meet
    for command in commands:
        await start(command)
    await environment.slack.wait_for(lambda: len(environment.cards()) == len(commands))
    await environment.settled()


@pytest.mark.parametrize(
    ("invited", "sought"),
    [
        (CUSTOMER, "0662682193"),
        (CUSTOMER, "<tel:+33662682193|+33 6 62 68 21 93>"),
        ("jean@client.com", "<mailto:JEAN@client.com|JEAN@client.com>"),
    ],
)
async def test_a_customer_is_found_by_number_or_address_and_stays_masked(
    environment: Environment, invited: str, sought: str
) -> None:
    await started(environment, f"{invited} ref:CASE-1", "someone.else@client.com ref:CASE-2")
    await environment.assist(f"find {sought}", user=U_FR, channel=PRIVATE_WITH_BOT)
    found = await environment.private_message("• ", user=U_FR)
    assert len(found.text.splitlines()) == 1
    assert f"<@{U_EN}>" in found.text
    assert "session_open" in said(found)
    assert "662682193" not in said(found).replace(" ", "")
    assert "jean@" not in said(found).casefold()
    assert not environment.asked("GET", "/api/tickets")


async def test_a_meeting_is_found_by_its_guest(environment: Environment) -> None:
    await started(environment, 'ann@example.com, bob@example.com name:"Site visit"', kind=Kind.MEETING)
    await environment.meet("find bob@example.com")
    await environment.private_message("Site visit")
    await environment.assist("find bob@example.com")
    await environment.private_message("There is no video assistance for b•••@example.com that you may see.")


async def test_a_colleague_is_found_by_mention_and_by_name(environment: Environment) -> None:
    await started(environment, f"{CUSTOMER} ref:CASE-1")
    ways = (f"<@{U_EN}|agent1>", "@alice", "Alice")
    for sought in ways:
        await environment.assist(f"find {sought}", user=U_FR, channel=PRIVATE_WITH_BOT)
    await environment.settled()
    answers = environment.ephemeral_messages(U_FR)
    assert [("+33 6 •• •• •• 93" in one, f"<@{U_EN}>" in one) for one in answers] == [(True, True)] * len(ways)
    assert len(environment.slack.calls_of("users.list")) == 1


async def test_what_was_started_for_a_colleague_and_what_they_took_over_is_found_under_their_name(
    environment: Environment,
) -> None:
    await started(environment, f"{CUSTOMER} ref:CASE-1 for:<@{U_FR}>", "jean@client.com ref:CASE-2")
    [mine] = [card for card in environment.cards() if "CASE-2" in said(card)]
    await environment.people.click(U_FR, mine, "session_take_over")
    await environment.slack.wait_for(lambda: "Taken over" in mine.text)
    await environment.settled()
    for sought in (f"<@{U_FR}>", f"<@{U_EN}> "):
        await environment.assist(f"find {sought}", user=U_ADMIN)
    await environment.settled()
    of_bruno, of_alice = (one.split("\n") for one in environment.ephemeral_messages(U_ADMIN))
    assert [("CASE-1" in one, "CASE-2" in one) for one in of_bruno] == [(False, True), (True, False)]
    assert [("CASE-1" in one, "CASE-2" in one) for one in of_alice] == [(False, True), (True, False)]


async def test_what_a_colleague_started_is_turned_page_by_page(environment: Environment) -> None:
    await started(environment, *(f"customer{number}@client.com" for number in range(6)))
    await environment.assist("find @alice", user=U_FR)
    shown = await environment.private_message("Page 1 sur 2", user=U_FR)
    await environment.people.click(U_FR, shown, "results_next")
    await environment.slack.wait_for(lambda: "Page 2 sur 2" in said(shown))
    assert check_message({"text": shown.text, "blocks": list(shown.blocks)}) == []


async def test_what_one_may_not_see_is_not_found(environment: Environment) -> None:
    await environment.assist(f"{CUSTOMER} ref:CASE-1", channel=environment.slack.direct_messages(U_EN).id)
    await environment.slack.wait_for(lambda: environment.apizee.tickets)
    await environment.settled()
    await environment.assist(f"find {CUSTOMER}", user=U_FR)
    await environment.private_message("+33 6 •• •• •• 93", user=U_FR)
    await environment.assist("find @alice", user=U_FR)
    await environment.private_message(f"<@{U_EN}>", user=U_FR)
    assert not [one for one in environment.ephemeral_messages(U_FR) if one.startswith("• ")]


@pytest.mark.parametrize(
    ("sought", "answer"),
    [
        ("@nobody", "Slack does not know who @nobody is."),
        ("nothing", "No session has the reference “nothing”. Type the whole reference, the customer's phone number"),
        ("06 12 34 56 78", "There is no video assistance for +33 6 •• •• •• 78 that you may see."),
        (f"<@{U_FR}>", f"There is no video assistance of <@{U_FR}> that you may see."),
    ],
)
async def test_what_is_not_found_is_one_sentence(environment: Environment, sought: str, answer: str) -> None:
    await environment.assist(f"find {sought}")
    assert answer in (await environment.private_message(answer)).text


async def test_a_reference_with_a_number_in_it_is_found_and_no_button_carries_it(environment: Environment) -> None:
    order = TicketOrder(AGENT_1, ("ann@example.com",), "0662682193", invite=True)
    links = Links("https://cloud.apizee.invalid", "https://diag.apizee.invalid")
    for _ in range(7):
        environment.apizee.open_ticket(order, links)
    await environment.assist("find 0662682193")
    found = await environment.private_message("Only the latest 5.")
    assert "662682193" not in said(found).replace(" ", "")


def test_what_is_sought_is_in_no_log() -> None:
    assert CUSTOMER not in repr((Find(Kind.ASSISTANCE, CUSTOMER), ResultsPage(Kind.ASSISTANCE, text=CUSTOMER)))


@pytest.mark.parametrize("name", ["alice", "Alice Martin", "MARTIN", "agent1"])
def test_people_are_known_by_whole_names_and_by_words_of_them(name: str) -> None:
    alice = Colleague(U_EN, ("agent1", "Alice Martin"))
    assert alice.is_called(name)
    assert not alice.is_called(name[:3])


@pytest.mark.parametrize(
    "page",
    [
        ResultsPage(Kind.MEETING, 2, invitee=InviteeRef(("0" * 32, "f" * 32))),
        ResultsPage(Kind.ASSISTANCE, 1, colleagues=(U_EN, U_FR)),
        ResultsPage(Kind.ASSISTANCE, text="invitee|CASE"),
    ],
)
def test_a_page_of_what_was_found_fits_into_its_button(page: ResultsPage) -> None:
    assert ResultsPage.decode(page.encode()) == page
