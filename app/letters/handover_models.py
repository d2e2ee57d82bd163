"""Files in which a letter is handed over: made by a job, kept for a day, given to who asked for it."""

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.crypto import EncryptedBytes, EncryptedText
from app.kernel.db import db

KEEP = timedelta(hours=24)
FORMS = ("pdf", "docx")


class HandoverFile(db.Model):
    """One document that was asked for. Its content is there from when it is made until somebody in it hides, takes
    their name back, or a day is over."""

    __tablename__ = "letters_handover"
    __table_args__ = (
        CheckConstraint("form IN ('pdf', 'docx')", name="form"),
        CheckConstraint("state IS NOT NULL OR NOT country_first", name="country_first"),
        Index("ix_letters_handover_letter_id", "letter_id", "staff_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters_letter.id", ondelete="CASCADE"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("accounts_staff.id", ondelete="CASCADE"), index=True)
    work_id: Mapped[int] = mapped_column(BigInteger, comment="id of kernel_work, which says how far it is")
    version: Mapped[int] = mapped_column(comment="of the text; only who stands under it is named")
    language: Mapped[str] = mapped_column(Text)
    form: Mapped[str] = mapped_column(Text)
    is_full: Mapped[bool] = mapped_column(comment="with names that are to wait for the handover, and who signed")
    state: Mapped[str | None] = mapped_column(Text, comment="ISO 3166-1 alpha-3 of the mission's state")
    country_first: Mapped[bool] = mapped_column(comment="organisations of the state stand before the letter")
    address: Mapped[str] = mapped_column(
        EncryptedText("letters_handover.address"), comment="as it stands on an envelope, line by line; may be empty"
    )
    changes: Mapped[int] = mapped_column(
        server_default="0", comment="how often somebody in it was hidden: a file drawn before that is not kept"
    )
    content: Mapped[bytes | None] = mapped_column(EncryptedBytes("letters_handover.content"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    ready_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


def drop_files(letter_id: int, full_only: bool = False) -> None:
    """Let go of the files that name somebody who is not to be named any more, in the caller's transaction; one that is
    being drawn meanwhile is drawn again. `full_only`: only full copies had the name."""
    wanted = select(HandoverFile.id).where(HandoverFile.letter_id == letter_id)
    if full_only:
        wanted = wanted.where(HandoverFile.is_full)
    # In one order, so that two who hide at a time do not wait for each other.
    held = db.session.scalars(wanted.order_by(HandoverFile.id).with_for_update()).all()
    if held:
        statement = update(HandoverFile).where(HandoverFile.id.in_(held))
        values = {"content": None, "changes": HandoverFile.changes + 1}
        db.session.execute(statement.values(values).execution_options(synchronize_session=False))
