"""The tour that the page offers, then a meeting, the Home and the form."""

from __future__ import annotations

from typing import Final

from playground.tour.browser import HEIGHT
from playground.tour.player import Player

_HEIGHT_OF_HOME: Final = 1000
_HEIGHT_OF_FIGURES: Final = 1400


async def invite(player: Player) -> None:
    """Invite a customer as an agent."""
    await player.type("/assist +33 6 62 68 21 93")
    await player.send_private("Your video assistance is ready.").wait_for()
    await player.take("invited", player.card("Invited by SMS."))
    await player.take("private-message", player.send_private("Your video assistance is ready."))


async def assist(player: Player) -> None:
    """Let the customer come, take photos, and leave."""
    await player.touch("Open link", "Accept", "Allow camera", "Take photo")
    await player.card("In progress").wait_for()
    await player.button("+5 min").click()
    await player.touch("Take photo", "Hang up")
    await player.card("Done after").filter(has_text="2 photos").wait_for()


async def look_into_the_thread(player: Player) -> None:
    """Show the photos in the thread of the card."""
    await _open_thread(player)
    await player.take("thread", player.thread)
    await player.thread.get_by_role("button", name="Close").click()
    await player.take("card", player.card("Done after"))


async def ask_for_figures(player: Player) -> None:
    """How much was done in the last seven days."""
    await player.type("/assist stats week")
    figures = player.message("Only visible to you").filter(has=player.page.get_by_role("table"))
    await figures.wait_for()
    await player.resize(_HEIGHT_OF_FIGURES)
    await player.take("statistics", figures)
    await player.resize(HEIGHT)
    await player.button("Skip the tour").click()


async def fill_in_a_form(player: Player) -> None:
    """Fill in a form instead of typing a line."""
    await player.type("/assist")
    form = player.page.get_by_role("dialog", name="Start video assistance")
    await form.get_by_role("textbox").first.fill("+33 6 62 68 21 93")
    await player.take("form", form)
    await player.close(form)


async def look_at_it_all(player: Player) -> None:
    """Show the whole page, light and dark."""
    await _open_thread(player)
    await player.card("Done after").hover()
    await player.page.mouse.wheel(0, -HEIGHT)
    await player.page.mouse.move(0, 0)
    await player.take_page("playground")
    await player.button("Dark mode").click()
    await player.take_page("playground-dark")
    await player.button("mode").click()
    await player.thread.get_by_role("button", name="Close").click()


async def list_media(player: Player) -> None:
    """List what was recorded, by the button of the card; the recording takes its time."""
    await player.button("+5 min").click()
    card = player.card("Done after").filter(has_text="1 video")
    await card.get_by_role("button", name="Media").click()
    media = player.page.get_by_role("dialog", name="Photos and recordings")
    await player.take("media", media.filter(has=player.page.get_by_role("link", name="Recording")))
    await player.close(media, by="Close")


async def say_how_it_ended(player: Player) -> None:
    """Note the outcome, and bring a report into the thread."""
    card = player.card("Done after").filter(has_text="1 video")
    await card.get_by_role("button", name="Note", exact=True).click()
    form = player.page.get_by_role("dialog", name="How did it end?")
    await form.get_by_role("textbox", name="Note").fill("The valve was stuck; it heats again.")
    await player.take("note", form)
    await form.get_by_role("button", name="Save").click()
    await player.card("Outcome: Solved").wait_for()
    await player.card("Outcome: Solved").get_by_role("button", name="Report", exact=True).click()
    await _open_thread(player)
    await player.thread.get_by_role("link", name="Report: Video assistance").wait_for()
    await player.take("report", player.thread.get_by_role("article").filter(has_text="Report: Video assistance"))
    await player.thread.get_by_role("button", name="Close").click()


async def meet(player: Player) -> None:
    """Start a meeting with guests."""
    await player.type('/meet ann@example.com, +33 6 12 34 56 78 name:"Site visit"')
    await player.take("meeting", player.card("The guests are invited."))


async def go_home(player: Player) -> None:
    """All that concerns one agent, in one place."""
    await player.go_to("Apizee")
    await player.main.get_by_text("My last sessions").wait_for()
    await player.resize(_HEIGHT_OF_HOME)
    await player.take("home", player.main)


STEPS: Final = (
    invite,
    assist,
    look_into_the_thread,
    ask_for_figures,
    fill_in_a_form,
    look_at_it_all,
    list_media,
    say_how_it_ended,
    meet,
    go_home,
)


async def _open_thread(player: Player) -> None:
    await player.card("Done after").get_by_text("repl").first.click()
    await player.thread.get_by_role("img", name="Photo").nth(1).wait_for()
