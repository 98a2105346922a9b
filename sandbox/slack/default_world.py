"""The workspace in which the sandbox starts: people and channels, one for each thing that can go differently."""

from __future__ import annotations

from sandbox.slack.model import Channel, ChannelKind, User, UserGroup

TEAM = "T0001"
TEAM_NAME = "Sandbox"
PARTNER_TEAM = "T0PARTNER"

U_EN = "U0ALICE01"
U_FR = "U0BRUNO01"
U_NOLOGIN = "U0CHRIS01"
U_ADMIN = "U0DIANE01"
U_GONE = "U0ELLEN01"
U_GUEST = "U0FELIX01"
U_STRANGER = "U0GRETA01"
U_OTHER_BOT = "U0HELPER1"
U_BOT = "U0APIZEE1"
BOT_ID = "B0APIZEE1"

SUPPORT = "C0SUPPORT"
GENERAL = "C0GENERAL"
PRIVATE = "C0PRIVATE"
PRIVATE_WITH_BOT = "C0TRIAGE1"
PARTNERS = "C0PARTNER"
ARCHIVED = "C0ARCHIVE"
RESTRICTED = "C0NEWS001"
ALICE_AND_BRUNO = "D0ALIBRU1"

AGENTS = "S0AGENTS1"
"""A user group."""

SCOPES = (
    "app_mentions:read",
    "calls:read",
    "calls:write",
    "channels:history",
    "channels:read",
    "chat:write",
    "chat:write.public",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "links:read",
    "links:write",
    "mpim:history",
    "mpim:read",
    "usergroups:read",
    "users:read",
    "users:read.email",
)


def default_users() -> list[User]:
    """One person for each thing that can go differently.

    Two agents of two languages, one without a login, an administrator, one who left, a guest, a colleague of another
    organisation, and two bots.
    """
    return [
        User(U_EN, "agent1", "Alice", "agent1@apizee.com", "en-US", "Europe/London"),
        User(U_FR, "agent2", "Bruno", "agent2@apizee.com", "fr-FR", "Europe/Paris"),
        User(U_NOLOGIN, "chris", "Chris", None, "en-US", "America/New_York"),
        User(U_ADMIN, "diane", "Diane", "diane@apizee.com", "en-US", is_admin=True),
        User(U_GONE, "ellen", "Ellen", "ellen@apizee.com", "en-US", deleted=True),
        User(U_GUEST, "felix", "Felix", "felix@contractor.example", "en-US", is_restricted=True),
        User(U_STRANGER, "greta", "Greta", at_home_in=PARTNER_TEAM, is_stranger=True),
        User(U_OTHER_BOT, "helper", "Helper", is_bot=True),
        User(U_BOT, "apizee", "Apizee", is_bot=True),
    ]


def default_channels() -> list[Channel]:
    """Public and private channels with and without the bot, one shared with another organisation, closed ones."""
    people = {U_EN, U_FR, U_NOLOGIN, U_ADMIN, U_GUEST}
    partners = {U_EN, U_FR, U_ADMIN, U_STRANGER, U_BOT}
    return [
        Channel(SUPPORT, "support", ChannelKind.PUBLIC, people | {U_BOT}),
        Channel(GENERAL, "general", ChannelKind.PUBLIC, set(people)),
        Channel(PRIVATE, "private", ChannelKind.PRIVATE, set(people)),
        Channel(PRIVATE_WITH_BOT, "triage", ChannelKind.PRIVATE, {U_EN, U_FR, U_BOT}),
        Channel(PARTNERS, "partners", ChannelKind.PUBLIC, partners, shared_with=[PARTNER_TEAM]),
        Channel(ARCHIVED, "archived", ChannelKind.PUBLIC, people | {U_BOT}, is_archived=True),
        Channel(RESTRICTED, "news", ChannelKind.PUBLIC, people | {U_BOT}, is_restricted=True),
        Channel(ALICE_AND_BRUNO, "", ChannelKind.DIRECT, {U_EN, U_FR}),
    ]


def default_user_groups() -> list[UserGroup]:
    """Return the group of the agents who speak English."""
    return [UserGroup(AGENTS, "agents", [U_EN])]
