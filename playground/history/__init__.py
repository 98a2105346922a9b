"""What happened in the thirty days before the demo begins: sessions at Apizee, cards and records of some of them.

    plan ─▶ at_apizee (tickets, conferences, media), in_slack (the bot's records, their cards)

So charts have days to show, and what the documentation types finds something.
"""

from playground.history.at_apizee import put_at_apizee
from playground.history.in_slack import put_cards, records_of
from playground.history.people import demo_agents
from playground.history.plan import PastSession, planned

__all__ = ["PastSession", "demo_agents", "planned", "put_at_apizee", "put_cards", "records_of"]
