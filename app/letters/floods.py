"""How long the mail of a sign-on waits when very many come from one network.

Nobody is turned away and nothing that was typed is lost, but no flood of made-up addresses has us write to thousands of
strangers at once. What is counted stands in this process's memory alone, and nothing in the database says where
anybody signed: a sum in the same transaction would lead to whoever is hidden.
"""

import threading
from datetime import datetime, timedelta

# So many come from one network at once, an office or a hall, before a mail waits; then one goes out each minute.
FREE = 30
EACH = timedelta(minutes=1)
LONGEST = timedelta(hours=24)
# So many networks are remembered; whoever has been quiet for long is forgotten first.
MOST = 10_000


class Floods:
    """What came of late, by network: a bucket that one drop a minute runs out of."""

    def __init__(self) -> None:
        self._full_until: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def wait(self, network: str | None, now: datetime) -> timedelta | None:
        """Count one more from a network (kernel.network); how long its mail is to wait, None: not at all."""
        if network is None:
            return None
        with self._lock:
            # Taken out and put in again: the first of the dict is who has been quiet longest.
            full = min(max(self._full_until.pop(network, now), now) + EACH, now + FREE * EACH + LONGEST)
            self._full_until[network] = full
            if len(self._full_until) > MOST:
                del self._full_until[next(iter(self._full_until))]
        over = full - now - FREE * EACH
        return over if over > timedelta(0) else None


floods = Floods()
