"""As whom PostgreSQL runs: it refuses root, and a small server or a container often has nothing else."""

import os
import pwd
import signal
import subprocess
from pathlib import Path

from app.kernel.launch import launcher


class NobodyToRunAs(Exception):
    """There is no account PostgreSQL could run as; the message is one line."""


def choose(data: Path, program: Path) -> str:
    """The identity (see launch.py) for a server on `data`, which may not exist yet.

    Not as root: ourselves. As root: the directory's owner, else a user namespace, else an existing account without
    rights, and if that cannot reach the files or `program`, the same account with leave to pass closed directories.
    Raises NobodyToRunAs.
    """
    if os.geteuid() != 0:
        return "same"
    owner = data.stat() if data.exists() else None
    if owner and owner.st_uid != 0:
        numbers, kinds = f"{owner.st_uid}:{owner.st_gid}", ("user", "reach")
    else:
        account = _account_without_rights()
        numbers, kinds = f"{account.pw_uid}:{account.pw_gid}", ("namespace", "user", "reach")
    for identity in (f"{kind}:{numbers}" for kind in kinds):
        if _works(identity, data.parent, program):
            return identity
    raise NobodyToRunAs("PostgreSQL does not run as root, and no other account can be used here: set DATABASE_URL")


def owner(identity: str) -> int:
    """The number that owns, on disk, what a process of this identity writes."""
    kind, *numbers = identity.split(":")
    return os.geteuid() if kind in ("same", "namespace") else int(numbers[0])


def give(path: Path, identity: str, *, deep: bool = False) -> None:
    """Make `path`, or with `deep` the whole tree, belong to the identity. Only root can and needs to."""
    uid = owner(identity)
    if os.geteuid() == 0 and path.stat().st_uid != uid:
        gid = int(identity.split(":")[2]) if uid else 0
        for place in (path, *(path.rglob("*") if deep else ())):
            os.chown(place, uid, gid, follow_symlinks=False)


def _works(identity: str, directory: Path, program: Path) -> bool:
    trial = ["/bin/sh", "-c", 'cd "$1" && "$2" --version', "sh", str(directory), str(program)]
    result = subprocess.run(  # noqa: S603 - our own command, no input from outside
        launcher(trial, signal.SIGKILL, identity), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )
    return result.returncode == 0


def _account_without_rights() -> pwd.struct_passwd:
    for name in ("postgres", "nobody", "daemon"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NobodyToRunAs("PostgreSQL does not run as root, and there is no account `nobody` here: set DATABASE_URL")
