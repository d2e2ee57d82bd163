"""A lean HTTP client, meant to run in a process of its own: one thread, one epoll, N keep-alive connections with one
request each in flight.

It reads a job a line from standard input, as JSON, and writes a result a line: seconds, and seconds of its own CPU.
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


@dataclass(frozen=True)
class Job:
    """`requests` times the bytes of `request` (latin-1) to 127.0.0.1:`port`, numbered from `first`."""

    port: int
    request: str
    status: int
    requests: int
    connections: int
    first: int = 0


@dataclass(frozen=True)
class Result:
    """How long a job took, and how much of that the client itself worked."""

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


def run(job: Job) -> Result:
    """Do a job. Raises UnexpectedAnswer, ConnectionError."""
    request = job.request.encode("latin-1")
    wanted = b"HTTP/1.1 %d " % job.status
    parts = request.split(NUMBER)
    connections = {}
    poll = select.epoll()
    for _ in range(job.connections):
        connection = socket.create_connection(("127.0.0.1", job.port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connections[connection.fileno()] = [connection, b""]
        poll.register(connection, select.EPOLLIN)
    numbers = iter(range(job.first, job.first + job.requests))

    def send(connection: socket.socket) -> None:
        number = next(numbers, None)
        if number is not None:
            connection.sendall(request if len(parts) == 1 else (b"%010d" % number).join(parts))

    cpu, began = time.process_time(), time.perf_counter()
    left = job.requests
    for connection, _ in connections.values():
        send(connection)
    while left:
        for number, _ in poll.poll():
            held = connections[number]
            data = held[0].recv(LARGEST_READ)
            if not data:
                raise ConnectionError("the server closed a connection before its answer was whole")
            data = held[1] + data if held[1] else data
            if not whole(data):
                held[1] = data
                continue
            if not data.startswith(wanted):
                raise UnexpectedAnswer(data[:2000].decode("utf-8", "replace"))
            held[1] = b""
            left -= 1
            send(held[0])
    result = Result(time.perf_counter() - began, time.process_time() - cpu)
    for connection, _ in connections.values():
        connection.close()
    return result


def main() -> None:
    """Work off jobs until standard input ends."""
    for line in sys.stdin:
        print(json.dumps(asdict(run(Job(**json.loads(line))))), flush=True)


if __name__ == "__main__":
    main()
