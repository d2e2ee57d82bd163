"""Deciders that are no states (rule 14 of docs/positions.md): they have positions by the same rules, in no tally."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import db

KINDS = ("secretary_general", "designate", "candidate", "president", "cofacilitator")


class Decider(db.Model):
    """Somebody who decides, or may come to, in an office of the United Nations; known from public sources."""

    __tablename__ = "positions_decider"
    __table_args__ = (
        UniqueConstraint("campaign_id", "code"),
        CheckConstraint("code ~ '^X-[A-Z0-9_-]+$'", name="code"),
        CheckConstraint("kind IN ({})".format(", ".join(f"'{kind}'" for kind in KINDS)), name="kind"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("source <> ''", name="source"),
        CheckConstraint("until IS NULL OR until >= since", name="until"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(Text, comment="how evidence names this speaker; never changed")
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text, comment="as the source has it")
    since: Mapped[date | None] = mapped_column()
    until: Mapped[date | None] = mapped_column()
    source: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, server_default="")
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_staff.id", ondelete="SET NULL"))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
