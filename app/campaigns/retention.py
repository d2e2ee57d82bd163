"""How campaigns let go of what they held long enough (kernel/retention.py; people/retention.py says how long)."""

from datetime import datetime

from app.kernel import retention

from .returning import KEPT
from .translation_models import Returned


def forget_returned(now: datetime, batch: int) -> int:
    """Delete files of translations that were brought back a week ago. Returns how many of this batch."""
    return retention.delete_some(Returned.id, Returned.brought_at < now - KEPT, batch)


retention.register("campaigns.returned", forget_returned)
