"""What came back, whoever told it: one event for bounces in a mailbox and for every provider's webhook.

A further provider is a file that makes these of what it is told, see ses.py and postmark.py.
"""

from dataclasses import dataclass
from datetime import datetime

# The address is no good, for ever; it did not get there this time; whoever got it calls it spam; wants no more.
HARD, SOFT, COMPLAINED, UNSUBSCRIBED = "hard", "soft", "complained", "unsubscribed"
# It is on its way, or there; an answering machine; something that nobody here understands.
DELAYED, DELIVERED, AUTOMATIC, UNKNOWN = "delayed", "delivered", "automatic", "unknown"
# These change something, and so are taken once.
KINDS = (HARD, SOFT, COMPLAINED, UNSUBSCRIBED)


@dataclass(frozen=True)
class Event:
    """One thing that happened to one mail.

    `outside_id` is its number at the source; what comes twice has the same. `token` is the delivery's; None where the
    mail was none of a mailing. `about` are addresses that the report names: they are compared, and kept nowhere.
    `vouched`: a provider proved that it says so, so that it holds for an address without a delivery, too.
    """

    source: str
    outside_id: str
    kind: str
    at: datetime
    token: bytes | None = None
    status: str | None = None
    about: tuple[str, ...] = ()
    vouched: bool = False
