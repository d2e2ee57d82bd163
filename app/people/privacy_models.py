"""Requests of people about their own data (GDPR art. 15 to 21), and the links by which they prove who they are."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Boolean, CheckConstraint, DateTime, ForeignKey, Identity, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.crypto import KEYED_DIGEST, EncryptedText
from app.kernel.db import db

from .privacy_rules import KINDS, STATES


def _among(column: str, values) -> str:
    return "{} IN ({})".format(column, ", ".join(f"'{value}'" for value in values))


class PrivacyRequest(db.Model):
    """One request of one person. What is personal of it goes some time after its end; that there was one stays."""

    __tablename__ = "people_request"
    __table_args__ = (
        CheckConstraint(_among("kind", KINDS), name="kind"),
        CheckConstraint(_among("state", STATES), name="state"),
        CheckConstraint("proof IN ('link', 'otherwise')", name="proof"),
        CheckConstraint("(ended_at IS NOT NULL) = (state IN ('done', 'refused', 'denied'))", name="ended"),
        Index("ix_people_request_due", "due_on", postgresql_where="ended_at IS NULL"),
        Index("ix_people_request_email_digest", "email_digest"),
        Index("ix_people_request_ended_at", "ended_at"),
        Index("ix_people_request_over", "created_at", "id", postgresql_where="ended_at IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text, comment="of its mails and of the pages they lead to")
    discreet: Mapped[bool] = mapped_column(Boolean, comment="its mails are neutral, see rules.discreet")
    email: Mapped[str | None] = mapped_column(
        EncryptedText("people_request.email"), comment="as given; NULL once forgotten"
    )
    email_digest: Mapped[bytes | None] = mapped_column(
        LargeBinary,
        comment="key number, then HMAC-SHA-256 of the canonical address; NULL once forgotten",
        info=KEYED_DIGEST,
    )
    changes: Mapped[str | None] = mapped_column(
        EncryptedText("people_request.changes"), comment="JSON: what to correct, by name"
    )
    note: Mapped[str | None] = mapped_column(EncryptedText("people_request.note"), comment="of the desk: how it came")
    proof: Mapped[str | None] = mapped_column(Text, comment="how its person proved who they are")
    proof_note: Mapped[str | None] = mapped_column(
        EncryptedText("people_request.proof_note"), comment="by what, if not by the link"
    )
    answer: Mapped[str | None] = mapped_column(
        EncryptedText("people_request.answer"), comment="to its person, where it was refused: why"
    )
    received_on: Mapped[date] = mapped_column(comment="the clock begins to run (GDPR art. 12(3))")
    due_on: Mapped[date] = mapped_column(comment="one month later")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_by: Mapped[int | None] = mapped_column(BigInteger, comment="id of staff")
    asked_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="when the last mail went out that asks for the proof"
    )
    proved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_by: Mapped[int | None] = mapped_column(BigInteger, comment="id of staff; NULL: its person, or the machine")
    told_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="when the mail went out that says what came of it"
    )
    forgotten_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="when what is personal of it was deleted"
    )


class PrivacyLink(db.Model):
    """A link in a mail about a request: only its token's digest is kept, and it expires."""

    __tablename__ = "people_request_link"

    token_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("people_request.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
