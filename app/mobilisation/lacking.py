"""For whom a slot of a mailing had no value when it was last tried out: written by one dry run at a time."""

from sqlalchemy import delete, func, insert, select

from app.kernel.db import db

from .models import Lacking

# With a mailing's number, the key of the lock that a dry run holds until it is committed.
_LOCK = 0x4C41434B


def begin(mailing_id: int) -> None:
    """Forget what the last dry run found. Another one of the same mailing waits until the caller's transaction ends, or
    both would write the same people."""
    db.session.execute(select(func.pg_advisory_xact_lock(_LOCK, mailing_id % 2**31)))
    db.session.execute(delete(Lacking).where(Lacking.mailing_id == mailing_id))


def note(rows: list[dict]) -> None:
    """Write down for whom a slot has no value: mailing_id, slot and contact_id of each."""
    if rows:
        db.session.execute(insert(Lacking), rows)
