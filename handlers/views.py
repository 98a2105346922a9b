"""Takes in the forms that are sent; what is wrong is answered next to its field."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final, TypeVar

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.deferred.kinds import afterwards, home_requests, planned
from bot.grammar import (
    Reading,
    StartAssistance,
    StartMeeting,
    check_moment,
    parse_customer,
    parse_guests,
    parse_login,
    parse_name,
    parse_note,
    parse_reference,
)
from bot.installation.views import SHORTEST_SECRET, checking
from bot.model.accounts import ApizeeAccount
from bot.model.errors import KnownError
from bot.model.people import Conversation, Requester
from bot.sessions.views.modals import BY_LINK, MODERATED
from bot.slack.received.interactions import Submission
from bot.ui.error_messages import sentence
from bot.ui.ids import Field, Modal, ModalOrigin
from bot.web.received import ACCEPTED, Taken
from bot.web.slack import Listeners
from handlers import payloads
from handlers.services import Services

_T = TypeVar("_T")
_WRONG: Final = "wrong"
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}")


class _Fields:
    """The fields of one form, each parsed; what is wrong is collected per field."""

    def __init__(self, submission: Submission) -> None:
        self._submission = submission
        self.wrong: dict[Field, KnownError] = {}

    def parsed(self, field: Field, parse: Callable[[str], _T], otherwise: _T) -> _T:
        """Return what was typed into a field, or `otherwise` where it is wrong."""
        try:
            return parse(payloads.typed(self._submission, field))
        except KnownError as error:
            self.wrong[field] = error
            return otherwise

    def optional(self, field: Field, parse: Callable[[str], _T]) -> _T | None:
        """Return what was typed into a field that may stay empty, `None` where it is wrong or empty."""
        return self.parsed(field, parse, None) if payloads.typed(self._submission, field) else None

    def moment(self, now: datetime) -> datetime | None:
        """Return the moment for which something is planned, `None` where it is wrong or nothing is."""
        try:
            moment = payloads.moment(self._submission, Field.AT)
            return check_moment(moment, now) if moment else None
        except KnownError as error:
            self.wrong[Field.AT] = error
            return None


class Views:
    """The listeners of the forms."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def handle_assistance_form(self, ack: AsyncAck, submission: Submission) -> Taken:
        """Take in the form of an assistance."""
        fields, requester = _Fields(submission), _requester(submission)
        customer = fields.parsed(Field.CONTACT, lambda text: parse_customer(text, region=self._services.region), None)
        reference = fields.optional(Field.REFERENCE, parse_reference)
        at, colleague = fields.moment(self._services.now()), await self._agent(submission, requester, fields)
        if customer and not fields.wrong:
            by_link = BY_LINK in payloads.chosen(submission, Field.LINK)
            request = StartAssistance(customer.contact, reference, colleague=colleague, by_link=by_link, at=at)
            starting = self._services.intake.start_assistance(requester, request, delivery=submission.delivery)
            await self._take_in(starting, requester, customer.reading, fields, Field.CONTACT)
        return await self._answer(ack, requester, fields, self._services.assist_command)

    async def handle_meeting_form(self, ack: AsyncAck, submission: Submission) -> Taken:
        """Take in the form of a meeting."""
        fields, requester = _Fields(submission), _requester(submission)
        region, picked = self._services.region, payloads.people(submission, Field.COLLEAGUES)
        guests = fields.parsed(Field.PARTICIPANTS, lambda text: parse_guests(text, region=region, picked=picked), None)
        name = fields.optional(Field.NAME, parse_name)
        at = fields.moment(self._services.now())
        if guests and not fields.wrong:
            moderated = MODERATED in payloads.chosen(submission, Field.MODERATION)
            request = StartMeeting(guests.contacts, guests.colleagues, name, moderated, at)
            starting = self._services.intake.start_meeting(requester, request, delivery=submission.delivery)
            await self._take_in(starting, requester, guests.reading, fields, Field.PARTICIPANTS)
        return await self._answer(ack, requester, fields, self._services.meet_command)

    async def handle_planning_form(self, ack: AsyncAck, submission: Submission) -> Taken:
        """Take in the form that moves a planned session."""
        session_ref, message_ref = payloads.plan_origin(submission)
        requester = Requester(submission.user.id, Conversation(submission.workspace, message_ref.channel))
        fields = _Fields(submission)
        if at := fields.moment(self._services.now()):
            request = planned.MovePlanned(session_ref, message_ref, at.timestamp())
            try:
                await self._services.intake.defer(requester, request, delivery=submission.delivery)
            except KnownError as error:
                fields.wrong[Field.AT] = error
        return await self._answer(ack, requester, fields, self._services.assist_command)

    async def handle_connect_form(self, ack: AsyncAck, submission: Submission) -> None:
        """Have an Apizee account checked and connected; the window says what comes of it."""
        requester = Requester(submission.user.id, Conversation(submission.workspace, ""))
        translate = await self._services.translate(requester)
        enterprise, secret = (
            payloads.typed(submission, Field.ENTERPRISE),
            payloads.verbatim(submission, Field.WEBHOOK_SECRET),
        )
        wrong: dict[str, str] = {}
        if not _NUMBER.fullmatch(enterprise):
            wrong[Field.ENTERPRISE.value] = translate(
                "This is a whole number, such as 1234. Apizee's console shows it."
            )
        if secret and (len(secret) < SHORTEST_SECRET or not secret.isprintable()):
            wrong[Field.WEBHOOK_SECRET.value] = translate(
                "A secret has at least {number} characters, in one line.", number=SHORTEST_SECRET
            )
        if wrong:
            await ack(response_action="errors", errors=wrong)
            return
        given = ApizeeAccount(
            username=payloads.typed(submission, Field.USERNAME),
            password=payloads.verbatim(submission, Field.PASSWORD),
            enterprise_id=int(enterprise),
            webhook_secret=secret,
            default_agent=payloads.typed(submission, Field.DEFAULT_AGENT) or None,
            meeting_service_key=payloads.typed(submission, Field.MEETING_SERVICE) or None,
            connected_by=submission.user.id,
            connected_at=time.time(),
        )
        self._services.connecting.connect(requester, submission.view.id, given)
        await ack(response_action="update", view=checking(translate))

    async def handle_login_form(self, ack: AsyncAck, submission: Submission) -> Taken:
        """Take in the login that an administrator gives to somebody."""
        requester = Requester(submission.user.id, Conversation(submission.workspace, ""))
        fields, login_of = _Fields(submission), payloads.login_of_chosen(submission, Field.PERSON)
        login = fields.parsed(Field.LOGIN, parse_login, "")
        if login:
            try:
                await self._services.intake.defer(
                    requester, home_requests.SetLogin(login_of, login), delivery=submission.delivery
                )
            except KnownError as error:
                fields.wrong[Field.LOGIN] = error
        return await self._answer(ack, requester, fields, self._services.assist_command)

    async def handle_note_form(self, ack: AsyncAck, submission: Submission) -> Taken:
        """Take in how a session ended."""
        fields, about = _Fields(submission), payloads.note_origin(submission)
        where = Conversation(submission.workspace, about.origin.channel, about.origin.thread_ts or None)
        requester = Requester(submission.user.id, where)
        outcome, text = payloads.chosen_one(submission, Field.OUTCOME), fields.parsed(Field.NOTE, parse_note, "")
        if not fields.wrong:
            note = afterwards.WriteNote(about.session_ref, outcome, text)
            try:
                await self._services.intake.defer(requester, note, delivery=submission.delivery)
            except KnownError as error:
                fields.wrong[Field.NOTE] = error
        return await self._answer(ack, requester, fields, self._services.assist_command)

    async def _take_in(
        self, starting: Awaitable[None], requester: Requester, reading: Reading, fields: _Fields, beside: Field
    ) -> None:
        """Have something started; why it is not stands `beside` a field."""
        try:
            await starting
            self._services.confirm_soon(requester, reading)
            self._services.forms.sent(requester)
        except KnownError as error:
            fields.wrong[beside] = error

    async def _agent(self, submission: Submission, requester: Requester, fields: _Fields) -> str | None:
        """Return the colleague who is to be the agent, `None` where nobody was picked; who cannot be is wrong."""
        colleague = payloads.person(submission, Field.AGENT)
        if colleague and colleague != requester.user:
            try:
                await self._services.forms.check_agent(requester, colleague)
            except KnownError as error:
                fields.wrong[Field.AGENT] = error
        return colleague

    async def handle_digest_form(self, ack: AsyncAck, submission: Submission) -> Taken:
        """Take in the channel that is to get the weekly digest."""
        requester = Requester(submission.user.id, Conversation(submission.workspace, ""))
        fields, chosen = _Fields(submission), payloads.chosen_channel(submission, Field.CHANNEL)
        try:
            request = home_requests.TurnDigestOn(chosen)
            await self._services.intake.defer(requester, request, delivery=submission.delivery)
        except KnownError as error:
            fields.wrong[Field.CHANNEL] = error
        return await self._answer(ack, requester, fields, self._services.assist_command)

    async def _answer(self, ack: AsyncAck, requester: Requester, fields: _Fields, command: str) -> Taken:
        taken = Taken(outcome=_WRONG if fields.wrong else ACCEPTED)
        self._services.metrics.count("commands_total", command="form", outcome=taken.outcome)
        if not fields.wrong:
            await ack()
            return taken
        translate = await self._services.translate(requester)
        errors = {field.value: sentence(error, translate, command=command) for field, error in fields.wrong.items()}
        await ack(response_action="errors", errors=errors)
        return taken


def _requester(submission: Submission) -> Requester:
    return payloads.submission_requester(submission, ModalOrigin.decode(submission.view.private_metadata or ""))


def register(app: Listeners, services: Services) -> None:
    """Register the forms."""
    views = Views(services)
    app.view(Modal.ASSISTANCE.value)(views.handle_assistance_form)
    app.view(Modal.MEETING.value)(views.handle_meeting_form)
    app.view(Modal.PLANNING.value)(views.handle_planning_form)
    app.view(Modal.CONNECT.value)(views.handle_connect_form)
    app.view(Modal.LOGIN.value)(views.handle_login_form)
    app.view(Modal.NOTE.value)(views.handle_note_form)
    app.view(Modal.DIGEST.value)(views.handle_digest_form)
