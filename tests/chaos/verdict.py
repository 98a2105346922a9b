"""What must be true after the chaos, whatever it was."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from bot.model.errors import StoreTimeout
from bot.ui.explanations import explain
from bot.ui.text import translator_for
from sandbox.slack.default_world import SUPPORT, U_EN
from sandbox.slack.model import Message
from tests.chaos.run import Plan, Town

_GIVEN_UP = "Nobody was invited"
_OBSERVED_FOR = 10.0


@dataclass(frozen=True)
class Answers:
    """The customers' numbers by what the agent read: taken in, surely not, or nobody knows."""

    accepted: frozenset[str]
    refused: frozenset[str]
    unknown: frozenset[str]


def answers(town: Town) -> Answers:
    """Sort the commands as the agent before the screen would."""
    accepted, refused, unknown = set[str](), set[str](), set[str]()
    perhaps = explain(StoreTimeout(), translator_for("en"), command="/assist")
    for number, delivered in town.answered.items():
        if delivered.outcome != "ok":
            unknown.add(number)  # it may have been taken in just before the process died
        elif not delivered.body:
            accepted.add(number)
        else:
            (unknown if perhaps in delivered.body else refused).add(number)
    return Answers(frozenset(accepted), frozenset(refused), frozenset(unknown))


def faults(town: Town) -> list[str]:
    """All that is not as it must be, in words; empty where the bot has kept its promises."""
    outcomes = answers(town)
    invited = Counter(one.to for one in town.around.apizee.outbox)
    found = _not_invited(town, outcomes.accepted - invited.keys())
    found += [f"{number} was refused and invited" for number in sorted(outcomes.refused & invited.keys())]
    found += [f"{number} was invited {times} times" for number, times in invited.items() if times > 1]
    found += [fault for ticket in town.around.apizee.tickets for fault in _of_ticket(town, ticket)]
    found += [f"a card without a ticket says: {card.text}, {_session_of(card)}" for card in unfinished(town)]
    if town.around.apizee.limit.violations:
        found.append("Apizee was asked more often than it allows")
    return found


def _not_invited(town: Town, numbers: AbstractSet[str]) -> list[str]:
    """Return the acknowledged customers that nobody invited and whose agents read nothing of it.

    Where Apizee could not be reached for long, the card says that nobody was invited, which is the truth.
    """
    notices = [card for card in _cards(town) if _GIVEN_UP in card.text]
    if len(numbers) <= len(notices):
        return []
    return [f"{number} was acknowledged and not invited" for number in sorted(numbers)]


def unfinished(town: Town) -> list[Message]:
    """Return the cards that neither lead to a ticket nor say that there is none."""
    return [card for card in _cards(town) if _ticket_of(card) is None and _GIVEN_UP not in card.text]


def _session_of(card: Message) -> str:
    return next((str(block["block_id"]) for block in card.blocks if "block_id" in block), "no session")


def _of_ticket(town: Town, ticket: int) -> list[str]:
    cards = [card for card in _cards(town) if _ticket_of(card) == ticket]
    if len(cards) != 1:
        return [f"ticket {ticket} has {len(cards)} cards"]
    (card,) = cards
    found = [] if "Done" in card.text else [f"the card of ticket {ticket} says: {card.text}"]
    thread = [one for one in town.around.slack.thread(SUPPORT, card.ts) if one is not card]
    photos = sum("Photo" in file["title"] for one in thread for file in one.files)
    if photos != 1:
        found.append(f"ticket {ticket} has {photos} photos in its thread")
    if not any(f"tickets/{ticket}" in f"{one.text}{one.blocks}" for one in town.around.slack.ephemerals(U_EN)):
        found.append(f"the agent has no links of ticket {ticket}")
    return found


def _cards(town: Town) -> list[Message]:
    bot = town.around.slack.bot_user
    return [one for one in town.around.slack.messages(SUPPORT) if one.user == bot]


def _ticket_of(card: Message) -> int | None:
    ticket: int | None = (card.metadata or {}).get("event_payload", {}).get("id")
    return ticket


@dataclass(frozen=True)
class Idleness:
    """What a process does when there is nothing to do: its share of a core, and the lines it logs a second."""

    name: str
    of_a_core: float
    lines_a_second: float

    def is_calm(self, plan: Plan) -> bool:
        """Whether it leaves the machine to others."""
        return self.of_a_core < plan.idle_of_a_core and self.lines_a_second < plan.idle_lines_a_second


async def idleness(town: Town) -> list[Idleness]:
    """Watch each process of the bot for a while."""
    began = time.monotonic()
    before = [(bot, bot.processor_seconds(), bot.lines()) for bot in town.bots]
    await asyncio.sleep(_OBSERVED_FOR)
    seconds = time.monotonic() - began
    return [
        Idleness(bot.name, (bot.processor_seconds() - used) / seconds, (bot.lines() - lines) / seconds)
        for bot, used, lines in before
    ]
