"""What the tour leaves out: the other commands, the other states of a card, the other language."""

from __future__ import annotations

from typing import Final

from playground.tour.browser import HEIGHT
from playground.tour.player import Player

_HEIGHT_OF_HOME: Final = 900
_CUSTOMER: Final = "/assist ann@example.com ref:CASE-1234"


async def begin(player: Player) -> None:
    """Begin as an agent who needs no tour."""
    await player.button("Skip the tour").click()


async def invite_while_apizee_is_down(player: Player) -> None:
    """Show that nobody is invited, and that the card says so."""
    await player.switch("Apizee is down")
    await player.type("/assist +33 6 62 68 21 93")
    await player.take("unreachable", player.message("Apizee does not answer."))


async def ask_for_help(player: Player) -> None:
    """Show what one can type."""
    await player.type("/assist help")
    await player.take("help", player.send_private("see through your customer's camera"))


async def choose_a_shortcut(player: Player) -> None:
    """On what somebody has written."""
    await player.type("The heating of +33 6 12 34 56 78 is out again: who has a look?")
    written = player.message("who has a look?")
    await written.hover()
    more = written.get_by_role("button", name="More actions")
    await more.click()
    await player.take_together("shortcuts", written, more, player.page.get_by_role("menu"))
    await player.page.get_by_role("menuitem", name="Assist this customer").click()
    await player.page.get_by_role("dialog").get_by_role("button", name="Invite").click()
    await written.get_by_text("1 reply").wait_for()


async def invite_in_french(player: Player) -> None:
    """Show a card in the language of the agent who started its session."""
    await player.act_as("Agent (French)")
    await player.type("/assist 06 62 68 21 93")
    await player.send_private("Votre assistance vidéo est prête.").wait_for()
    await player.take("card-in-french", player.card("Invitation envoyée par SMS."))


async def go_home_in_french(player: Player) -> None:
    """So does the Home."""
    await player.go_to("Apizee")
    await player.main.get_by_text("sessions lancées").wait_for()
    await player.resize(_HEIGHT_OF_HOME)
    await player.take("home-in-french", player.main)
    await player.resize(HEIGHT)
    await player.act_as("Agent (English)")
    await player.go_to("support")


async def look_things_up(player: Player) -> None:
    """List the agent's own sessions, and those with a reference."""
    await player.type(_CUSTOMER)
    await player.card("Invited by e-mail.").wait_for()
    await player.type("/assist list")
    await player.take("list", player.send_private("#support"))
    answers = player.send_private("· CASE-1234")
    listed = await answers.count()
    await player.type("/assist find CASE-1234")
    await player.take("find", answers.nth(listed))


async def plan(player: Player) -> None:
    """Plan a session for the next day."""
    await player.type('/assist +33 6 12 34 56 78 ref:CASE-1235 at:"tomorrow 14:00"')
    await player.take("planned", player.card("CASE-1235"))


async def pass_a_link_on(player: Player) -> None:
    """Invite nobody: the agent passes the link on."""
    await player.type("/assist bob@example.com link")
    await player.take("link", player.send_private("The link for your customer is ready."))


async def invite_twice(player: Player) -> None:
    """Invite the same customer again, in the same channel."""
    await player.type(_CUSTOMER)
    await player.take("invited-already", player.send_private("Nobody was invited now."))


async def ask_for_the_form_of_a_meeting(player: Player) -> None:
    """Open a form instead of typing a line."""
    await player.type("/meet")
    form = player.page.get_by_role("dialog", name="Start a video meeting")
    await form.get_by_role("textbox").first.fill("ann@example.com, +33 6 12 34 56 78")
    await player.take("meeting-form", form)
    await player.close(form)


async def let_an_invitation_expire(player: Player) -> None:
    """Let a day pass in which nobody comes."""
    await player.button("+1 day").click()
    await player.take("expired", player.card("CASE-1234").filter(has_text="The invitation has expired."))


STEPS: Final = (
    begin,
    choose_a_shortcut,
    ask_for_help,
    invite_in_french,
    go_home_in_french,
    look_things_up,
    ask_for_the_form_of_a_meeting,
    plan,
    pass_a_link_on,
    invite_twice,
    let_an_invitation_expire,
)

ON_A_BAD_DAY: Final = (begin, invite_while_apizee_is_down)
