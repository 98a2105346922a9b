"""Runs several processes of the bot on one port, as their parent: one that dies is started again."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Final, NoReturn

from bot.log import get_logger

CANNOT_START: Final = 2
"""The exit code of a process whose settings or surroundings are wrong: to start it again would not help."""

_SIGNALS: Final = {signal.SIGTERM, signal.SIGINT}
_LIVES_AT_LEAST: Final = 10.0
_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 30.0

log = get_logger(__name__)


class Processes:
    """The parent of processes that all do the same, and also of whatever orphans come to it as process 1.

    It only forks, passes signals on, and waits: what its children share, such as the listening socket, is open before.
    """

    def __init__(self, work: Callable[[int], int], *, killed_after: float) -> None:
        """Take what each process does, which returns its exit code; one that hangs in a stop is killed, in seconds.

        `work` is given a file that comes to its end when the parent does, however that is: nobody is left listening.
        """
        self._work = work
        self._lives_with_parent, self._parents_own = os.pipe()
        self._killed_after = killed_after
        self._started_at: dict[int, float] = {}
        self._is_stopping = False
        self._pause = 0.0
        self._began = time.monotonic()

    def run(self, count: int) -> int:
        """Run this many until SIGTERM or SIGINT; return the worst of their exit codes."""
        for name in _SIGNALS:
            signal.signal(name, self._pass_on)
        signal.signal(signal.SIGALRM, lambda *_: self._send(signal.SIGKILL))
        for _ in range(count):
            self._start()
        worst = 0
        while self._started_at:
            pid, status = os.waitpid(-1, 0)
            if pid in self._started_at:
                worst = max(worst, self._ended(pid, os.waitstatus_to_exitcode(status)))
        return worst

    def _ended(self, pid: int, code: int) -> int:
        """Start another process in the place of one that died; return the exit code that is kept of it."""
        lived = time.monotonic() - self._started_at.pop(pid)
        if self._is_stopping:
            return 0 if -code in _SIGNALS else abs(code)  # one that has only begun is ended by the signal itself
        if code == CANNOT_START and time.monotonic() - self._began < _LIVES_AT_LEAST:
            self._stop(signal.SIGTERM)
            return code
        self._pause = min(max(self._pause * 2, _FIRST_PAUSE), _LONGEST_PAUSE) if lived < _LIVES_AT_LEAST else 0.0
        log.warning("process_ended", pid=pid, code=code, started_again_in=self._pause)
        self._start(self._pause)
        return 0

    def _start(self, pause: float = 0.0) -> None:
        """Fork; a signal that comes meanwhile waits until it is known whom to pass it on to."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        pid = os.fork()
        if pid == 0:
            self._be_a_child(pause, before)
        self._started_at[pid] = time.monotonic()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _be_a_child(self, pause: float, mask: set[int]) -> NoReturn:
        code = 1
        try:
            for name in (*_SIGNALS, signal.SIGALRM):
                signal.signal(name, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            os.close(self._parents_own)
            time.sleep(pause)  # here, for the parent has to take signals
            code = self._work(self._lives_with_parent)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:  # Whatever it is, this process must not go on as if it were the parent.
            log.exception("process_failed")
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _pass_on(self, number: int, _frame: object) -> None:
        self._stop(signal.Signals(number))

    def _stop(self, way: signal.Signals) -> None:
        self._is_stopping = True
        self._send(way)
        signal.setitimer(signal.ITIMER_REAL, self._killed_after)

    def _send(self, way: signal.Signals) -> None:
        for pid in self._started_at:
            os.kill(pid, way)
