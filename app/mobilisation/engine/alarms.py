"""What a process that sends has to know at once of refusals that mean more than one message: domains that nothing goes
to any more, and that it is time to see whether a mailing is refused too often."""

from collections.abc import Iterable
from datetime import datetime

from . import aftermath, paces
from .outcomes import Outcome


class Alarms:
    """The alarms of a process, for all its lines. `avoided` are domains that are stopped: what was claimed for them
    before is not handed over either."""

    def __init__(self):
        self.avoided: set[str] = set()
        self._refused = False

    def hear(self, outcome: Outcome, domain: str) -> None:
        """Take note of what became of a message to a domain, before it is written down."""
        self._refused = self._refused or outcome.state == "failed"
        if outcome.stop == "domain":
            self.avoided.add(domain)

    def look(self, domains: Iterable[str], now: datetime) -> None:
        """See which of these domains are stopped, whoever stopped them, and pause what is refused too often. In the
        caller's transaction, once what was heard is written down."""
        self.avoided = paces.stopped(domains)
        if self._refused:
            aftermath.watch(now)
        self._refused = False
