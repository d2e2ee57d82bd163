"""The supervisor: starts everything in order, keeps it up, stops it in the opposite order."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from app.kernel import processes
from app.kernel.config import read_env_file
from app.kernel.postgres import STOP_STEPS, Cluster, ClusterError
from app.kernel.supervisor import refusals
from app.kernel.supervisor.children import Child, procfile_child
from app.kernel.supervisor.refusals import InstanceLock, Refusal
from app.kernel.supervisor.witness import Witness

MARK = "PLENARY_SUPERVISED"
WEB_SECONDS = 12.0
WORKER_SECONDS = 12.0
DATABASE_TRIES = 3
DATABASE_SECONDS = 10.0
RELEASE_TRIES = 3
STOPPING = "stopping"


class Stopped(Exception):
    """Somebody asked for the end: Ctrl-C, SIGTERM, or a closed terminal."""


def say(line: str) -> None:
    """One line to the terminal; a terminal that has gone away stops nothing."""
    try:
        print(line, flush=True)
    except OSError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - it stays open for the rest of this process


class Supervisor:
    """Everything that `make run` starts, from the Procfile in `root` and the settings in `environ`."""

    def __init__(self, root: Path, environ: Mapping[str, str]):
        self.root = root
        self.environ = dict(environ)
        self.instance = Path(environ.get("INSTANCE_DIR") or root / "instance").resolve()
        self.lock = InstanceLock(self.instance)
        self.cluster: Cluster | None = None
        self.children: list[Child] = []
        self._signals = {signal.SIGINT, signal.SIGTERM}
        # Under nohup a closed terminal is to change nothing.
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
            self._signals.add(signal.SIGHUP)

    def run(self) -> None:
        """Start and supervise. Ends by raising: Stopped when asked to, Refusal or ClusterError with one line."""
        for number in self._signals:
            signal.signal(number, lambda *_: None)
        # Signals are waited for, never handled: nothing here can be interrupted half-way.
        signal.pthread_sigmask(signal.SIG_BLOCK, {*self._signals, signal.SIGCHLD})
        commands = refusals.procfile(self.root)
        port = refusals.port(self.environ)
        self._own_instance(port)
        try:
            self._end_orphans()
            refusals.check_port(port)
            environ = self._environment(port)
            self._release(commands["release"], environ)
            self.children += [
                procfile_child("worker", commands["worker"], self.root, environ, WORKER_SECONDS),
                procfile_child("web", commands["web"], self.root, environ, WEB_SECONDS),
            ]
            self._watch(port)
        finally:
            self._stop()

    def pause(self, seconds: float) -> None:
        """Sleep until a child ends, at most so long. Raises Stopped if a signal to stop has come."""
        got = signal.sigtimedwait({*self._signals, signal.SIGCHLD}, max(0.0, seconds))
        if got is not None and got.si_signo in self._signals:
            raise Stopped

    def _own_instance(self, port: int) -> None:
        patience = time.monotonic() + 1.5
        while not self.lock.take():
            word = self.lock.word()
            if word == STOPPING:
                patience = max(patience, time.monotonic() + 0.5)
            elif time.monotonic() > patience:
                raise Refusal(f"already running in {self.instance}{f' ({word})' if word else ''}")
            self.pause(0.1)
        self.lock.note(f"process {os.getpid()}, http://localhost:{port}/")

    def _end_orphans(self) -> None:
        """What carries our mark while we hold the lock was started by a supervisor that was killed."""

        def orphans() -> list[int]:
            return processes.with_variable(MARK, str(self.instance))

        if not processes.end(orphans, ((signal.SIGTERM, 3.0), (signal.SIGKILL, 5.0)), self.pause):
            raise Refusal(f"a process of an earlier start does not end: {orphans()[0]}")

    def _environment(self, port: int) -> dict[str, str]:
        """The children's environment; starts the database first, unless another than ours was given."""
        programs = str(Path(sys.executable).parent)
        environ = {
            **self.environ,
            "PATH": f"{programs}{os.pathsep}{self.environ.get('PATH', os.defpath)}",
            "PORT": str(port),
            "INSTANCE_DIR": str(self.instance),
            "PYTHONUNBUFFERED": "1",
            MARK: str(self.instance),
        }
        given = environ.get("DATABASE_URL")
        if not given and environ.get("PLENARY_ENV") == "production":
            given = read_env_file(self.instance / "production.env").get("DATABASE_URL")
        cluster = Cluster(self.instance / "pg")
        if given and given != cluster.url():
            refusals.check_database(given)
        else:
            given = self._start_database(cluster)
        return {**environ, "DATABASE_URL": given}

    def _start_database(self, cluster: Cluster) -> str:
        self.cluster = cluster
        self.cluster.pause = self.pause
        self.cluster.prepare()
        database = Child("postgres", self._spawn_database, STOP_STEPS)
        self.children.append(database)
        for attempt in range(1, DATABASE_TRIES + 1):
            database.start()
            try:
                self.cluster.await_ready(database.process)
                self.cluster.create_database()
                break
            except ClusterError:
                # A server that ends by itself has a reason that will not go away; one that was killed has none.
                if attempt == DATABASE_TRIES or database.running or database.exit_code >= 0:
                    raise
        return self.cluster.url()

    def _spawn_database(self) -> subprocess.Popen:
        self.cluster.reclaim()
        return self.cluster.spawn()

    def _release(self, command: str, environ: Mapping[str, str]) -> None:
        """Run the release command to its end, again if the database went away under it. Raises Refusal."""
        below = list(self.children)
        for attempt in range(1, RELEASE_TRIES + 1):
            witness = self._witness(below, environ["DATABASE_URL"])
            release = procfile_child("release", command, self.root, environ, WORKER_SECONDS)
            self.children.append(release)
            release.start()
            while release.running:
                self._revive(below)
                self.pause(0.5)
            self.children.remove(release)
            # The release may have noticed first that the database was killed.
            patience = time.monotonic() + 1.0
            while release.exit_code and witness.stands and time.monotonic() < patience:
                self.pause(0.1)
            interrupted = not witness.stands
            witness.leave()
            if not release.exit_code:
                return
            if not interrupted or attempt == RELEASE_TRIES:
                raise Refusal(f"the release command failed ({release.ended}): {command}")

    def _witness(self, below: list[Child], url: str) -> Witness:
        """A witness of the database; one that was killed is given time to come back first."""
        patience = time.monotonic() + DATABASE_SECONDS
        while not (witness := Witness(url)).stands and time.monotonic() < patience:
            self._revive(below)
            self.pause(0.2)
        return witness

    def _revive(self, children: list[Child]) -> bool:
        """Start again whatever has ended and is due; says whether anything had."""
        revived = False
        for child in children:
            if child.running:
                continue
            revived = True
            if child.ended:
                say(f"plenary: {child.name} ended ({child.ended}); starting it again")
                child.ended = ""
            if time.monotonic() >= child.due:
                child.start()
        return revived

    def _watch(self, port: int) -> None:
        announced = False
        while True:
            self._revive(self.children)
            if not announced and _answers(port):
                announced = True
                self._announce(port)
            waiting = not announced or any(child.process is None for child in self.children)
            self.pause(0.1 if waiting else 60.0)

    def _announce(self, port: int) -> None:
        say("Plenary is running.")
        say(f"  the site     http://localhost:{port}/")
        if self.environ.get("PLENARY_ENV") != "production" and not self.environ.get("MAIL_SERVER"):
            say(f"  the mailbox  http://localhost:{port}/mailbox")
        say("Ctrl-C stops it.")

    def _stop(self) -> None:
        """Web, then worker, then the database; a second signal to stop leaves out the patience, not the order."""
        self.lock.note(STOPPING)
        # One Ctrl-C or one kill can arrive twice, from the terminal and from make.
        again = time.monotonic() + 2.0

        def hurry(seconds: float) -> bool:
            try:
                self.pause(seconds)
            except Stopped:
                return time.monotonic() > again
            return False

        for child in reversed(self.children):
            child.stop(hurry)
        if self.cluster:
            self.cluster.unlock()


def _answers(port: int) -> bool:
    for host in ("127.0.0.1", "::1"):
        try:
            with socket.create_connection((host, port), timeout=1):
                return True
        except OSError:
            continue
    return False
