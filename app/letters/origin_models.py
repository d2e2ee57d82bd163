"""From where sign-ons for organisations come, as sums: no signatory can be told from them."""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.crypto import KEYED_DIGEST
from app.kernel.db import db


class Origin(db.Model):
    """How many confirmed for organisations from one network on one day. No row of a signatory leads here."""

    __tablename__ = "letters_origin"
    __table_args__ = (
        UniqueConstraint("letter_id", "network", "day"),
        Index("ix_letters_origin_day", "day"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters_letter.id", ondelete="CASCADE"))
    network: Mapped[bytes] = mapped_column(
        LargeBinary, comment="key number, then HMAC-SHA-256 of the network", info=KEYED_DIGEST
    )
    day: Mapped[date] = mapped_column()
    number: Mapped[int] = mapped_column()
