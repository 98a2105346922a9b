"""Somebody uses the page, against the whole bot: what is typed and pressed, and what is seen of it."""

from __future__ import annotations

from typing import Any

import httpx

from tests.playground.http_client import HttpClient, in_full

_SECRETS = ("xoxb-sandbox", "sandbox-signing-secret", "sandbox-password", "sandbox-verification", "sandbox-webhook")


async def test_the_first_command_invites_a_customer(client: HttpClient) -> None:
    await client.type("/assist +33 6 62 68 21 93")
    view_state = await client.sees("Invited by SMS.", "Your video assistance is ready.")
    card, send_private = view_state["messages"]
    assert "+33 6 •• •• •• 93" in card["text"]
    assert (card["onlyVisibleToYou"], send_private["onlyVisibleToYou"]) == (False, True)
    assert view_state["people"][card["author"]] == {"name": "Apizee", "handle": "apizee", "isBot": True}
    assert [(one["kind"], one["to"], one["state"]) for one in view_state["phone"]] == [
        ("SMS", "+33662682193", "The customer has the link.")
    ]


async def test_what_is_private_to_one_agent_is_not_seen_by_another(client: HttpClient) -> None:
    await client.type("/assist +33 6 62 68 21 93")
    await client.sees("Your video assistance is ready.")
    other = await client.elsewhere(**{"as": "french"}).view_state()
    assert [one["onlyVisibleToYou"] for one in other["messages"]] == [False]
    assert other["me"] == {"slug": "french", "name": "Bruno", "user": "U0BRUNO01", "locale": "fr-FR"}


async def test_what_is_private_is_no_reply_and_gone_after_a_reload(client: HttpClient, http: httpx.AsyncClient) -> None:
    await client.type("/assist +33 6 62 68 21 93")
    await client.sees("Your video assistance is ready.")
    thread = client.elsewhere(thread=await client.card())
    await thread.do("reply", text="@Apizee hello")
    view_state = await thread.sees("Mention me")
    assert view_state["messages"][0]["replies"] == 1
    await http.get("/", params={"as": "french"})
    await client.sees("Your video assistance is ready.")
    await http.get("/")
    assert [one["onlyVisibleToYou"] for one in (await client.view_state())["messages"]] == [False]


async def test_the_wire_tells_who_asked_whom_and_how_fast(client: HttpClient) -> None:
    await client.type("/assist +33 6 62 68 21 93")
    view_state = await client.sees("Your video assistance is ready.", "ticket.invitationSent")
    entries = view_state["wire"]["entries"]
    ways = {one["direction"] for one in entries}
    assert ways == {"Slack → bot", "bot → Slack", "bot → Apizee", "Apizee → bot"}
    assert [one["number"] for one in entries] == sorted((one["number"] for one in entries), reverse=True)
    assert all(one["well"] and one["status"] == 200 and one["ms"] >= 0 for one in entries)
    assert view_state["wire"]["budget"]["limit"] == 10
    assert view_state["wire"]["budget"]["used"] == sum(one["direction"] == "bot → Apizee" for one in entries)


async def test_nothing_on_the_page_lets_one_act_for_the_bot(client: HttpClient) -> None:
    await client.type("/assist +33 6 62 68 21 93")
    await client.sees("Invited by SMS.", "Your video assistance is ready.")
    await client.do("press", ts=await client.card(), action="session_open")
    view_state = await client.sees("leads straight into ticket")
    traffic = in_full(view_state["wire"])
    assert [secret for secret in (*_SECRETS, "access_token=eyJ", "/open/gAAA") if secret in traffic] == []


async def test_the_documented_meeting_is_asked_for_as_documented(client: HttpClient) -> None:
    await client.type('/meet invite12345@yopmail.com,0612345678 name:"TEST" moderated')
    view_state = await client.sees("The guests are invited.", "POST /api/conferences")
    asked = next(one["content"] for one in view_state["wire"]["entries"] if one["title"] == "POST /api/conferences")
    assert "participants=invite12345%40yopmail.com%2C%2B33612345678" in asked
    assert "moderation=true" in asked
    assert {one["to"] for one in view_state["phone"]} == {"invite12345@yopmail.com", "+33612345678"}


async def test_what_the_documentation_of_apizee_shows_is_found_and_counted_also_after_a_reset(
    client: HttpClient,
) -> None:
    await _finds_what_is_documented(client)
    await client.do("reset")
    await _finds_what_is_documented(client)


async def _finds_what_is_documented(client: HttpClient) -> None:
    """Type the documentation's examples as an agent does; no webhook comes for what happened long ago.

    Of a conference that was made outside the bot Apizee tells no login: administrators find it.
    """
    await client.type("/assist find ref12345678")
    await client.sees("663614", "ref12345678")
    admin = client.elsewhere(**{"as": "admin"})
    await admin.type("/meet find TEST")
    await admin.sees("842341", "TEST XX")
    await client.type("/assist stats 2023-07-13")
    view_state = await client.sees("1 session", "since=2023-07-13", "until=2023-07-14")
    assert not [one for one in view_state["wire"]["entries"] if one["direction"] == "Apizee → bot"]


async def test_a_customer_lives_through_a_session_and_the_card_follows(client: HttpClient) -> None:
    await client.type("/assist +33 6 62 68 21 93")
    await client.sees("Invited by SMS.", "Your video assistance is ready.")
    await client.touch("open", "accept", "mute", "camera", "photo")
    await client.sees("In progress", "microphone refused", "photo")
    for step, said in (("leave", "left"), ("return", "came back")):
        await client.do("pass", seconds=60)
        await client.touch(step)
        await client.sees(said)
    await client.touch("hang-up")
    view_state = await client.waits(
        lambda view_state: view_state["messages"] and "Done after" in view_state["messages"][0]["text"]
    )
    assert view_state["phone"][0]["state"] == "The customer is gone."
    await client.touch("survey")
    view_state = await client.sees("survey answered")
    assert not any(touch["possible"] for touch in view_state["phone"][0]["touches"])


async def test_photos_come_into_the_thread_and_can_be_seen(client: HttpClient, http: httpx.AsyncClient) -> None:
    await client.type("/assist +33 6 62 68 21 93")
    await client.sees("Invited by SMS.", "Your video assistance is ready.")
    await client.touch("open", "accept", "camera", "photo", "hang-up")
    before = client.elsewhere(thread=await client.card())
    view_state = await before.waits(_files)
    [file] = _files(view_state)
    assert (file["mimetype"], file["alt"][:11]) == ("image/jpeg", "Photo taken")
    photo = await http.get(file["url"])
    assert photo.headers["content-type"] == "image/jpeg"
    assert photo.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert (await http.get("/files/F000")).status_code == 404


async def test_guests_come_and_leave_and_the_last_one_ends_the_meeting(client: HttpClient) -> None:
    await client.type('/meet ann@example.com, bob@example.com name:"Boiler"')
    view_state = await client.sees("The guests are invited.", "ann@example.com", "bob@example.com")
    [call] = view_state["calls"].values()
    assert (call["title"], call["active"], call["duration"]) == ("Boiler", True, None)
    for guest in (0, 1):
        await client.touch("open", received=guest)
    await client.touch("hang-up", received=0)
    assert "The guest is in the meeting." in in_full(await client.view_state())
    await client.touch("hang-up", received=1)
    ended = await client.waits(lambda view_state: not next(iter(view_state["calls"].values()))["active"])
    assert {one["state"] for one in ended["phone"]} == {"The guest is gone."}


async def test_a_button_with_an_address_leads_there(client: HttpClient, http: httpx.AsyncClient) -> None:
    await client.type("/meet ann@example.com")
    await client.sees("The guests are invited.")
    leads = await client.do("press", ts=await client.card(), action="session_join")
    there = await http.get(leads["open"])
    assert "A video meeting" in there.text


async def test_a_button_that_was_seen_before_its_card_was_drawn_again_does_the_same(client: HttpClient) -> None:
    await client.type("/assist +33 6 62 68 21 93")
    await client.sees("Invited by SMS.", "Your video assistance is ready.")
    await client.do("press", ts=await client.card(), action="session_open", block="of-the-card-before")
    await client.sees("leads straight into ticket")


async def test_a_form_is_opened_by_a_message_and_says_what_is_wrong(client: HttpClient) -> None:
    await client.type("My number is 06 62 68 21 93")
    ts = await client.card()
    await client.do("shortcut", callbackId="assist_from_message", ts=ts)
    modal = (await client.waits(lambda view_state: view_state["modal"]))["modal"]
    assert modal["title"] == "Start video assistance"
    empty: dict[str, object] = {"reference": None, "at": None, "for": None, "link": []}
    assert modal["values"] == {"contact": "+33662682193", "channel": "C0SUPPORT", **empty}
    await client.do("submit", values={**modal["values"], "contact": "12", "at": "1000000000"})
    modal = (await client.waits(lambda view_state: view_state["modal"]["errors"]))["modal"]
    assert "is not a valid phone number" in modal["errors"]["contact"]
    assert "This time has passed" in modal["errors"]["at"]
    assert (modal["values"]["contact"], modal["values"]["at"]) == ("12", "1000000000")
    await client.do("submit", values={"contact": "+33662682193", "reference": "1234", "channel": "C0SUPPORT"})
    view_state = await client.elsewhere(thread=ts).sees("Invited by SMS.", "reference 1234")
    assert view_state["modal"] is None
    assert [one["threadTs"] for one in view_state["thread"]["messages"]][:2] == [ts, ts]
    of_all = [one for one in view_state["thread"]["messages"] if not one["onlyVisibleToYou"]]
    assert view_state["messages"][0]["replies"] == len(of_all) - 1


async def test_slack_itself_does_not_send_an_empty_form(client: HttpClient) -> None:
    await client.do("shortcut", callbackId="start_assistance")
    await client.waits(lambda view_state: view_state["modal"])
    await client.do("submit", values={"contact": " ", "channel": "C0SUPPORT"})
    modal = (await client.view_state())["modal"]
    assert modal["errors"] == {"contact": "This field is required."}


async def test_a_closed_form_is_gone(client: HttpClient) -> None:
    await client.do("shortcut", callbackId="start_meeting")
    modal = (await client.waits(lambda view_state: view_state["modal"]))["modal"]
    assert modal["values"]["moderation"] == []
    await client.do("close")
    assert (await client.view_state())["modal"] is None


async def test_the_home_is_drawn_when_it_is_opened_and_its_buttons_work(client: HttpClient) -> None:
    at_home = client.elsewhere(**{"in": "home"})
    assert (await client.view_state())["home"] is None
    view_state = await at_home.waits(lambda view_state: view_state["home"])
    assert (view_state["channel"]["slug"], view_state["channel"]["label"]) == ("home", "Apizee")
    assert view_state["messages"] == []
    await at_home.do("press_home", action="home_start_assistance")
    await at_home.waits(lambda view_state: view_state["modal"])


async def test_what_was_not_seen_is_counted_until_it_is(client: HttpClient) -> None:
    other = client.elsewhere(**{"in": "general"})
    await client.type("/assist +33 6 62 68 21 93")
    await client.sees("Your video assistance is ready.")
    await other.type("hello")
    french = client.elsewhere(**{"as": "french", "in": "direct"})
    assert _unread(await french.view_state()) == {"support": 1, "general": 1, "private": 0, "triage": 0, "direct": 0}
    await french.elsewhere(**{"in": "support"}).view_state()
    assert _unread(await french.view_state()) == {"support": 0, "general": 1, "private": 0, "triage": 0, "direct": 0}


async def test_another_agent_is_answered_in_french_in_another_channel(client: HttpClient) -> None:
    french = client.elsewhere(**{"as": "french", "in": "general"})
    await french.type("/assist +33 6 62 68 21 93")
    view_state = await french.sees("Assistance vidéo")
    assert (view_state["channel"]["label"], view_state["channel"]["hasBot"]) == ("#general", False)


async def test_the_bot_is_invited_by_a_button_or_as_in_slack(client: HttpClient) -> None:
    for place, action in (("private", ("invite_bot", {})), ("general", ("write", {"text": "/invite @Apizee"}))):
        there = client.elsewhere(**{"in": place})
        assert not (await there.view_state())["channel"]["hasBot"]
        await there.do(action[0], **action[1])
        assert (await there.view_state())["channel"]["hasBot"]


async def test_a_command_that_does_not_exist_gets_a_hint(client: HttpClient) -> None:
    await client.type("/dance")
    view_state = await client.sees("is not a valid command")
    assert view_state["people"][view_state["messages"][0]["author"]]["name"] == "Slackbot"


async def test_in_a_thread_the_bot_is_mentioned_for_slack_runs_no_commands_there(client: HttpClient) -> None:
    await client.type("/assist +33 6 62 68 21 93")
    await client.sees("Invited by SMS.")
    before = client.elsewhere(thread=await client.card())
    await before.do("reply", text="/assist")
    await client.sees("/assist is not supported in threads.")
    await before.do("reply", text="@Apizee media")
    await before.sees("There are no photos or recordings yet.")
    await before.do("reply", text="Thank you!")
    assert (await before.view_state())["thread"]["messages"][-1]["text"] == "Thank you!"


async def test_what_people_type_is_escaped_as_slack_does(client: HttpClient) -> None:
    await client.type("<script> & *bold* <!channel>")
    assert (await client.view_state())["messages"][0]["text"] == "&lt;script&gt; &amp; *bold* &lt;!channel&gt;"


async def test_the_menus_are_those_of_the_manifest(client: HttpClient) -> None:
    view_state = await client.view_state()
    assert [one["command"] for one in view_state["commands"]] == ["/assist", "/meet"]
    assert {one["callbackId"] for one in view_state["shortcuts"]["global"]} == {
        "start_assistance",
        "start_meeting",
        "workflow:start_assistance_step",
        "workflow:start_meeting_step",
    }
    assert {"callbackId": "session_media", "name": "Show session media"} in view_state["shortcuts"]["message"]


def _files(view_state: dict[str, Any]) -> list[dict[str, Any]]:
    return (
        [file for message in view_state["thread"]["messages"] for file in message["files"]]
        if view_state["thread"]
        else []
    )


def _unread(view_state: dict[str, Any]) -> dict[str, int]:
    return {one["slug"]: one["unread"] for one in view_state["channels"]}


async def test_one_may_act_as_each_role(client: HttpClient) -> None:
    """The demo shows who may do what: a guest reads who to ask, an administrator sees everybody's figures."""
    names = [one["name"] for one in (await client.view_state())["roles"]]
    assert names[3:] == ["Administrator", "Guest", "Colleague of another organisation"]
    await client.type("/assist +33 6 62 68 21 93")
    await client.sees("Invited by SMS.")
    guest = client.elsewhere(**{"as": "guest"})
    await guest.type("/assist +33 6 62 68 21 94")
    await guest.sees("ask a full member of the workspace")
    stranger = client.elsewhere(**{"as": "other-organisation", "in": "general"})
    assert [one["slug"] for one in (await stranger.view_state())["channels"]] == ["support", "direct"]
    await stranger.type("/assist +33 6 62 68 21 94")
    await stranger.sees("/assist is not a valid command.")
    await stranger.do("press", ts=await client.card(), action="session_media")
    await stranger.sees("This bot works for members of the organisation that installed it.")
    admin = client.elsewhere(**{"as": "admin"})
    await admin.type("/assist stats all 2023-07-13")
    await admin.sees("Everybody")
