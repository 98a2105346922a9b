"""Slack's menu, as the manifest prints it, is what the listeners serve: nothing more, nothing less."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

import handlers
from bot.manifest.workflow_steps import EVENT
from bot.ui.ids import Action, Modal
from bot.web.slack import Listeners
from handlers.services import Services

MANIFEST = Path(handlers.__file__).parent.parent / "manifest.yml"


class Menu:
    """Stands in for the listeners and writes down what is registered, by Slack's word for it."""

    def __init__(self) -> None:
        self.listeners: dict[str, dict[str, Callable[..., Any]]] = defaultdict(dict)

    def __getattr__(self, word: str) -> Callable[..., Callable[..., None]]:
        def registering(name: object, *_: object) -> Callable[..., None]:
            def register(listener: Callable[..., Any]) -> None:
                self.listeners[word][str(name)] = listener

            if callable(name):
                register(name)
            return register

        return registering


@pytest.fixture
def menu() -> Menu:
    # No listener runs here: the services behind them are not needed.
    names = {"assist_command": "/assist", "meet_command": "/meet", "region": "FR"}
    services = Services(**{field.name: cast("Any", names.get(field.name)) for field in fields(Services)})
    menu = Menu()
    handlers.register(cast("Listeners", menu), services)
    return menu


@pytest.fixture
def manifest() -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load(MANIFEST.read_text()))


def test_every_command_of_the_manifest_has_its_listener(menu: Menu, manifest: dict[str, Any]) -> None:
    assert set(menu.listeners["command"]) == {one["command"] for one in manifest["features"]["slash_commands"]}


@pytest.mark.parametrize(("kind", "word"), [("global", "global_shortcut"), ("message", "message_shortcut")])
def test_every_shortcut_of_the_manifest_has_its_listener(
    menu: Menu, manifest: dict[str, Any], kind: str, word: str
) -> None:
    offered = {one["callback_id"] for one in manifest["features"]["shortcuts"] if one["type"] == kind}
    assert set(menu.listeners[word]) == offered


def test_every_event_of_the_manifest_has_its_listener(menu: Menu, manifest: dict[str, Any]) -> None:
    subscribed = manifest["settings"]["event_subscriptions"]["bot_events"]
    # `message.im` is an event `message` of one kind of conversation.
    # Each step is called by one event, which is subscribed to where there are steps.
    assert set(menu.listeners["event"]) == {name.partition(".")[0] for name in subscribed} | {EVENT}


def test_every_button_and_form_has_its_listener(menu: Menu) -> None:
    assert set(menu.listeners["action"]) == {action.value for action in Action}
    assert set(menu.listeners["view"]) == {modal.value for modal in Modal}
