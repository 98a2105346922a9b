"""Runs deferred requests: each is answered in a modal or a private message, by the person's Home or an updated card."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from bot.apizee.budget.claims import asking_for
from bot.apizee.errors import NotSent, Unreachable
from bot.deferred import requests, unasked
from bot.deferred.access_links import AccessLinks
from bot.deferred.answers import Answers
from bot.deferred.ended import EndedSessions
from bot.deferred.finding import Finding
from bot.deferred.forgetting import ForgetRequests
from bot.deferred.kinds import afterwards, home_requests, planned
from bot.deferred.queries import Queries
from bot.deferred.requests import DeferredRequest
from bot.deferred.starting import StartsFromElsewhere
from bot.deferred.subjects import Subjects
from bot.home.changes import HomeChanges
from bot.home.service import Home
from bot.log import get_logger
from bot.media.on_request import ThreadMedia
from bot.messages_tab.tab import MessagesTab
from bot.model.errors import KnownError, NoSession, NotAllowed, StillUnderWay, StoreUnavailable
from bot.model.messages import Message
from bot.model.people import Contact, Person, Requester
from bot.model.session import Kind, Session
from bot.model.targets import MediaPage, MessageRef, ResultsPage, SessionRef
from bot.model.timing import RequestTiming
from bot.policy import rules
from bot.policy.agents import Agents
from bot.policy.policy import Policy, Subject
from bot.sessions.passing_on.qr_codes import QrCodes
from bot.sessions.planned.changes import PlanChanges
from bot.sessions.refresh import Refresh
from bot.sessions.resolve import SessionResolver
from bot.slack.client import Slack
from bot.slack.errors import SlackAway, SlackError
from bot.statistics.report import StatisticsReport
from bot.store.deferred import KEPT_FOR, DeferredRequests
from bot.ui import private_messages
from bot.ui.error_messages import sentence
from bot.ui.lists.results import nothing_found
from bot.ui.text import Translator, translator_for
from bot.unfurls.unfurling import Unfurling

log = get_logger(__name__)


class RequestRunner:
    """Runs deferred requests; `command` is the slash command that sentences name."""

    def __init__(
        self,
        *,
        deferred: DeferredRequests,
        slack: Slack,
        answers: Answers,
        agents: Agents,
        policy: Policy,
        subjects: Subjects,
        resolver: SessionResolver,
        access_links: AccessLinks,
        qr_codes: QrCodes,
        queries: Queries,
        finding: Finding,
        thread_media: ThreadMedia,
        refresh_session: Refresh,
        plan_changes: PlanChanges,
        forgetting: ForgetRequests,
        home: Home,
        ended: EndedSessions,
        home_changes: HomeChanges,
        starts: StartsFromElsewhere,
        numbers: StatisticsReport,
        unfurling: Unfurling,
        messages_tab: MessagesTab,
        command: str,
        timing: RequestTiming | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._deferred, self._slack, self._answers = deferred, slack, answers
        self._agents, self._policy, self._subjects, self._resolver = agents, policy, subjects, resolver
        self._access_links, self._qr_codes = access_links, qr_codes
        self._queries, self._finding, self._numbers = queries, finding, numbers
        self._thread_media, self._refresh_session, self._plan_changes = thread_media, refresh_session, plan_changes
        self._forgetting, self._ended, self._starts = forgetting, ended, starts
        self._home, self._home_changes = home, home_changes
        self._unfurling, self._messages_tab = unfurling, messages_tab
        self._command = command
        self._timing = timing or RequestTiming()
        self._clock = clock

    async def run(self, team: str, request_id: str) -> None:
        """Run one request; raises `TryLater` where it has to be run later."""
        deferred = await self._deferred.get(team, request_id)
        if deferred is None:
            return
        await self._answers.begin(deferred)
        answer = await self._answer(deferred)
        if answer:
            await self._answers.send(deferred, answer)
        await self._deferred.done(deferred)

    async def on_exhausted(self, team: str, request_id: str, *, reference: str) -> None:
        """Say to the person that their request met an error that nobody foresaw, under a reference id."""
        deferred = await self._deferred.get(team, request_id)
        if deferred is None:
            return
        message = private_messages.unforeseen(reference, self._translator(deferred.requester))
        await self._answers.send(deferred, message, last_try=True)
        await self._deferred.done(deferred)

    async def _answer(self, deferred: DeferredRequest) -> Message | None:
        requester = deferred.requester
        try:
            person = await self._admitted(deferred)
            with asking_for(deferred.id, person=requester.key):
                return await self._do(deferred, person)
        except (SlackAway, StoreUnavailable, StillUnderWay):
            raise
        except KnownError as error:
            translate = self._translator(requester)
            if isinstance(deferred.request, requests.ShowHome) and isinstance(error, NotAllowed | SlackError):
                await self._excuse_home(requester, error, translate)
                return None
            if isinstance(deferred.request, unasked.Greet | unasked.UnfurlLinks):
                log.info("not_done", team=requester.conversation.team, reason=type(error).__name__)
                return None
            if isinstance(error, NotSent) and not isinstance(error, Unreachable):
                await self._postpone(deferred, error, translate)
            return private_messages.text_message(sentence(error, translate, command=self._command))

    async def _admitted(self, deferred: DeferredRequest) -> Person:
        """Return the person who asks, if they may; what is about a session is asked again once that is known."""
        requester, request = deferred.requester, deferred.request
        if isinstance(request, unasked.UnfurlLinks):
            # A warning is for everybody; the policy is asked about each session.
            return await self._agents.person(requester.conversation.team, requester.user)
        if request.act in rules.ABOUT_A_SESSION:
            return await self._policy.admit(request.act, requester)
        if isinstance(request, home_requests.SetLogin | home_requests.RemoveLogin):
            return await self._policy.ask(request.act, requester, whom=request.login_of.user)
        return await self._policy.ask(request.act, requester)

    async def _excuse_home(self, requester: Requester, error: NotAllowed | SlackError, translate: Translator) -> None:
        """Say on the Home why there is nothing on it, where Slack accepts one.

        Nobody has asked for it in words: a message for each time that the Home is opened would be a nuisance.
        """
        try:
            if isinstance(error, SlackError):
                raise error
            await self._home.refuse(requester, sentence(error, translate, command=self._command))
        except SlackError as refused:
            log.warning("home_not_published", team=requester.conversation.team, reason=refused.code)

    def _translator(self, requester: Requester) -> Translator:
        """Return the person's language, in English where Slack has not said which it is."""
        person = self._agents.cached(requester.conversation.team, requester.user)
        return translator_for(person.locale if person else "en")

    async def _postpone(self, deferred: DeferredRequest, error: NotSent, translate: Translator) -> None:
        """Postpone the request until its turn in Apizee's budget comes, while the person can still be answered then.

        A long wait is announced, once.
        """
        if self._clock() + error.retry_in > deferred.asked_at + KEPT_FOR.total_seconds():
            return
        if error.retry_in > self._timing.worth_telling and not deferred.announced:
            message = private_messages.text_message(sentence(error, translate, command=self._command))
            await self._answers.send(deferred, message, is_last=False)
            await self._deferred.keep(replace(deferred, announced=True))
        raise error

    async def _do(  # noqa: C901, PLR0912  # one case for each request, none of which decides anything
        self, deferred: DeferredRequest, person: Person
    ) -> Message | None:
        """Do what is asked for; returns the private message that answers it, if anything is left to say."""
        requester = deferred.requester
        match deferred.request:
            case requests.OpenTicket(session_ref, message_ref):
                session = await self._pointed_at(deferred, session_ref, message_ref)
                return await self._access_links.for_ticket(session, requester, person)
            case requests.SendQrCode(session_ref, message_ref):
                return await self._qr_codes.send(await self._pointed_at(deferred, session_ref, message_ref), person)
            case requests.JoinAsMe(session_ref, message_ref):
                session = await self._pointed_at(deferred, session_ref, message_ref)
                return await self._access_links.for_meeting(session, person)
            case requests.RefreshSession(session_ref, message_ref):
                session = await self._pointed_at(deferred, session_ref, message_ref)
                return await self._refresh_session.refresh(session, session_ref, message_ref, person)
            case requests.ShowMediaOfCard(session_ref, message_ref):
                session = await self._pointed_at(deferred, session_ref, message_ref)
                return await self._media_of(session, requester, person)
            case requests.ShowMediaOfThread(message_ref):
                session = await self._resolver.of_message(requester, message_ref)
                await self._ask(deferred, await self._subjects.pointed_at(session, message_ref))
                return await self._media_of(session, requester, person)
            case requests.ShowMediaNamed(kind, text):
                return await self._media_named(deferred, kind, text, person)
            case requests.ShowMediaPage(page):
                channel = requester.conversation.channel
                await self._ask(deferred, await self._subjects.shown(person.team, page.kind, page.remote_id, channel))
                return await self._queries.media_page(page, person)
            case requests.MediaToThread(session_ref, message_ref):
                session = await self._pointed_at(deferred, session_ref, message_ref)
                return await self._thread_media.bring(session, person, request=deferred.id)
            case requests.Find(kind, text):
                return await self._finding.find(kind, text, requester, person)
            case requests.ListSessions(kind, whose):
                return await self._queries.list_open(ResultsPage(kind, whose=whose), requester, person)
            case requests.ShowResults(page):
                pages = self._queries.list_open if page.is_listing else self._finding.page
                return await pages(page, requester, person)
            case requests.ShowStatistics(statistics):
                return await self._numbers.show(requester, statistics, person)
            case requests.SendStatisticsCsv(statistics):
                return await self._numbers.send_file(statistics, person)
            case requests.AskToForget(ticket):
                return await self._forgetting.ask(requester, person, Kind.ASSISTANCE, ticket)
            case requests.AskToForgetMeeting(meeting):
                return await self._forgetting.ask(requester, person, Kind.MEETING, meeting)
            case requests.AskToForgetInvitee(contact):
                return await self._forgetting.ask_about(requester, person, Contact(contact))
            case requests.Forget(session_ref):
                return await self._forgetting.forget(requester, person, session_ref.kind, session_ref.remote_id or 0)
            case requests.ForgetInvitee(invitee):
                return await self._forgetting.forget_invitee(requester, person, invitee)
            case requests.ShowHome(page):
                await self._home.publish(person, page)
                return None
            case (
                home_requests.ChooseOverviewChannel()
                | home_requests.TurnDigestOn()
                | home_requests.TurnDigestOff()
                | home_requests.SetLogin()
                | home_requests.RemoveLogin() as change
            ):
                await self._home_changes.apply(change, person)
                await self._home.publish(person)
                return None
            case home_requests.TakeOver() | home_requests.InviteAgain() as start:
                await self._starts.start(deferred, start)
                return None
            case afterwards.WriteNote() | afterwards.MakeReport() as asked:
                session = await self._pointed_at(deferred, asked.session_ref, asked.message_ref)
                return await self._ended.do(asked, session, person, deferred)
            case planned.StartPlanned() | planned.MovePlanned() | planned.CancelPlanned() as change:
                session = await self._pointed_at(deferred, change.session_ref, change.message_ref)
                return await self._plan_changes.make(change, session, person)
            case requests.Hint(directly=False):
                return private_messages.hint(translator_for(person.locale), command=self._command)
            case requests.Hint() | unasked.Greet() | unasked.UnfurlLinks() as said:
                await self._reply(deferred, said, person)
                return None
            case _:
                assert_never(deferred.request)

    async def _reply(
        self, deferred: DeferredRequest, said: requests.Hint | unasked.Greet | unasked.UnfurlLinks, person: Person
    ) -> None:
        """Reply to what a person has said to the bot or pasted, by messages of its own."""
        match said:
            case requests.Hint(contacts=contacts):
                await self._messages_tab.answer(deferred.requester, person, contacts)
            case unasked.Greet():
                await self._messages_tab.greet(deferred.requester, person, by=deferred.id, asked_at=deferred.asked_at)
            case unasked.UnfurlLinks(urls, ts):
                await self._unfurling.unfurl(deferred.requester, person, urls, ts)

    async def _ask(self, deferred: DeferredRequest, about: Subject) -> None:
        """Raise `NotAllowed` unless the person may do this with what it is about."""
        await self._policy.ask(deferred.request.act, deferred.requester, about)

    async def _pointed_at(self, deferred: DeferredRequest, session_ref: SessionRef, message_ref: MessageRef) -> Session:
        """Return the session of a button, where the person may do with it what the button says."""
        session = await self._resolver.pointed_at(deferred.requester, session_ref, message_ref)
        await self._ask(deferred, await self._subjects.pointed_at(session, message_ref, session_ref))
        return session

    async def _media_of(self, session: Session, requester: Requester, person: Person) -> Message:
        remote_id = await self._queries.remote_id(session, requester, person)
        return await self._queries.media_page(MediaPage(session.kind, remote_id, 0), person)

    async def _media_named(self, deferred: DeferredRequest, kind: Kind, text: str, person: Person) -> Message:
        try:
            named = await self._queries.named(kind, text, deferred.requester, person)
        except NoSession:
            return nothing_found(kind, text, translator_for(person.locale))
        await self._ask(deferred, named)
        return await self._queries.media_page(MediaPage(kind, named.remote_id or 0, 0), person)
