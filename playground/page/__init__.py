"""The demo's page: a Slack to type in, the customer's telephone, and the traffic between Slack, the bot and Apizee.

The page itself is built from `playground/web` into `bundle`. It is sent the whole view state whenever it changes, and
asks for actions; each becomes a signed request to the bot, or a step of a customer.

    app ─▶ live ─▶ view_state ─▶ conversation, modal, phone, traffic
    app ─▶ actions ─▶ DemoState ─▶ sandboxes, people, BotControl
"""

from playground.page.app import build_page
from playground.page.bot_control import BotControl, BotState
from playground.page.demo_state import DemoState
from playground.page.people import agents_portal, with_pages_for_people

__all__ = ["BotControl", "BotState", "DemoState", "agents_portal", "build_page", "with_pages_for_people"]
