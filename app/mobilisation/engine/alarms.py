"""What a process that sends has to know at once, though it claimed its deliveries a while ago: domains that nothing
goes to any more, mailings that go slower or rest by now, and that it is time to see whether one is refused too often.
"""

from collections.abc import Sequence
from datetime import datetime

from . import aftermath, choosing, paces
from .choosing import Claim
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

    def look(self, held: Sequence[Claim], now: datetime) -> set[int]:
        """See which domains of these claims are stopped, whoever stopped them, and pause what is refused too often. In
        the caller's transaction, once what was heard is written down. Returns the lines (ids) that are to give back
        what they have: their mailing has another pace by now, keeps quiet or is held."""
        self.avoided = paces.stopped(parcel.domain for claim in held for parcel in claim.parcels) if held else set()
        if self._refused:
            aftermath.watch(now)
        self._refused = False
        running = {mailing.id: mailing.pace for mailing in choosing.running(now)} if held else {}
        return {claim.line_id for claim in held if running.get(claim.mailing_id, _GONE) != claim.pace}


# No pace, and not that there is none.
_GONE = -1
