"""Nothing is done before the policy is asked: each listener is walked through. What is new is added here."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import fields, replace
from typing import Any, Final, cast

import handlers
from bot.manifest.workflow_steps import Step
from bot.model.session import Kind, State
from bot.model.session.plans import Plan
from bot.model.targets import (
    ChannelRef,
    HomePage,
    InviteeRef,
    LoginOf,
    MediaPage,
    ResultsPage,
    SessionRef,
    StatisticsOf,
)
from bot.sessions.views.planned import move_form
from bot.ui.ids import Action, Modal, PlanOrigin, Shortcut
from bot.ui.text import translator_for
from handlers.services import Services
from sandbox.slack.default_world import SUPPORT, TEAM, U_ADMIN, U_EN, U_GUEST
from sandbox.slack.model import Message
from tests.scenarios.environment import Environment, said
from tests.scenarios.who_may.everything_asks.alices_session import SOMEBODY, TODAY, agents_link, started

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
        (session,) = await environment.sessions_of(U_EN)
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
    (session,) = await environment.sessions_of(U_EN)
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
    (session,) = await environment.sessions_of(U_EN)
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
