"""Keys are replaced while the bot works: all that is sealed opens with the new one, and all that was found still is."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import cast

from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.deferred.requests import DeferredRequest, ShowHome
from bot.model.accounts import ApizeeAccount, account_key, name_id
from bot.model.digest import Digest
from bot.model.people import Contact, Conversation, Requester
from bot.model.session import Invitation, Kind, Links, Remote, Session, State
from bot.model.workspaces import Installation
from bot.store import keys
from bot.store.accounts.facts import AccountFacts, Portal
from bot.store.accounts.store import AccountStore
from bot.store.cache import Cache
from bot.store.deferred import DeferredRequests
from bot.store.people.logins import LoginStore
from bot.store.people.opened_links import OpenedLinks
from bot.store.sealing.canary import Canary
from bot.store.sealing.keyring import KeyRing
from bot.store.sealing.rotation import KeyRotation, Rotated
from bot.store.sessions.invitee_index import InviteeIndex
from bot.store.sessions.invitees import Invitees
from bot.store.sessions.link_index import LinkIndex
from bot.store.sessions.store import Sessions
from bot.store.workspaces.digests import DigestStore
from bot.store.workspaces.installations import InstallationStore, OAuthStates
from tests.fixtures.redis_contents import everything_in, opened

SEALED = {
    "session", "deferred", "former_deferred", "installation", "account", "cached", "portals", "logins", "digests",
    "canary",
}  # fmt: skip
FOUND_BY_FINGERPRINT = {"found_by", "meetings_named", "conversation"}
# They last for a day at most, and are compared by the fingerprints of all keys.
COMPARED = {"opened_link", "oauth_state"}
READABLE = {
    "seen", "owners", "webhook", "webhooks_received", "last_webhook",
    "last_media",
    "announced", "polled", "polling", "polls_made", "ended", "media_asked_for", "trouble", "timeline", "slot",
    "workspaces", "invitees_indexed", "sessions_of", "invitations_of", "open_sessions", "changed_sessions",
    "organisation_of", "installation_lock", "account_tries", "audit", "unread_records", "forgotten_at", "rewritten",
    "rewriting", "readiness", "readiness_of", "process", "media_lock", "report_lock", "tries", "set_aside",
    "all_set_aside", "events", "events_due", "greeted",
    "sessions_for", "agents_indexed",
}  # fmt: skip

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
TEAM, CHANNEL, USER = "T0001", "C0001", "U0001"
KEPT = timedelta(days=90)
ACCOUNT = account_key("api@acme.example")
TOKEN = f"{ACCOUNT}:token:{name_id('api@acme.example')}"
JEAN = Contact("+33662682193")
HERE = Requester(USER, Conversation(TEAM, CHANNEL))
DIGEST = Digest(CHANNEL, USER, 1_700_000_000.0, "Europe/Paris", "fr-FR")


@dataclass
class Stores:
    """All stores that seal, or name what they keep by fingerprints, with one key ring."""

    redis: Redis
    given: Sequence[str]

    def __post_init__(self) -> None:
        redis, ring = self.redis, KeyRing(self.given)
        self.ring = ring
        self.sessions = Sessions(redis, ring, KEPT, account=ACCOUNT)
        self.invitees = Invitees(redis, ring, KEPT)
        self.index = InviteeIndex(redis, ring, self.sessions, KEPT)
        self.deferred = DeferredRequests(redis, ring)
        self.installations = InstallationStore(redis, ring)
        self.states = OAuthStates(redis, ring)
        self.accounts = AccountStore(redis, ring.of_workspace)
        self.facts = AccountFacts(redis, ring, account=ACCOUNT)
        self.logins = LoginStore(redis, ring)
        self.digests = DigestStore(redis, ring)
        self.cache = Cache(redis, ring)
        self.canary = Canary(redis, ring)
        self.links = OpenedLinks(redis, ring)

    async def rotate(self) -> Rotated:
        rotation = KeyRotation(
            self.redis,
            self.ring,
            sessions=self.sessions,
            deferred=self.deferred,
            installations=self.installations,
            accounts=self.accounts,
            logins=self.logins,
            digests=self.digests,
            retention=KEPT,
        )
        return await rotation.rotate(lambda _rotated: None)


def a_session(name: str, kind: Kind, **more: object) -> Session:
    invited = Invitation(contacts=(JEAN,), name="Kitchen" if kind is Kind.MEETING else None)
    remote = Remote(id=int(time.time()), links=Links(customer="https://diag.apizee.com?convId=conv-7&pwd=x"))
    session = Session(name, kind, HERE, time.time(), invitation=invited, remote=remote, state=State.INVITED)
    return replace(session, account=ACCOUNT, **more)  # type: ignore[arg-type]  # names are checked by replace()


async def fill(stores: Stores) -> str:
    """Keep one of each kind; returns a state of an installation that was finished."""
    for session in (a_session("ticket", Kind.ASSISTANCE), a_session("meeting", Kind.MEETING)):
        await stores.sessions.record(session, delivery=session.id)
        await stores.sessions.claim(session, session.remote.id or 0)
    await stores.invitees.claim(a_session("ticket", Kind.ASSISTANCE))
    asked = DeferredRequest("r1", ShowHome(), HERE, time.time())
    await stores.deferred.record(asked, delivery="r1")
    former = keys.former_deferred(TEAM, "r2")
    body = cast("bytes", await stores.redis.get(keys.deferred(TEAM, "r1")))
    text = stores.ring.open_record(body[4:], keys.deferred(TEAM, "r1"))
    await stores.redis.set(former, body[:4] + stores.ring.seal_record(text, former))
    await stores.installations.keep(Installation(TEAM, "Acme", "xoxb-of-acme", installed_at=1.0))
    about = ApizeeAccount(username="api@acme.example", password="of acme", enterprise_id=1)
    await stores.accounts.keep(TEAM, about)
    await stores.facts.keep_portal("service", Portal("https://acme.apizee.com", 2))
    await stores.facts.keep_conversation("conv-7", 7)
    await stores.logins.give(TEAM, USER, "agent1@acme.example")
    await stores.digests.put(TEAM, DIGEST)
    await stores.cache.set(TEAM, "figures", "a figure", lasts=KEPT)
    await stores.canary.check()
    await stores.redis.set(TOKEN, stores.ring.seal_value("a bearer", TOKEN))
    assert await stores.links.belongs_to("a browser", team=TEAM, token="a link")
    state = await stores.states.issue()
    await stores.states.use(state)
    return state


def test_of_each_kind_of_key_it_is_said_whether_it_needs_rotating() -> None:
    kinds = {name for name, one in vars(keys).items() if inspect.isfunction(one) and not name.startswith("_")}
    assert kinds - {"team_in", "all_of"} == SEALED | FOUND_BY_FINGERPRINT | COMPARED | READABLE


async def test_each_sealed_kind_opens_with_the_new_key_alone(redis: Redis) -> None:
    await fill(Stores(redis, [OLD]))
    rotated = await Stores(redis, [NEW, OLD]).rotate()
    assert rotated.left == 0
    assert (await Stores(redis, [NEW, OLD]).rotate()).sealed_again == 0
    held = await everything_in(redis)
    assert "+33662682193" in opened(held, NEW)
    assert opened(held, OLD) == opened(held, Fernet.generate_key().decode())  # as little as a stranger's key
    new = Stores(redis, [NEW])
    assert [await new.sessions.get(TEAM, name) for name in ("ticket", "meeting")]
    assert await new.deferred.get(TEAM, "r1")
    assert await new.deferred.get(TEAM, "r2")
    assert (await new.installations.get(TEAM)) is not None
    sealed = await new.accounts.sealed(TEAM)
    assert sealed
    assert new.accounts.open(TEAM, sealed).password == "of acme"
    assert await new.facts.portal_of("service") == Portal("https://acme.apizee.com", 2)
    assert await new.logins.of(TEAM, USER) == "agent1@acme.example"
    assert await new.digests.of(TEAM, CHANNEL) == DIGEST
    assert await new.cache.get(TEAM, "figures") == "a figure"
    assert await new.canary.is_readable()
    assert new.ring.open_value(cast("bytes", await redis.get(TOKEN)).decode(), TOKEN) == "a bearer"


async def test_what_was_found_by_a_fingerprint_still_is_once_the_former_key_is_gone(redis: Redis) -> None:
    await fill(Stores(redis, [OLD]))
    left = await redis.pttl(keys.conversation(ACCOUNT, KeyRing([OLD]).fingerprint("conv-7")))
    await Stores(redis, [NEW, OLD]).rotate()
    new = Stores(redis, [NEW])
    found = await new.index.sessions_with(TEAM, new.index.fingerprints(JEAN))
    assert {session.id for session in found} == {"ticket", "meeting"}
    assert await new.invitees.claim(a_session("another", Kind.ASSISTANCE)) == ["ticket"]
    linked = await LinkIndex(new.ring, new.sessions).of_customer(TEAM, "conv-7")
    assert linked is not None
    assert [one.id for one in await new.sessions.open_meetings_named(ACCOUNT, "Kitchen")] == ["meeting"]
    assert await new.facts.ticket_of("conv-7") == 7
    assert 0 < await redis.pttl(keys.conversation(ACCOUNT, new.ring.fingerprint("conv-7"))) <= left


async def test_with_a_new_first_key_nothing_that_was_used_once_can_be_used_again(redis: Redis) -> None:
    state = await fill(Stores(redis, [OLD]))
    both = Stores(redis, [NEW, OLD])
    assert not await both.states.is_open(state)
    assert await both.states.is_open(await both.states.issue())
    assert not await both.links.belongs_to("another browser", team=TEAM, token="a link")
    assert await both.links.belongs_to("a browser", team=TEAM, token="a link")


async def test_what_the_bot_writes_meanwhile_is_neither_lost_nor_left_behind(redis: Redis) -> None:
    before = Stores(redis, [OLD])
    names, times = [f"s{number}" for number in range(19)], 15
    for name in names:
        await before.sessions.record(a_session(name, Kind.ASSISTANCE), delivery=name)
    bot, rotating = Stores(redis, [NEW, OLD]), Stores(redis, [NEW, OLD])

    async def work(name: str) -> None:
        for _ in range(times):
            await bot.sessions.change(TEAM, name, _one_photo_more)
        await bot.invitees.claim(a_session(name, Kind.ASSISTANCE))
        await bot.sessions.record(a_session(f"{name}-new", Kind.ASSISTANCE), delivery=f"{name}-new")

    async def rotate_again_and_again(working: asyncio.Future[list[None]]) -> None:
        while not working.done():
            await rotating.rotate()

    working = asyncio.gather(*map(work, names))
    await rotate_again_and_again(working)
    await working
    await rotating.rotate()
    new = Stores(redis, [NEW])
    photos = [session.outcome.photos for name in names if (session := await new.sessions.get(TEAM, name))]
    assert photos == [times] * len(names)
    found = await new.index.sessions_with(TEAM, new.index.fingerprints(JEAN))
    assert {session.id for session in found} == {*names, *(f"{name}-new" for name in names)}
    assert set(await new.invitees.claim(a_session("last", Kind.ASSISTANCE))) == set(names)


def _one_photo_more(session: Session) -> Session:
    return replace(session, outcome=replace(session.outcome, photos=(session.outcome.photos or 0) + 1))
