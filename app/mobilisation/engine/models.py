"""What the engine writes down while it works: connections and what they hold, paces, and how deliveries moved."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.crypto import KEYED_DIGEST, EncryptedText
from app.kernel.db import db

_MOMENT = DateTime(timezone=True)


class Worker(db.Model):
    """A process that sends, as long as its lease runs: how far it is on each of its lines, all in one row, as all of it
    is written again for each round of messages.

    A place is how many of a line's deliveries it was allowed to hand over: it is raised, and committed, before the
    final dot of each. It is told of no other before it is known what became of the one before, and of each that was not
    sent its own row says so by then. So after a crash those before the last one were sent, or say what else; the last
    one is uncertain unless it is settled; the rest was never handed over.
    """

    __tablename__ = "mobilisation_worker"
    __table_args__ = (
        CheckConstraint(
            "cardinality(lines) = cardinality(places) AND cardinality(lines) = cardinality(settled)", name="lines"
        ),
        {"postgresql_with": {"fillfactor": 20}},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    lines: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    places: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default="{}")
    settled: Mapped[list[int]] = mapped_column(
        ARRAY(Integer), server_default="{}", comment="of how many it is written what became of them"
    )
    lease_until: Mapped[datetime] = mapped_column(_MOMENT)


class Line(db.Model):
    """What one connection of a worker has claimed: deliveries in the order in which it hands them over. It is written
    once; how far it is stands in its worker's row, and one that is not named there is at its beginning."""

    __tablename__ = "mobilisation_line"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("mobilisation_worker.id"), index=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mobilisation_mailing.id"))
    deliveries: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))


class Movement(db.Model):
    """By how many the deliveries of a mailing in a state became more, or fewer: a trigger writes it with every change
    of deliveries, in the same transaction, so that their sum is always what a count would give."""

    __tablename__ = "mobilisation_movement"
    __table_args__ = (Index("ix_mobilisation_movement_mailing_id", "mailing_id", "state"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    mailing_id: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    number: Mapped[int] = mapped_column()


class Pace(db.Model):
    """How fast mail may go (through a relay, from a sender, to a domain, to a mission, of a mailing), and what is left
    of it. A row for the empty key holds for all of its kind that have no row of their own."""

    __tablename__ = "mobilisation_pace"
    __table_args__ = (
        CheckConstraint("kind IN ('relay', 'sender', 'domain', 'mission', 'mailing')", name="kind"),
        CheckConstraint("per_hour > 0", name="per_hour"),
        CheckConstraint("per_day > 0", name="per_day"),
        CheckConstraint("growth >= 1", name="growth"),
        Index("uq_mobilisation_pace_kind_key", "kind", "key", unique=True),
        # Workers ask again and again what is stopped: nearly always nothing.
        Index("ix_mobilisation_pace_stopped", "kind", postgresql_where=text("stopped_at IS NOT NULL")),
        {"postgresql_with": {"fillfactor": 50}},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    key: Mapped[bytes] = mapped_column(LargeBinary, comment="key number, then HMAC-SHA-256 of name", info=KEYED_DIGEST)
    name: Mapped[str] = mapped_column(
        EncryptedText("mobilisation_pace.name"), comment="host of the relay, domain of the sender or recipient, or id"
    )
    set_by_hand: Mapped[bool] = mapped_column(server_default="false", comment="no copy of the row for the empty key")
    per_hour: Mapped[float | None] = mapped_column(Float, comment="NULL: no such limit")
    per_day: Mapped[int | None] = mapped_column(comment="NULL: no such limit")
    growth: Mapped[float] = mapped_column(
        Float, server_default="1", comment="by what per_day is multiplied after a day on which it was used up"
    )
    ceiling: Mapped[int | None] = mapped_column(comment="per_day grows no further")
    free_from: Mapped[datetime | None] = mapped_column(_MOMENT, comment="when the next may go by per_hour")
    day: Mapped[date | None] = mapped_column(Date, comment="UTC; the day that used is of")
    used: Mapped[int] = mapped_column(server_default="0")
    stopped_at: Mapped[datetime | None] = mapped_column(_MOMENT, comment="since when nothing goes there any more")
    stopped_code: Mapped[str | None] = mapped_column(Text, comment="enhanced code of the refusal")
    stopped_words: Mapped[str | None] = mapped_column(
        EncryptedText("mobilisation_pace.stopped_words"), comment="what the server said"
    )
