"""Where the short link of a network leads."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import db


class NetworkLink(db.Model):
    """The letter or petition that /n/<name of the network> leads to, as somebody chose it."""

    __tablename__ = "mobilisation_network_link"
    __table_args__ = (CheckConstraint("kind IN ('letter', 'petition')", name="kind"),)

    network_id: Mapped[int] = mapped_column(ForeignKey("people_network.id", ondelete="CASCADE"), primary_key=True)
    campaign: Mapped[str] = mapped_column(Text, comment="its slug")
    kind: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text, comment="slug of the letter or petition")
    chosen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    chosen_by: Mapped[int] = mapped_column(BigInteger, comment="id of staff")
