"""A campaign and what it says. The database holds the truth after the first import; the pack is how it travels."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
)
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
    world: Mapped[str] = mapped_column(
        Text, server_default="un", comment="whose states it is about: un, or a fictional one that its pack brings along"
    )
    pack_digest: Mapped[str] = mapped_column(Text, comment="of the pack's files, as last imported")
    content_digest: Mapped[str] = mapped_column(
        Text, comment="of the rows as that import left them; another one now means that somebody edited them here"
    )
    imported_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    @property
    def spoken(self) -> list[str]:
        """Every language in which it may say something: the six, then its further languages."""
        return [*self.languages, *self.content_languages]


class _Passage:
    """A passage of a document in one language; the block `head` holds the front matter instead of a text.

    What kinds there are, and what each holds, says kinds.py.
    """

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


def _passage_checks() -> tuple[CheckConstraint, ...]:
    return (
        CheckConstraint("(key = 'head') = (fields IS NOT NULL)", name="head_has_fields"),
        CheckConstraint("(key = 'head') = (text IS NULL)", name="others_have_text"),
        CheckConstraint("(source IS NULL) = (state IS NULL)", name="source_and_state"),
        CheckConstraint("state IN ('machine', 'draft', 'reviewed')", name="state"),
    )


class Block(_Passage, db.Model):
    """A passage as it is published: what public pages, mails and packs say."""

    __tablename__ = "campaigns_block"
    __table_args__ = (UniqueConstraint("campaign_id", "kind", "slug", "language", "key"), *_passage_checks())


class Draft(_Passage, db.Model):
    """A passage as the desk has it. Every document stands here whole, published or not; publishing copies it over."""

    __tablename__ = "campaigns_draft"
    __table_args__ = (UniqueConstraint("campaign_id", "kind", "slug", "language", "key"), *_passage_checks())

    written_by: Mapped[int | None] = mapped_column(
        ForeignKey("accounts_staff.id", ondelete="SET NULL"), comment="who gave it these words; NULL: a pack"
    )
    reviewed_by: Mapped[int | None] = mapped_column(
        ForeignKey("accounts_staff.id", ondelete="SET NULL"), comment="who called it reviewed, with state"
    )


WHAT_HAPPENED = ("imported", "edited", "reviewed", "restored", "removed")


class BlockVersion(db.Model):
    """What a passage said at some time, and who made it say so; only added to."""

    __tablename__ = "campaigns_block_version"
    __table_args__ = (
        Index("ix_campaigns_block_version_block", "campaign_id", "kind", "slug", "language", "key", "id"),
        CheckConstraint("what IN ({})".format(", ".join(f"'{what}'" for what in WHAT_HAPPENED)), name="what"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    slug: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    fields: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    text: Mapped[str | None] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str | None] = mapped_column(Text)
    what: Mapped[str] = mapped_column(Text)
    actor: Mapped[int | None] = mapped_column(
        ForeignKey("accounts_staff.id", ondelete="SET NULL"), comment="NULL: a pack, or the command line"
    )
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Publication(db.Model):
    """A document that is published in a language: its words are in Block."""

    __tablename__ = "campaigns_publication"
    __table_args__ = (UniqueConstraint("campaign_id", "kind", "slug", "language"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    slug: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), comment="these very words")
    published_by: Mapped[int | None] = mapped_column(
        ForeignKey("accounts_staff.id", ondelete="SET NULL"), comment="NULL: a pack"
    )


class Schedule(db.Model):
    """What is to be published, or taken back, at a moment to come; it leaves when it is done."""

    __tablename__ = "campaigns_schedule"
    __table_args__ = (
        UniqueConstraint("campaign_id", "kind", "slug"),
        CheckConstraint("action IN ('publish', 'unpublish')", name="action"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    slug: Mapped[str] = mapped_column(Text)
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    action: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    time_zone: Mapped[str] = mapped_column(Text, comment="IANA name of the zone in which the hour was set")
    set_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_staff.id", ondelete="SET NULL"))
    refused_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="its hour came, and the document could not be published"
    )


class Base(db.Model):
    """What the last imported pack said: what a merge by block goes out from."""

    __tablename__ = "campaigns_base"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"), primary_key=True)
    head: Mapped[str | None] = mapped_column(Text, comment="campaign.toml; NULL: not known")
    blocks: Mapped[dict[str, list]] = mapped_column(
        JSONB, comment="kind/slug/language/key: digest, source, state, place of each block"
    )


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
        CheckConstraint("version > 0", name="version"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column()
    status: Mapped[str] = mapped_column(Text)
    variants: Mapped[list[str]] = mapped_column(ARRAY(Text), comment="wordings of it; empty when there is only one")
    version: Mapped[int] = mapped_column(
        server_default="1", comment="of its text; another one when the substance changes"
    )
    decider: Mapped[str | None] = mapped_column(Text, comment="who decides; a code of paths.py, as the next three")
    body: Mapped[str | None] = mapped_column(Text, comment="in which body")
    procedure: Mapped[str | None] = mapped_column(Text, comment="by vote, by consensus, or alone")
    worth: Mapped[str | None] = mapped_column(Text, comment="what a majority of states is worth there")
    next_date: Mapped[date | None] = mapped_column(comment="on which it can be decided next, where that is known")


class SharePicture(db.Model):
    """The picture a shared link shows, by page and language; made when the pack is imported."""

    __tablename__ = "campaigns_share_picture"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"), primary_key=True)
    page: Mapped[str] = mapped_column(Text, primary_key=True)
    language: Mapped[str] = mapped_column(Text, primary_key=True)
    digest: Mapped[str] = mapped_column(Text, comment="of the words on it and its design, for the address")
    png: Mapped[bytes] = mapped_column(LargeBinary)
