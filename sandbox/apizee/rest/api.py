"""Apizee's documented endpoints, each as a function from a call to an answer."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox.apizee.accounts import TOKEN_LASTS
from sandbox.apizee.guesses import ScopeOfOldTickets
from sandbox.apizee.meetings import ConferenceOrder
from sandbox.apizee.model import Agent, Operation
from sandbox.apizee.pictures.photos import content_of
from sandbox.apizee.rest import serializers
from sandbox.apizee.rest.errors import forbidden, invalid, unauthorized
from sandbox.apizee.rest.middleware import Call, Endpoint
from sandbox.apizee.rest.parameters import Parameters
from sandbox.apizee.rest.several import SeveralAccounts
from sandbox.apizee.rest.statistics import sessions, ticket_row
from sandbox.apizee.signin import sign_in_token
from sandbox.apizee.simulation import TicketOrder
from sandbox.apizee.world import World

_PAGE = ("limit", "offset", "orderby", "order", "since", "until")
_NAME_LENGTHS = range(2, 256)


def build_app(*worlds: World) -> ASGIApp:
    """Return the sandbox as an ASGI application, which may be mounted under a prefix; each world is an account."""
    apps = [(world, _app_of(world)) for world in worlds]
    return apps[0][1] if len(apps) == 1 else SeveralAccounts(apps)


def _app_of(world: World) -> Starlette:
    enterprise_tickets = "/api/enterprises/{enterprise:int}/tickets"
    return Starlette(
        routes=[
            Route("/api/token", Endpoint(world, Operation.TOKEN, token), methods=["POST"]),
            Route("/api/tickets", Endpoint(world, Operation.CREATE_TICKET, create_ticket), methods=["POST"]),
            Route("/api/tickets", Endpoint(world, Operation.LIST_TICKETS, list_tickets), methods=["GET"]),
            Route("/api/tickets/{id:int}", Endpoint(world, Operation.TICKET, ticket), methods=["GET"]),
            Route(
                enterprise_tickets + "/{id:int}/medias",
                Endpoint(world, Operation.TICKET_MEDIAS, ticket_medias),
                methods=["GET"],
            ),
            Route(
                enterprise_tickets + "-stats", Endpoint(world, Operation.TICKETS_STATS, tickets_stats), methods=["GET"]
            ),
            Route(
                "/api/conferences", Endpoint(world, Operation.CREATE_CONFERENCE, create_conference), methods=["POST"]
            ),
            Route("/api/conferences", Endpoint(world, Operation.LIST_CONFERENCES, list_conferences), methods=["GET"]),
            Route(
                "/api/conferences/{id:int}/media",
                Endpoint(world, Operation.CONFERENCE_MEDIA, conference_media),
                methods=["GET"],
            ),
            Route("/api/session", Endpoint(world, Operation.SESSION, session), methods=["GET"]),
            Route(
                "/media/showVideo/{enterprise:int}/hash/{hash}",
                Endpoint(world, Operation.MEDIA_FILE, media_file),
                methods=["GET"],
            ),
        ]
    )


def token(world: World, call: Call) -> Response:
    """`POST /token`: credentials in a form, in JSON or in the query string."""
    given = Parameters(call.form | call.query, ("grant_type", "username", "password"))
    if given.required("grant_type") != "password":
        raise invalid("grant_type")
    access_token = world.accounts.sign_in(given.required("username"), given.required("password"))
    if access_token is None:
        raise unauthorized("password")
    return JSONResponse(serializers.token(access_token, world.clock(), int(TOKEN_LASTS.total_seconds())))


def create_ticket(world: World, call: Call) -> Response:
    """`POST /tickets`: one customer, by phone number or e-mail address; nobody is invited unless asked for."""
    given = Parameters(call.query, ("agent", "email", "phone", "invite", "reference", "scope"))
    agent = _agent(world, given.required("agent"), "agent")
    contacts = given.phones("phone") + given.emails("email")
    if not contacts:
        raise invalid("phone")
    order = TicketOrder(
        agent=agent,
        contacts=contacts,
        reference=given.text("reference"),
        invite=given.flag("invite", default=False),
    )
    sign_in = sign_in_token(agent, world.clock()) if _wants_sign_in(given) else None
    return JSONResponse(serializers.created_ticket(world.open_ticket(order, call.links), call.links, sign_in))


def list_tickets(world: World, call: Call) -> Response:
    """`GET /tickets`: all, or those of exactly this reference."""
    given = _parameters(world, call, ("reference", *_PAGE))
    page, reference = given.page(), given.text("reference")
    found = [item for item in page.within(world.tickets.values()) if reference in {None, item.reference}]
    items = [serializers.listed_ticket(item, call.links) for item in page.cut(found)]
    return JSONResponse(serializers.listed(items, len(found)))


def ticket(world: World, call: Call) -> Response:
    """`GET /tickets/{id}`: seen to work, but neither its parameters nor its fields are documented."""
    scope = world.guesses.scope_of_old_tickets
    given = Parameters(call.query, () if scope is ScopeOfOldTickets.REFUSED else ("scope",))
    found = world.ticket(call.path["id"])
    is_signed = scope is ScopeOfOldTickets.TAKEN and _wants_sign_in(given)
    sign_in = sign_in_token(found.agent, world.clock()) if is_signed else None
    if world.guesses.tickets_tell_agents_side:
        return JSONResponse(serializers.telling_ticket(found, call.links, sign_in))
    signed = {"sso_url": call.links.sign_in(sign_in)} if sign_in else {}
    return JSONResponse(serializers.listed_ticket(found, call.links) | signed)


def ticket_medias(world: World, call: Call) -> Response:
    """`GET /enterprises/{enterprise}/tickets/{id}/medias`."""
    _check_enterprise(world, call)
    page = _parameters(world, call, _PAGE).page()
    found = page.within(world.media_of(world.ticket(call.path["id"])))
    return JSONResponse(serializers.ticket_medias(page.cut(found), len(found), page.limit, page.offset, call.links))


def tickets_stats(world: World, call: Call) -> Response:
    """`GET /enterprises/{enterprise}/tickets-stats`: a row for every ticket made from `since` to `until`."""
    _check_enterprise(world, call)
    given = _parameters(world, call, ("format", "since", "until"))
    given.choice("format", "JSON")
    return JSONResponse([ticket_row(item) for item in given.page().within(world.tickets.values())])


def create_conference(world: World, call: Call) -> Response:
    """`POST /conferences`: the participants are invited unless `invite` says otherwise."""
    _check_conferences(world)
    given = Parameters(call.query, ("participants", "name", "invite", "moderation", "moderator"))
    name, moderator = given.text("name"), given.text("moderator")
    if name is not None and len(name) not in _NAME_LENGTHS:
        raise invalid("name")
    order = ConferenceOrder(
        participants=given.contacts("participants"),
        name=name,
        moderator=_agent(world, moderator, "moderator") if moderator else None,
        moderated=given.flag("moderation", default=False),
        invite=given.flag("invite", default=True),
    )
    return JSONResponse(serializers.conference(world.schedule_conference(order, call.links), call.links))


def list_conferences(world: World, call: Call) -> Response:
    """`GET /conferences`: all, or those whose name contains the keyword."""
    _check_conferences(world)
    given = _parameters(world, call, ("search", *_PAGE))
    page, keyword = given.page(), (given.text("search") or "").casefold()
    found = [item for item in page.within(world.conferences.values()) if keyword in (item.name or "").casefold()]
    return JSONResponse(
        serializers.listed([serializers.conference(item, call.links) for item in page.cut(found)], len(found))
    )


def conference_media(world: World, call: Call) -> Response:
    """`GET /conferences/{id}/media`: its recorded and shared files."""
    _check_conferences(world)
    page = _parameters(world, call, _PAGE).page()
    found = page.within(world.media_of(world.conference(call.path["id"])))
    items = [serializers.conference_medium(item, call.links) for item in page.cut(found)]
    return JSONResponse(serializers.listed(items, len(found)))


def session(world: World, call: Call) -> Response:
    """`GET /session`: meetings that ended at least 5 minutes ago."""
    given = _parameters(world, call, ("service_key", *_PAGE))
    page, service_key = given.page(), given.text("service_key")
    latest = world.clock() - world.sessions_shown_after
    found = [
        item
        for item in world.meetings
        if item.ended_at <= latest and page.holds(item.began_at) and service_key in {None, item.service_key}
    ]
    found.sort(key=lambda item: item.began_at, reverse=page.newest_first)
    shown = found[page.offset : page.offset + page.limit]
    return JSONResponse(sessions(shown, len(found), page.since, page.until))


def media_file(world: World, call: Call) -> Response:
    """`GET /media/showVideo/{enterprise}/hash/{hash}`: the photo or recording itself."""
    _check_enterprise(world, call)
    medium = world.medium(call.path["hash"])
    return Response(content_of(medium.mime, medium.hash), media_type=medium.mime)


def _parameters(world: World, call: Call, known: Iterable[str]) -> Parameters:
    """Return the parameters of a list."""
    return Parameters(call.query, known, until_is_inclusive=world.guesses.until_is_inclusive)


def _wants_sign_in(given: Parameters) -> bool:
    return given.text("scope") is not None and given.choice("scope", "sso") == "sso"


def _agent(world: World, login: str, parameter: str) -> Agent:
    if login not in world.agents:
        raise invalid(parameter)
    return world.agents[login]


def _check_enterprise(world: World, call: Call) -> None:
    if call.path["enterprise"] != world.enterprise_id:
        raise forbidden("enterprises")


def _check_conferences(world: World) -> None:
    if not world.conferences_enabled:
        raise forbidden("conferences")
