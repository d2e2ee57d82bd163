"""What processes use: memory and CPU, from proc(5)."""

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

MEGABYTE = 1_000_000
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def peak(pid: int) -> float:
    """The most a process ever had resident, shared libraries in full (VmHWM), in megabytes."""
    return _bytes(Path(f"/proc/{pid}/status"), "VmHWM") / MEGABYTE


def own(pid: int) -> float:
    """What a process has resident now, shared pages divided among their sharers (Pss), in megabytes."""
    return _bytes(Path(f"/proc/{pid}/smaps_rollup"), "Pss") / MEGABYTE


def cpu_seconds(pids: Iterable[int]) -> dict[int, float]:
    """How long each of these processes has been on a CPU, in user and kernel mode; without those that are gone."""
    found = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            found[pid] = (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND
    return found


def _bytes(path: Path, name: str) -> int:
    return next(int(line.split()[1]) * 1024 for line in path.read_text().splitlines() if line.startswith(f"{name}:"))
