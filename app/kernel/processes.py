"""Finding and ending the processes that a killed start left behind, and never anybody else's."""

import os
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path

PROC = Path("/proc")


def _read(pid: int, name: str) -> bytes:
    try:
        return (PROC / str(pid) / name).read_bytes()
    except OSError:
        return b""


def _all() -> list[int]:
    return [int(entry) for entry in os.listdir(PROC) if entry.isdigit()]


def arguments(pid: int) -> list[str]:
    """The command line of a process; empty for one that is gone, a zombie or the kernel's."""
    return [os.fsdecode(part) for part in _read(pid, "cmdline").split(b"\0") if part]


def parent(pid: int) -> int:
    """The parent of a process, 0 if it is gone."""
    fields = _read(pid, "stat").rpartition(b")")[2].split()
    return int(fields[1]) if len(fields) > 1 else 0


def ancestry(pid: int) -> set[int]:
    """The process and all it descends from."""
    line: set[int] = set()
    while pid > 0 and pid not in line:
        line.add(pid)
        pid = parent(pid)
    return line


def with_variable(name: str, value: str) -> list[int]:
    """Processes whose environment holds NAME=value, without the caller and its ancestors."""
    wanted = os.fsencode(f"{name}={value}")
    own = ancestry(os.getpid())
    return [pid for pid in _all() if pid not in own and wanted in _read(pid, "environ").split(b"\0")]


def of_cluster(mark: str) -> list[int]:
    """PostgreSQL processes, server and backends, whose title or command line carries `mark`."""
    return [
        pid
        for pid in _all()
        if _read(pid, "comm").strip() == b"postgres" and any(mark in argument for argument in arguments(pid))
    ]


def end(
    find: Callable[[], Iterable[int]],
    steps: Iterable[tuple[signal.Signals | None, float]],
    pause: Callable[[float], object] = time.sleep,
) -> bool:
    """Send each signal in turn to whatever `find` still returns, and give it that many seconds to go.

    A step without a signal only waits. A process is looked at again through a handle on it before it is signalled, so
    a number that was given to another process meanwhile is left alone. Says whether all are gone.
    """
    for number, patience in steps:
        for pid in find() if number is not None else ():
            _signal(pid, number, find)
        deadline = time.monotonic() + patience
        while find():
            if time.monotonic() >= deadline:
                break
            pause(0.05)
        else:
            return True
    return not find()


def _signal(pid: int, number: signal.Signals, find: Callable[[], Iterable[int]]) -> None:
    try:
        handle = os.pidfd_open(pid)
    except OSError:
        return
    try:
        if pid in find():
            signal.pidfd_send_signal(handle, number)
    except ProcessLookupError:
        return
    finally:
        os.close(handle)
