"""The buttons of cards, private messages and the Home."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol, TypeVar

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.deferred import requests
from bot.deferred.kinds import afterwards, home_requests, planned
from bot.deferred.requests import Request
from bot.model.acts import Act
from bot.model.errors import KnownError, NotAllowed
from bot.model.people import Requester
from bot.model.session import Kind
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
from bot.slack.received.interactions import Click
from bot.ui.ids import Action, ModalOrigin
from bot.web.received import Taken, in_words
from bot.web.slack import Listener, Listeners
from handlers import payloads
from handlers.services import Services

_Target = TypeVar("_Target")


class _Start(Protocol):
    """Records and queues a session that is started from another one."""

    async def __call__(self, requester: Requester, session_ref: SessionRef, *, delivery: str) -> None:
        """Take it in; raises a `KnownError` where it is not."""
        ...


class Actions:
    """The listeners of buttons: each click becomes a deferred request, or opens a form."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def on_session(
        self, request: Callable[[SessionRef, MessageRef], Request], *, in_a_modal: bool = False
    ) -> Listener[Click]:
        """Return the listener of a button that asks for something about a session, from where it stands.

        It is answered beside it, or `in_a_modal` that opens over it.
        """

        async def handle_session_button(ack: AsyncAck, click: Click) -> Taken:
            session_ref = payloads.pointed_at(click, SessionRef.decode)
            trigger_id = click.trigger_id if in_a_modal or click.modal else ""
            taken = await self._defer(
                request(session_ref, payloads.message_of_click(click)), click, trigger_id=trigger_id
            )
            await ack()
            return taken

        return handle_session_button

    def on(self, decode: Callable[[str], _Target], request: Callable[[_Target], Request]) -> Listener[Click]:
        """Return the listener of a button that asks for something about what `decode` reads from its value alone."""

        async def handle_button(ack: AsyncAck, click: Click) -> Taken:
            taken = await self._defer(request(payloads.pointed_at(click, decode)), click)
            await ack()
            return taken

        return handle_button

    async def handle_invite_again(self, ack: AsyncAck, click: Click) -> Taken:
        """Invite again, after Slack has asked for confirmation."""
        return await self._start(ack, click, home_requests.InviteAgain, self._services.intake.invite_again)

    async def handle_take_over(self, ack: AsyncAck, click: Click) -> Taken:
        """Take a colleague's assistance over, after Slack has asked for confirmation."""
        return await self._start(ack, click, home_requests.TakeOver, self._services.intake.take_over)

    async def _start(
        self,
        ack: AsyncAck,
        click: Click,
        from_elsewhere: type[home_requests.InviteAgain | home_requests.TakeOver],
        start: _Start,
    ) -> Taken:
        """Take in that a session is started from another one; away from its channel, Slack is asked who is in it."""
        session_ref = payloads.pointed_at(click, SessionRef.decode)
        try:
            await start(click.requester, session_ref, delivery=click.delivery)
        except NotAllowed:
            taken = await self._defer(from_elsewhere(session_ref), click)
        except KnownError as error:
            self._services.explain_soon(click.requester, error)
            taken = replace(self._counted(_verb(from_elsewhere.act)), outcome=in_words(type(error).__name__))
        else:
            taken = self._counted(_verb(from_elsewhere.act))
        await ack()
        return taken

    async def handle_move(self, ack: AsyncAck, click: Click) -> None:
        """Open the form that moves a planned session."""
        session_ref = payloads.pointed_at(click, SessionRef.decode)
        requester, message_ref = payloads.requester_of_click(click), payloads.message_of_click(click)
        self._services.plan_form.open(requester, click.trigger_id, session_ref, message_ref)
        await ack()

    async def handle_link(self, ack: AsyncAck, _click: Click) -> None:
        """Acknowledge a button that is a link, as Slack wants it."""
        await ack()

    async def handle_start_assistance(self, ack: AsyncAck, click: Click) -> None:
        """Open the form of an assistance, from the Home, or for somebody whom the person wrote to the bot."""
        self._open(Kind.ASSISTANCE, click)
        await ack()

    async def handle_start_meeting(self, ack: AsyncAck, click: Click) -> None:
        """Open the form of a meeting, likewise."""
        self._open(Kind.MEETING, click)
        await ack()

    async def handle_connect(self, ack: AsyncAck, click: Click) -> None:
        """Open the form that connects an Apizee account."""
        self._services.connecting.open(click.requester, click.trigger_id)
        await ack()

    async def handle_disconnect(self, ack: AsyncAck, click: Click) -> None:
        """Disconnect the Apizee account, after Slack has asked for confirmation."""
        self._services.connecting.disconnect(click.requester)
        await ack()

    async def handle_set_login(self, ack: AsyncAck, click: Click) -> None:
        """Open the form in which an administrator sets somebody's login."""
        self._services.login_form.open(click.requester, click.trigger_id)
        await ack()

    async def handle_note(self, ack: AsyncAck, click: Click) -> None:
        """Open the form in which somebody notes how a session ended."""
        session_ref = payloads.pointed_at(click, SessionRef.decode)
        requester, message_ref = payloads.requester_of_click(click), payloads.message_of_click(click)
        self._services.note_form.open(requester, session_ref, message_ref, click.trigger_id)
        await ack()

    def _open(self, kind: Kind, click: Click) -> None:
        filled = self._services.offers.filled(click.value)
        self._services.forms.open(kind, click.requester, click.trigger_id, ModalOrigin(), filled=filled)

    async def handle_add_digest(self, ack: AsyncAck, click: Click) -> None:
        """Open the form in which an administrator chooses a channel for the weekly digest."""
        self._services.digest_form.open(click.requester, click.trigger_id)
        await ack()

    async def _defer(self, request: Request, click: Click, *, trigger_id: str = "") -> Taken:
        taken = self._counted(Taken(verb=in_words(request.tag)))
        requester, modal = payloads.requester_of_click(click), payloads.modal_of_click(click)
        try:
            await self._services.intake.defer(
                requester, request, delivery=click.delivery, trigger_id=trigger_id, modal=modal
            )
        except KnownError as error:
            self._services.explain_soon(requester, error)
            return replace(taken, outcome=in_words(type(error).__name__))
        return taken

    def _counted(self, taken: Taken) -> Taken:
        self._services.metrics.count("commands_total", command="button", outcome=taken.verb)
        return taken


def _verb(act: Act) -> Taken:
    return Taken(verb=in_words(act.value))


def register(app: Listeners, services: Services) -> None:
    """Register the buttons."""
    actions = Actions(services)
    app.action(Action.OPEN.value)(actions.on_session(requests.OpenTicket, in_a_modal=True))
    app.action(Action.QR_CODE.value)(actions.on_session(requests.SendQrCode))
    app.action(Action.JOIN_AS_ME.value)(actions.on_session(requests.JoinAsMe, in_a_modal=True))
    app.action(Action.MEDIA.value)(actions.on_session(requests.ShowMediaOfCard, in_a_modal=True))
    app.action(Action.REFRESH.value)(actions.on_session(requests.RefreshSession))
    app.action(Action.START_NOW.value)(actions.on_session(planned.StartPlanned))
    app.action(Action.MOVE.value)(actions.handle_move)
    app.action(Action.CANCEL.value)(actions.on_session(planned.CancelPlanned))
    app.action(Action.MEDIA_TO_THREAD.value)(actions.on_session(requests.MediaToThread))
    app.action(Action.MEDIA_PREVIOUS.value)(actions.on(MediaPage.decode, requests.ShowMediaPage))
    app.action(Action.MEDIA_NEXT.value)(actions.on(MediaPage.decode, requests.ShowMediaPage))
    app.action(Action.RESULTS_PREVIOUS.value)(actions.on(ResultsPage.decode, requests.ShowResults))
    app.action(Action.RESULTS_NEXT.value)(actions.on(ResultsPage.decode, requests.ShowResults))
    app.action(Action.HOME_PREVIOUS.value)(actions.on(HomePage.decode, requests.ShowHome))
    app.action(Action.HOME_NEXT.value)(actions.on(HomePage.decode, requests.ShowHome))
    app.action(Action.STATISTICS_CSV.value)(actions.on(StatisticsOf.decode, requests.SendStatisticsCsv))
    app.action(Action.JOIN.value)(actions.handle_link)
    app.action(Action.FORGET.value)(actions.on(SessionRef.decode, requests.Forget))
    app.action(Action.FORGET_INVITEE.value)(actions.on(InviteeRef.decode, requests.ForgetInvitee))
    app.action(Action.INVITE_AGAIN.value)(actions.handle_invite_again)
    app.action(Action.TAKE_OVER.value)(actions.handle_take_over)
    app.action(Action.REPORT.value)(actions.on_session(afterwards.MakeReport))
    app.action(Action.NOTE.value)(actions.handle_note)
    app.action(Action.LINK.value)(actions.handle_link)
    app.action(Action.START_ASSISTANCE.value)(actions.handle_start_assistance)
    app.action(Action.START_MEETING.value)(actions.handle_start_meeting)
    app.action(Action.CONNECT.value)(actions.handle_connect)
    app.action(Action.DISCONNECT.value)(actions.handle_disconnect)
    app.action(Action.SET_LOGIN.value)(actions.handle_set_login)
    app.action(Action.REMOVE_LOGIN.value)(actions.on(LoginOf.decode, home_requests.RemoveLogin))
    app.action(Action.OVERVIEW_CHANNEL.value)(actions.on(ChannelRef.decode, home_requests.ChooseOverviewChannel))
    app.action(Action.ADD_DIGEST.value)(actions.handle_add_digest)
    app.action(Action.REMOVE_DIGEST.value)(actions.on(ChannelRef.decode, home_requests.TurnDigestOff))
