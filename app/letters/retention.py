"""How letters let go of what they held long enough (kernel/retention.py; people/retention.py says how long)."""

from datetime import datetime, timedelta

from app.kernel import retention

from . import list_models  # noqa: F401 its tables belong to this room
from .handover_models import KEEP as KEEP_FILES
from .handover_models import HandoverFile
from .models import Signatory, SignatoryMail

UNCONFIRMED = REFUSED = timedelta(days=30)
# So long the note of a mail is needed: what may go out is counted by the week.
MAILED = timedelta(days=7)


def forget_unconfirmed(now: datetime, batch: int) -> int:
    """Delete what nobody confirmed in thirty days. Returns how many of this batch."""
    old = (Signatory.state == "pending") & (Signatory.since <= now.date() - UNCONFIRMED)
    return retention.delete_some(Signatory.id, old, batch)


def forget_refused(now: datetime, batch: int) -> int:
    """Delete what was refused thirty days ago. Returns how many of this batch."""
    old = (Signatory.state == "refused") & (Signatory.since <= now.date() - REFUSED)
    return retention.delete_some(Signatory.id, old, batch)


def forget_mails(now: datetime, batch: int) -> int:
    """Delete the notes of mails that went out a week ago. Returns how many of this batch."""
    return retention.delete_some(
        SignatoryMail.id, SignatoryMail.sent & (SignatoryMail.day <= now.date() - MAILED), batch
    )


def forget_files(now: datetime, batch: int) -> int:
    """Delete documents for handing over a day after they were asked for. Returns how many of this batch."""
    return retention.delete_some(HandoverFile.id, HandoverFile.created_at <= now - KEEP_FILES, batch)


retention.register("letters.files", forget_files)
retention.register("letters.mails", forget_mails)
retention.register("letters.unconfirmed", forget_unconfirmed)
retention.register("letters.refused", forget_refused)
