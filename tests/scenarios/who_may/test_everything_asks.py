"""Nothing is done before the policy is asked: every listener, deferred request and job is walked through.

What is new has to be added here, or these stories fail.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import fields, replace
from typing import Any, Final, cast, get_args

import pytest

import handlers
from bot.deferred import requests, unasked
from bot.deferred.kinds import afterwards, home_requests, planned
from bot.deferred.requests import Request
from bot.grammar import parse_period
from bot.jobs.attempts import GIVE_UP
from bot.jobs.watchdog import POLL
from bot.manifest.workflow_steps import Step
from bot.model.people import Conversation, Requester
from bot.model.session import Kind, Session, State
from bot.model.session.plans import Plan
from bot.model.targets import (
    ChannelRef,
    HomePage,
    InviteeRef,
    LoginOf,
    MediaPage,
    MessageRef,
    ResultsPage,
    SessionRef,
    StatisticsOf,
)
from bot.policy import rules
from bot.sessions.views.planned import move_form
from bot.ui.ids import Action, Modal, PlanOrigin, Shortcut
from bot.ui.text import translator_for
from handlers.services import Services
from sandbox.slack.default_world import PRIVATE_WITH_BOT, SUPPORT, TEAM, U_ADMIN, U_EN, U_GUEST, U_NOLOGIN, U_STRANGER
from sandbox.slack.model import Message
from tests.scenarios.environment import Environment, said

TODAY: Final = parse_period("today")
SOMEBODY: Final = InviteeRef(("0" * 32,))


async def started(environment: Environment, channel: str = SUPPORT) -> Session:
    """Return Alice's session, whose card stands in a channel."""
    assert environment.app is not None
    await environment.assist("+33 6 62 68 21 93 ref:CASE-7", channel=channel)
    await environment.invited(channel=channel)
    await environment.settled()
    (session,) = await environment.app.adapters.sessions.latest_of(TEAM, U_EN, limit=2)
    return session


# ── Deferred requests ────────────────────────────────────────────────────────────────────────────────────


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


def agents_link(ticket: int) -> str:
    """Return the agent's page of a ticket."""
    return f"http://127.0.0.1/entrypoint/1/tickets/{ticket}"


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


# ── Listeners ────────────────────────────────────────────────────────────────────────────────────────────

ActionInSlack = Callable[[Environment, Message], Awaitable[object]]


def typing(command: str, text: str) -> ActionInSlack:
    return lambda environment, _: environment.people.command(U_GUEST, SUPPORT, command, text)


def choosing(shortcut: Shortcut) -> ActionInSlack:
    return lambda environment, _: environment.people.global_shortcut(U_GUEST, shortcut.value)


def choosing_on_card(shortcut: Shortcut) -> ActionInSlack:
    return lambda environment, card: environment.people.message_shortcut(U_GUEST, shortcut.value, card)


def pressing(action: Action) -> ActionInSlack:
    """Press a button, which stands on the card with a value that its listener reads."""

    async def press(environment: Environment, card: Message) -> None:
        assert environment.app is not None
        (session,) = await environment.app.adapters.sessions.latest_of(TEAM, U_EN, limit=2)
        values: Mapping[
            Action, InviteeRef | MediaPage | ResultsPage | HomePage | LoginOf | ChannelRef | StatisticsOf
        ] = {
            Action.FORGET_INVITEE: SOMEBODY,
            Action.MEDIA_PREVIOUS: MediaPage(Kind.ASSISTANCE, 1, 0),
            Action.MEDIA_NEXT: MediaPage(Kind.ASSISTANCE, 1, 0),
            Action.RESULTS_PREVIOUS: ResultsPage(Kind.ASSISTANCE),
            Action.RESULTS_NEXT: ResultsPage(Kind.ASSISTANCE),
            Action.HOME_PREVIOUS: HomePage(),
            Action.HOME_NEXT: HomePage(),
            Action.REMOVE_LOGIN: LoginOf(U_EN),
            Action.OVERVIEW_CHANNEL: ChannelRef(SUPPORT),
            Action.REMOVE_DIGEST: ChannelRef(SUPPORT),
            Action.STATISTICS_CSV: StatisticsOf(Kind.ASSISTANCE, TODAY, everybody=False),
        }
        value = values.get(action, SessionRef.to(session)).encode()
        element = {"type": "button", "action_id": action.value, "value": value}
        block = {"type": "actions", "block_id": "b", "elements": [element]}
        await environment.people.click(U_GUEST, replace(card, blocks=[block]), action.value)

    return press


def sending(modal: Modal, typed: Mapping[str, object]) -> ActionInSlack:
    """Send a form that somebody else has opened: a guest gets none."""

    async def send(environment: Environment, _card: Message) -> None:
        command = "/assist" if modal is Modal.ASSISTANCE else "/meet"
        await environment.people.command(U_EN, SUPPORT, command)
        environment.slack.modals[U_GUEST] = replace(await environment.form(U_EN), user=U_GUEST)
        del environment.slack.modals[U_EN]
        await environment.people.submit(U_GUEST, typed)

    return send


async def sending_plan(environment: Environment, _card: Message) -> None:
    """Send the form that moves a session, which somebody else has opened."""
    assert environment.app is not None
    (session,) = await environment.app.adapters.sessions.latest_of(TEAM, U_EN, limit=2)
    due = replace(session, plan=Plan(at=time.time() + 3600, set_at=0))
    await environment.people.command(U_EN, SUPPORT, "/assist")
    body = move_form(due, PlanOrigin(SessionRef.to(session).encode(), SUPPORT, "1.1"), translator_for("en"))
    environment.slack.modals[U_GUEST] = replace(await environment.form(U_EN), user=U_GUEST, body=body)
    del environment.slack.modals[U_EN]
    await environment.people.submit(U_GUEST, {})


async def a_form_of_administrators(environment: Environment, action: Action) -> None:
    """Let the guest have a form before them that an administrator has opened from the Home."""
    await environment.people.open_home(U_ADMIN)
    await environment.slack.wait_for(lambda: environment.slack.home(U_ADMIN))
    home = environment.slack.home(U_ADMIN)
    assert home
    await environment.people.click_in_view(home, action.value)
    environment.slack.modals[U_GUEST] = replace(await environment.form(U_ADMIN), user=U_GUEST)
    del environment.slack.modals[U_ADMIN]


async def sending_login(environment: Environment, _card: Message) -> None:
    """Send the form that sets a login."""
    await a_form_of_administrators(environment, Action.SET_LOGIN)
    await environment.people.submit(U_GUEST, {"person": U_GUEST, "login": "agent1@apizee.com"})


async def sending_digest(environment: Environment, _card: Message) -> None:
    """Send the form that turns the weekly digest on."""
    await a_form_of_administrators(environment, Action.ADD_DIGEST)
    await environment.people.submit(U_GUEST, {"channel": SUPPORT})


async def sending_account(environment: Environment, _card: Message) -> None:
    """Send the form that connects an Apizee account."""
    await a_form_of_administrators(environment, Action.CONNECT)
    await environment.people.submit(U_GUEST, {"username": "api@client.com", "password": "a guess", "enterprise": "2"})
    await environment.slack.wait_for(lambda: "Guests of this workspace" in str(environment.slack.open_view(U_GUEST)))
    await environment.people.close(U_GUEST)


async def sending_note(environment: Environment, card: Message) -> None:
    """Send the form of a note that who started the session has opened once it was over."""
    assert environment.app is not None
    sessions = environment.app.adapters.sessions
    (session,) = await sessions.latest_of(TEAM, U_EN, limit=2)
    await sessions.change(TEAM, session.id, lambda latest: replace(latest, state=State.CANCELLED))
    note = {"type": "button", "action_id": "session_note", "value": SessionRef.to(session).encode()}
    block = {"type": "actions", "block_id": "b", "elements": [note]}
    await environment.people.click(U_EN, replace(card, blocks=[block]), "session_note")
    environment.slack.modals[U_GUEST] = replace(await environment.form(U_EN), user=U_GUEST)
    del environment.slack.modals[U_EN]
    await environment.people.submit(U_GUEST, {"outcome": "Solved"})


ASKS: Final[Mapping[tuple[str, str], ActionInSlack]] = {
    ("command", "/assist"): typing("/assist", "jean@client.com"),
    ("command", "/meet"): typing("/meet", "ann@example.com"),
    ("global_shortcut", Shortcut.START_ASSISTANCE): choosing(Shortcut.START_ASSISTANCE),
    ("global_shortcut", Shortcut.START_MEETING): choosing(Shortcut.START_MEETING),
    ("message_shortcut", Shortcut.ASSIST_FROM_MESSAGE): choosing_on_card(Shortcut.ASSIST_FROM_MESSAGE),
    ("message_shortcut", Shortcut.MEET_FROM_MESSAGE): choosing_on_card(Shortcut.MEET_FROM_MESSAGE),
    ("message_shortcut", Shortcut.SESSION_MEDIA): choosing_on_card(Shortcut.SESSION_MEDIA),
    ("view", Modal.ASSISTANCE): sending(Modal.ASSISTANCE, {"contact": "jean@client.com", "channel": SUPPORT}),
    ("view", Modal.MEETING): sending(Modal.MEETING, {"participants": "ann@example.com", "channel": SUPPORT}),
    ("view", Modal.CONNECT): sending_account,
    ("view", Modal.LOGIN): sending_login,
    ("view", Modal.PLANNING): sending_plan,
    ("view", Modal.DIGEST): sending_digest,
    **{("action", one): pressing(one) for one in Action if one not in {Action.JOIN, Action.LINK}},
    ("event", "app_home_opened"): lambda environment, _: environment.people.open_home(U_GUEST),
    ("event", "app_mention"): lambda environment, _: environment.people.mention(U_GUEST, SUPPORT, "media"),
    ("event", "link_shared"): lambda environment, card: environment.people.say(
        U_GUEST, SUPPORT, agents_link((card.metadata or {})["event_payload"]["id"])
    ),
    ("event", "function_executed"): lambda environment, _: environment.people.run_workflow(
        U_EN, Step.START_ASSISTANCE, {"contact": "jean@client.com", "agent": U_GUEST, "channel": SUPPORT}
    ),
    ("event", "message"): lambda environment, _: environment.people.write(U_GUEST, "hello"),
    ("view", Modal.NOTE): sending_note,  # the last: the session is over then
}

NOBODY_ASKS: Final = {
    ("action", Action.JOIN): "a link that everybody sees who sees the card; the click does nothing",
    ("action", Action.LINK): "a link that was given to one person; the click does nothing",
    ("event", "app_uninstalled"): "Slack's word on the installation",
    ("event", "tokens_revoked"): "Slack's word on the installation",
    ("event", "team_access_granted"): "Slack's word on the installation",
    ("event", "team_access_revoked"): "Slack's word on the installation",
    ("event", "channel_shared"): "Slack's word on a channel",
    ("event", "channel_unshared"): "Slack's word on a channel",
    ("event", "channel_id_changed"): "Slack's word on a channel",
}


def test_each_listener_asks_or_says_why_not() -> None:
    # No listener runs here: the services behind them are not needed.
    commands = {"assist_command": "/assist", "meet_command": "/meet"}
    services = Services(**{field.name: cast("Any", commands.get(field.name)) for field in fields(Services)})
    assert handlers.listeners(services).names == ASKS.keys() | NOBODY_ASKS.keys()


async def test_no_listener_does_anything_for_a_guest(environment: Environment) -> None:
    await started(environment)
    (card,) = environment.cards()
    before = len(environment.apizee.requests)
    for name, do in ASKS.items():
        denied = len(await environment.audited(U_GUEST, at_least=0))
        await do(environment, card)
        entries = await environment.audited(U_GUEST, at_least=denied + 1)
        assert all(one.refusal == "guest" for one in entries), name
        await environment.settled()
        if view := environment.slack.open_view(U_GUEST):
            assert "Guests of this workspace cannot use this bot." in said(view), name
            await environment.people.close(U_GUEST)
    assert len(environment.apizee.requests) == before
    assert environment.cards() == [card]
    assert environment.slack.open_view(U_GUEST) is None


# ── Jobs ─────────────────────────────────────────────────────────────────────────────────────────────────

ASKING_JOBS: Final = {
    "start_session",
    "start_by_step",
    "run_plan",
    "run_deferred_request",
    "run_errand",
}  # the last is the name of an earlier version
JOBS_OF_NOBODY: Final = {
    "fail_step": "a workflow is given why its step has started nothing",
    "deliver_media": "what a session has brought comes into its own thread",
    "count_participants": "the card's own number",
    "forget_workspace": "the workspace has removed the app",
    "forget_leftovers": "likewise",
    "send_digest": "the figures of the week, for a channel that an administrator chose",
    "note_shared": "Slack's word on a channel",
    "note_unshared": "Slack's word on a channel",
    "move_channel": "Slack's word on a channel",
    "send_events": "what a session has come to goes to the operator's own receiver",
    "sync": "the card follows its session",
    "show_note": "the thread follows what was noted",
    "redraw": "the card follows its session",
    "poll_all": "the cards follow their sessions",
    "poll_account": "the cards of one Apizee account follow their sessions",
    "look": "the card follows its session, by its name of the version before",
    "draw": "the card follows its session, by its name of the version before",
    "look_at_all": "the cards follow their sessions, by its name of the version before",
}

OF_THE_QUEUE: Final = {POLL, GIVE_UP, "fail", "sleep", "trace"}
"""What keeps the queue itself going, and what its library brings along."""


async def test_each_job_that_a_person_asks_for_asks_the_policy(environment: Environment) -> None:
    assert environment.app is not None
    known = set(environment.app.adapters.docket.tasks)
    assert known - OF_THE_QUEUE == ASKING_JOBS | JOBS_OF_NOBODY.keys()
