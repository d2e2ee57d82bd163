"""What came back of mailings: one row for each event, by its number at the source, without anybody's address."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import db


class MailEvent(db.Model):
    """One event that was taken. It is kept so long that whoever tells it again changes nothing (retention.py)."""

    __tablename__ = "mobilisation_event"
    __table_args__ = (
        UniqueConstraint("source", "outside_id"),
        CheckConstraint("kind IN ('hard', 'soft', 'complained', 'unsubscribed')", name="kind"),
        CheckConstraint("(delivery_id IS NULL) = (mailing_id IS NULL)", name="of_a_mailing"),
        Index("ix_mobilisation_event_mailing_id", "mailing_id", "kind", "delivery_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    source: Mapped[str] = mapped_column(Text, comment="mailbox, or the name of a provider")
    outside_id: Mapped[str] = mapped_column(Text, comment="its number there; of a report, a digest of it")
    kind: Mapped[str] = mapped_column(Text)
    status: Mapped[str | None] = mapped_column(Text, comment="enhanced status code (RFC 3463), such as 5.1.1")
    mailing_id: Mapped[int | None] = mapped_column(ForeignKey("mobilisation_mailing.id", ondelete="CASCADE"))
    delivery_id: Mapped[int | None] = mapped_column(
        ForeignKey("mobilisation_delivery.id", ondelete="CASCADE"),
        index=True,
        comment="NULL: a mail that was none of a mailing",
    )
    paused: Mapped[bool] = mapped_column(server_default="false", comment="it was one too many: its mailing was paused")
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), comment="when it happened, says the source")
    taken_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
