"""What the app's manifest tells Slack to offer: commands and shortcuts."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from bot.manifest import manifest_for
from sandbox.slack.client.workflows import PREFIX


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command, with what may follow it and what it is for."""

    command: str
    hint: str
    description: str


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An entry of a menu."""

    name: str
    callback_id: str


@dataclass(frozen=True, slots=True)
class Features:
    """Slash commands; shortcuts of the workspace's menu, and of each message's."""

    commands: tuple[Command, ...]
    global_shortcuts: tuple[Shortcut, ...]
    message_shortcuts: tuple[Shortcut, ...]

    @classmethod
    def of_manifest(cls) -> Features:
        """Those of the manifest that operators paste into Slack, and a workflow with each of its steps."""
        manifest = yaml.safe_load(manifest_for("https://bot.example.com", workflow_steps=True))
        features = manifest["features"]
        menus: dict[str, list[Shortcut]] = {"global": [], "message": []}
        for shortcut in features["shortcuts"]:
            menus[shortcut["type"]].append(Shortcut(shortcut["name"], shortcut["callback_id"]))
        for step, about in manifest["functions"].items():
            # Not by its whole title, in which that of the shortcut beside it is.
            subject = about["title"].removeprefix("Start ").removeprefix("a ")
            menus["global"].append(Shortcut(f"Run workflow: {subject}", f"{PREFIX}{step}"))
        commands = [
            Command(one["command"], one["usage_hint"], one["description"]) for one in features["slash_commands"]
        ]
        return cls(tuple(commands), tuple(menus["global"]), tuple(menus["message"]))
