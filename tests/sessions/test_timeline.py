"""A timeline is the same in whatever order its reports come; who leaves may come back; photos are counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.model.session.timeline import Milestone, Step, renewed, timeline_of
from bot.store.timeline import Timeline

REPORTED = [step for step in Step if step is not Step.CAME_BACK]
reports = st.lists(st.builds(Milestone, st.sampled_from(REPORTED), st.integers(1, 9)), max_size=12)
"""What Apizee may report: it names no return."""


def of(*reported: tuple[Step, float]) -> list[tuple[Step, float, int]]:
    return [(one.step, one.at, one.times) for one in timeline_of(Milestone(*report) for report in reported)]


OPENED, ON, LEFT, BACK = Step.LINK_OPENED, Step.CONNECTED, Step.LEFT, Step.CAME_BACK


TO_AND_FRO = [(OPENED, 1, 1), (ON, 2, 1), (LEFT, 3, 1), (BACK, 4, 1)]


@pytest.mark.parametrize(
    ("reported", "shown"),
    [
        ([(ON, 1), (LEFT, 2), (ON, 3)], [(ON, 1, 1), (LEFT, 2, 1), (BACK, 3, 1)]),
        ([(ON, 2), (OPENED, 1), (ON, 5), (LEFT, 3), (OPENED, 4)], [*TO_AND_FRO]),
        ([(OPENED, 1), (OPENED, 2), (ON, 3), (ON, 4)], [(OPENED, 1, 1), (ON, 3, 1)]),
        ([(OPENED, 1), (LEFT, 2), (ON, 3)], [(OPENED, 1, 1), (LEFT, 2, 1), (ON, 3, 1)]),
        ([(ON, 1), (LEFT, 2), (ON, 3), (LEFT, 4)], [(ON, 1, 1), (BACK, 3, 1), (LEFT, 4, 2)]),
        ([(ON, 1), (LEFT, 2), (LEFT, 3)], [(ON, 1, 1), (LEFT, 2, 1)]),
        ([(Step.PHOTO_TAKEN, 1), (Step.PHOTO_TAKEN, 7)], [(Step.PHOTO_TAKEN, 7, 2)]),
        ([(Step.CONSENTED, 3), (Step.CONSENTED, 1)], [(Step.CONSENTED, 1, 1)]),
    ],
)  # fmt: skip
def test_what_is_reported_several_times_is_one_step(
    reported: list[tuple[Step, float]], shown: list[tuple[Step, float, int]]
) -> None:
    assert of(*reported) == shown


@given(reports, st.randoms())
def test_the_order_of_reports_and_repeated_ones_change_nothing(reported: list[Milestone], random: object) -> None:
    shuffled = [*reported, *reported[:3]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    shown = timeline_of(reported)
    assert timeline_of(shuffled) == shown
    assert len({one.step for one in shown}) == len(shown)
    assert renewed(shown, shown) == shown


def test_what_is_not_kept_any_more_stays_on_the_timeline() -> None:
    survey = Milestone(Step.SURVEY_ANSWERED, 9)
    assert renewed((Milestone(ON, 1),), (survey,)) == (Milestone(ON, 1), survey)


async def test_each_photo_is_kept_once_and_of_other_steps_the_first_report(redis: Redis) -> None:
    timeline = Timeline(redis)
    for report in [(Step.PHOTO_TAKEN, 5), (Step.PHOTO_TAKEN, 6), (Step.PHOTO_TAKEN, 6), (ON, 3), (Step.CONSENTED, 2)]:
        await timeline.note("T1", "s1", Milestone(*report))
    await timeline.note("T1", "s1", Milestone(Step.CONSENTED, 4))
    assert await timeline.of("T1", "s1") == (
        Milestone(Step.CONSENTED, 2.0),
        Milestone(ON, 3.0),
        Milestone(Step.PHOTO_TAKEN, 6.0, 2),
    )


async def test_a_flood_of_reports_is_bounded(redis: Redis) -> None:
    timeline = Timeline(redis)
    for number in range(600):
        await timeline.note("T1", "s1", Milestone(Step.PHOTO_TAKEN, number + 1))
    (photos,) = await timeline.of("T1", "s1")
    assert photos.times == 500
