"""What is looked at before anything starts; each reason not to is one line for the person at the terminal."""

import errno
import fcntl
import os
import re
import socket
from collections.abc import Mapping
from pathlib import Path

OLDEST_POSTGRES = 15
PROCFILE_LINE = re.compile(r"([A-Za-z0-9_-]+):\s*(\S.*)")


class Refusal(Exception):
    """Plenary cannot start like this; the message is one line."""


def procfile(root: Path) -> dict[str, str]:
    """The commands of the Procfile by name. Raises Refusal if web, worker or release is missing."""
    try:
        lines = (root / "Procfile").read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise Refusal(f"{root / 'Procfile'}: {error.strerror}") from None
    commands = dict(match.groups() for line in lines if (match := PROCFILE_LINE.fullmatch(line.strip())))
    for name in ("web", "worker", "release"):
        if name not in commands:
            raise Refusal(f"{root / 'Procfile'} has no line for {name}")
    return commands


def port(environ: Mapping[str, str]) -> int:
    """The port to serve on, from PORT. Raises Refusal if it is no port."""
    text = environ.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Refusal(f"PORT is a number from 1 to 65535, not {text!r}")
    return int(text)


def check_port(number: int) -> None:
    """Raises Refusal if the port cannot be listened on, by IPv6 and IPv4 as gunicorn will."""
    for family, address in ((socket.AF_INET6, "::"), (socket.AF_INET, "0.0.0.0")):  # noqa: S104 - tried, not served
        try:
            with socket.socket(family, socket.SOCK_STREAM) as trial:
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    trial.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                trial.bind((address, number))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                other = number + 1 if number < 65535 else 8000
                raise Refusal(f"port {number} is taken by another program: try PORT={other} make run") from None
            if error.errno == errno.EACCES:
                raise Refusal(f"port {number} needs rights this account lacks: try PORT=8000 make run") from None
            if family == socket.AF_INET:
                raise Refusal(f"cannot listen on port {number}: {error.strerror}") from None


def check_database(url: str) -> None:
    """Raises Refusal unless `url` leads to a PostgreSQL that is new enough. Never repeats a password."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise Refusal("DATABASE_URL is not of the form postgresql://user:password@host:port/database")
    plain = f"postgresql://{rest}"
    try:
        parts = conninfo_to_dict(plain)
    except psycopg.Error:
        raise Refusal("DATABASE_URL is not of the form postgresql://user:password@host:port/database") from None
    where = f"{parts.get('dbname', '')} on {parts.get('host', 'this machine')}"
    try:
        with psycopg.connect(plain, connect_timeout=5) as connection:
            version = connection.info.server_version
    except psycopg.Error as error:
        reason = (str(error).strip().splitlines() or ["no reason given"])[0].removeprefix("connection failed: ")
        raise Refusal(f"cannot reach the database of DATABASE_URL ({where}): {reason}") from None
    if version < OLDEST_POSTGRES * 10_000:
        raise Refusal(f"the database of DATABASE_URL is PostgreSQL {version // 10_000}, older than {OLDEST_POSTGRES}")


class InstanceLock:
    """One supervisor for one instance directory: a lock the system lets go when its holder ends, however it ends."""

    def __init__(self, instance: Path):
        self.path = instance / "run.lock"
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Try to take the lock. Raises Refusal if the instance directory cannot be written to."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise Refusal(f"cannot write to {self.path.parent}: {error.strerror}") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def note(self, state: str) -> None:
        """Leave word for whoever finds the lock taken."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, state.encode(), 0)

    def word(self) -> str:
        """What the holder last noted."""
        return self.path.read_text(errors="replace").strip()
