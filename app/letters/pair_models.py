"""Which signatories of a letter may be one, as they were compared last: sealed, as a pair may hold somebody hidden."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.crypto import EncryptedText
from app.kernel.db import db


class Pairs(db.Model):
    """The pairs of one letter that wait for somebody to look, in one value. What was decided stands in the records of
    the two (Record.apart)."""

    __tablename__ = "letters_pairs"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letters_letter.id", ondelete="CASCADE"), primary_key=True)
    sealed: Mapped[str] = mapped_column(EncryptedText("letters_pairs.sealed"), comment="JSON, see pairing.py")
    compared: Mapped[int] = mapped_column(comment="how many signatories were compared")
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
