"""`/assist` and `/meet`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.deferred import requests
from bot.deferred.requests import Request
from bot.grammar import (
    AssistRequest,
    Find,
    Forget,
    Help,
    ListOpen,
    MeetRequest,
    OpenForm,
    Reading,
    ShowMedia,
    ShowStatistics,
    StartAssistance,
    StartMeeting,
    parse_assist,
    parse_meet,
)
from bot.model.errors import KnownError
from bot.model.messages import Message
from bot.model.people import Requester
from bot.model.session import Kind
from bot.model.targets import StatisticsOf
from bot.sessions.views.understood import reading_notice
from bot.slack.received.payloads import Command
from bot.ui.error_messages import sentence
from bot.ui.help import help_for
from bot.ui.ids import ModalOrigin
from bot.web.received import Taken, in_words
from bot.web.slack import Listeners
from handlers.services import Services

_Deferred: TypeAlias = Find | ShowMedia | ShowStatistics | Forget | ListOpen


class Commands:
    """The listeners of the two slash commands: parse, record, acknowledge."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def handle_assist(self, ack: AsyncAck, command: Command) -> Taken:
        """Take in `/assist`: one customer."""
        return await self._handle(ack, command, Kind.ASSISTANCE, parse_assist)

    async def handle_meet(self, ack: AsyncAck, command: Command) -> Taken:
        """Take in `/meet`: guests and colleagues."""
        return await self._handle(ack, command, Kind.MEETING, parse_meet)

    async def _handle(
        self,
        ack: AsyncAck,
        command: Command,
        kind: Kind,
        parse: Callable[..., AssistRequest | MeetRequest],
    ) -> Taken:
        requester = command.requester
        try:
            text = command.text or ""
            typed_at = await self._services.typed_at(requester, text)
            request = parse(text, region=self._services.region, typed_at=typed_at)
            answer = await self._take_in(request, kind, requester, command)
        except KnownError as error:
            await ack(await self._apology(error, kind, requester))
            return self._taken(kind, Taken(outcome=in_words(type(error).__name__)))
        await ack(**_spoken(answer))
        return self._taken(kind, Taken(verb=in_words(type(request).__name__)))

    async def _take_in(
        self, request: AssistRequest | MeetRequest, kind: Kind, requester: Requester, command: Command
    ) -> Message | None:
        intake, delivery = self._services.intake, command.delivery
        match request:
            case StartAssistance():
                await intake.start_assistance(requester, request, delivery=delivery)
                return await self._understood(request.reading, requester)
            case StartMeeting():
                await intake.start_meeting(requester, request, delivery=delivery)
                return await self._understood(request.reading, requester)
            case OpenForm():
                self._services.forms.open(
                    kind, requester, command.trigger_id, ModalOrigin(requester.conversation.channel)
                )
            case Help():
                return help_for(kind, self._name(kind), await self._services.translate(requester))
            case _:
                await intake.defer(requester, _deferred(request, kind), delivery=delivery)
        return None

    async def _understood(self, reading: Reading, requester: Requester) -> Message | None:
        return reading_notice(reading, await self._services.translate(requester)) if reading else None

    async def _apology(self, error: KnownError, kind: Kind, requester: Requester) -> str:
        return sentence(error, await self._services.translate(requester), command=self._name(kind))

    def _name(self, kind: Kind) -> str:
        names = {Kind.ASSISTANCE: self._services.assist_command, Kind.MEETING: self._services.meet_command}
        return names[kind]

    def _taken(self, kind: Kind, taken: Taken) -> Taken:
        """Count what a command has led to, and return it."""
        self._services.metrics.count("commands_total", command=kind.value, outcome=taken.verb or taken.outcome)
        return taken


def _spoken(answer: Message | None) -> dict[str, Any]:
    return {"text": answer.text, "blocks": list(answer.blocks)} if answer else {}


def _deferred(request: _Deferred, kind: Kind) -> Request:
    """Return what was typed as a request that is answered later."""
    match request:
        case Find(text):
            return requests.Find(kind, text)
        case ShowMedia(what):
            return requests.ShowMediaNamed(kind, what)
        case ShowStatistics(period, everybody):
            return requests.ShowStatistics(StatisticsOf(kind, period, everybody))
        case Forget():
            return _forget(request, kind)
        case ListOpen(whose):
            return requests.ListSessions(kind, whose)


def _forget(request: Forget, kind: Kind) -> Request:
    if request.contact:
        return requests.AskToForgetInvitee(request.contact.value)
    number = request.remote_id or 0
    return requests.AskToForget(number) if kind is Kind.ASSISTANCE else requests.AskToForgetMeeting(number)


def register(app: Listeners, services: Services) -> None:
    """Register both commands."""
    commands = Commands(services)
    app.command(services.assist_command)(commands.handle_assist)
    app.command(services.meet_command)(commands.handle_meet)
