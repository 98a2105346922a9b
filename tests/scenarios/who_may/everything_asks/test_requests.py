"""Nothing is done before the policy is asked: each deferred request is walked through. What is new is added here."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final, get_args

import pytest

from bot.deferred import requests, unasked
from bot.deferred.kinds import afterwards, home_requests, planned
from bot.deferred.requests import Request
from bot.model.people import Conversation, Requester
from bot.model.session import Kind, Session
from bot.model.targets import (
    ChannelRef,
    LoginOf,
    MediaPage,
    MessageRef,
    ResultsPage,
    SessionRef,
    StatisticsOf,
)
from bot.policy import rules
from sandbox.slack.default_world import PRIVATE_WITH_BOT, SUPPORT, TEAM, U_EN, U_GUEST, U_NOLOGIN, U_STRANGER
from tests.scenarios.environment import Environment, said
from tests.scenarios.who_may.everything_asks.alices_session import SOMEBODY, TODAY, agents_link, started


def request_of(kind: type[Any], session: Session) -> Request:
    """Return a request of this class, about a session of Alice's where it is about one."""
    session_ref, card = SessionRef.to(session), session.card
    assert card is not None
    message_ref, remote_id = MessageRef(card.channel, card.ts), session.remote.id or 0
    everybodys = StatisticsOf(Kind.ASSISTANCE, TODAY, everybody=True)
    made: Mapping[type[Any], Callable[[], Request]] = {
        requests.OpenTicket: lambda: requests.OpenTicket(session_ref, message_ref),
        requests.SendQrCode: lambda: requests.SendQrCode(session_ref, message_ref),
        requests.JoinAsMe: lambda: requests.JoinAsMe(session_ref, message_ref),
        requests.RefreshSession: lambda: requests.RefreshSession(session_ref, message_ref),
        requests.ShowMediaOfCard: lambda: requests.ShowMediaOfCard(session_ref, message_ref),
        requests.ShowMediaOfThread: lambda: requests.ShowMediaOfThread(message_ref),
        requests.ShowMediaNamed: lambda: requests.ShowMediaNamed(Kind.ASSISTANCE, str(remote_id)),
        requests.ShowMediaPage: lambda: requests.ShowMediaPage(MediaPage(Kind.ASSISTANCE, remote_id, 0)),
        requests.MediaToThread: lambda: requests.MediaToThread(session_ref, message_ref),
        requests.Find: lambda: requests.Find(Kind.ASSISTANCE, "CASE-7"),
        requests.ListSessions: lambda: requests.ListSessions(Kind.ASSISTANCE),
        requests.ShowResults: lambda: requests.ShowResults(ResultsPage(Kind.ASSISTANCE, text="CASE-7")),
        requests.ShowStatistics: lambda: requests.ShowStatistics(everybodys),
        requests.SendStatisticsCsv: lambda: requests.SendStatisticsCsv(everybodys),
        requests.AskToForget: lambda: requests.AskToForget(remote_id),
        requests.AskToForgetMeeting: lambda: requests.AskToForgetMeeting(remote_id),
        requests.AskToForgetInvitee: lambda: requests.AskToForgetInvitee("+33662682193"),
        requests.Forget: lambda: requests.Forget(session_ref),
        requests.ForgetInvitee: lambda: requests.ForgetInvitee(SOMEBODY),
        requests.ShowHome: requests.ShowHome,
        planned.StartPlanned: lambda: planned.StartPlanned(session_ref, message_ref),
        planned.MovePlanned: lambda: planned.MovePlanned(session_ref, message_ref, time.time() + 3600),
        planned.CancelPlanned: lambda: planned.CancelPlanned(session_ref, message_ref),
        home_requests.ChooseOverviewChannel: lambda: home_requests.ChooseOverviewChannel(ChannelRef(PRIVATE_WITH_BOT)),
        home_requests.TakeOver: lambda: home_requests.TakeOver(session_ref),
        home_requests.InviteAgain: lambda: home_requests.InviteAgain(session_ref),
        home_requests.TurnDigestOn: lambda: home_requests.TurnDigestOn(ChannelRef(SUPPORT)),
        home_requests.TurnDigestOff: lambda: home_requests.TurnDigestOff(ChannelRef(SUPPORT)),
        home_requests.SetLogin: lambda: home_requests.SetLogin(LoginOf(U_GUEST), "agent1@apizee.com"),
        home_requests.RemoveLogin: lambda: home_requests.RemoveLogin(LoginOf(U_EN)),
        requests.Hint: requests.Hint,
        unasked.Greet: unasked.Greet,
        unasked.UnfurlLinks: lambda: unasked.UnfurlLinks((agents_link(remote_id),), "1.000001"),
        afterwards.MakeReport: lambda: afterwards.MakeReport(session_ref, message_ref),
        afterwards.WriteNote: lambda: afterwards.WriteNote(session_ref, "Solved", "a note"),
    }
    return made[kind]()


AMONG_ONES_OWN: Final = {requests.AskToForgetMeeting, requests.AskToForgetInvitee, requests.ForgetInvitee}
"""What is asked about each session that is found: of sessions that somebody does not see nothing is."""

REQUESTS: Final = get_args(get_args(Request)[0])


async def ask(environment: Environment, request: Request, user: str, delivery: str) -> None:
    """Let somebody ask for something in #support."""
    assert environment.app is not None
    requester = Requester(user, Conversation(TEAM, SUPPORT))
    await environment.app.intake.defer(requester, request, delivery=delivery)
    await environment.settled()


@pytest.mark.parametrize("user", [U_GUEST, U_STRANGER])
async def test_no_request_does_anything_for_who_is_shut_out(environment: Environment, user: str) -> None:
    session = await started(environment)
    before = len(environment.apizee.requests)
    for number, kind in enumerate(REQUESTS, start=1):
        request = request_of(kind, session)
        await ask(environment, request, user, delivery=str(number))
        (*_, latest) = await environment.audited(user, at_least=number)
        assert (latest.act, bool(latest.refusal)) == (request.act, True), kind
    assert len(environment.apizee.requests) == before
    assert "open" in said(environment.cards()[0]).casefold()


async def test_no_request_shows_a_member_what_they_do_not_see(environment: Environment) -> None:
    """Chris is in #support, and not in the channel where the card stands."""
    session = await started(environment, PRIVATE_WITH_BOT)
    for number, kind in enumerate([one for one in REQUESTS if one not in AMONG_ONES_OWN], start=1):
        request = request_of(kind, session)
        await ask(environment, request, U_NOLOGIN, delivery=str(number))
        (*_, latest) = await environment.audited(U_NOLOGIN, at_least=number)
        is_denied = request.act in rules.ABOUT_A_SESSION | rules.FOR_ADMINISTRATORS
        assert (latest.act, bool(latest.refusal)) == (request.act, is_denied), kind
    home = environment.slack.home(U_NOLOGIN)
    shown = [said(one) for one in environment.slack.ephemerals(U_NOLOGIN)] + [str(home.body if home else "")]
    assert not [one for one in shown if str(session.remote.id) in one]
