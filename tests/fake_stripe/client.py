"""The library's HTTP client over the fake, in the same process, with faults by script."""

import json
import logging
import re
from dataclasses import dataclass, field

import stripe

from .api import Api

# What goes wrong, and whether the request was carried out all the same.
KINDS = {
    "timeout_before": False,  # nothing arrived
    "timeout_after": True,  # carried out, and the answer was lost
    "reset": False,  # the connection was cut before anything was carried out
    "reset_after": True,
    "rate_limited": False,  # 429 with Retry-After
    "server_error": False,  # 500, nothing was carried out
    "server_error_after": True,
    "unavailable": False,  # 503
}


@dataclass
class Fault:
    """The next `times` requests whose `METHOD path` match `where` go wrong, after `skip` of them went well."""

    kind: str
    where: str = ".*"
    times: int = 1
    skip: int = 0
    retry_after: int = 2
    met: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        assert self.kind in KINDS, self.kind

    def strikes(self, asked: str) -> bool:
        """Does it hit this request? It is counted if so."""
        if self.times <= 0 or not re.search(self.where, asked):
            return False
        self.met += 1
        if self.met <= self.skip:
            return False
        self.times -= 1
        return True


class Client(stripe.HTTPClient):
    """Give it to `stripe.StripeClient(key, http_client=…)`. It never sleeps: `slept` tells how long it would have."""

    name = "fake"

    def __init__(self, api: Api) -> None:
        super().__init__()
        # As the app does where it makes the client itself: a line for each request is more than anybody reads.
        logging.getLogger("stripe").setLevel(logging.WARNING)
        self.api = api
        self.faults: list[Fault] = []
        self.slept: list[float] = []
        # Called before and after each request, as `watch("before"|"after", method, path)`: a crash raises from there.
        self.watch = None

    def fault(self, kind: str, where: str = ".*", times: int = 1, skip: int = 0, retry_after: int = 2) -> Fault:
        """Write a fault into the script."""
        self.faults.append(Fault(kind, where, times, skip, retry_after))
        return self.faults[-1]

    def _sleep_time_seconds(self, num_retries: int) -> float:
        self.slept.append(super()._sleep_time_seconds(num_retries))
        return 0

    def request(self, method, url, headers, post_data=None, *, _usage=None):
        """One request as the library makes it."""
        path = re.sub(r"^https?://[^/]+", "", url)
        if self.watch:
            self.watch("before", method, path)
        fault = next((each for each in self.faults if each.strikes(f"{method.upper()} {path}")), None)
        answer = None
        if fault is None or KINDS[fault.kind]:
            answer = self.api.handle(method, path, headers, post_data)
        if self.watch:
            self.watch("after", method, path)
        if fault is None:
            status, told, body = answer
            return body, status, told
        return self._fail(fault)

    def _fail(self, fault: Fault):
        if fault.kind.startswith("timeout"):
            raise stripe.APIConnectionError("Request timed out.", should_retry=True)
        if fault.kind.startswith("reset"):
            raise stripe.APIConnectionError("Connection reset by peer.", should_retry=True)
        status = {"rate_limited": 429, "unavailable": 503}.get(fault.kind, 500)
        kind = "rate_limit_error" if status == 429 else "api_error"
        told = {"Request-Id": "req_fault", "Content-Type": "application/json"}
        if status == 429:
            told["Retry-After"] = str(fault.retry_after)
        error = {"message": "Scripted by a test.", "type": kind, **({"code": "rate_limit"} if status == 429 else {})}
        return json.dumps({"error": error}), status, told

    def close(self) -> None:
        """Nothing is open."""
