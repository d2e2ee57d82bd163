"""Right of reply: requests to correct a claim, links in mails about them, and the official addresses of missions."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.crypto import KEYED_DIGEST, EncryptedText
from app.kernel.db import db

from .correction_rules import STATES

NETWORK_PURPOSE = "corrections.network"


class Correction(db.Model):
    """One request to correct a published piece of evidence. What is personal of it goes some time after its end."""

    __tablename__ = "positions_correction"
    __table_args__ = (
        ForeignKeyConstraint(
            ["campaign_id", "evidence"],
            ["positions_evidence.campaign_id", "positions_evidence.ref"],
            ondelete="CASCADE",
        ),
        CheckConstraint("state IN ({})".format(", ".join(f"'{state}'" for state in STATES)), name="state"),
        CheckConstraint("(state = 'asked') = (confirmed_at IS NULL)", name="confirmed"),
        CheckConstraint("(state IN ('upheld', 'declined')) = (decided_at IS NOT NULL)", name="decided"),
        CheckConstraint("(decided_at IS NULL) = (reason IS NULL)", name="reason"),
        CheckConstraint("(from_state IS NULL) = (words IS NULL)", name="words"),
        CheckConstraint("(from_state IS NULL) = (disputed_on IS NULL)", name="disputed"),
        Index("ix_positions_correction_list", "campaign_id", "state", "id"),
        Index("ix_positions_correction_evidence", "campaign_id", "evidence"),
        Index("ix_positions_correction_network", "network", "asked_at"),
        Index("ix_positions_correction_email_digest", "email_digest", "asked_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    evidence: Mapped[str] = mapped_column(Text, comment="ref of the piece that is said to be wrong")
    state: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text, comment="of who asked: of its mails, and of `words`")
    wrong: Mapped[str | None] = mapped_column(
        EncryptedText("positions_correction.wrong"), comment="what is wrong; NULL once forgotten"
    )
    source: Mapped[str | None] = mapped_column(EncryptedText("positions_correction.source"), comment="what shows it")
    name: Mapped[str | None] = mapped_column(EncryptedText("positions_correction.name"), comment="of who asked")
    email: Mapped[str | None] = mapped_column(
        EncryptedText("positions_correction.email"), comment="NULL: by note verbale, or forgotten"
    )
    email_digest: Mapped[bytes | None] = mapped_column(
        LargeBinary,
        comment="key number, then HMAC-SHA-256 of the canonical address; NULL once forgotten",
        info=KEYED_DIGEST,
    )
    network: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="HMAC-SHA-256 of the network it came from", info=KEYED_DIGEST
    )
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    entered_by: Mapped[int | None] = mapped_column(
        ForeignKey("accounts_staff.id", ondelete="SET NULL"), comment="who entered a note verbale"
    )
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), comment="the clock begins to run")
    due_on: Mapped[date | None] = mapped_column(comment="five working days later")
    from_state: Mapped[str | None] = mapped_column(Text, comment="the state that disputes it; NULL: somebody else asks")
    words: Mapped[str | None] = mapped_column(Text, comment="public: the state's own words")
    disputed_on: Mapped[date | None] = mapped_column()
    note_verbale: Mapped[str | None] = mapped_column(
        EncryptedText("positions_correction.note_verbale"), comment="its number, if that is how the state said it"
    )
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_staff.id", ondelete="SET NULL"))
    reason: Mapped[str | None] = mapped_column(Text, comment="public")
    replaced_by: Mapped[str | None] = mapped_column(Text, comment="ref of the piece that stands in its place")
    told_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="when the mail went out that says what was decided"
    )
    forgotten_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="when what is personal of it was deleted"
    )


class CorrectionLink(db.Model):
    """A link in a mail about a request: only its token's digest is kept, and it expires."""

    __tablename__ = "positions_correction_link"

    token_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    correction_id: Mapped[int] = mapped_column(ForeignKey("positions_correction.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class Mission(db.Model):
    """An official address of a state's mission, with where that is published: what comes from it comes from the
    state."""

    __tablename__ = "positions_mission"
    __table_args__ = (
        CheckConstraint("source <> ''", name="source"),
        Index("ix_positions_mission_state", "campaign_id", "state"),
        Index("ix_positions_mission_email_digest", "email_digest"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(EncryptedText("positions_mission.email"))
    email_digest: Mapped[bytes] = mapped_column(
        LargeBinary, comment="key number, then HMAC-SHA-256 of the canonical address", info=KEYED_DIGEST
    )
    source: Mapped[str] = mapped_column(Text, comment="where the address is published")
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_staff.id", ondelete="SET NULL"))
    entered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
