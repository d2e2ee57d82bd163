"""Partners of a campaign: organisations that send people to it by an address with their name (`?from=`)."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import db


class Partner(db.Model):
    """One partner of one campaign. Nothing here is about a person, and nothing leads to one."""

    __tablename__ = "petitions_partner"
    __table_args__ = (
        UniqueConstraint("campaign_id", "slug"),
        CheckConstraint("slug ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$'", name="slug"),
        CheckConstraint("(logo IS NULL) = (logo_digest IS NULL)", name="logo_digest"),
        CheckConstraint("(logo IS NULL) = (logo_type IS NULL)", name="logo_type"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(Text, comment="the name in ?from=, as it is")
    names: Mapped[dict[str, str]] = mapped_column(JSONB, comment="its name by language; English is always there")
    website: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(Boolean, comment="whether pages show it to who comes by its address")
    token_digest: Mapped[bytes | None] = mapped_column(
        LargeBinary, unique=True, comment="SHA-256 of the token in the address of its own page; NULL: it has none"
    )
    logo: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    logo_type: Mapped[str | None] = mapped_column(Text, comment="media type, as its bytes say")
    logo_digest: Mapped[str | None] = mapped_column(Text, index=True, comment="SHA-256 of it, for its address")
    logo_width: Mapped[int | None] = mapped_column(Integer, comment="pixels, so that the page does not jump")
    logo_height: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
