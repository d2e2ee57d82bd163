"""Supporters, the ledger of their consent, and the addresses that are never written to again."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.crypto import KEYED_DIGEST, EncryptedText
from app.kernel.db import db

EMAIL_CONTEXT = "people_person.email"
EMAIL_DIGEST_PURPOSE = "people.email"
CONSENT_PURPOSES = ("signature", "updates")
# What somebody in an organisation may agree to towards a network, and how anybody may have said what the ledger holds.
NETWORK_PURPOSES = ("letters", "mobilisation", "news")
CONSENT_WAYS = ("web", "mail", "paper", "spoken", "import", "desk")
# From the mildest to the strongest: a stronger one is never put in the place of by a milder.
SUPPRESSION_REASONS = ("not_me", "restricted", "unsubscribed", "bounced", "complained", "objected", "erased")


class Person(db.Model):
    """One human being, known by the digest of one canonical address. After erasure only that digest is left."""

    __tablename__ = "people_person"
    __table_args__ = (
        CheckConstraint("(email IS NULL) = (erased_at IS NOT NULL)", name="erased_without_email"),
        Index("uq_people_person_email_digest", "email_digest", unique=True, postgresql_include=["id"]),
        Index("ix_people_person_restricted", "id", postgresql_where="restricted_at IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    email: Mapped[str | None] = mapped_column(
        EncryptedText(EMAIL_CONTEXT), comment="as typed, encrypted; mails go there"
    )
    email_digest: Mapped[bytes] = mapped_column(
        LargeBinary, comment="key number, then HMAC-SHA-256 of the canonical address", info=KEYED_DIGEST
    )
    language: Mapped[str | None] = mapped_column(Text, comment="of the page first signed on")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    erased_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    restricted_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="since when it is kept and not used (GDPR art. 18)"
    )


class Consent(db.Model):
    """The ledger of consent: a row for each giving and each withdrawing, never changed (GDPR art. 7(1)).

    A trigger refuses every change, and every deletion while its person is there and not erased. A network is agreed
    with before it writes; a campaign's calls to act ("mobilisation" and a campaign) are only taken back, and given
    again by who took them back.
    """

    __tablename__ = "people_consent"
    __table_args__ = (
        CheckConstraint("purpose IN ('signature', 'updates', 'letters', 'mobilisation', 'news')", name="purpose"),
        CheckConstraint("act IN ('given', 'withdrawn')", name="act"),
        CheckConstraint("(campaign IS NULL) <> (network_id IS NULL)", name="campaign_or_network"),
        CheckConstraint(
            "CASE WHEN network_id IS NULL THEN purpose IN ('signature', 'updates', 'mobilisation')"
            " ELSE purpose IN ('letters', 'mobilisation', 'news') END",
            name="purpose_of_network",
        ),
        CheckConstraint("how IN ('web', 'mail', 'paper', 'spoken', 'import', 'desk')", name="how"),
        Index("ix_people_consent_person_id", "person_id"),
        # Whom a campaign's calls to act do not go to.
        Index(
            "ix_people_consent_campaign_calls",
            "campaign",
            "person_id",
            postgresql_where="purpose = 'mobilisation' AND campaign IS NOT NULL",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(Text)
    act: Mapped[str] = mapped_column(Text)
    campaign: Mapped[str | None] = mapped_column(Text, comment="slug of the campaign it was given to")
    network_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_network.id"), comment="the network it was given to; it or a campaign"
    )
    language: Mapped[str] = mapped_column(Text)
    wording: Mapped[str] = mapped_column(Text, comment="the words that stood beside the box")
    how: Mapped[str] = mapped_column(Text, server_default="web", comment="by which way it was said")
    place: Mapped[str | None] = mapped_column(Text, comment="where: a page, a meeting, a list; nobody's name")
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), comment="when they said so")
    recorded_by: Mapped[int | None] = mapped_column(
        BigInteger, comment="id of staff who wrote it down; NULL: nobody had to"
    )
    recorded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), comment="when that was")


class Suppression(db.Model):
    """An address that gets no mail, known by its digest alone. It wins over every other rule."""

    __tablename__ = "people_suppression"
    __table_args__ = (
        CheckConstraint(
            "reason IN ('bounced', 'complained', 'erased', 'not_me', 'objected', 'restricted', 'unsubscribed')",
            name="reason",
        ),
    )

    email_digest: Mapped[bytes] = mapped_column(
        LargeBinary,
        primary_key=True,
        comment="key number, then HMAC-SHA-256 of the canonical address",
        info=KEYED_DIGEST,
    )
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), comment="NULL: for ever")
    import_id: Mapped[int | None] = mapped_column(
        BigInteger, comment="id of the list that alone says so, and with which it is taken back"
    )
