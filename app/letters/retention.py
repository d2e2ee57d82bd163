"""How letters let go of what they held long enough (kernel/retention.py; people/retention.py says how long)."""

from datetime import datetime, timedelta

from app.kernel import retention

from . import list_models  # noqa: F401 its tables belong to this room
from .models import Signatory

UNCONFIRMED = REFUSED = timedelta(days=30)


def forget_unconfirmed(now: datetime, batch: int) -> int:
    """Delete what nobody confirmed in thirty days. Returns how many of this batch."""
    old = (Signatory.state == "pending") & (Signatory.since <= now.date() - UNCONFIRMED)
    return retention.delete_some(Signatory.id, old, batch)


def forget_refused(now: datetime, batch: int) -> int:
    """Delete what was refused thirty days ago. Returns how many of this batch."""
    old = (Signatory.state == "refused") & (Signatory.since <= now.date() - REFUSED)
    return retention.delete_some(Signatory.id, old, batch)


retention.register("letters.unconfirmed", forget_unconfirmed)
retention.register("letters.refused", forget_refused)
