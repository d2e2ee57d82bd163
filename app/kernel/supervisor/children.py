"""One child of the supervisor: started, watched, started again, stopped."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.kernel.launch import launcher

FIRST_DELAY = 0.1
LONGEST_DELAY = 3.0
STEADY_SECONDS = 10.0


@dataclass
class Child:
    """A process that leads its own session; when its leader ends, the rest of its group is ended too.

    `spawn` starts it; `stop_steps` are the signals that end it, each with the seconds it is given.
    """

    name: str
    spawn: Callable[[], subprocess.Popen]
    stop_steps: tuple[tuple[signal.Signals, float], ...]
    process: subprocess.Popen | None = None
    exit_code: int = 0
    ended: str = ""
    due: float = 0.0
    _started: float = field(default=0.0, repr=False)
    _failures: int = field(default=0, repr=False)

    def start(self) -> None:
        """Start it; if the system has no room for another process, it counts as ended."""
        self._started = time.monotonic()
        try:
            self.process = self.spawn()
        except OSError as error:
            self.exit_code = 126
            self._wait_a_while(f"not started: {error.strerror}")

    @property
    def running(self) -> bool:
        """Whether it runs; the first look after its end clears up what it left and sets when it is due again."""
        if self.process is None:
            return False
        # Its number stays its own, and so its group's, until it has been waited for.
        look = os.WEXITED | os.WNOHANG | os.WNOWAIT
        if self.process.returncode is None:
            if os.waitid(os.P_PID, self.process.pid, look) is None:
                return True
            self._signal_group(signal.SIGKILL)
        self.exit_code = self.process.wait()
        self.process = None
        self._wait_a_while(_ending(self.exit_code))
        return False

    def _wait_a_while(self, why: str) -> None:
        self.ended = why
        self._failures = 0 if time.monotonic() - self._started > STEADY_SECONDS else self._failures + 1
        self.due = time.monotonic() + min(LONGEST_DELAY, FIRST_DELAY * 2 ** max(0, self._failures - 1))

    def stop(self, wait: Callable[[float], bool]) -> None:
        """End it by its steps. `wait` sleeps for at most so many seconds and says whether to hurry to the next step."""
        for number, patience in self.stop_steps:
            if not self.running:
                return
            self.process.send_signal(number)
            deadline = time.monotonic() + patience
            while self.running and time.monotonic() < deadline:
                if wait(0.1):
                    break
        if self.running:
            self._signal_group(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def _signal_group(self, number: signal.Signals) -> None:
        try:
            os.killpg(self.process.pid, number)
        except (ProcessLookupError, PermissionError):
            # Nobody is left in it, or only zombies.
            return


def procfile_child(name: str, command: str, root: Path, environ: Mapping[str, str], patience: float) -> Child:
    """A child that runs one command of the Procfile, through the shell as Procfiles are meant, in `root`."""

    def spawn() -> subprocess.Popen:
        return subprocess.Popen(  # noqa: S603 - the Procfile is part of the code
            launcher(["/bin/sh", "-c", f"exec {command}"], signal.SIGTERM),
            cwd=root,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    return Child(name, spawn, ((signal.SIGTERM, patience),))


def _ending(code: int) -> str:
    return f"killed by signal {-code}" if code < 0 else f"exit code {code}"
