"""Errands: look-ups and buttons, done after Slack was answered, told to the one person who asked."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from enum import StrEnum

from pydantic import TypeAdapter

from bot.apizee.errors import NotSent, Unreachable
from bot.errors import KnownError, StoreAway
from bot.log import get_logger
from bot.model import Kind, Message, Person
from bot.services.agents import Agents
from bot.services.doors import Doors
from bot.services.forgetting import Forgetting
from bot.services.home import Home
from bot.services.locating import Locator
from bot.services.lookups import Lookups
from bot.services.numbers import Numbers
from bot.services.refreshing import Refresher
from bot.services.sentences import sentence
from bot.services.thread_media import ThreadMedia
from bot.slack.errors import SlackAway, SlackError
from bot.slack.gateway import Slack
from bot.store.errands import KEPT_FOR, Errand, Errands
from bot.targets import FIRST_HOME_PAGE, HomePage, MediaPage, Pointer, ResultsPage, Spot, StatisticsOf
from bot.ui import whispers
from bot.ui.text import Words, words_for

# Shorter waits are not worth a message of their own.
_WORTH_TELLING = 3.0
_SPOT = TypeAdapter(Spot)

log = get_logger(__name__)


class Task(StrEnum):
    """What an errand is for."""

    OPEN_TICKET = "open ticket"
    JOIN_AS_ME = "join as me"
    REFRESH = "refresh"
    MEDIA_OF_CARD = "media of card"
    MEDIA_OF_THREAD = "media of thread"
    MEDIA_OF_ID = "media of id"
    MEDIA_PAGE = "media page"
    MEDIA_TO_THREAD = "media to thread"
    FIND = "find"
    LIST = "list"
    RESULTS_PAGE = "results page"
    FORGET = "forget"
    FORGET_FOR_CERTAIN = "forget for certain"
    HOME = "home"
    HINT = "hint"
    STATISTICS = "statistics"
    STATISTICS_CSV = "statistics csv"


# Their answers take the place of the whisper that was clicked.
_REPLACING = frozenset({Task.MEDIA_PAGE, Task.RESULTS_PAGE, Task.FORGET_FOR_CERTAIN})


def spot_details(spot: Spot) -> dict[str, str]:
    """A spot as an errand's details hold it."""
    return {"spot": _SPOT.dump_json(spot).decode()}


class ErrandRunner:
    """Runs errands; each ends in one whisper to the person who asked, or in a drawn card or Home.

    `command` is the slash command that sentences name.
    """

    def __init__(
        self,
        *,
        errands: Errands,
        slack: Slack,
        agents: Agents,
        locator: Locator,
        doors: Doors,
        lookups: Lookups,
        thread_media: ThreadMedia,
        refresher: Refresher,
        forgetting: Forgetting,
        home: Home,
        numbers: Numbers,
        command: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._errands = errands
        self._slack = slack
        self._agents = agents
        self._locator = locator
        self._doors = doors
        self._refresher = refresher
        self._forgetting = forgetting
        self._home = home
        self._numbers = numbers
        self._command = command
        self._clock = clock
        self._lookups = lookups
        self._thread_media = thread_media
        self._tasks: Mapping[Task, Callable[[Errand, Person], Awaitable[Message | None]]] = {
            Task.OPEN_TICKET: self._open_ticket,
            Task.JOIN_AS_ME: self._join_as_me,
            Task.REFRESH: self._refresh,
            Task.MEDIA_OF_CARD: self._media_of_card,
            Task.MEDIA_OF_THREAD: self._media_of_thread,
            Task.MEDIA_OF_ID: self._media_of_id,
            Task.MEDIA_PAGE: self._media_page,
            Task.MEDIA_TO_THREAD: self._media_to_thread,
            Task.FIND: self._find,
            Task.LIST: self._list,
            Task.RESULTS_PAGE: self._results_page,
            Task.FORGET: self._forget,
            Task.FORGET_FOR_CERTAIN: self._forget_for_certain,
            Task.HOME: self._draw_home,
            Task.HINT: self._hint,
            Task.STATISTICS: self._statistics,
            Task.STATISTICS_CSV: self._statistics_csv,
        }

    async def run(self, team: str, errand_id: str) -> None:
        """Do one errand; raises `TryLater` where it has to be done later."""
        errand = await self._errands.get(team, errand_id)
        if errand is None:
            return
        answer = await self._answer(errand)
        if answer:
            await self._slack.whisper(errand.asker, answer, replacing=errand.task in _REPLACING)
        await self._errands.done(errand)

    async def give_up(self, team: str, errand_id: str, *, reference: str) -> None:
        """Tell the person that their errand met an error that nobody foresaw, under a reference id."""
        errand = await self._errands.get(team, errand_id)
        if errand is None:
            return
        person = self._agents.remembered(team, errand.asker.user)
        words = words_for(person.locale if person else "en")
        await self._slack.whisper(errand.asker, whispers.unforeseen(reference, words), last_try=True)
        await self._errands.done(errand)

    async def _answer(self, errand: Errand) -> Message | None:
        words = words_for("en")
        try:
            person = await self._agents.person(errand.asker.place.team, errand.asker.user)
            words = words_for(person.locale)
            return await self._tasks[Task(errand.task)](errand, person)
        except (SlackAway, StoreAway):
            raise
        except KnownError as error:
            if isinstance(error, SlackError) and errand.task == Task.HOME:
                # Nobody has asked for it in words: a message for each time that the Home is opened would be a nuisance.
                log.warning("home_not_drawn", team=errand.asker.place.team, reason=error.code)
                return None
            if isinstance(error, NotSent) and not isinstance(error, Unreachable):
                await self._postpone(errand, error, words)
            return whispers.told(sentence(error, words, command=self._command))

    async def _postpone(self, errand: Errand, error: NotSent, words: Words) -> None:
        """Let it be done when its turn at Apizee comes, while somebody can still be answered then.

        A long wait is announced, once.
        """
        if self._clock() + error.retry_in > errand.asked_at + KEPT_FOR.total_seconds():
            return
        if error.retry_in > _WORTH_TELLING and not errand.announced:
            await self._slack.whisper(errand.asker, whispers.told(sentence(error, words, command=self._command)))
            await self._errands.keep(replace(errand, announced=True))
        raise error

    async def _open_ticket(self, errand: Errand, person: Person) -> Message:
        session = await self._locator.pointed_at(errand.asker, _pointer(errand), _spot(errand))
        return await self._doors.into_ticket(session, person)

    async def _join_as_me(self, errand: Errand, person: Person) -> Message:
        session = await self._locator.pointed_at(errand.asker, _pointer(errand), _spot(errand))
        return await self._doors.into_meeting(session, person)

    async def _refresh(self, errand: Errand, person: Person) -> Message | None:
        return await self._refresher.refresh(errand.asker, _pointer(errand), _spot(errand), person)

    async def _media_of_card(self, errand: Errand, person: Person) -> Message:
        return await self._lookups.media_of_card(errand.asker, _pointer(errand), _spot(errand), person)

    async def _media_of_thread(self, errand: Errand, person: Person) -> Message:
        return await self._lookups.media_of_thread(errand.asker, _spot(errand), person)

    async def _media_of_id(self, errand: Errand, person: Person) -> Message:
        return await self._lookups.media_named(Kind(errand.details["kind"]), errand.details["text"], person)

    async def _media_page(self, errand: Errand, person: Person) -> Message:
        return await self._lookups.media_page(MediaPage.decode(errand.details["page"]), person)

    async def _media_to_thread(self, errand: Errand, person: Person) -> Message:
        return await self._thread_media.bring(errand.asker, _pointer(errand), _spot(errand), person, request=errand.id)

    async def _find(self, errand: Errand, person: Person) -> Message:
        page = ResultsPage(Kind(errand.details["kind"]), text=errand.details["text"])
        return await self._lookups.results(page, person)

    async def _list(self, errand: Errand, person: Person) -> Message:
        return await self._lookups.results(ResultsPage(Kind(errand.details["kind"])), person)

    async def _results_page(self, errand: Errand, person: Person) -> Message:
        return await self._lookups.results(ResultsPage.decode(errand.details["page"]), person)

    async def _statistics(self, errand: Errand, person: Person) -> Message | None:
        return await self._numbers.show(errand.asker, _statistics_of(errand), person)

    async def _statistics_csv(self, errand: Errand, person: Person) -> Message:
        return await self._numbers.send_file(_statistics_of(errand), person)

    async def _forget(self, errand: Errand, person: Person) -> Message:
        return await self._forgetting.ask(int(errand.details["ticket"]), person)

    async def _forget_for_certain(self, errand: Errand, person: Person) -> Message:
        return await self._forgetting.forget_ticket(_pointer(errand).remote_id or 0, person)

    async def _hint(self, _errand: Errand, person: Person) -> Message:
        words = words_for(person.locale)
        return whispers.told(
            words(
                "Mention me with the word “media” in a session's thread, or type `{command} help`.",
                command=self._command,
            )
        )

    async def _draw_home(self, errand: Errand, person: Person) -> None:
        page = HomePage.decode(errand.details["page"]) if "page" in errand.details else FIRST_HOME_PAGE
        await self._home.draw(person, page)


def _statistics_of(errand: Errand) -> StatisticsOf:
    return StatisticsOf.decode(errand.details["statistics"])


def _pointer(errand: Errand) -> Pointer:
    return Pointer.decode(errand.details["pointer"])


def _spot(errand: Errand) -> Spot:
    return _SPOT.validate_json(errand.details["spot"])
