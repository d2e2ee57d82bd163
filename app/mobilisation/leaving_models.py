"""The link of a mail by which somebody chooses what they are written to about."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import db


class ChoiceLink(db.Model):
    """One mail that leads its reader to their own choices. It is asked for by the link of an older mail, which may have
    been forwarded: so it goes to the address, and to nobody who asks."""

    __tablename__ = "mobilisation_choice_link"
    __table_args__ = (
        Index("uq_mobilisation_choice_link_token_digest", "token_digest", unique=True),
        Index("ix_mobilisation_choice_link_person_id", "person_id", "asked_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id", ondelete="CASCADE"))
    token_digest: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="SHA-256 of the link's token; NULL before the mail is made"
    )
    language: Mapped[str] = mapped_column(Text, comment="of the page it was asked for on")
    neutral: Mapped[bool] = mapped_column(comment="whether the mail says what it is about")
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
