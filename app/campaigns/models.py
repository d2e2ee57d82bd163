"""A campaign and what it says. The database holds the truth after the first import; the pack is how it travels."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, LargeBinary, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import db


class Campaign(db.Model):
    """One campaign, known by its slug."""

    __tablename__ = "campaigns_campaign"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    source_language: Mapped[str] = mapped_column(Text)
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    pack_digest: Mapped[str] = mapped_column(Text, comment="of the pack's files, as last imported")
    content_digest: Mapped[str] = mapped_column(
        Text, comment="of the rows as that import left them; another one now means that somebody edited them here"
    )
    imported_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class CampaignText(db.Model):
    """A campaign's name and tagline in one language."""

    __tablename__ = "campaigns_text"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    tagline: Mapped[str] = mapped_column(Text)


class Page(db.Model):
    """One page in one language."""

    __tablename__ = "campaigns_page"
    __table_args__ = (UniqueConstraint("campaign_id", "slug", "language"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(comment="order in the menu, from 0")
    title: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text, comment="Markdown")
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Ask(db.Model):
    """One thing asked for: what positions, letters and petitions speak to."""

    __tablename__ = "campaigns_ask"
    __table_args__ = (
        UniqueConstraint("campaign_id", "slug"),
        CheckConstraint("status IN ('open', 'adopted', 'dropped')", name="status"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column()
    status: Mapped[str] = mapped_column(Text)
    variants: Mapped[list[str]] = mapped_column(ARRAY(Text), comment="wordings of it; empty when there is only one")


class AskText(db.Model):
    """An ask in one language."""

    __tablename__ = "campaigns_ask_text"

    ask_id: Mapped[int] = mapped_column(ForeignKey("campaigns_ask.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(Text, primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text, comment="Markdown, one paragraph")


class MailText(db.Model):
    """What a campaign's mails say, by kind and language."""

    __tablename__ = "campaigns_mail_text"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    language: Mapped[str] = mapped_column(Text, primary_key=True)
    subject: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text, comment="label of the button")
    body: Mapped[str] = mapped_column(Text, comment="paragraphs with the placeholders {name}, {petition}, {action}")


class SharePicture(db.Model):
    """The picture a shared link shows, by page and language; made when the pack is imported."""

    __tablename__ = "campaigns_share_picture"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"), primary_key=True)
    page: Mapped[str] = mapped_column(Text, primary_key=True)
    language: Mapped[str] = mapped_column(Text, primary_key=True)
    digest: Mapped[str] = mapped_column(Text, comment="of the words on it and its design, for the address")
    png: Mapped[bytes] = mapped_column(LargeBinary)
