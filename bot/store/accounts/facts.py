"""Stores what is known of the Apizee account besides its sessions, where Apizee says it once and it is needed again.

Apizee gives the agents' address and the button's number with a new ticket only; both are the same for all tickets of
a service. And it may name a ticket by the id of its conversation.
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Final, cast

from redis.asyncio import Redis

from bot.model.errors import Unreadable
from bot.outages import translated
from bot.store import keys
from bot.store.sealing.keyring import KeyRing

PORTALS_KEPT_FOR: Final = timedelta(days=90)
CONVERSATION_KEPT_FOR: Final = timedelta(days=2)
"""A day after its end no session is followed any more."""

_WRITTEN_AGAIN_AFTER: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Portal:
    """Where the agents of a service work: the address of the portal, and the number of the service's button."""

    agent_url: str = field(repr=False)
    button_id: int

    def link_to(self, ticket: int) -> str:
        """Return the agent's page of a ticket, which asks for a sign-in."""
        return f"{self.agent_url}/entrypoint/{self.button_id}/tickets/{ticket}"


class AccountFacts:
    """Facts of one account, sealed.

    All methods raise `bot.model.errors.StoreUnavailable` when Redis does not answer.
    """

    def __init__(
        self, redis: Redis, sealer: KeyRing, *, account: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._redis = redis
        self._sealer = sealer
        self._account = account
        self._clock = clock
        self._written: dict[str, tuple[Portal, float]] = {}

    async def keep_portal(self, service_key: str | None, portal: Portal) -> None:
        """Keep where the agents of a service work; `None` stands for a service that Apizee does not name."""
        service = self._sealer.fingerprint(service_key or "")
        written, at = self._written.get(service, (None, 0.0))
        if written == portal and self._clock() - at < _WRITTEN_AGAIN_AFTER:
            return
        key = keys.portals(self._account)
        with translated():
            async with self._redis.pipeline() as both:
                # With its service, by which its field gets another name once the first key is another one.
                sealed = json.dumps(asdict(portal) | {"service": service_key or ""})
                both.hset(key, service, self._sealer.seal_value(sealed, key))
                both.expire(key, PORTALS_KEPT_FOR)
                await both.execute()
        self._written[service] = portal, self._clock()

    async def portal_of(self, service_key: str | None) -> Portal | None:
        """Return where the agents of a service work, as far as a ticket has shown it.

        Of a service that Apizee does not name it is known where there is only one.
        """
        with translated():
            question = self._redis.hgetall(keys.portals(self._account))
            kept = await cast("Awaitable[Mapping[bytes, bytes]]", question)
        if service_key is not None:
            fields = map(str.encode, self._sealer.fingerprints(service_key))
            return self._opened(next((kept[field] for field in fields if field in kept), None))
        return self._opened(next(iter(kept.values()))) if len(kept) == 1 else None

    async def seal_again(self) -> int:
        """Seal with the first key, and name by it, where agents work; returns of how many services that was needed."""
        key, done = keys.portals(self._account), 0
        with translated():
            kept = await cast("Awaitable[Mapping[bytes, bytes]]", self._redis.hgetall(key))
        for former, sealed in kept.items():
            with suppress(Unreadable):  # the next new ticket brings it again
                again = self._sealer.resealed_value(sealed.decode(), key)
                if again is not None:
                    service = self._sealer.fingerprint(json.loads(self._sealer.open_value(again, key))["service"])
                    with translated():
                        # Where a new ticket has brought it meanwhile, that counts.
                        await self._redis.hsetnx(key, service, again)
                        await self._redis.hdel(key, former.decode())
                    done += 1
        return done

    async def keep_conversation(self, conversation: str, ticket: int) -> None:
        """Keep which ticket a conversation belongs to."""
        with translated():
            await self._redis.set(self._conversation(conversation), ticket, ex=CONVERSATION_KEPT_FOR)

    async def ticket_of(self, conversation: str) -> int | None:
        """Return the ticket that a conversation belongs to, as far as it is one of ours."""
        names = [keys.conversation(self._account, one) for one in self._sealer.fingerprints(conversation)]
        with translated():
            found = [one for one in await self._redis.mget(names) if one]
        return int(found[0]) if found else None

    def _opened(self, sealed: bytes | None) -> Portal | None:
        with suppress(Unreadable):  # sealed with a key that is gone: the next new ticket brings it again
            if sealed:
                known = json.loads(self._sealer.open_value(sealed.decode(), keys.portals(self._account)))
                return Portal(known["agent_url"], known["button_id"])
        return None

    def _conversation(self, conversation: str) -> str:
        return keys.conversation(self._account, self._sealer.fingerprint(conversation))
