"""What a campaign settles for all its mailings, and what is left of a mailing's results in the end."""

from sqlalchemy import CHAR, BigInteger, CheckConstraint, ForeignKey, Identity, Index, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import db

APPROVE_ABOVE = 200
WEEK_CAP = 3


class MailingSetting(db.Model):
    """What holds for every mailing of a campaign; one without a row goes by the numbers above."""

    __tablename__ = "mobilisation_mailing_setting"
    __table_args__ = (
        CheckConstraint("approve_above >= 0", name="approve_above"),
        CheckConstraint("week_cap > 0", name="week_cap"),
    )

    campaign: Mapped[str] = mapped_column(Text, primary_key=True, comment="its slug")
    approve_above: Mapped[int] = mapped_column(comment="more recipients than that need a second person")
    week_cap: Mapped[int] = mapped_column(SmallInteger, comment="mails a week to one contact, over all networks")


class MailingResult(db.Model):
    """How many did what after a mailing, by state; written before it is forgotten who was written to."""

    __tablename__ = "mobilisation_mailing_result"
    __table_args__ = (Index("ix_mobilisation_mailing_result_mailing_id", "mailing_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mobilisation_mailing.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text, comment="signed, or a kind that another room told of")
    country: Mapped[str | None] = mapped_column(CHAR(3), comment="NULL: not known")
    number: Mapped[int] = mapped_column()
