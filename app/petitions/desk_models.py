"""What the desk keeps of moderating: many signatures called false at once, and batches of signatures on paper."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.crypto import EncryptedBytes
from app.kernel.db import db

SCAN_CONTEXT = "petitions_paper_scan.content"


class Bulk(db.Model):
    """Signatures of one petition called false together, by conditions; it can be undone whole."""

    __tablename__ = "petitions_bulk"
    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'undoing', 'undone', 'cancelled')",
            name="state",
        ),
        CheckConstraint("checked IN ('none', 'one', 'two')", name="checked"),
        Index("ix_petitions_bulk_petition_id", "petition_id", "id"),
        Index(
            "ix_petitions_bulk_open", "state", "due_at", postgresql_where="state IN ('waiting', 'running', 'undoing')"
        ),
        Index("ix_petitions_bulk_asked_by", "asked_by", "asked_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions_petition.id", ondelete="CASCADE"))
    conditions: Mapped[dict] = mapped_column(
        JSONB, comment="as selecting.Chosen.said; its digests leave after 30 days, as those of the signatures do"
    )
    reason: Mapped[str] = mapped_column(Text, comment="kept with each signature; names nobody")
    state: Mapped[str] = mapped_column(Text)
    checked: Mapped[str] = mapped_column(Text, comment="by how many people, once it runs; 'none': few enough")
    number: Mapped[int] = mapped_column(comment="of signatures when it was asked for")
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_staff.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="when it takes effect with no second person; NULL: only with one"
    )
    decided_by: Mapped[int | None] = mapped_column(
        ForeignKey("accounts_staff.id", ondelete="SET NULL"), comment="who checked it, or stopped it"
    )
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_staff.id", ondelete="SET NULL"))
    undo_reason: Mapped[str | None] = mapped_column(Text)
    work_id: Mapped[int | None] = mapped_column(BigInteger, comment="of the latest kernel_work")
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class BulkRow(db.Model):
    """One signature of such an action, with what it was before. When it is restored by itself, its row goes."""

    __tablename__ = "petitions_bulk_row"
    __table_args__ = (
        CheckConstraint("(was IS NOT NULL) = done", name="done"),
        Index("ix_petitions_bulk_row_signature_id", "signature_id"),
    )

    bulk_id: Mapped[int] = mapped_column(ForeignKey("petitions_bulk.id", ondelete="CASCADE"), primary_key=True)
    signature_id: Mapped[int] = mapped_column(
        ForeignKey("petitions_signature.id", ondelete="CASCADE"), primary_key=True
    )
    done: Mapped[bool] = mapped_column(default=False, server_default="false", comment="it is false by this action")
    was: Mapped[str | None] = mapped_column(Text, comment="its state before")
    was_held: Mapped[str | None] = mapped_column(Text, comment="what held it before")


class PaperBatch(db.Model):
    """Signatures that were collected on paper at one place."""

    __tablename__ = "petitions_paper_batch"
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("(removed_at IS NULL) = (removed_reason IS NULL)", name="removed"),
        Index("ix_petitions_paper_batch_petition_id", "petition_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions_petition.id", ondelete="CASCADE"))
    place: Mapped[str] = mapped_column(Text, comment="where they were collected")
    collected_on: Mapped[date] = mapped_column()
    number: Mapped[int] = mapped_column()
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_staff.id", ondelete="SET NULL"))
    entered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    removed_reason: Mapped[str | None] = mapped_column(Text)


class PaperScan(db.Model):
    """The scanned sheets of a batch: the names of people, so sealed, and gone after a year."""

    __tablename__ = "petitions_paper_scan"
    __table_args__ = (CheckConstraint("kind IN ('pdf', 'jpeg', 'png')", name="kind"),)

    batch_id: Mapped[int] = mapped_column(ForeignKey("petitions_paper_batch.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(EncryptedBytes(SCAN_CONTEXT))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), comment="when it was put here", index=True)
