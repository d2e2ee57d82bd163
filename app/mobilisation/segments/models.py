"""Segments that somebody gave a name, to come back to."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import db

from .rule import MOST_CHARACTERS

LONGEST_NAME = 120


class Segment(db.Model):
    """A rule with a name, in a campaign. It holds no contact: whom it means is asked anew each time."""

    __tablename__ = "mobilisation_segment"
    __table_args__ = (
        CheckConstraint(f"char_length(name) BETWEEN 1 AND {LONGEST_NAME}", name="name"),
        CheckConstraint(f"char_length(rule) <= {MOST_CHARACTERS}", name="rule"),
        Index("ix_mobilisation_segment_changed_at", "campaign", "changed_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign: Mapped[str] = mapped_column(Text, comment="its slug")
    name: Mapped[str] = mapped_column(Text, comment="for the desk alone")
    rule: Mapped[str] = mapped_column(Text, comment="as an address holds it, see rule.py")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_staff.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
