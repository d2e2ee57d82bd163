"""A lean HTTP client, meant to run in a process of its own: one thread, one epoll, N keep-alive connections with one
request each in flight.

It reads a job a line from standard input, as JSON, and writes a result a line.
In a request, NUMBER is replaced by the running number of the request, so that each can carry a fresh address.
"""

import json
import select
import socket
import sys
import time
from dataclasses import asdict, dataclass

NUMBER = b"0000000000"
LARGEST_READ = 1 << 18
WARM_UP = 8


@dataclass(frozen=True)
class Job:
    """The bytes of `request` (latin-1) to 127.0.0.1:`port`, again and again, numbered from `first`.

    About `requests` are measured; others go before, while connections are opened, and all together are `total`.
    """

    port: int
    request: str
    status: int
    requests: int
    connections: int
    first: int = 0

    @property
    def total(self) -> int:
        return self.requests + WARM_UP * self.connections


@dataclass(frozen=True)
class Result:
    """How many requests were measured, how long they took, and how much of that the client itself worked."""

    requests: int
    seconds: float
    cpu: float


class UnexpectedAnswer(Exception):
    """An answer had another status than the job names; the message is the beginning of the answer."""


def whole(data: bytes) -> bool:
    """Whether `data` is a whole answer with a Content-Length. Raises ValueError if it has none."""
    head = data.find(b"\r\n\r\n")
    if head < 0:
        return False
    start = data.index(b"Content-Length: ", 0, head) + 16
    return len(data) >= head + 4 + int(data[start : data.index(b"\r", start)])


class Crowd:
    """The connections of one job and what is on its way on each of them."""

    def __init__(self, job: Job):
        self._job = job
        self._parts = job.request.encode("latin-1").split(NUMBER)
        self._wanted = b"HTTP/1.1 %d " % job.status
        self._numbers = iter(range(job.first, job.first + job.total))
        self._poll = select.epoll()
        self._open: dict[int, tuple[socket.socket, bytearray]] = {}
        self.answered = 0

    def join(self) -> None:
        """One connection more, which begins to ask at once."""
        connection = socket.create_connection(("127.0.0.1", self._job.port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._open[connection.fileno()] = connection, bytearray()
        self._poll.register(connection, select.EPOLLIN)
        self._ask(connection)

    def go_on(self, until: int) -> None:
        """Ask until so many answers have come in all. Raises UnexpectedAnswer, ConnectionError."""
        while self.answered < until:
            for number, _ in self._poll.poll():
                connection, data = self._open[number]
                part = connection.recv(LARGEST_READ)
                if not part:
                    raise ConnectionError("the server closed a connection before its answer was whole")
                data += part
                if not whole(data):
                    continue
                if not data.startswith(self._wanted):
                    raise UnexpectedAnswer(data[:2000].decode("utf-8", "replace"))
                data.clear()
                self.answered += 1
                self._ask(connection)

    def leave(self) -> None:
        """Close every connection."""
        self._poll.close()
        for connection, _ in self._open.values():
            connection.close()

    def _ask(self, connection: socket.socket) -> None:
        number = next(self._numbers, None)
        if number is not None:
            connection.sendall((b"%010d" % number).join(self._parts))


def run(job: Job) -> Result:
    """Do a job. Raises UnexpectedAnswer, ConnectionError."""
    crowd = Crowd(job)
    # One after the other and under load, so that the server's workers share them: an idle one is quicker to accept.
    for number in range(1, job.connections + 1):
        crowd.join()
        crowd.go_on(number * WARM_UP)
    before, cpu, began = crowd.answered, time.process_time(), time.perf_counter()
    crowd.go_on(job.total)
    result = Result(crowd.answered - before, time.perf_counter() - began, time.process_time() - cpu)
    crowd.leave()
    return result


def main() -> None:
    """Work off jobs until standard input ends."""
    for line in sys.stdin:
        print(json.dumps(asdict(run(Job(**json.loads(line))))), flush=True)


if __name__ == "__main__":
    main()
