"""Somebody plays on the page, against the whole bot: what is typed and pressed, and what is seen of it."""

from __future__ import annotations

from typing import Any

import httpx

from tests.playground.http_client import HttpClient, in_full

_SECRETS = ("xoxb-sandbox", "sandbox-signing-secret", "sandbox-password", "sandbox-verification", "sandbox-webhook")


async def test_the_first_command_invites_a_customer(client: HttpClient) -> None:
    await client.type("/assist +33 6 62 68 21 93")
    scene = await client.sees("Invited by SMS.", "Your video assistance is ready.")
    card, send_private = scene["messages"]
    assert "+33 6 •• •• •• 93" in card["text"]
    assert (card["onlyVisibleToYou"], send_private["onlyVisibleToYou"]) == (False, True)
    assert scene["people"][card["author"]] == {"name": "Apizee", "handle": "apizee", "isBot": True}
    assert [(one["kind"], one["to"], one["state"]) for one in scene["phone"]] == [
        ("SMS", "+33662682193", "The customer has the link.")
    ]


async def test_what_is_private_to_one_agent_is_not_seen_by_another(client: HttpClient) -> None:
    await client.type("/assist +33 6 62 68 21 93")
    await client.sees("Your video assistance is ready.")
    other = await client.elsewhere(**{"as": "french"}).scene()
    assert [one["onlyVisibleToYou"] for one in other["messages"]] == [False]
    assert other["me"] == {"slug": "french", "name": "Bruno", "user": "U0BRUNO01", "locale": "fr-FR"}


async def test_the_wire_tells_who_asked_whom_and_how_fast(client: HttpClient) -> None:
    await client.type("/assist +33 6 62 68 21 93")
    scene = await client.sees("Your video assistance is ready.", "ticket.invitationSent")
    passages = scene["wire"]["passages"]
    ways = {one["way"] for one in passages}
    assert ways == {"Slack → bot", "bot → Slack", "bot → Apizee", "Apizee → bot"}
    assert [one["number"] for one in passages] == sorted((one["number"] for one in passages), reverse=True)
    assert all(one["well"] and one["status"] == 200 and one["ms"] >= 0 for one in passages)
    assert scene["wire"]["budget"]["limit"] == 10
    assert scene["wire"]["budget"]["used"] == sum(one["way"] == "bot → Apizee" for one in passages)


async def test_nothing_on_the_page_lets_one_act_for_the_bot(client: HttpClient) -> None:
    await client.type("/assist +33 6 62 68 21 93")
    await client.sees("Invited by SMS.", "Your video assistance is ready.")
    await client.do("press", ts=await client.card(), action="session_open")
    scene = await client.sees("This link signs you in.", "scope=sso")
    wire = in_full(scene["wire"])
    assert [secret for secret in (*_SECRETS, "access_token=eyJ") if secret in wire] == []


async def test_the_documented_meeting_is_asked_for_as_documented(client: HttpClient) -> None:
    await client.type('/meet invite12345@yopmail.com,0612345678 name:"TEST" moderated')
    scene = await client.sees("The guests are invited.", "POST /api/conferences")
    asked = next(one["content"] for one in scene["wire"]["passages"] if one["title"] == "POST /api/conferences")
    assert "participants=invite12345%40yopmail.com%2C%2B33612345678" in asked
    assert "moderation=true" in asked
    assert {one["to"] for one in scene["phone"]} == {"invite12345@yopmail.com", "+33612345678"}


async def test_what_the_documentation_of_apizee_shows_is_found_and_counted_also_after_starting_anew(
    client: HttpClient,
) -> None:
    await _finds_what_is_documented(client)
    await client.do("reset")
    await _finds_what_is_documented(client)


async def _finds_what_is_documented(client: HttpClient) -> None:
    """Type the documentation's examples as an agent does; no webhook tells of what happened long ago."""
    await client.type("/assist find ref12345678")
    await client.sees("663614", "ref12345678")
    await client.type("/meet find TEST")
    await client.sees("842341", "TEST XX")
    await client.type("/assist stats 2023-07-13")
    scene = await client.sees("1 session", "since=2023-07-13", "until=2023-07-14")
    assert not [one for one in scene["wire"]["passages"] if one["way"] == "Apizee → bot"]


async def test_a_customer_lives_through_a_session_and_the_card_follows(client: HttpClient) -> None:
    await client.type("/assist +33 6 62 68 21 93")
    await client.sees("Invited by SMS.", "Your video assistance is ready.")
    await client.touch("open", "accept", "camera", "photo")
    await client.sees("In progress")
    await client.touch("hang-up")
    scene = await client.waits(lambda scene: scene["messages"] and "Done after" in scene["messages"][0]["text"])
    assert scene["phone"][0]["state"] == "The customer is gone."
    assert not any(touch["possible"] for touch in scene["phone"][0]["touches"])


async def test_photos_come_into_the_thread_and_can_be_seen(client: HttpClient, http: httpx.AsyncClient) -> None:
    await client.type("/assist +33 6 62 68 21 93")
    await client.sees("Invited by SMS.", "Your video assistance is ready.")
    await client.touch("open", "accept", "camera", "photo", "hang-up")
    before = client.elsewhere(thread=await client.card())
    scene = await before.waits(_files)
    [file] = _files(scene)
    assert (file["mimetype"], file["alt"][:11]) == ("image/jpeg", "Photo taken")
    photo = await http.get(file["url"])
    assert photo.headers["content-type"] == "image/jpeg"
    assert photo.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert (await http.get("/files/F000")).status_code == 404


async def test_guests_come_and_leave_and_the_last_one_ends_the_meeting(client: HttpClient) -> None:
    await client.type('/meet ann@example.com, bob@example.com name:"Boiler"')
    scene = await client.sees("The guests are invited.", "ann@example.com", "bob@example.com")
    [call] = scene["calls"].values()
    assert (call["title"], call["active"], call["duration"]) == ("Boiler", True, None)
    for guest in (0, 1):
        await client.touch("open", received=guest)
    await client.touch("hang-up", received=0)
    assert "The guest is in the meeting." in in_full(await client.scene())
    await client.touch("hang-up", received=1)
    ended = await client.waits(lambda scene: not next(iter(scene["calls"].values()))["active"])
    assert {one["state"] for one in ended["phone"]} == {"The guest is gone."}


async def test_a_button_with_an_address_leads_there(client: HttpClient, http: httpx.AsyncClient) -> None:
    await client.type("/meet ann@example.com")
    await client.sees("The guests are invited.")
    leads = await client.do("press", ts=await client.card(), action="session_join")
    there = await http.get(leads["open"])
    assert "A video meeting" in there.text


async def test_a_form_is_opened_by_a_message_and_says_what_is_wrong(client: HttpClient) -> None:
    await client.type("My number is 06 62 68 21 93")
    ts = await client.card()
    await client.do("shortcut", callbackId="assist_from_message", ts=ts)
    modal = (await client.waits(lambda scene: scene["modal"]))["modal"]
    assert modal["title"] == "Start video assistance"
    assert modal["values"] == {"contact": "+33662682193", "reference": None, "channel": "C0SUPPORT"}
    await client.do("submit", values={**modal["values"], "contact": "12"})
    modal = (await client.waits(lambda scene: scene["modal"]["errors"]))["modal"]
    assert "is not a valid phone number" in modal["errors"]["contact"]
    assert modal["values"]["contact"] == "12"
    await client.do("submit", values={"contact": "+33662682193", "reference": "1234", "channel": "C0SUPPORT"})
    scene = await client.elsewhere(thread=ts).sees("Invited by SMS.", "reference 1234")
    assert scene["modal"] is None
    assert [one["threadTs"] for one in scene["thread"]["messages"]][:2] == [ts, ts]
    assert scene["messages"][0]["replies"] == len(scene["thread"]["messages"]) - 1


async def test_slack_itself_does_not_send_an_empty_form(client: HttpClient) -> None:
    await client.do("shortcut", callbackId="start_assistance")
    await client.waits(lambda scene: scene["modal"])
    await client.do("submit", values={"contact": " ", "channel": "C0SUPPORT"})
    modal = (await client.scene())["modal"]
    assert modal["errors"] == {"contact": "This field is required."}


async def test_a_closed_form_is_gone(client: HttpClient) -> None:
    await client.do("shortcut", callbackId="start_meeting")
    modal = (await client.waits(lambda scene: scene["modal"]))["modal"]
    assert modal["values"]["moderation"] == []
    await client.do("close")
    assert (await client.scene())["modal"] is None


async def test_the_home_is_drawn_when_it_is_opened_and_its_buttons_work(client: HttpClient) -> None:
    at_home = client.elsewhere(**{"in": "home"})
    assert (await client.scene())["home"] is None
    scene = await at_home.waits(lambda scene: scene["home"])
    assert (scene["channel"]["slug"], scene["channel"]["label"]) == ("home", "Apizee")
    assert scene["messages"] == []
    await at_home.do("press_home", action="home_start_assistance")
    await at_home.waits(lambda scene: scene["modal"])


async def test_what_was_not_seen_is_counted_until_it_is(client: HttpClient) -> None:
    other = client.elsewhere(**{"in": "general"})
    await client.type("/assist +33 6 62 68 21 93")
    await client.sees("Your video assistance is ready.")
    await other.type("hello")
    french = client.elsewhere(**{"as": "french", "in": "direct"})
    assert _unread(await french.scene()) == {"support": 1, "general": 1, "private": 0, "direct": 0}
    await french.elsewhere(**{"in": "support"}).scene()
    assert _unread(await french.scene()) == {"support": 0, "general": 1, "private": 0, "direct": 0}


async def test_another_agent_is_answered_in_french_in_another_channel(client: HttpClient) -> None:
    french = client.elsewhere(**{"as": "french", "in": "general"})
    await french.type("/assist +33 6 62 68 21 93")
    scene = await french.sees("Assistance vidéo")
    assert (scene["channel"]["label"], scene["channel"]["hasBot"]) == ("#general", False)


async def test_the_bot_is_invited_by_a_button_or_as_in_slack(client: HttpClient) -> None:
    for place, deed in (("private", ("invite_bot", {})), ("general", ("write", {"text": "/invite @Apizee"}))):
        there = client.elsewhere(**{"in": place})
        assert not (await there.scene())["channel"]["hasBot"]
        await there.do(deed[0], **deed[1])
        assert (await there.scene())["channel"]["hasBot"]


async def test_a_command_that_does_not_exist_gets_a_hint(client: HttpClient) -> None:
    await client.type("/dance")
    scene = await client.sees("is not a valid command")
    assert scene["people"][scene["messages"][0]["author"]]["name"] == "Slackbot"


async def test_in_a_thread_the_bot_is_mentioned_for_slack_runs_no_commands_there(client: HttpClient) -> None:
    await client.type("/assist +33 6 62 68 21 93")
    await client.sees("Invited by SMS.")
    before = client.elsewhere(thread=await client.card())
    await before.do("reply", text="/assist")
    await client.sees("/assist is not supported in threads.")
    await before.do("reply", text="@Apizee media")
    await before.sees("There are no photos or recordings yet.")
    await before.do("reply", text="Thank you!")
    assert (await before.scene())["thread"]["messages"][-1]["text"] == "Thank you!"


async def test_what_people_type_is_escaped_as_slack_does(client: HttpClient) -> None:
    await client.type("<script> & *bold* <!channel>")
    assert (await client.scene())["messages"][0]["text"] == "&lt;script&gt; &amp; *bold* &lt;!channel&gt;"


async def test_the_menus_are_those_of_the_manifest(client: HttpClient) -> None:
    scene = await client.scene()
    assert [one["command"] for one in scene["commands"]] == ["/assist", "/meet"]
    assert {one["callbackId"] for one in scene["shortcuts"]["global"]} == {"start_assistance", "start_meeting"}
    assert {"callbackId": "session_media", "name": "Show session media"} in scene["shortcuts"]["message"]


def _files(scene: dict[str, Any]) -> list[dict[str, Any]]:
    return [file for message in scene["thread"]["messages"] for file in message["files"]] if scene["thread"] else []


def _unread(scene: dict[str, Any]) -> dict[str, int]:
    return {one["slug"]: one["unread"] for one in scene["channels"]}
