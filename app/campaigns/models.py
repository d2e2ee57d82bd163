"""A campaign and what it says. The database holds the truth after the first import; the pack is how it travels."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, LargeBinary, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import db


class Campaign(db.Model):
    """One campaign, known by its slug."""

    __tablename__ = "campaigns_campaign"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    source_language: Mapped[str] = mapped_column(Text)
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    content_languages: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default="{}", comment="in which some texts are besides the six of the site; see tongues.py"
    )
    pack_digest: Mapped[str] = mapped_column(Text, comment="of the pack's files, as last imported")
    content_digest: Mapped[str] = mapped_column(
        Text, comment="of the rows as that import left them; another one now means that somebody edited them here"
    )
    imported_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Block(db.Model):
    """A passage of a document in one language; the block `head` holds the front matter instead of a text.

    What kinds there are, and what each holds, says kinds.py.
    """

    __tablename__ = "campaigns_block"
    __table_args__ = (
        UniqueConstraint("campaign_id", "kind", "slug", "language", "key"),
        CheckConstraint("(key = 'head') = (fields IS NOT NULL)", name="head_has_fields"),
        CheckConstraint("(key = 'head') = (text IS NULL)", name="others_have_text"),
        CheckConstraint("(source IS NULL) = (state IS NULL)", name="source_and_state"),
        CheckConstraint("state IN ('machine', 'draft', 'reviewed')", name="state"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    slug: Mapped[str] = mapped_column(Text, comment="of the document")
    position: Mapped[int] = mapped_column(comment="order of the document among its kind, from 0")
    language: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text, comment="the block's id")
    place: Mapped[int] = mapped_column(comment="order in the document; the head is 0")
    fields: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True), comment="the front matter")
    text: Mapped[str | None] = mapped_column(Text, comment="Markdown")
    digest: Mapped[str] = mapped_column(Text, comment="of fields or text, see format.py")
    source: Mapped[str | None] = mapped_column(Text, comment="digest of the source block it was translated from")
    state: Mapped[str | None] = mapped_column(Text, comment="of a translation, with source")
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Update(db.Model):
    """News of a campaign: its day; its words are blocks."""

    __tablename__ = "campaigns_update"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"), primary_key=True)
    slug: Mapped[str] = mapped_column(Text, primary_key=True)
    day: Mapped[date] = mapped_column()


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


class SharePicture(db.Model):
    """The picture a shared link shows, by page and language; made when the pack is imported."""

    __tablename__ = "campaigns_share_picture"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"), primary_key=True)
    page: Mapped[str] = mapped_column(Text, primary_key=True)
    language: Mapped[str] = mapped_column(Text, primary_key=True)
    digest: Mapped[str] = mapped_column(Text, comment="of the words on it and its design, for the address")
    png: Mapped[bytes] = mapped_column(LargeBinary)
