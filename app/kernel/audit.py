"""The audit log: who did what to what. It is only added to (a trigger refuses change); each entry seals the one before.

An entry holds no personal value: ids, slugs, states, numbers; who acted is an id of staff, or None for the machine and
the command line.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Identity, Index, LargeBinary, Text, insert, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from .db import db

FIRST = bytes(32)
# Any number that no other lock of ours has: writers wait for one another, as each entry seals the one before.
_LOCK = 5_100_001
BATCH = 1000


class Entry(db.Model):
    """One thing that was done."""

    __tablename__ = "kernel_audit"
    __table_args__ = (
        Index("ix_kernel_audit_campaign", "campaign", "id"),
        Index("ix_kernel_audit_subject", "subject"),
        Index("ix_kernel_audit_actor", "actor", "id"),
        Index("ix_kernel_audit_action", "action", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    actor: Mapped[int | None] = mapped_column(BigInteger, comment="id of staff; NULL: the machine, the command line")
    action: Mapped[str] = mapped_column(Text, comment="a verb with its room, such as pages.publish")
    subject: Mapped[str] = mapped_column(Text, comment="what it was done to, such as signature:42")
    campaign: Mapped[str | None] = mapped_column(Text, comment="slug")
    before: Mapped[dict | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict | None] = mapped_column(JSONB(none_as_null=True))
    reason: Mapped[str | None] = mapped_column(Text)
    previous: Mapped[bytes] = mapped_column(LargeBinary, comment="seal of the entry before")
    seal: Mapped[bytes] = mapped_column(LargeBinary, comment="SHA-256 of `previous` and this entry")


def record(
    action: str,
    subject: str,
    *,
    actor: int | None,
    now: datetime,
    campaign: str | None = None,
    before: dict | None = None,
    after: dict | None = None,
    reason: str | None = None,
) -> int:
    """Write one entry in the caller's transaction; its id. `before` and `after` are JSON and hold no personal value."""
    db.session.flush()
    db.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    previous = db.session.scalar(select(Entry.seal).order_by(Entry.id.desc()).limit(1)) or FIRST
    values = {
        "at": now,
        "actor": actor,
        "action": action,
        "subject": subject,
        "campaign": campaign,
        "before": before,
        "after": after,
        "reason": reason,
    }
    entry = insert(Entry).values(**values, previous=previous, seal=_seal(previous, values)).returning(Entry.id)
    return db.session.scalar(entry)


def _seal(previous: bytes, values: dict) -> bytes:
    said = {**values, "at": values["at"].astimezone(UTC).isoformat(timespec="microseconds")}
    return hashlib.sha256(previous + json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).digest()


@dataclass(frozen=True)
class Broken:
    """An entry that does not fit: `why` is "changed" or "missing" (the entry before it is not there)."""

    id: int
    why: str


def verify() -> Iterator[Broken]:
    """Go through the whole log and yield each entry whose seal, or whose link to the one before, does not hold.

    What was cut off at the end cannot be seen from the log alone: keep the last seal, `last_seal`, elsewhere.
    """
    previous, last = FIRST, 0
    columns = ("at", "actor", "action", "subject", "campaign", "before", "after", "reason")
    while True:
        rows = db.session.scalars(select(Entry).where(Entry.id > last).order_by(Entry.id).limit(BATCH)).all()
        if not rows:
            return
        for row in rows:
            if row.previous != previous:
                yield Broken(row.id, "missing")
            if _seal(row.previous, {name: getattr(row, name) for name in columns}) != row.seal:
                yield Broken(row.id, "changed")
            previous, last = row.seal, row.id
        db.session.expunge_all()


def last_seal() -> str:
    """The seal of the newest entry, in hexadecimal; whoever keeps it elsewhere can tell a log that was cut."""
    return (db.session.scalar(select(Entry.seal).order_by(Entry.id.desc()).limit(1)) or FIRST).hex()
