"""The real supervisor over an instance of its own: its processes by their part, killed and started again."""

import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

from app.kernel import processes
from app.kernel.postgres import Cluster
from app.kernel.supervisor.supervise import MARK
from tests.machine import free_port

ROOT = Path(__file__).resolve().parents[2]
WEB_WORKERS = 2
START_SECONDS = 120.0
STOP_SECONDS = 60.0

WORKER, MASTER, JOBS, POSTMASTER, BACKEND, SUPERVISOR = PARTS = (
    "web worker",
    "gunicorn master",
    "job worker",
    "postmaster",
    "backend",
    "supervisor",
)


class HouseFell(Exception):
    """The site did not come up, or not down; the message ends with the last of what it said."""


class House:
    """`make run` in `folder`, on a free port. To be used from the main thread, as the supervisor ends with it.

    `given_up` holds the exit codes with which the supervisor ended although nobody had killed it.
    """

    def __init__(self, folder: Path):
        self.instance = folder / "instance"
        self.port = free_port()
        self.cluster = Cluster(self.instance / "pg")
        self.given_up: list[int] = []
        self._output = folder / "output"
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start the supervisor without waiting."""
        settings = ("DATABASE_URL", "PLENARY_ENV", "PLENARY_URL", "MAIL_SERVER", MARK)
        inherited = {name: value for name, value in os.environ.items() if name not in settings}
        with self._output.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app.kernel.supervisor", "--root", str(ROOT), "--with-parent"],
                cwd=ROOT,
                env={
                    **inherited,
                    "INSTANCE_DIR": str(self.instance),
                    "PORT": str(self.port),
                    "WEB_CONCURRENCY": str(WEB_WORKERS),
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def keep_up(self) -> None:
        """What systemd or an operator would do: start the supervisor again when it has ended."""
        if (code := self._process.poll()) is not None:
            if code != -signal.SIGKILL:
                self.given_up.append(code)
            self.start()

    def parts(self) -> dict[str, list[int]]:
        """The numbers of the running processes by their part."""
        children = defaultdict(list)
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                children[processes.parent(int(entry))].append(int(entry))
        found = {part: [] for part in PARTS}
        if self._process.poll() is None:
            found[SUPERVISOR].append(self._process.pid)
        for pid in children[self._process.pid]:
            words = [Path(word).name for word in processes.arguments(pid)[:2]]
            if "gunicorn" in words:
                found[MASTER].append(pid)
                found[WORKER] += [child for child in children[pid] if processes.arguments(child)]
            elif "flask" in words and "worker" in processes.arguments(pid):
                found[JOBS].append(pid)
            elif words[:1] == ["postgres"]:
                found[POSTMASTER].append(pid)
                # The others among its children serve no client, and are not always there.
                found[BACKEND] += [
                    child for child in children[pid] if "[local]" in " ".join(processes.arguments(child))
                ]
        return found

    def whole(self) -> bool:
        """Whether every part is there."""
        found = self.parts()
        return len(found[WORKER]) >= WEB_WORKERS and all(found[part] for part in (MASTER, JOBS, POSTMASTER, SUPERVISOR))

    def kill(self, pid: int) -> None:
        """SIGKILL to one of its processes, and wait until it is gone."""
        os.kill(pid, signal.SIGKILL)
        if pid == self._process.pid:
            self._process.wait()
        while processes.arguments(pid):
            time.sleep(0.005)

    def stop(self) -> None:
        """SIGTERM, as Ctrl-C; raises HouseFell unless all ends, with code 0 and nothing left over."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            code = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        left = self._left_over()
        processes.end(self._left_over, ((signal.SIGKILL, 5.0),))
        if code or left:
            raise HouseFell(f"the supervisor ended with code {code} and left {len(left)} processes:\n{self.said()}")

    def said(self) -> str:
        """The end of what its processes have written."""
        return self._output.read_text(encoding="utf-8", errors="replace")[-4000:] if self._output.exists() else ""

    def _left_over(self) -> list[int]:
        ours = processes.with_variable(MARK, str(self.instance))
        return ours + processes.of_cluster(self.cluster.sockets.name)
