"""The help of the two commands."""

from __future__ import annotations

from bot.model.messages import Message
from bot.model.session import Kind
from bot.ui import blocks
from bot.ui.text import Translator


def help_for(kind: Kind, command: str, translate: Translator) -> Message:
    """Return what one can type after a command, each with an example that works as it stands."""
    title, lines = (
        (translate("*Video assistance: see through your customer's camera*"), _assist(command, translate))
        if kind is Kind.ASSISTANCE
        else (translate("*Video meetings: invite guests into a room*"), _meet(command, translate))
    )
    text = "\n".join([title, *lines])
    hint = translate("Slack runs no commands in threads: use the message shortcuts there (⋮ beside a message).")
    return Message(text=text, blocks=(blocks.section(text), blocks.context(hint)))


def _assist(command: str, translate: Translator) -> list[str]:
    return [
        _line(f"{command} +33 6 12 34 56 78", translate("invite a customer by SMS")),
        _line(f"{command} ann@example.com", translate("invite a customer by e-mail")),
        _line(f"{command} +33 6 12 34 56 78 ref:CASE-1234", translate("with your own reference")),
        _line(
            f"{command} +33 6 12 34 56 78 link", translate("nobody is invited: get the customer's link to pass it on")
        ),
        _line(f'{command} +33 6 12 34 56 78 at:"tomorrow 14:00"', _planned(translate)),
        # No @somebody in the example: it works in every workspace.
        translate("Add `for:` and a colleague's @name to make them the agent, who gets the links."),
        _line(command, translate("open the form")),
        _line(f"{command} list", translate("my open and planned sessions: open them, see their photos")),
        _line(
            f"{command} list here",
            translate("those of this channel; administrators: `{command}`", command=f"{command} list all"),
        ),
        _line(f"{command} find CASE-1234", translate("sessions with a reference: open them, see their photos")),
        _line(
            f"{command} find +33 6 12 34 56 78",
            translate("a customer's sessions, by phone or e-mail; a colleague's, by @name"),
        ),
        _line(
            f"{command} media CASE-1234",
            translate("photos and recordings, by ticket number or reference; show them in the thread"),
        ),
        _line(
            f"{command} forget 82070", translate("remove what is kept of a session, by ticket number, phone or e-mail")
        ),
        _line(
            f"{command} stats",
            translate("my figures of the last 7 days; administrators: `{command}`", command=f"{command} stats all"),
        ),
        _line(
            f"{command} stats 2023-07-01..2023-07-31", translate("of other days; also today, yesterday, week, month")
        ),
    ]


def _meet(command: str, translate: Translator) -> list[str]:
    return [
        # No @somebody among the guests: an example works in every workspace.
        _line(f"{command} ann@example.com, +33 6 12 34 56 78", translate("invite guests; colleagues by their @name")),
        _line(
            f'{command} ann@example.com name:"Site visit" moderated', translate("with a name; guests wait to be let in")
        ),
        _line(f'{command} ann@example.com at:"tomorrow 14:00"', _planned(translate)),
        _line(command, translate("open the form")),
        _line(f"{command} list", translate("my open and planned meetings: join them, see their recordings")),
        _line(
            f"{command} list here",
            translate("those of this channel; administrators: `{command}`", command=f"{command} list all"),
        ),
        _line(f"{command} find Site", translate("meetings by a piece of their name: join them, see their recordings")),
        _line(
            f"{command} find ann@example.com",
            translate("a guest's meetings, by e-mail or phone; a colleague's, by @name"),
        ),
        _line(
            f"{command} media Site visit",
            translate("recordings and files, by meeting number or name; show them in the thread"),
        ),
        _line(f"{command} forget 90411", translate("remove what is kept of a meeting, by its number")),
        _line(f"{command} stats", translate("figures of the last 7 days; or of today, yesterday, week, month")),
        _line(f"{command} stats 2023-07-01..2023-07-31", translate("of these days")),
    ]


def _planned(translate: Translator) -> str:
    return translate("plan it, up to 90 days ahead; also `at:2:30pm`, `at:monday 9:00`, `at:2026-12-01T14:00`")


def _line(typed: str, meaning: str) -> str:
    return f"`{typed}`  {meaning}"
