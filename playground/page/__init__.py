"""The page on which one plays: a Slack to type in, the customer's telephone, and what goes over the wire.

The page itself is built from `playground/web` into `bundle`. It is sent whole scenes, as they change, and asks for
deeds; each becomes a signed request to the bot, or a step in a customer's life.

    app ─▶ live ─▶ scene ─▶ conversation, modal, phone, wire      app ─▶ deeds ─▶ Stage ─▶ sandboxes, people, Backstage
"""

from playground.page.app import build_page
from playground.page.bot_control import BotControl, BotState
from playground.page.demo_state import DemoState
from playground.page.people import agents_portal, with_pages_for_people

__all__ = ["BotControl", "BotState", "DemoState", "agents_portal", "build_page", "with_pages_for_people"]
