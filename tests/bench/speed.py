"""Requests a second: the app beside its floors, in alternating rounds."""

import json
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

from tests.support import FIELD, PETITION

from . import letters, servers
from .client import NUMBER, Job
from .rounds import Client, Comparison, Contender, alternate
from .servers import Process, Server

PAGE = "/{lang}/un75"
FLOORS = "tests.bench.floors:app"
CONNECTIONS = 16
PAGE_REQUESTS = 2_000
SIGN_REQUESTS = 500


class Speed:
    """The app and the client, ready to be compared with a floor, `rounds` times. `signed` and `signed_on` count what
    was answered.

    `database` are the processes of the database server, whose CPU counts as that of whoever is being measured.
    """

    def __init__(self, app: Server, client: Client, rounds: int, database: Callable[[], list[int]]):
        self._app = app
        self._client = client
        self._rounds = rounds
        self._database = database
        self._batches = count()
        self.signed = self.signed_on = 0

    def page(self, floor: Server, lang: str) -> Comparison:
        """The campaign page, zipped, against a constant of as many bytes on the wire. Raises ValueError if not."""
        path, bare = PAGE.format(lang=lang), f"/constant/{lang}"
        page, other = servers.fetch(self._app.port, path), servers.fetch(floor.port, bare)
        if page.headers.get("content-encoding") != "gzip" or page.wire_bytes != other.wire_bytes:
            raise ValueError(f"{path} is {page.wire_bytes} bytes on the wire, its floor {other.wire_bytes}")
        subject, constant = self._get(self._app, path), self._get(floor, bare)
        return self._alternate(lambda: subject, floor, lambda: constant)

    def signing(self, floor: Server, view: str) -> Comparison:
        """A valid form with a fresh address each time, against one of the floor's writing views with the same form."""
        body = self._form()

        def subject() -> Job:
            job = self._post(self._app, PETITION.format(lang="en"), body)
            self.signed += job.total
            return job

        return self._alternate(subject, floor, lambda: self._post(floor, f"/sign/{view}", body))

    def signing_on(self, floor: Server, view: str) -> Comparison:
        """The same for a letter: an organisation's form with a fresh address each time."""
        path = letters.LETTER.format(lang="en")
        token = FIELD.search(servers.fetch(self._app.port, path).text)[1]
        body = urlencode(letters.form(token, f"ama{NUMBER.decode()}"))

        def subject() -> Job:
            job = self._post(self._app, path, body)
            self.signed_on += job.total
            return job

        return self._alternate(subject, floor, lambda: self._post(floor, f"/sign/{view}", body))

    def alone(self, log: Path, size: int) -> float:
        """Requests a second that the client manages against a server that does nothing but send `size` bytes."""
        port = servers.free_port()
        with Process(servers.module("tests.bench.trivial", str(port), str(size)), servers.environment(), log):
            servers.await_port(port)
            request = servers.request_text(port, "/")
            result = self._client.run(Job(port, request, 200, 4 * PAGE_REQUESTS, CONNECTIONS))
        return result.requests / result.seconds

    def visit(self, path: str, requests: int) -> None:
        """Fetch a page over and over."""
        self._client.run(Job(self._app.port, servers.request_text(self._app.port, path), 200, requests, CONNECTIONS))

    def _alternate(self, subject: Callable[[], Job], floor: Server, constant: Callable[[], Job]) -> Comparison:
        mine = Contender(subject, lambda: [*self._app.workers(), *self._database()])
        other = Contender(constant, lambda: [*floor.workers(), *self._database()])
        return alternate(self._client, mine, other, self._rounds)

    def _form(self) -> str:
        page = servers.fetch(self._app.port, PETITION.format(lang="en"))
        return urlencode(
            {
                "token": FIELD.search(page.text)[1],
                "name": "Ama Serwaa Mensah",
                "email": f"ama{NUMBER.decode()}@example.org",
                "area": "GHA",
                "shown": "none",
                "consent": "y",
            }
        )

    @staticmethod
    def _get(server: Server, path: str) -> Job:
        return Job(server.port, servers.request_text(server.port, path), 200, PAGE_REQUESTS, CONNECTIONS)

    def _post(self, server: Server, path: str, body: str) -> Job:
        request = servers.request_text(server.port, path, body)
        return Job(server.port, request, 303, SIGN_REQUESTS, CONNECTIONS, next(self._batches) * 10 * SIGN_REQUESTS)


def floor_server(environ: Mapping[str, str], log: Path, sizes: Mapping[str, int]) -> Server:
    """The floor's server, not yet started; its constants' answers have `sizes` bytes on the wire, heads and all."""
    with Server({**environ, "BENCH_CONSTANTS": json.dumps(sizes)}, log, FLOORS) as trial:
        trial.await_answer(f"/constant/{next(iter(sizes))}")
        heads = {name: servers.fetch(trial.port, f"/constant/{name}").wire_bytes - sizes[name] for name in sizes}
    bodies = {name: size - heads[name] for name, size in sizes.items()}
    return Server({**environ, "BENCH_CONSTANTS": json.dumps(bodies)}, log, FLOORS)
