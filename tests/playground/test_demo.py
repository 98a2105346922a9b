"""Somebody starts the demo on a machine of their own, lets it live through bad days, and ends it."""

from __future__ import annotations

import os
import signal
import socket
import stat
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from bot.settings import Settings
from playground.bot_process import environment
from playground.data_dir import forget, own_folder
from playground.refuse_real_secrets import SECRETS, secrets_in
from tests.playground.demo_process import Demo, folder, is_alive, running_demo, start

pytestmark = pytest.mark.slow

ANSWERS = {
    "/assist find CASE-1234": ["*82070*", "CASE-1234"],
    "/meet find Site": ["*1443322*", "Site visit"],
    "/assist find @agent2": ["*82083*"],
    "/assist media CASE-1234": ["3 photos and recordings"],
    "/meet media 1443322": ["1 photo or recording"],
    "/meet stats yesterday": ["Your video meetings", "1 meeting"],
    "/assist forget 82070": ["Forget ticket 82070?"],
    "/assist forget +33 6 12 34 56 78": ["I keep: meeting 1443322, ticket 82070."],
    "/meet forget 90411": ["Forget meeting 90411?"],
}
"""What the README and the page for agents type about sessions that were before, and what is seen of the answer."""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with folder() as path:
        yield path


@pytest.fixture
async def demo(data_dir: Path) -> AsyncIterator[Demo]:
    async with running_demo(data_dir) as demo:
        yield demo


async def test_from_the_first_command_to_ctrl_c(demo: Demo) -> None:
    processes = (demo.bot, demo.redis)
    await demo.client.type("/assist +33 6 62 68 21 93")
    await demo.client.sees("Invited by SMS.", "Your video assistance is ready.")
    assert await demo.stop() == 0
    assert [is_alive(pid) for pid in processes] == [False, False]


async def test_what_the_documentation_types_has_an_answer(data_dir: Path) -> None:
    async with running_demo(data_dir, "--requests-per-minute", "6000") as demo:
        for command, answer in ANSWERS.items():
            await demo.client.type(command)
            await demo.client.sees(*answer)
        administrator = demo.client.elsewhere(**{"as": "admin"})
        await administrator.type("/assist stats all")
        await administrator.sees("Everybody's video assistance", "Alice", "Bruno")
        await administrator.type("/assist +33 6 62 68 21 93")
        await administrator.sees("Invited by SMS.", "Your video assistance is ready.")


async def test_nobody_else_reaches_it_or_reads_what_it_keeps(demo: Demo) -> None:
    listening = [
        connection.laddr.ip
        for pid in (demo.process.pid, demo.bot, demo.redis)
        for connection in psutil.Process(pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening == ["127.0.0.1", "127.0.0.1"]
    kept = [demo.data_dir / name for name in ("playground.json", "encryption.key", "redis")]
    assert [stat.S_IMODE(path.stat().st_mode) for path in kept] == [0o600, 0o600, 0o700]


async def test_what_was_played_is_there_after_a_restart(data_dir: Path) -> None:
    async with running_demo(data_dir) as demo:
        await demo.client.type("/assist +33 6 62 68 21 93")
        await demo.client.sees("Invited by SMS.", "Your video assistance is ready.")
        await demo.client.touch("open", "accept", "camera", "photo")
        before = await demo.client.sees("In progress", "Your customer is connected.")
        assert await demo.stop() == 0
    async with running_demo(data_dir) as demo:
        after = await demo.client.view_state()
        assert [one["ts"] for one in after["messages"]] == [one["ts"] for one in before["messages"]]
        assert after["phone"][0]["state"] == "The customer allowed the camera."
        await demo.client.touch("hang-up")
        thread = demo.client.elsewhere(thread=after["messages"][0]["ts"])
        view_state = await thread.waits(lambda view_state: view_state["messages"][0]["text"].endswith("1 photo"))
        [photo] = view_state["thread"]["messages"][1]["files"]
        assert await demo.stop() == 0
    async with running_demo(data_dir) as demo, httpx.AsyncClient(trust_env=False) as http:
        assert (await http.get(demo.address + photo["url"])).content.startswith(b"\xff\xd8")


async def test_a_demo_that_was_killed_has_lost_a_moment_at_most(data_dir: Path) -> None:
    async with running_demo(data_dir) as demo:
        bot = demo.bot
        await demo.client.type("hello")
        await demo.client.elsewhere(**{"in": "general"}).waits(lambda _: (data_dir / "playground.json").exists())
        while b"hello" not in (data_dir / "playground.json").read_bytes():
            await demo.client.view_state()
        assert await demo.stop(signal.SIGKILL) == -signal.SIGKILL
        os.kill(bot, signal.SIGTERM)
    async with running_demo(data_dir) as demo:
        assert [one["text"] for one in (await demo.client.view_state())["messages"]] == ["hello"]


async def test_a_reset_starts_from_scratch(data_dir: Path) -> None:
    async with running_demo(data_dir) as demo:
        await demo.client.type("/assist +33 6 62 68 21 93")
        await demo.client.sees("Invited by SMS.", "Your video assistance is ready.")
        await demo.client.do("reset")
        await demo.client.waits(lambda view_state: view_state["bot"]["state"] == "ready")
        await demo.client.type("/assist list")
        view_state = await demo.client.sees("CASE-1240")
        assert "+33 6 •• •• •• 93" not in str(view_state["messages"])
        assert view_state["phone"] == []
        await demo.stop()
    async with running_demo(data_dir, "--reset") as demo:
        assert (await demo.client.view_state())["messages"] == []


async def test_a_bot_that_is_killed_is_started_again_and_finishes_its_work(demo: Demo) -> None:
    killed = demo.bot
    await demo.client.do("fault", fault="apizee-slow", on=True)
    await demo.client.type("/assist +33 6 62 68 21 93")
    await demo.client.sees("Inviting…")
    await demo.client.do("kill")
    await demo.client.do("fault", fault="apizee-slow", on=False)
    await demo.client.waits(lambda view_state: view_state["bot"] == {"state": "starting", "kills": 1})
    unheard = await demo.client.ask("shortcut", callbackId="start_meeting")
    assert (unheard.status_code, unheard.json()["error"][:30]) == (409, "Apizee could not be reached. I")
    await demo.client.waits(lambda view_state: view_state["bot"] == {"state": "ready", "kills": 1})
    view_state = await demo.client.sees("Invited by SMS.")
    assert len(view_state["phone"]) == 1
    assert len([one for one in view_state["messages"] if not one["onlyVisibleToYou"]]) == 1
    assert demo.bot != killed


async def test_redis_may_stop_under_way_and_go_on(demo: Demo) -> None:
    await demo.client.type("/assist +33 6 62 68 21 93")
    await demo.client.sees("Invited by SMS.", "Your video assistance is ready.")
    await demo.client.do("fault", fault="redis-stopped", on=True)
    assert psutil.Process(demo.redis).status() == psutil.STATUS_STOPPED
    await demo.client.touch("open", "accept", "camera", "hang-up")
    await demo.client.type("/assist list")
    await demo.client.sees("The bot's storage")
    await demo.client.do("fault", fault="redis-stopped", on=False)
    await demo.client.waits(lambda view_state: "Done after" in view_state["messages"][0]["text"])


async def test_it_ends_in_order_on_a_signal_even_while_redis_is_stopped(demo: Demo) -> None:
    processes = (demo.bot, demo.redis)
    await demo.client.do("fault", fault="redis-stopped", on=True)
    assert await demo.stop(signal.SIGTERM) == 0
    assert [is_alive(pid) for pid in processes] == [False, False]


async def test_a_recording_appears_by_itself_with_its_webhook(demo: Demo) -> None:
    await demo.client.type("/assist +33 6 62 68 21 93")
    await demo.client.sees("Invited by SMS.", "Your video assistance is ready.")
    await demo.client.touch("open", "accept", "camera", "hang-up")
    begun = (await demo.client.view_state())["clock"]["now"]
    view_state = await demo.client.sees("media create")
    assert 9.5 < view_state["clock"]["now"] - begun < 14


async def test_a_port_that_is_taken_is_named(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, output = await _refused("--port", str(port), "--data-dir", str(data_dir))
    assert (code, output) == (
        2,
        f"Port {port} cannot be used (Address already in use): choose another one with --port.",
    )


def test_a_folder_of_its_own_is_for_nobody_else(tmp_path: Path) -> None:
    with own_folder(tmp_path / "its" / "own"):
        assert stat.S_IMODE((tmp_path / "its" / "own").stat().st_mode) == 0o700


async def test_two_demos_do_not_share_a_folder(demo: Demo) -> None:
    for arguments in ((), ("--reset",)):
        code, output = await _refused("--port", "0", "--data-dir", str(demo.data_dir), *arguments)
        assert code == 2
        assert output.startswith(f"Another demo plays in {demo.data_dir}: ")


async def test_what_it_cannot_read_is_not_played_over(data_dir: Path) -> None:
    (data_dir / "playground.json").write_text('{"of": "another kind"}')
    code, output = await _refused("--port", "0", "--data-dir", str(data_dir))
    assert (code, output) == (2, f"{data_dir}/playground.json cannot be read: start once with --reset.")


async def test_a_bot_that_cannot_start_says_why(data_dir: Path) -> None:
    (data_dir / "encryption.key").write_text("no key")
    process = await start("--port", "0", "--data-dir", str(data_dir))
    _, output = await process.communicate()
    assert process.returncode == 1
    first, *log = output.decode().splitlines()
    assert first == "The bot has ended (exit code 2). The end of its log:"
    assert any("encryption.key" in line for line in log)


async def test_it_does_not_start_beside_real_secrets_and_does_not_repeat_them(data_dir: Path) -> None:
    around = {"SLACK_BOT_TOKEN": "xoxb-production", "apizee_password": "hunter2"}
    process = await start("--data-dir", str(data_dir), around=around)
    _, output = await process.communicate()
    assert process.returncode == 2
    assert output.decode() == "The demo does not start beside real secrets: unset APIZEE_PASSWORD, SLACK_BOT_TOKEN.\n"


async def test_it_does_not_start_beside_a_folder_of_real_secrets(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "slack_bot_token").write_text("xoxb-production")
    process = await start("--data-dir", str(data_dir), around={"SECRETS_DIR": str(tmp_path)})
    _, output = await process.communicate()
    assert process.returncode == 2
    assert output.decode() == "The demo does not start beside real secrets: unset SECRETS_DIR.\n"


@pytest.mark.parametrize("name", ["of others", "missing"])
def test_a_folder_with_secrets_of_others_is_no_danger(tmp_path: Path, name: str) -> None:
    (tmp_path / "of others").mkdir()
    (tmp_path / "of others" / "database_password").write_text("theirs")
    assert secrets_in({"SECRETS_DIR": str(tmp_path / name)}) == []


def test_every_secret_setting_is_looked_for() -> None:
    secret = {name.upper() for name, field in Settings.model_fields.items() if "SecretStr" in str(field)}
    assert set(SECRETS) == secret - {"REDIS_URL", "HTTP_PROXY", "HTTPS_PROXY"}


def test_no_setting_of_the_machine_reaches_the_bot() -> None:
    around = {name.upper(): "production" for name in Settings.model_fields} | {"HTTPS_PROXY": "http://proxy.example"}
    given = environment({**around, "LANG": "C"}, {"PORT": "1"})
    assert given.keys() == {"LANG", "PORT", "PYTHONPATH"}
    assert given["PORT"] == "1"


def test_a_reset_removes_what_the_demo_kept_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "redis").mkdir()
    for name in ("redis/appendonly.aof", "encryption.key", "bot.log", "playground.json", "thesis.txt"):
        (tmp_path / name).write_text("kept")
    forget(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"playground.lock", "thesis.txt"}


async def _refused(*arguments: str) -> tuple[int | None, str]:
    """Return exit code and error, which is one line."""
    process = await start(*arguments)
    _, output = await process.communicate()
    [line] = output.decode().splitlines()
    return process.returncode, line
