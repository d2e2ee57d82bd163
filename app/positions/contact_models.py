"""What is kept of work with missions: what we were told, who owns a state, who met whom. None of it is public, none of
it moves a position or a tally."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.crypto import EncryptedBytes, EncryptedText
from app.kernel.db import db


class Reading(db.Model):
    """What we were told about a state and an ask. The latest that is still good is the reading; it goes on its day."""

    __tablename__ = "positions_reading"
    __table_args__ = (
        UniqueConstraint("client_id"),
        Index("ix_positions_reading_state", "campaign_id", "state", "ask", "id"),
        Index("ix_positions_reading_until", "until"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    ask: Mapped[str] = mapped_column(Text, comment="slug of campaigns_ask")
    state: Mapped[str] = mapped_column(Text, comment="ISO 3166-1 alpha-3")
    told: Mapped[str] = mapped_column(EncryptedText("positions_reading.told"), comment="what we were told")
    act: Mapped[str] = mapped_column(EncryptedText("positions_reading.act"), comment="the likely act")
    sure: Mapped[str] = mapped_column(EncryptedText("positions_reading.sure"), comment="high, medium, low")
    record: Mapped[str] = mapped_column(EncryptedText("positions_reading.record"), comment="on or off the record")
    by_whom: Mapped[str] = mapped_column(EncryptedText("positions_reading.by_whom"), comment="who told us")
    until: Mapped[date] = mapped_column(comment="the last day on which it is good; then it is deleted")
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_staff.id", ondelete="SET NULL"))
    entered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    client_id: Mapped[str | None] = mapped_column(Text, comment="of the form: a note sent twice is stored once")


class ReadingPhoto(db.Model):
    """A photo that came with a quick note."""

    __tablename__ = "positions_reading_photo"
    __table_args__ = (CheckConstraint("media_type IN ('image/png', 'image/jpeg', 'image/webp')", name="media_type"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    reading_id: Mapped[int] = mapped_column(ForeignKey("positions_reading.id", ondelete="CASCADE"), unique=True)
    media_type: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(EncryptedBytes("positions_reading_photo.content"))


class StateWork(db.Model):
    """Who looks after a state in a campaign, and what comes next."""

    __tablename__ = "positions_state_work"
    __table_args__ = (
        UniqueConstraint("campaign_id", "state"),
        CheckConstraint("owner_staff IS NULL OR owner_organisation IS NULL", name="owner"),
        CheckConstraint("(next_step IS NULL) = (next_on IS NULL)", name="next"),
        Index("ix_positions_state_work_next", "next_on"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(Text)
    owner_staff: Mapped[int | None] = mapped_column(ForeignKey("accounts_staff.id", ondelete="SET NULL"))
    owner_organisation: Mapped[int | None] = mapped_column(ForeignKey("people_organisation.id", ondelete="SET NULL"))
    next_step: Mapped[str | None] = mapped_column(EncryptedText("positions_state_work.next_step"))
    next_on: Mapped[date | None] = mapped_column()
    next_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_staff.id", ondelete="SET NULL"))


class Contact(db.Model):
    """That somebody of ours was in touch with a mission."""

    __tablename__ = "positions_contact"
    __table_args__ = (
        Index("ix_positions_contact_state", "state", "met_on"),
        Index("ix_positions_contact_campaign", "campaign_id", "state", "met_on"),
        Index("ix_positions_contact_met_on", "met_on"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(Text)
    met_on: Mapped[date] = mapped_column()
    note: Mapped[str | None] = mapped_column(EncryptedText("positions_contact.note"), comment="with whom, about what")
    by: Mapped[int | None] = mapped_column(ForeignKey("accounts_staff.id", ondelete="SET NULL"))
    entered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
