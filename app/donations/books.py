"""Tables of the books: what Stripe told, the ledger, its sums, and when it was compared with Stripe's."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Numeric,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.crypto import EncryptedText
from app.kernel.db import db

STRIPE_KINDS = ("gift", "fee", "refund", "dispute", "payout", "adjustment")
MANUAL_KINDS = ("transfer", "grant")
# What a campaign has of it; fees and payouts are the organisation's.
COUNTS = ("gift", "refund", "dispute", "transfer", "grant")
_MOMENT = DateTime(timezone=True)
_CODE = "~ '^[A-Z]{3}$'"
_KINDS = "kind IN ('gift', 'fee', 'refund', 'dispute', 'payout', 'adjustment', 'transfer', 'grant')"


class Event(db.Model):
    """One event that Stripe told, once, whatever it is."""

    __tablename__ = "donations_event"
    __table_args__ = (
        Index("ix_donations_event_received_at", "received_at", postgresql_where=text("payload IS NOT NULL")),
        Index("ix_donations_event_waiting", "id", postgresql_where=text("taken_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    stripe_id: Mapped[str] = mapped_column(Text, unique=True, comment="evt_")
    type: Mapped[str] = mapped_column(Text)
    about: Mapped[str | None] = mapped_column(Text, comment="id of the object that it speaks of")
    livemode: Mapped[bool] = mapped_column()
    created: Mapped[datetime] = mapped_column(_MOMENT, comment="says Stripe")
    payload: Mapped[str | None] = mapped_column(
        EncryptedText("donations_event.payload"), comment="as it came; dropped after 30 days"
    )
    received_at: Mapped[datetime] = mapped_column(_MOMENT)
    taken_at: Mapped[datetime | None] = mapped_column(
        _MOMENT, comment="when the books had it; NULL: a job has still to look"
    )


class Entry(db.Model):
    """One line of the ledger, signed as the organisation's balance sees it. A trigger refuses change; a line that was
    wrong is taken back by another. The sum of `settled_minor` of Stripe's lines is Stripe's balance."""

    __tablename__ = "donations_entry"
    __table_args__ = (
        UniqueConstraint("source_id", "kind", "source"),
        UniqueConstraint("reverses"),
        CheckConstraint(_KINDS, name="kind"),
        CheckConstraint("source IN ('stripe', 'manual')", name="source"),
        CheckConstraint("(source = 'manual') = (kind IN ('transfer', 'grant'))", name="by_hand"),
        CheckConstraint(
            "source = 'manual' OR (staff_id IS NULL AND reverses IS NULL AND note IS NULL)", name="of_stripe"
        ),
        CheckConstraint("kind <> 'gift' OR minor > 0", name="gift"),
        CheckConstraint(f"currency {_CODE} AND settled_currency {_CODE}", name="currency"),
        CheckConstraint("currency <> settled_currency OR minor = settled_minor", name="same_currency"),
        CheckConstraint("rate > 0", name="rate"),
        Index("ix_donations_entry_happened_at", "happened_at", "id"),
        Index("ix_donations_entry_campaign", "campaign", "happened_at", "id"),
        # Lists of the desk, by what they are narrowed to.
        Index("ix_donations_entry_kind", "kind", "happened_at", "id"),
        Index("ix_donations_entry_currency", "currency", "happened_at", "id"),
        Index("ix_donations_entry_settled_currency", "settled_currency", "happened_at", "id"),
        Index("ix_donations_entry_by_hand", "happened_at", "id", postgresql_where=text("source = 'manual'")),
        Index("ix_donations_entry_payment_id", "payment_id", postgresql_where=text("payment_id IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    source_id: Mapped[str] = mapped_column(Text, comment="txn_, the balance transaction; by hand: key of the form")
    about: Mapped[str | None] = mapped_column(Text, comment="what it is of at Stripe: ch_, re_, dp_, po_")
    livemode: Mapped[bool] = mapped_column()
    minor: Mapped[int] = mapped_column(BigInteger, comment="as it was given, refunded, …")
    currency: Mapped[str] = mapped_column(Text)
    settled_minor: Mapped[int] = mapped_column(BigInteger, comment="as it is in the balance")
    settled_currency: Mapped[str] = mapped_column(Text)
    rate: Mapped[Decimal | None] = mapped_column(Numeric, comment="as Stripe wrote it; NULL: there was none")
    campaign: Mapped[str | None] = mapped_column(Text, comment="its slug")
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("donations_payment.id"))
    note: Mapped[str | None] = mapped_column(Text, comment="of an entry by hand; should name nobody")
    staff_id: Mapped[int | None] = mapped_column(BigInteger, comment="who entered it by hand")
    reverses: Mapped[int | None] = mapped_column(ForeignKey("donations_entry.id"), comment="the line it takes back")
    happened_at: Mapped[datetime] = mapped_column(_MOMENT)
    booked_at: Mapped[datetime] = mapped_column(_MOMENT)


class Total(db.Model):
    """Sums of the ledger, which a trigger of it keeps: no page adds up lines."""

    __tablename__ = "donations_total"

    campaign: Mapped[str] = mapped_column(Text, primary_key=True, comment="'' where there is none")
    livemode: Mapped[bool] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True, comment="its first day, in UTC")
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    currency: Mapped[str] = mapped_column(Text, primary_key=True)
    settled_currency: Mapped[str] = mapped_column(Text, primary_key=True)
    minor: Mapped[int] = mapped_column(BigInteger)
    settled_minor: Mapped[int] = mapped_column(BigInteger)
    number: Mapped[int] = mapped_column(BigInteger, comment="of lines")


class Reconciliation(db.Model):
    """One comparison of the ledger with Stripe's books. `agreed`: all was equal up to `until`."""

    __tablename__ = "donations_reconciliation"
    __table_args__ = (
        CheckConstraint("NOT agreed OR number = 0", name="agreed"),
        Index("ix_donations_reconciliation_agreed", "livemode", "until", postgresql_where=text("agreed")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    livemode: Mapped[bool] = mapped_column()
    since: Mapped[datetime | None] = mapped_column(_MOMENT, comment="NULL: from the beginning")
    until: Mapped[datetime] = mapped_column(_MOMENT)
    agreed: Mapped[bool] = mapped_column()
    number: Mapped[int] = mapped_column(comment="of differences found, those repaired among them")
    differences: Mapped[list] = mapped_column(JSONB, server_default="[]", comment="the first of them")
    balances: Mapped[dict] = mapped_column(JSONB, server_default="{}", comment="by currency: ours and Stripe's")
    ended_at: Mapped[datetime] = mapped_column(_MOMENT)
