"""Invitations to sign a letter: who was written to, and nothing of what they did."""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import db


class Invitation(db.Model):
    """Somebody in an organisation was invited to sign for it. Whether its link was opened, or they signed, is written
    nowhere: whoever signed and is hidden and whoever never answered have the same row."""

    __tablename__ = "letters_invitation"
    __table_args__ = (
        UniqueConstraint("letter_id", "position_id"),
        Index("uq_letters_invitation_token_digest", "token_digest", unique=True),
        Index("ix_letters_invitation_position_id", "position_id"),
        Index("ix_letters_invitation_unsent", "letter_id", "id", postgresql_where="NOT sent"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters_letter.id", ondelete="CASCADE"))
    position_id: Mapped[int] = mapped_column(ForeignKey("people_position.id", ondelete="CASCADE"))
    network_id: Mapped[int] = mapped_column(
        ForeignKey("people_network.id"), index=True, comment="the network that invites, to which they agreed"
    )
    token_digest: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="SHA-256 of the link's token; NULL before a mail is made"
    )
    asked_on: Mapped[date] = mapped_column()
    sent: Mapped[bool] = mapped_column(server_default="false")
