"""Starts a program that does not outlive the one that started it, as the account it has to run as.

It is run by its path under `python -I -S`, between the fork and the program itself, so it uses the standard
library alone and no code of ours runs in a forked copy of a process with threads:

    launch.py PARENT SIGNAL IDENTITY COMMAND [ARGUMENT…]

IDENTITY is `same`, `namespace:UID:GID` (a user namespace in which this account has that number), `user:UID:GID`,
or `reach:UID:GID` (that user, who may still pass through directories that are closed to it).
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522
CLONE_NEWUSER = 0x10000000


def launcher(command: list[str], on_parent_death: signal.Signals, identity: str = "same") -> list[str]:
    """The command line that runs `command` and sends it `on_parent_death` when the calling process is gone.

    The process that starts it has to be the calling one, from a thread that lives as long as the process: the kernel
    watches the thread (prctl(2), PR_SET_PDEATHSIG).
    """
    script = os.path.abspath(__file__)
    return [sys.executable, "-I", "-S", script, str(os.getpid()), str(int(on_parent_death)), identity, *command]


def follow(parent: int, number: int) -> None:
    """Send this process the signal `number` once `parent` ends, or at once if it already did."""
    _prctl(PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        os.kill(os.getpid(), number)


def _call(function: str, *arguments) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, function)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), function)


def _prctl(option: int, *arguments: int) -> None:
    _call("prctl", option, *(ctypes.c_ulong(argument) for argument in (*arguments, 0, 0, 0, 0)[:4]))


def _enter_namespace(uid: int, gid: int) -> None:
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    _call("unshare", CLONE_NEWUSER)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {outer_uid} 1"),
        ("gid_map", f"{gid} {outer_gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def _become_user(uid: int, gid: int, *, reach: bool) -> None:
    if reach:
        _prctl(PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if reach:
        bit = 1 << CAP_DAC_OVERRIDE
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
        effective_permitted_inheritable = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
        _call("capset", header, effective_permitted_inheritable)
        _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE)


def become(identity: str) -> None:
    """Take on an identity as described at the top of this file. Raises OSError when the system does not allow it."""
    kind, _, numbers = identity.partition(":")
    if kind == "same":
        return
    uid, gid = (int(number) for number in numbers.split(":"))
    if kind == "namespace":
        _enter_namespace(uid, gid)
    else:
        _become_user(uid, gid, reach=kind == "reach")


def main(arguments: list[str]) -> None:
    """Become, follow, and turn into the command; on failure say why in one line and leave with 126 or 127."""
    parent, number, identity, *command = arguments
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    # Python ignores these two, and a program keeps what its starter ignored.
    for inherited in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT, signal.SIGHUP):
        signal.signal(inherited, signal.SIG_DFL)
    try:
        become(identity)
        # A change of account clears the signal, so it is asked for last.
        follow(int(parent), int(number))
    except OSError as error:
        print(f"cannot start {command[0]} as {identity}: {error}", file=sys.stderr)
        sys.exit(126)
    try:
        os.execvp(command[0], command)  # noqa: S606 - starting a program is what this file is for
    except OSError as error:
        print(f"cannot start {command[0]}: {error.strerror}", file=sys.stderr)
        sys.exit(127)


if __name__ == "__main__":
    main(sys.argv[1:])
