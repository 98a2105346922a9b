"""Links that are pasted, workflows that are run and the Messages tab, played on the page."""

from __future__ import annotations

from typing import Any

from tests.playground.http_client import HttpClient


async def test_a_pasted_link_is_shown_below_its_message_with_buttons(client: HttpClient) -> None:
    await client.type("/assist +33 6 62 68 21 93")
    view_state = await client.sees("Your video assistance is ready.")
    (links,) = [one for one in view_state["messages"] if one["onlyVisibleToYou"]]
    address = links["text"].partition("Ticket: ")[2].split()[0].strip("<>")
    await client.elsewhere(**{"as": "french"}).type(f"Have a look: {address}")
    view_state = await client.sees("as of ")
    pasted = view_state["messages"][-1]
    (unfurl,) = pasted["unfurls"]
    assert "+33 6 •• •• •• 93" in str(unfurl["blocks"])
    await client.do("press", ts=pasted["ts"], action="session_media")
    await client.sees("There are no photos or recordings yet")


async def test_a_customer_s_link_is_warned_of_and_hidden_on_the_wire(client: HttpClient) -> None:
    await client.type("http://127.0.0.1/diag?convId=88a2c81a-2b5a&pwd=798042")
    view_state = await client.sees("lets in anybody who opens it")
    assert "798042" not in str(view_state["wire"])


async def test_a_workflow_is_run_from_the_shortcuts_and_says_how_it_ended(client: HttpClient) -> None:
    menu = (await client.view_state())["shortcuts"]["global"]
    (chosen,) = [one for one in menu if one["name"] == "Run workflow: video assistance"]
    await client.do("shortcut", callbackId=chosen["callbackId"])
    modal = (await client.view_state())["modal"]
    assert modal["title"] == "Run workflow"
    values: dict[str, Any] = {**modal["values"], "contact": "+33 6 62 68 21 93", "agent": "U0ALICE01"}
    await client.do("submit", values=values)
    await client.sees("Workflow “Start video assistance” completed: ticket: ", "Invited by SMS.")


async def test_a_workflow_that_may_not_start_says_why(client: HttpClient) -> None:
    await client.do("shortcut", callbackId="workflow:start_assistance_step")
    values = {**(await client.view_state())["modal"]["values"], "contact": "12", "agent": "U0ALICE01"}
    await client.do("submit", values=values)
    view_state = await client.sees("Workflow “Start video assistance” failed: ")
    assert view_state["modal"] is None
    assert "xwfp-" not in str(view_state["wire"])


async def test_what_a_workflow_needs_is_asked_for_by_slack_itself(client: HttpClient) -> None:
    await client.do("shortcut", callbackId="workflow:start_meeting_step")
    await client.do("submit", values={"name": "Site visit"})
    assert (await client.view_state())["modal"]["errors"]


async def test_who_looks_at_the_direct_messages_is_greeted(client: HttpClient) -> None:
    await client.elsewhere(**{"in": "direct"}).sees("Hello Alice, I am Apizee")
