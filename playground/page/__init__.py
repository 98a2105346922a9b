"""The page on which one plays: a Slack to type in, the customer's telephone, and what goes over the wire.

Every deed is a form that is posted here and becomes a signed request to the bot, or a step in a customer's life.
Every change of a sandbox redraws the page as a whole; a little script puts the parts that differ into place.

    app ─▶ deeds ─▶ Stage (sandboxes, people)      app ─▶ scene (phone, wire, mrkdwn) ─▶ templates
"""

from playground.page.app import build_page
from playground.page.people import agents_portal, with_pages_for_people
from playground.page.stage import Stage

__all__ = ["Stage", "agents_portal", "build_page", "with_pages_for_people"]
