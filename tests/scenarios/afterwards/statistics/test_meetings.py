"""`/meet stats`: the meetings of some days, by who organised them."""

from __future__ import annotations

import csv
from io import StringIO

from sandbox.slack.block_kit.limits import check_message
from sandbox.slack.default_world import U_ADMIN, U_FR
from tests.scenarios.afterwards.statistics.figures import CONFERENCES, SESSIONS, block, file_sent, met, texts
from tests.scenarios.environment import Environment, Vendors, new_environment


async def test_meetings_are_counted_by_organizer(environment: Environment) -> None:
    met(environment, "Dr Doe", participants=2, minutes=10)
    met(environment, "Dr Doe", participants=3, minutes=20)
    met(environment, "Ann", participants=4, minutes=5)
    await environment.meet("stats all", user=U_ADMIN)
    message = await environment.private_message("Video meetings", user=U_ADMIN)
    assert "3 meetings · 9 participants · 35 minutes" in message.text
    header, *rows = texts(block(message, "data_table"))
    assert header == ["Organizer", "Meetings", "Participants", "Minutes"]
    assert rows == [["Dr Doe", "2", "5", "30"], ["Ann", "1", "4", "5"]]
    assert check_message({"text": message.text, "blocks": list(message.blocks)}) == []


async def test_the_service_is_found_out_once(environment: Environment) -> None:
    met(environment, "Ann", participants=2, minutes=10)
    for days in ("week", "month"):
        await environment.meet(f"stats all {days}", user=U_ADMIN)
    await environment.slack.wait_for(lambda: len(environment.slack.ephemerals(U_ADMIN)) == 2)
    assert len(environment.asked("GET", SESSIONS)) == 2
    assert len(environment.asked("GET", CONFERENCES)) == 1


async def test_the_operator_names_the_service(around: Vendors) -> None:
    async with new_environment(around, apizee_meeting_service_key="another") as environment:
        met(environment, "Ann", participants=2, minutes=10)
        await environment.meet("stats all", user=U_ADMIN)
        await environment.private_message("No video meeting took place", user=U_ADMIN)
        assert [asked["service_key"] for asked in environment.asked("GET", SESSIONS)] == ["another"]
        assert environment.asked("GET", CONFERENCES) == []


async def test_before_the_first_meeting_there_is_nothing_to_count(environment: Environment) -> None:
    await environment.meet("stats all", user=U_ADMIN)
    await environment.private_message("No video meeting took place", user=U_ADMIN)
    assert environment.asked("GET", SESSIONS) == []


async def test_the_meetings_file_names_its_organizers(environment: Environment) -> None:
    met(environment, "Ann", participants=2, minutes=10)
    await environment.meet("stats all", user=U_ADMIN)
    await environment.people.click(
        U_ADMIN, await environment.private_message("Video meetings", user=U_ADMIN), "stats_csv"
    )
    header, row = csv.reader(
        StringIO(((await file_sent(environment, user=U_ADMIN)).content or b"").decode("utf-8-sig"))
    )
    assert header == ["Day", "Organizer", "Meetings", "Participants", "Minutes"]
    assert row[1:] == ["Ann", "1", "2", "10"]


async def test_ones_own_meetings_are_those_that_one_has_started_here(environment: Environment) -> None:
    met(environment, "Dr Doe", participants=2, minutes=10)
    await environment.meet('ann@example.com name:"Site visit"')
    await environment.card("The guests are invited")
    await environment.meet("stats")
    assert "1 meeting" in (await environment.private_message("Your video meetings")).text
    assert environment.asked("GET", SESSIONS) == []
    await environment.meet("stats", user=U_FR)
    await environment.private_message("lancé aucune réunion vidéo", user=U_FR)


async def test_the_meetings_of_the_service_are_for_administrators(environment: Environment) -> None:
    met(environment, "Dr Doe", participants=2, minutes=10)
    await environment.meet("stats all")
    await environment.private_message("This is for administrators")
    assert environment.asked("GET", SESSIONS) == []
