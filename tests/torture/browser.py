"""One visit to the site over one connection, by somebody who presses a button once and takes what comes."""

import http.client
from urllib.parse import urlencode

PATIENCE = 20.0
BROKEN = (OSError, http.client.HTTPException)


class Visit:
    """A connection to 127.0.0.1:`port`, as a context. Its methods raise OSError and http.client.HTTPException."""

    def __init__(self, port: int):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self._connection.close()

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page."""
        return self._ask("GET", path)

    def post(self, path: str, **values: str) -> int:
        """The status that answers a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(values), kind)[0]

    def _ask(self, method: str, path: str, body: str | None = None, headers: dict | None = None) -> tuple[int, str]:
        self._connection.request(method, path, body, headers or {})
        answer = self._connection.getresponse()
        return answer.status, answer.read().decode()
