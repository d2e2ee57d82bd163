"""Alternating rounds of a subject and its floor. One measurement swings; the median of the ratios does not."""

import json
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from . import proc
from .client import Job, Result


class ClientFailed(Exception):
    """The client process ended; its own words stand on standard error."""


class Client:
    """The client process (client.py). Use it as a context manager."""

    def __enter__(self) -> "Client":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.client"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_) -> None:
        self._process.stdin.close()
        self._process.wait()

    def run(self, job: Job) -> Result:
        """Do a job. Raises ClientFailed."""
        try:
            self._process.stdin.write(json.dumps(asdict(job)) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise ClientFailed("the client ended: an answer was not as expected")
        return Result(**json.loads(line))


@dataclass(frozen=True)
class Contender:
    """What is measured: `job` makes the work of a round, `pids` finds the processes that do it."""

    job: Callable[[], Job]
    pids: Callable[[], list[int]]


@dataclass
class Series:
    """One contender's rounds: requests a second, and milliseconds of CPU for a request."""

    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)


@dataclass
class Comparison:
    """A subject and its floor, round by round, and what part of one CPU the client took."""

    subject: Series = field(default_factory=Series)
    floor: Series = field(default_factory=Series)
    client_share: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        return [mine / floor for mine, floor in zip(self.subject.rates, self.floor.rates, strict=True)]

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    @property
    def quartiles(self) -> tuple[float, float]:
        lower, _, upper = statistics.quantiles(self.ratios, n=4, method="inclusive")
        return lower, upper


def alternate(client: Client, subject: Contender, floor: Contender, rounds: int) -> Comparison:
    """Measure both `rounds` times, each first in every other round, after a round that is thrown away."""
    found = Comparison()
    for number in range(rounds + 1):
        pair = [(subject, found.subject), (floor, found.floor)]
        for contender, series in pair if number % 2 else reversed(pair):
            job = contender.job()
            before = proc.cpu_seconds(contender.pids())
            result = client.run(job)
            if number:
                series.rates.append(result.requests / result.seconds)
                worked = sum(after - before[pid] for pid, after in proc.cpu_seconds(before).items())
                series.cpu.append(1000 * worked / job.total)
                found.client_share.append(result.cpu / result.seconds)
    return found
