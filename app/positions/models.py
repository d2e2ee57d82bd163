"""Evidence as it is kept, and what follows from it. A position is never typed in: `positions_position` is a cache of
`rules.derive`, refreshed by `refreshing.py` in the transaction that changes evidence or memberships."""

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
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import db

from . import record

ROLLS = ("vote", "cosponsor", "signature", "alignment", "joint_statement")
# Why one moved: evidence, a membership, a day that passed, a new text of the ask, or it is withheld or shown again.
WHY = ("evidence", "membership", "time", "version", "withheld", "lifted", "repair")
MOST_ARCHIVED = 10 * 1024 * 1024


def _one_of(column: str, values, empty: bool = False) -> str:
    return "{} IN ({})".format(column, ", ".join(f"'{value}'" for value in (*values, *([""] if empty else []))))


class Archived(db.Model):
    """The text or PDF of a source as it was found, stored once by its digest."""

    __tablename__ = "positions_archived"
    __table_args__ = (
        CheckConstraint("media_type IN ('application/pdf', 'text/plain')", name="media_type"),
        CheckConstraint(f"octet_length(content) BETWEEN 1 AND {MOST_ARCHIVED}", name="size"),
    )

    digest: Mapped[str] = mapped_column(Text, primary_key=True, comment="SHA-256 of the bytes, in hex")
    media_type: Mapped[str] = mapped_column(Text, comment="as told by the bytes")
    content: Mapped[bytes] = mapped_column(LargeBinary)
    stored_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Roll(db.Model):
    """A vote or a list entered in one go; its pieces name it."""

    __tablename__ = "positions_roll"
    __table_args__ = (CheckConstraint(_one_of("kind", ROLLS), name="kind"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(Text, comment="the type of its pieces")
    stated: Mapped[dict | None] = mapped_column(
        JSONB(none_as_null=True), comment="the result that the source states, by what was cast"
    )
    pasted: Mapped[str] = mapped_column(Text, comment="the text as it came")
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_staff.id", ondelete="SET NULL"))
    entered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Evidence(db.Model):
    """One piece of evidence of a campaign: the record of docs/positions.md; an empty text where a field is empty."""

    __tablename__ = "positions_evidence"
    __table_args__ = (
        UniqueConstraint("campaign_id", "ref"),
        CheckConstraint("ref <> ''", name="ref"),
        CheckConstraint(_one_of("status", record.STATUSES), name="status"),
        CheckConstraint(_one_of("relevance", record.RELEVANCES), name="relevance"),
        CheckConstraint(_one_of("confidence", record.CONFIDENCES), name="confidence"),
        CheckConstraint(_one_of("signal", record.SCALE, empty=True), name="signal"),
        CheckConstraint(_one_of("on_what", record.ON, empty=True), name="on_what"),
        CheckConstraint(_one_of("yes_means", (record.FOR, record.AGAINST), empty=True), name="yes_means"),
        CheckConstraint(_one_of("vote_cast", record.CASTS, empty=True), name="vote_cast"),
        CheckConstraint(
            "type <> 'vote' OR (on_what <> '' AND vote_cast <> '' AND (yes_means <> '' OR on_what = 'procedural'))",
            name="vote",
        ),
        CheckConstraint("on_what <> 'procedural' OR relevance <> 'direct'", name="procedural"),
        CheckConstraint("said_on >= '1945-01-01'", name="said_on"),
        CheckConstraint("(status = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)", name="withdrawn_reason"),
        Index("ix_positions_evidence_ask", "campaign_id", "ask", "said_on"),
        Index("ix_positions_evidence_speaker", "campaign_id", "speaker", "said_on"),
        Index("ix_positions_evidence_states", "states", postgresql_using="gin"),
        Index("ix_positions_evidence_regards", "campaign_id", "regards"),
        Index(
            "ix_positions_evidence_group",
            "campaign_id",
            "ask",
            "speaker",
            postgresql_where="type IN ('group_statement', 'group_draft') AND states = '{}'",
        ),
        Index("ix_positions_evidence_url", "campaign_id", "url"),
        Index("ix_positions_evidence_status", "campaign_id", "status", "id"),
        Index("ix_positions_evidence_latest", "campaign_id", "said_on", "id"),
        Index("ix_positions_evidence_changed", "campaign_id", "changed_at", "id"),
        Index(
            "ix_positions_evidence_provisional",
            "campaign_id",
            "entered_at",
            postgresql_where="provisional AND status <> 'withdrawn'",
        ),
        Index("ix_positions_evidence_symbol", "campaign_id", "un_symbol"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    ref: Mapped[str] = mapped_column(Text, comment="stable within the campaign; compared byte by byte")
    ask: Mapped[str] = mapped_column(Text, comment="slug of campaigns_ask")
    ask_version: Mapped[int] = mapped_column(comment="of the ask's text for which it was given, or last checked")
    variant: Mapped[str] = mapped_column(Text, server_default="")
    speaker: Mapped[str] = mapped_column(Text, comment="a state's, a group's or a decider's code, or UN")
    states: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", comment="named one by one; sorted")
    type: Mapped[str] = mapped_column(Text, comment="a code of evidence_types.csv")
    on_what: Mapped[str] = mapped_column(Text, server_default="", comment="`on` of the contract")
    yes_means: Mapped[str] = mapped_column(Text, server_default="")
    vote_cast: Mapped[str] = mapped_column(Text, server_default="", comment="`cast` of the contract")
    said_on: Mapped[date] = mapped_column(comment="`date` of the contract: of the act")
    signal: Mapped[str] = mapped_column(Text, server_default="")
    relevance: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    confidence: Mapped[str] = mapped_column(Text)
    regards: Mapped[str] = mapped_column(Text, server_default="", comment="ref of the piece that it is about")
    delivered_by: Mapped[str] = mapped_column(Text, server_default="")
    forum: Mapped[str] = mapped_column(Text, server_default="")
    un_symbol: Mapped[str] = mapped_column(Text, server_default="")
    paragraph: Mapped[str] = mapped_column(Text, server_default="")
    url: Mapped[str] = mapped_column(Text, server_default="")
    archive_url: Mapped[str] = mapped_column(Text, server_default="")
    language: Mapped[str] = mapped_column(Text, server_default="", comment="of the quote, BCP 47")
    quote: Mapped[str] = mapped_column(Text, server_default="")
    translation: Mapped[str] = mapped_column(Text, server_default="")
    note: Mapped[str] = mapped_column(Text, server_default="")
    provisional: Mapped[bool] = mapped_column(
        server_default="false", comment="from a press release, until it is confirmed from the record"
    )
    archived: Mapped[str | None] = mapped_column(ForeignKey(Archived.digest), comment="the source as it was found")
    roll_id: Mapped[int | None] = mapped_column(
        ForeignKey(Roll.id), index=True, comment="entered in one go with others"
    )
    entered_by: Mapped[int | None] = mapped_column(
        ForeignKey("accounts_staff.id", ondelete="SET NULL"), comment="NULL: a file by the command line, or a pack"
    )
    entered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_staff.id", ondelete="SET NULL"))
    checked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    checked_alone: Mapped[bool] = mapped_column(server_default="false", comment="checked by who entered it")
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_reason: Mapped[str | None] = mapped_column(Text, comment="public, if it was published")


class StoredPosition(db.Model):
    """Where a state stands on an ask as of `positions_cached.as_of`; only states that are not unknown have a row."""

    __tablename__ = "positions_position"
    __table_args__ = (
        CheckConstraint(_one_of("position", record.SCALE), name="position"),
        CheckConstraint(_one_of("level", (record.OWN, record.NAMED, record.GROUP)), name="level"),
        ForeignKeyConstraint(
            ["campaign_id", "evidence"],
            ["positions_evidence.campaign_id", "positions_evidence.ref"],
            ondelete="CASCADE",
        ),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"), primary_key=True)
    ask: Mapped[str] = mapped_column(Text, primary_key=True)
    state: Mapped[str] = mapped_column(Text, primary_key=True, comment="ISO 3166-1 alpha-3, or a decider's code")
    position: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text, comment="ref of the piece that decided")
    flags: Mapped[list[str]] = mapped_column(ARRAY(Text))


class Cached(db.Model):
    """As of which day the stored positions of a campaign's ask are; on a later day they are derived until renewed."""

    __tablename__ = "positions_cached"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"), primary_key=True)
    ask: Mapped[str] = mapped_column(Text, primary_key=True)
    as_of: Mapped[date] = mapped_column()


class Change(db.Model):
    """A position that moved: what, from which day on, when we found it, why. Only added to; feeds and mailings read
    it."""

    __tablename__ = "positions_change"
    __table_args__ = (
        CheckConstraint(_one_of("why", WHY), name="why"),
        Index("ix_positions_change_campaign", "campaign_id", "id"),
        Index("ix_positions_change_state", "state", "campaign_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    ask: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), comment="when we found it")
    since: Mapped[date | None] = mapped_column(
        comment="from which day on it stands there, by the evidence; NULL: by none, as that was taken off the file"
    )
    was: Mapped[str] = mapped_column(Text, comment="the position before, as it showed")
    was_level: Mapped[str] = mapped_column(Text)
    position: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str | None] = mapped_column(Text, comment="ref of the piece that decides now")
    why: Mapped[str] = mapped_column(Text)


class Withheld(db.Model):
    """A position that an editor keeps back, with a reason that everybody can read: it shows and counts as unknown."""

    __tablename__ = "positions_withheld"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        Index(
            "ux_positions_withheld_now",
            "campaign_id",
            "ask",
            "state",
            unique=True,
            postgresql_where="lifted_at IS NULL",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    ask: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, comment="public")
    language: Mapped[str] = mapped_column(Text, comment="of the reason")
    by: Mapped[int | None] = mapped_column(ForeignKey("accounts_staff.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_staff.id", ondelete="SET NULL"))
    lifted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
