"""The buttons of cards, whispers and the Home."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from slack_bolt.async_app import AsyncAck

from bot.errors import KnownError
from bot.model import Kind
from bot.services.errands import Task, spot_details
from bot.slack.listeners import Listener, Listeners
from bot.slack.payloads import Click
from bot.targets import HomePage, MediaPage, Pointer, ResultsPage, StatisticsOf
from bot.ui.ids import Action, Origin
from handlers import payloads
from handlers.desk import Desk
from handlers.replies import tell_soon


class Page(Protocol):
    """Which page of what a button leads to."""

    def encode(self) -> str:
        """As a button's value."""
        ...


class Actions:
    """The listeners of buttons: each click becomes an errand, or opens a form."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def errand(self, task: Task) -> Listener[Click]:
        """The listener of a button on a card or whisper that is an errand on its session."""

        async def handle_session_button(ack: AsyncAck, click: Click) -> None:
            pointer = payloads.pointed_at(click, Pointer.decode)
            await self._take_in(task, click, pointer=pointer.encode(), **spot_details(payloads.spot_of_click(click)))
            await ack()

        return handle_session_button

    def page(self, task: Task, decode: Callable[[str], Page]) -> Listener[Click]:
        """The listener of “Previous” and “Next” below a list, whose values `decode` reads."""

        async def handle_page(ack: AsyncAck, click: Click) -> None:
            await self._take_in(task, click, page=payloads.pointed_at(click, decode).encode())
            await ack()

        return handle_page

    async def handle_statistics_csv(self, ack: AsyncAck, click: Click) -> None:
        """“CSV” below statistics."""
        asked = payloads.pointed_at(click, StatisticsOf.decode)
        await self._take_in(Task.STATISTICS_CSV, click, statistics=asked.encode())
        await ack()

    async def handle_invite_again(self, ack: AsyncAck, click: Click) -> None:
        """“Invite again”, after Slack has asked whether it is meant."""
        pointer = payloads.pointed_at(click, Pointer.decode)
        self._desk.metrics.count("commands_total", command="button", outcome="invite again")
        try:
            await self._desk.intake.invite_again(click.asker, pointer, delivery=click.delivery)
        except KnownError as error:
            tell_soon(self._desk, click.asker, error)
        await ack()

    async def handle_link(self, ack: AsyncAck, _click: Click) -> None:
        """A button that is a link: Slack wants it acknowledged all the same."""
        await ack()

    async def handle_start_assistance(self, ack: AsyncAck, click: Click) -> None:
        """“Start assistance” on the Home."""
        self._desk.forms.open(Kind.ASSISTANCE, click.asker, click.trigger_id, Origin())
        await ack()

    async def handle_start_meeting(self, ack: AsyncAck, click: Click) -> None:
        """“Start meeting” on the Home."""
        self._desk.forms.open(Kind.MEETING, click.asker, click.trigger_id, Origin())
        await ack()

    async def _take_in(self, task: Task, click: Click, **details: str) -> None:
        self._desk.metrics.count("commands_total", command="button", outcome=task.value)
        try:
            await self._desk.intake.run_errand(click.asker, task, delivery=click.delivery, **details)
        except KnownError as error:
            tell_soon(self._desk, click.asker, error)


def register(app: Listeners, desk: Desk) -> None:
    """Make the buttons known."""
    actions = Actions(desk)
    app.action(Action.OPEN.value)(actions.errand(Task.OPEN_TICKET))
    app.action(Action.JOIN_AS_ME.value)(actions.errand(Task.JOIN_AS_ME))
    app.action(Action.MEDIA.value)(actions.errand(Task.MEDIA_OF_CARD))
    app.action(Action.REFRESH.value)(actions.errand(Task.REFRESH))
    app.action(Action.MEDIA_TO_THREAD.value)(actions.errand(Task.MEDIA_TO_THREAD))
    app.action(Action.MEDIA_PREVIOUS.value)(actions.page(Task.MEDIA_PAGE, MediaPage.decode))
    app.action(Action.MEDIA_NEXT.value)(actions.page(Task.MEDIA_PAGE, MediaPage.decode))
    app.action(Action.RESULTS_PREVIOUS.value)(actions.page(Task.RESULTS_PAGE, ResultsPage.decode))
    app.action(Action.RESULTS_NEXT.value)(actions.page(Task.RESULTS_PAGE, ResultsPage.decode))
    app.action(Action.HOME_PREVIOUS.value)(actions.page(Task.HOME, HomePage.decode))
    app.action(Action.HOME_NEXT.value)(actions.page(Task.HOME, HomePage.decode))
    app.action(Action.STATISTICS_CSV.value)(actions.handle_statistics_csv)
    app.action(Action.JOIN.value)(actions.handle_link)
    app.action(Action.FORGET.value)(actions.errand(Task.FORGET_FOR_CERTAIN))
    app.action(Action.INVITE_AGAIN.value)(actions.handle_invite_again)
    app.action(Action.LINK.value)(actions.handle_link)
    app.action(Action.START_ASSISTANCE.value)(actions.handle_start_assistance)
    app.action(Action.START_MEETING.value)(actions.handle_start_meeting)
