"""Tables of "Write to your mission": whom to write to, letters until they are done with, mails that went out, replies.

Letters are sealed, and their rows are deleted some time after they have gone; how many were written stays.
"""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.crypto import KEYED_DIGEST, EncryptedText
from app.kernel.db import db
from app.kernel.i18n import CODES

from . import rules

NETWORK_PURPOSE = "writing.network"


def _one_of(column: str, values) -> str:
    return "{} IN ({})".format(column, ", ".join(f"'{value}'" for value in values))


class Target(db.Model):
    """Where a state can be written to: the general mailbox of a mission or a ministry, never of a person; with where
    it is published. What is here was entered by a campaign."""

    __tablename__ = "mobilisation_target"
    __table_args__ = (
        UniqueConstraint("campaign_id", "state", "place"),
        CheckConstraint(_one_of("place", rules.PLACES), name="place"),
        CheckConstraint(_one_of("policy", rules.POLICIES), name="policy"),
        CheckConstraint(_one_of("language", CODES), name="language"),
        CheckConstraint("source <> ''", name="source"),
        Index("ix_mobilisation_target_mailbox", "mailbox"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(ForeignKey("states_state.iso3", ondelete="CASCADE"), index=True)
    place: Mapped[str] = mapped_column(Text, comment="permanent mission in New York, in Geneva, or foreign ministry")
    email: Mapped[str] = mapped_column(EncryptedText("mobilisation_target.email"), comment="public: a general mailbox")
    mailbox: Mapped[bytes] = mapped_column(
        LargeBinary,
        comment="key number, then HMAC-SHA-256 of the canonical address: what the limits count by",
        info=KEYED_DIGEST,
    )
    language: Mapped[str] = mapped_column(Text, comment="in which it corresponds")
    source: Mapped[str] = mapped_column(Text, comment="address of the page that publishes it")
    checked_on: Mapped[date] = mapped_column(comment="when somebody last looked there")
    policy: Mapped[str] = mapped_column(Text, server_default=rules.OPEN)
    next_try: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="nothing before: the relay refused the last mail"
    )
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_staff.id", ondelete="SET NULL"))
    entered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Trusted(db.Model):
    """An organisation that a campaign names, and that takes letters on to a mission without the writer's name."""

    __tablename__ = "mobilisation_trusted"
    __table_args__ = (UniqueConstraint("campaign_id", "name"), CheckConstraint("name <> ''", name="name"))

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text, comment="public")
    website: Mapped[str | None] = mapped_column(Text, comment="public")
    contact: Mapped[str | None] = mapped_column(
        EncryptedText("mobilisation_trusted.contact"), comment="once a day the letters go there; NULL: at the desk"
    )
    mailbox: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="key number, then HMAC-SHA-256 of the contact", info=KEYED_DIGEST
    )
    next_try: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_staff.id", ondelete="SET NULL"))
    entered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class WritingSettings(db.Model):
    """How many mails a mission is sent, who may write, how long letters are kept; no row: as rules.py says."""

    __tablename__ = "mobilisation_writing"
    __table_args__ = (
        CheckConstraint(f"per_hour BETWEEN 1 AND {rules.MOST_PER_HOUR}", name="per_hour"),
        CheckConstraint(f"per_day BETWEEN 1 AND {rules.MOST_PER_DAY}", name="per_day"),
        CheckConstraint(f"kept_days BETWEEN 1 AND {rules.MOST_KEPT_DAYS}", name="kept_days"),
    )

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaigns_campaign.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    per_hour: Mapped[int] = mapped_column(SmallInteger, server_default=str(rules.PER_HOUR))
    per_day: Mapped[int] = mapped_column(SmallInteger, server_default=str(rules.PER_DAY))
    kept_days: Mapped[int] = mapped_column(SmallInteger, server_default=str(rules.KEPT_DAYS))
    residents_only: Mapped[bool] = mapped_column(server_default=text("true"))


class MissionMail(db.Model):
    """One mail to a mission or a trusted organisation. The limits count these rows, by mailbox and time, whatever else
    changes: written before it is handed over, so that nothing goes out twice unnoticed."""

    __tablename__ = "mobilisation_mission_mail"
    __table_args__ = (
        CheckConstraint(_one_of("state", rules.MAIL_STATES), name="state"),
        Index("ix_mobilisation_mission_mail_mailbox", "mailbox", "at"),
        Index(
            "ix_mobilisation_mission_mail_open",
            "state",
            "at",
            postgresql_where=text("state IN ('handing','uncertain')"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"), index=True)
    target_id: Mapped[int | None] = mapped_column(ForeignKey(Target.id, ondelete="SET NULL"))
    trusted_id: Mapped[int | None] = mapped_column(ForeignKey(Trusted.id, ondelete="SET NULL"))
    mailbox: Mapped[bytes] = mapped_column(
        LargeBinary, comment="as of mobilisation_target, which may go", info=KEYED_DIGEST
    )
    digest: Mapped[bool] = mapped_column(comment="several letters in one mail")
    letters: Mapped[int] = mapped_column(comment="how many")
    state: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), comment="when it was begun")


class MissionLetter(db.Model):
    """What somebody wrote to a mission, until it is done with; then its row goes."""

    __tablename__ = "mobilisation_mission_letter"
    __table_args__ = (
        CheckConstraint(_one_of("letter", rules.LETTERS), name="letter"),
        CheckConstraint(_one_of("way", rules.WAYS), name="way"),
        CheckConstraint(_one_of("status", rules.STATES), name="status"),
        CheckConstraint("way = 'us' OR num_nonnulls(name, email, email_digest) = 0", name="nobody"),
        CheckConstraint("(status IN ('sent', 'digested', 'passed', 'dropped')) = (done_at IS NOT NULL)", name="done"),
        Index("ix_mobilisation_mission_letter_target", "target_id", "id", postgresql_where=text("status = 'waiting'")),
        Index("ix_mobilisation_mission_letter_trusted", "trusted_id", "id"),
        Index("ix_mobilisation_mission_letter_campaign", "campaign_id", "status", "id"),
        Index("ix_mobilisation_mission_letter_network", "network", "asked_at"),
        Index("ix_mobilisation_mission_letter_address", "email_digest", "asked_at"),
        Index("ix_mobilisation_mission_letter_done", "done_at"),
        Index("ix_mobilisation_mission_letter_mail", "mail_id"),
        Index(
            "ix_mobilisation_mission_letter_writers",
            "campaign_id",
            "email_digest",
            postgresql_where=text("status IN ('sent', 'digested') AND email_digest IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    ask: Mapped[str] = mapped_column(Text, comment="slug of campaigns_ask")
    state: Mapped[str] = mapped_column(Text, comment="ISO 3166-1 alpha-3, of the state that is written to")
    target_id: Mapped[int | None] = mapped_column(ForeignKey(Target.id, ondelete="SET NULL"))
    trusted_id: Mapped[int | None] = mapped_column(ForeignKey(Trusted.id, ondelete="SET NULL"))
    mail_id: Mapped[int | None] = mapped_column(ForeignKey(MissionMail.id, ondelete="SET NULL"))
    way: Mapped[str] = mapped_column(Text)
    letter: Mapped[str] = mapped_column(Text, comment="thank, request or answer, as the state stood")
    status: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text, comment="of the writer's page")
    mission_language: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(EncryptedText("mobilisation_mission_letter.subject"))
    own: Mapped[str] = mapped_column(EncryptedText("mobilisation_mission_letter.own"), comment="the writer's own words")
    body: Mapped[str] = mapped_column(
        EncryptedText("mobilisation_mission_letter.body"), comment="the letter below them"
    )
    name: Mapped[str | None] = mapped_column(EncryptedText("mobilisation_mission_letter.name"))
    email: Mapped[str | None] = mapped_column(
        EncryptedText("mobilisation_mission_letter.email"), comment="where the mission's answer goes, and our mail"
    )
    email_digest: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="key number, then HMAC-SHA-256 of the canonical address", info=KEYED_DIGEST
    )
    network: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="HMAC-SHA-256 of the network it came from", info=KEYED_DIGEST
    )
    lives_there: Mapped[bool] = mapped_column(comment="they say so")
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class LetterLink(db.Model):
    """A link in a mail about a letter: only its token's digest is kept. It works as long as the letter is here."""

    __tablename__ = "mobilisation_mission_link"

    token_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey(MissionLetter.id, ondelete="CASCADE"), index=True)


class Reply(db.Model):
    """That a mission answered. Its words stand here, and on the page, only where they are on the record."""

    __tablename__ = "mobilisation_mission_reply"
    __table_args__ = (
        CheckConstraint("on_record = (words IS NOT NULL)", name="words"),
        Index("ix_mobilisation_mission_reply_state", "campaign_id", "state", "received_on"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(Text)
    ask: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    received_on: Mapped[date] = mapped_column()
    on_record: Mapped[bool] = mapped_column()
    words: Mapped[str | None] = mapped_column(Text, comment="public")
    language: Mapped[str] = mapped_column(Text)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_staff.id", ondelete="SET NULL"))
    entered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Wrote(db.Model):
    """How many letters have reached a state's missions, by ask. It only grows."""

    __tablename__ = "mobilisation_wrote"
    __table_args__ = (UniqueConstraint("campaign_id", "ask", "state"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    ask: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    number: Mapped[int] = mapped_column(server_default="0")
