"""Petitions, the versions of their text, signatures, links, and tallies that no page has to count."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.crypto import KEYED_DIGEST, EncryptedText
from app.kernel.db import db

from . import rules

NAME_CONTEXT = "petitions_signature.name"
COMMENT_CONTEXT = "petitions_signature.comment"


class Petition(db.Model):
    """One petition of a campaign; its slug is unique over all campaigns, as the API names it alone."""

    __tablename__ = "petitions_petition"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id"))
    slug: Mapped[str] = mapped_column(Text, unique=True)
    version: Mapped[int] = mapped_column(comment="of the text that is open for signature")
    opened_on: Mapped[date] = mapped_column()
    closes_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="the moment from which nobody can sign; NULL: no end is set"
    )
    time_zone: Mapped[str | None] = mapped_column(Text, comment="IANA name of the zone in which the end was set")
    turned_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="the end for which pages have been made anew, see ends.turn_pages"
    )
    milestones: Mapped[list[int]] = mapped_column(
        ARRAY(Integer), server_default="{}", comment="numbers to reach, rising; beyond the last they go on by a rule"
    )


class PetitionText(db.Model):
    """One version of a petition's text in one language. Once signed it never changes."""

    __tablename__ = "petitions_text"
    __table_args__ = (UniqueConstraint("petition_id", "version", "language"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions_petition.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column()
    language: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    addressees: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text, comment="Markdown")
    digest: Mapped[bytes] = mapped_column(
        LargeBinary, comment="SHA-256 of the canonical text, see rules.canonical_text"
    )


class Signature(db.Model):
    """One person's name under one petition."""

    __tablename__ = "petitions_signature"
    __table_args__ = (
        # With what a segment needs of a signature, so that it reads the index alone.
        UniqueConstraint("petition_id", "person_id", postgresql_include=["state", "shown"]),
        CheckConstraint("state IN ('pending', 'confirmed', 'fraudulent')", name="state"),
        CheckConstraint("shown IN ('name', 'area', 'none')", name="shown"),
        CheckConstraint(
            "state = 'fraudulent' OR (state = 'confirmed') = (confirmed_at IS NOT NULL)", name="confirmed_at"
        ),
        CheckConstraint("(state = 'fraudulent') = (false_reason IS NOT NULL)", name="false_reason"),
        CheckConstraint("held IN ('network', 'domain', 'trap')", name="held"),
        CheckConstraint("source ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$'", name="source"),
        CheckConstraint("name IS NOT NULL OR (shown = 'none' AND erased)", name="nameless_only_if_erased"),
        CheckConstraint("name_digest IS NULL OR shown = 'name'", name="only_shown_names_are_found"),
        CheckConstraint("comment_state IN ('waiting', 'let', 'refused')", name="comment_state"),
        CheckConstraint(
            "(comment IS NULL) = (comment_state IS NULL) AND (comment IS NULL) = (comment_at IS NULL)", name="comment"
        ),
        Index("ix_petitions_signature_person_id", "person_id"),
        Index(
            "ix_petitions_signature_shown",
            "petition_id",
            "id",
            postgresql_where="state = 'confirmed' AND shown <> 'none'",
        ),
        Index("ix_petitions_signature_pending", "signed_at", postgresql_where="confirmed_at IS NULL"),
        Index(
            "ix_petitions_signature_held",
            "petition_id",
            "signed_at",
            postgresql_where="held IS NOT NULL AND state = 'pending'",
        ),
        Index("ix_petitions_signature_network", "network", "signed_at", postgresql_where="network IS NOT NULL"),
        Index("ix_petitions_signature_domain", "domain", "signed_at", postgresql_where="domain IS NOT NULL"),
        # What the desk's list is read by; each adds to what a signing costs, so there are no more than it needs.
        Index("ix_petitions_signature_signed_at", "petition_id", "signed_at", "id"),
        Index("ix_petitions_signature_area", "petition_id", "area", "signed_at"),
        Index(
            "ix_petitions_signature_source",
            "petition_id",
            "source",
            "signed_at",
            postgresql_where="source IS NOT NULL",
        ),
        Index("ix_petitions_signature_false", "petition_id", "signed_at", postgresql_where="state = 'fraudulent'"),
        Index("ix_petitions_signature_name", "name_digest", "signed_at", postgresql_where="name_digest IS NOT NULL"),
        Index(
            "ix_petitions_signature_undigested",
            "id",
            postgresql_where="shown = 'name' AND name_digest IS NULL",
        ),
        Index(
            "ix_petitions_signature_comment",
            "comment_state",
            "comment_at",
            "id",
            postgresql_where="comment_state IS NOT NULL",
        ),
        # What the desk's first page counts, and no further than it says.
        Index(
            "ix_petitions_signature_unread",
            "petition_id",
            "comment_at",
            postgresql_where="comment_state = 'waiting' AND shown = 'name' AND state = 'confirmed'",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions_petition.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    state: Mapped[str] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(EncryptedText(NAME_CONTEXT), comment="as typed; NULL once erased")
    area: Mapped[str] = mapped_column(Text, comment="code of states_area, or 'other', or 'unsaid'")
    shown: Mapped[str] = mapped_column(Text, comment="what the public list says: name and area, area, or nothing")
    language: Mapped[str] = mapped_column(Text, comment="of the page that was signed on")
    further: Mapped[str | None] = mapped_column(
        Text, comment="language besides the six that was read in; mails are in it where they are there; NULL: none"
    )
    text_version: Mapped[int] = mapped_column(comment="of the text that was on the page")
    text_digest: Mapped[bytes] = mapped_column(LargeBinary, comment="of the text that was on the page")
    updates: Mapped[bool] = mapped_column(Boolean, comment="asked for news of the campaign")
    erased: Mapped[bool] = mapped_column(Boolean, default=False, server_default="false")
    signed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    confirmed_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="when its person confirmed; also of a false one, which is not told"
    )
    network: Mapped[bytes | None] = mapped_column(
        LargeBinary,
        comment="key number, then HMAC-SHA-256 of the network it came from, see limits.py; NULL after 30 days",
        info=KEYED_DIGEST,
    )
    domain: Mapped[bytes | None] = mapped_column(
        LargeBinary,
        comment="key number, then HMAC-SHA-256 of the domain of its address, see limits.py; NULL after 30 days",
        info=KEYED_DIGEST,
    )
    held: Mapped[str | None] = mapped_column(Text, comment="what it tripped; confirming lets it count all the same")
    false_reason: Mapped[str | None] = mapped_column(Text, comment="why it was called false; never shown")
    source: Mapped[str | None] = mapped_column(Text, comment="name in the address that led here (?from=)")
    name_digest: Mapped[bytes | None] = mapped_column(
        LargeBinary,
        comment="key number, then HMAC-SHA-256 of the folded name, see names.py; only while the name is shown",
        info=KEYED_DIGEST,
    )
    comment: Mapped[str | None] = mapped_column(
        EncryptedText(COMMENT_CONTEXT), comment="why it matters to its person; shown with the name or not at all"
    )
    comment_state: Mapped[str | None] = mapped_column(Text, comment="whether a person has read it and let it appear")
    comment_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="since when it is in this state"
    )

    @property
    def told_state(self) -> str:
        """What its person may know of its state, see `rules.told_state`."""
        return rules.told_state(self.confirmed_at)


class SignatureLink(db.Model):
    """A link in a mail to a signature: only its token's digest is kept; it works as long as the signature stands."""

    __tablename__ = "petitions_link"

    token_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("petitions_signature.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SignatureMail(db.Model):
    """A mail that went out about a signature: what caps and the single reminder go by."""

    __tablename__ = "petitions_mail"
    __table_args__ = (
        CheckConstraint("kind IN ('confirm', 'reminder', 'repeat')", name="kind"),
        Index("ix_petitions_mail_signature_id", "signature_id"),
        Index("ix_petitions_mail_sent_at", "sent_at"),
        Index("uq_petitions_mail_reminder", "signature_id", unique=True, postgresql_where="kind = 'reminder'"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("petitions_signature.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class WithdrawnSigner(db.Model):
    """Somebody who confirmed and withdrew, as a digest: should they come back, no figure grows twice by them."""

    __tablename__ = "petitions_withdrawn"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions_petition.id", ondelete="CASCADE"), primary_key=True)
    email_digest: Mapped[bytes] = mapped_column(
        LargeBinary,
        primary_key=True,
        comment="key number, then HMAC-SHA-256 of the canonical address",
        info=KEYED_DIGEST,
    )


class Limit(db.Model):
    """How many signatures of one network or mail domain may wait unconfirmed before more are held: data, not code."""

    __tablename__ = "petitions_limit"
    __table_args__ = (
        CheckConstraint("scope IN ('network', 'domain')", name="scope"),
        CheckConstraint("verdict IN ('held', 'fraudulent')", name="verdict"),
        CheckConstraint("seconds > 0 AND waiting >= 0 AND per_confirmed >= 0 AND mails >= 0", name="numbers"),
    )

    scope: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(
        Text, primary_key=True, comment="'*' for all; a domain; a network in CIDR; the narrowest row applies"
    )
    seconds: Mapped[int] = mapped_column(comment="others are looked at that were signed so long before or after")
    waiting: Mapped[int] = mapped_column(comment="so many may be unconfirmed in the window whatever else is known")
    per_confirmed: Mapped[float] = mapped_column(comment="and so many more for each that was confirmed in it")
    mails: Mapped[int] = mapped_column(comment="mails to held signatures in the window; the rest wait, none is lost")
    verdict: Mapped[str] = mapped_column(Text, server_default="held")


class Paper(db.Model):
    """The sheet on which a petition is signed on paper, by version and language of its text."""

    __tablename__ = "petitions_paper"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions_petition.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(Text, primary_key=True)
    digest: Mapped[str] = mapped_column(Text, comment="of the words on it and its design")
    pdf: Mapped[bytes] = mapped_column(LargeBinary)


class Sending(db.Model):
    """An update that was asked to be sent to a petition's signers: what the jobs that send it go by."""

    __tablename__ = "petitions_sending"
    __table_args__ = (UniqueConstraint("petition_id", "update_slug"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions_petition.id", ondelete="CASCADE"))
    update_slug: Mapped[str] = mapped_column(Text, comment="slug of the campaign's update")
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    done_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="NULL while somebody waits for it"
    )


class UpdateMail(db.Model):
    """An update that went to a signer who had asked for news."""

    __tablename__ = "petitions_update_mail"

    signature_id: Mapped[int] = mapped_column(
        ForeignKey("petitions_signature.id", ondelete="CASCADE"), primary_key=True
    )
    update_slug: Mapped[str] = mapped_column(Text, primary_key=True, comment="slug of the campaign's update")
    sent_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
