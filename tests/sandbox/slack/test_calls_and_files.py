"""Slack's native calls, and uploads in three steps."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Workspace
from sandbox.slack.default_world import ARCHIVED, GENERAL, SUPPORT, U_EN, U_FR
from tests.sandbox.slack.environment import Clock

MEETING = {"external_unique_id": "842341", "join_url": "https://meet.example/1", "created_by": U_EN, "title": "TEST"}
GUEST = {"external_id": "1", "display_name": "A guest"}


async def call(client: AsyncWebClient, method: str, **arguments: object) -> Any:  # noqa: ANN401  # JSON
    return (await client.api_call(f"calls.{method}", json=arguments))["call"]


async def test_a_call_lives_from_its_registration_to_its_end(client: AsyncWebClient, clock: Clock) -> None:
    added = await call(client, "add", **MEETING, users=[{"slack_id": U_FR}])
    assert (added["title"], added["date_start"], added["users"]) == ("TEST", int(clock.now), [{"slack_id": U_FR}])
    await call(client, "update", id=added["id"], title="Renamed")
    await call(client, "participants.add", id=added["id"], users=[GUEST])
    await call(client, "participants.remove", id=added["id"], users=[{"slack_id": U_FR}])
    await call(client, "end", id=added["id"], duration=60)
    call_info = await call(client, "info", id=added["id"])
    assert (call_info["title"], call_info["users"], call_info["date_end"]) == ("Renamed", [GUEST], int(clock.now) + 60)
    with pytest.raises(SlackApiError, match="inactive_call"):
        await call(client, "end", id=added["id"])


async def test_a_call_registered_twice_is_one_call(client: AsyncWebClient, workspace: Workspace) -> None:
    assert (await call(client, "add", **MEETING))["id"] == (await call(client, "add", **MEETING))["id"]
    assert len(workspace.registered_calls) == 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"created_by": None}, "invalid_created_by"),
        ({"users": [{"slack_id": "U0NOBODY"}]}, "user_not_found"),
        ({"users": [{"name": "A guest"}]}, "bad_users"),
    ],
)
async def test_calls_name_people_as_slack_wants(client: AsyncWebClient, changes: dict[str, object], error: str) -> None:
    with pytest.raises(SlackApiError, match=error):
        await call(client, "add", **{**MEETING, **changes})


async def test_an_unknown_call(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="invalid_call_id"):
        await call(client, "info", id="R0")


async def test_a_photo_is_uploaded_into_a_thread(client: AsyncWebClient, workspace: Workspace) -> None:
    parent = workspace.say(U_EN, SUPPORT, "card")
    await client.files_upload_v2(
        channel=SUPPORT, thread_ts=parent.ts, content=b"JPEG", filename="a.jpg", title="A photo", initial_comment="Look"
    )
    message = workspace.thread(SUPPORT, parent.ts)[-1]
    (shared,) = message.files
    assert (message.text, shared["title"], shared["size"]) == ("Look", "A photo", 4)
    assert workspace.files[shared["id"]].content == b"JPEG"


@pytest.mark.parametrize(("channel", "error"), [(GENERAL, "not_in_channel"), (ARCHIVED, "posting_to_channel_denied")])
async def test_files_go_only_where_the_bot_may_post(client: AsyncWebClient, channel: str, error: str) -> None:
    with pytest.raises(SlackApiError, match=error):
        await client.files_upload_v2(channel=channel, content=b"JPEG", filename="a.jpg")


async def test_a_file_that_was_not_fully_sent_is_not_there(
    client: AsyncWebClient, http: aiohttp.ClientSession, workspace: Workspace
) -> None:
    announced = await client.files_getUploadURLExternal(filename="a.jpg", length=4)
    async with http.post(announced["upload_url"], data=b"JP") as answer:
        assert answer.status == 400
    with pytest.raises(SlackApiError, match="file_not_found"):
        await client.files_completeUploadExternal(files=[{"id": announced["file_id"]}])
    async with http.post(announced["upload_url"], data=b"JPEG") as answer:
        assert await answer.text() == "OK - 4"
    await client.files_completeUploadExternal(files=[{"id": announced["file_id"]}])
    assert workspace.messages(SUPPORT) == []
    with pytest.raises(SlackApiError, match="file_not_found"):  # each is shared once
        await client.files_completeUploadExternal(files=[{"id": announced["file_id"]}])
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await client.files_getUploadURLExternal(filename="a.jpg", length=0)
    with pytest.raises(SlackApiError, match="alt_txt_too_large"):
        await client.files_getUploadURLExternal(filename="a.jpg", length=4, alt_txt="x" * 1001)


async def test_a_deleted_file_leaves_its_message(client: AsyncWebClient, workspace: Workspace) -> None:
    await client.files_upload_v2(channel=SUPPORT, content=b"PNG", filename="a.png", initial_comment="Look")
    (message,) = workspace.messages(SUPPORT)
    named = message.files[0]["id"]
    await client.files_delete(file=named)
    assert (message.text, message.files) == ("Look", [{"id": named, "mode": "tombstone"}])
    for file, error in ((named, "file_deleted"), ("F000", "file_not_found")):
        with pytest.raises(SlackApiError, match=error):
            await client.files_delete(file=file)


async def test_blocks_show_pictures_that_slack_has_and_that_somebody_may_see(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    for name in ("a.png", "a.pdf"):
        await client.files_upload_v2(channel=SUPPORT, content=b"PNG", filename=name)
    picture, document = workspace.files
    await client.chat_postMessage(channel=SUPPORT, text="hi", blocks=[shown(picture)])
    for named in (document, "F000"):
        with pytest.raises(SlackApiError, match="invalid_blocks"):
            await client.chat_postMessage(channel=SUPPORT, text="hi", blocks=[shown(named)])


def shown(file: str) -> dict[str, object]:
    return {"type": "image", "alt_text": "A picture", "slack_file": {"id": file}}
