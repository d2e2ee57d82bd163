"""Mailings: their texts, and one row for each recipient."""

from datetime import datetime

from sqlalchemy import (
    CHAR,
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
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.crypto import EncryptedText
from app.kernel.db import db

MAILING_STATES = ("draft", "waiting", "scheduled", "running", "paused", "finished", "cancelled")
VARIANTS = ("plain", "neutral")
DELIVERY_STATES = ("queued", "sending", "sent", "failed", "excluded", "cancelled", "uncertain")
_MOMENT = DateTime(timezone=True)


SLOTS_CONTEXT = "mobilisation_delivery.slots"


class Mailing(db.Model):
    """One mail to many. Until it is frozen it is a plan; from then on segment, texts and recipients stay."""

    __tablename__ = "mobilisation_mailing"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'waiting', 'scheduled', 'running', 'paused', 'finished', 'cancelled')", name="state"
        ),
        CheckConstraint(
            "state IN ('draft', 'waiting', 'scheduled', 'cancelled') OR frozen_at IS NOT NULL", name="frozen"
        ),
        CheckConstraint("(frozen_at IS NULL) = (audience IS NULL)", name="audience"),
        CheckConstraint(
            "quiet_from >= 0 AND quiet_from <= 23 AND quiet_until >= 0 AND quiet_until <= 23", name="quiet"
        ),
        CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet_both"),
        CheckConstraint("pace > 0", name="pace"),
        CheckConstraint("week_cap > 0", name="week_cap"),
        Index("ix_mobilisation_mailing_campaign", "campaign", "id"),
        Index("ix_mobilisation_mailing_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign: Mapped[str] = mapped_column(Text, comment="its slug")
    name: Mapped[str] = mapped_column(Text, comment="for the desk alone")
    kind: Mapped[str] = mapped_column(Text, server_default="bulk")
    state: Mapped[str] = mapped_column(Text, server_default="draft")
    segment: Mapped[str] = mapped_column(Text, server_default="", comment="the rule as an address holds it")
    network_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_network.id"),
        index=True,
        comment="of the coordinator whose mailing it is; NULL: the campaign's",
    )
    language: Mapped[str] = mapped_column(Text, comment="whoever reads none of the others is written to in it")
    sender_name: Mapped[str] = mapped_column(Text, server_default="")
    reply_to: Mapped[str | None] = mapped_column(EncryptedText("mobilisation_mailing.reply_to"))
    neutral: Mapped[bool] = mapped_column(
        server_default="false", comment="whether neutral texts may go where the plain ones could harm"
    )
    asked_by: Mapped[int | None] = mapped_column(BigInteger, comment="id of staff who asked to start it")
    asked_at: Mapped[datetime | None] = mapped_column(_MOMENT)
    approved_by: Mapped[int | None] = mapped_column(BigInteger, comment="id of the second person")
    approved_at: Mapped[datetime | None] = mapped_column(_MOMENT)
    starts_at: Mapped[datetime | None] = mapped_column(_MOMENT, comment="NULL: as soon as it is let go")
    zone: Mapped[str] = mapped_column(Text, server_default="UTC", comment="name of the zone its hours are told in")
    quiet_from: Mapped[int | None] = mapped_column(SmallInteger, comment="hour of the zone from which nothing is sent")
    quiet_until: Mapped[int | None] = mapped_column(SmallInteger)
    pace: Mapped[int | None] = mapped_column(comment="at most so many an hour; NULL: as the relay takes them")
    week_cap: Mapped[int | None] = mapped_column(
        SmallInteger, comment="at most so many mails a week to one contact; NULL: as the campaign has it"
    )
    ask: Mapped[str | None] = mapped_column(Text, comment="slug of the ask whose position it speaks of")
    letter: Mapped[str | None] = mapped_column(Text, comment="slug of the letter that its link leads to")
    tried_by: Mapped[int | None] = mapped_column(BigInteger, comment="id of the work of its last dry run")
    approved_for: Mapped[int | None] = mapped_column(comment="to how many it was approved to go")
    refused: Mapped[str | None] = mapped_column(Text, comment="a code: why it did not start at its hour")
    lines_before: Mapped[int | None] = mapped_column(
        BigInteger, comment="the last line of the letter's public list when it was frozen"
    )
    wrote_before: Mapped[dict[str, int] | None] = mapped_column(
        JSONB(none_as_null=True), comment="letters that had reached each state's missions when it was frozen"
    )
    frozen_at: Mapped[datetime | None] = mapped_column(_MOMENT)
    audience: Mapped[int | None] = mapped_column(comment="how many deliveries were written when it was frozen")
    paused_for: Mapped[str | None] = mapped_column(Text, comment="person, errors, complaints, or policy")
    judged_sent: Mapped[int] = mapped_column(
        server_default="0", comment="how many were sent that are not looked at any more when refusals are too many"
    )
    judged_refused: Mapped[int] = mapped_column(server_default="0", comment="the same of those that were refused")
    ended_at: Mapped[datetime | None] = mapped_column(_MOMENT, comment="when it was finished or cancelled")
    created_by: Mapped[int | None] = mapped_column(BigInteger, comment="id of staff")
    created_at: Mapped[datetime] = mapped_column(_MOMENT)
    changed_at: Mapped[datetime] = mapped_column(_MOMENT)


class MailingText(db.Model):
    """What a mailing says in one language: to most, or where its plain words could harm whoever gets them."""

    __tablename__ = "mobilisation_mailing_text"
    __table_args__ = (
        UniqueConstraint("mailing_id", "language", "variant"),
        CheckConstraint("variant IN ('plain', 'neutral')", name="variant"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mobilisation_mailing.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(Text)
    variant: Mapped[str] = mapped_column(Text, server_default="plain")
    subject: Mapped[str] = mapped_column(Text, server_default="")
    preheader: Mapped[str] = mapped_column(Text, server_default="")
    body: Mapped[str] = mapped_column(Text, server_default="", comment="Markdown with slots")
    changed_at: Mapped[datetime] = mapped_column(_MOMENT)


class Lacking(db.Model):
    """Somebody for whom a slot of a mailing had no value when it was last tried out, so that they can be named."""

    __tablename__ = "mobilisation_lacking"
    __table_args__ = (Index("ix_mobilisation_lacking_mailing_id", "mailing_id", "slot", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mobilisation_mailing.id", ondelete="CASCADE"))
    slot: Mapped[str] = mapped_column(Text)
    contact_id: Mapped[int] = mapped_column(ForeignKey("people_person.id", ondelete="CASCADE"), index=True)


class Delivery(db.Model):
    """One recipient of a mailing, and what became of the message. The address is the person's and is read when the
    message is made; `contact_id` is their id, gone once nobody needs to know any more who it was."""

    __tablename__ = "mobilisation_delivery"
    __table_args__ = (
        UniqueConstraint("contact_id", "mailing_id"),
        CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'failed', 'excluded', 'cancelled', 'uncertain')", name="state"
        ),
        CheckConstraint("variant IN ('plain', 'neutral')", name="variant"),
        CheckConstraint("state NOT IN ('failed', 'excluded') OR reason IS NOT NULL", name="reason"),
        Index("uq_mobilisation_delivery_token", "token", unique=True),
        # With what a coordinator's segments ask, so that they read the index alone.
        Index(
            "ix_mobilisation_delivery_state",
            "mailing_id",
            "state",
            "id",
            postgresql_include=["contact_id", "sent_at"],
        ),
        # What came back is a small part of a mailing.
        Index(
            "ix_mobilisation_delivery_back",
            "mailing_id",
            postgresql_where=text("bounced_at IS NOT NULL OR complained_at IS NOT NULL OR unsubscribed_at IS NOT NULL"),
        ),
        Index(
            "ix_mobilisation_delivery_organisation_id",
            "organisation_id",
            postgresql_where=text("organisation_id IS NOT NULL"),
        ),
        Index("ix_mobilisation_delivery_mission_id", "mission_id", postgresql_where=text("mission_id IS NOT NULL")),
        Index(
            "ix_mobilisation_delivery_next_try",
            "next_try",
            "id",
            postgresql_where=text("state = 'queued' AND next_try IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mobilisation_mailing.id", ondelete="CASCADE"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("people_person.id", ondelete="SET NULL"))
    organisation_id: Mapped[int | None] = mapped_column(
        BigInteger, comment="id of the organisation they were written to for"
    )
    mission_id: Mapped[int | None] = mapped_column(
        BigInteger, comment="number of the mission's mailbox it goes to, whose pace holds for it (missions.py)"
    )
    language: Mapped[str] = mapped_column(Text)
    variant: Mapped[str] = mapped_column(Text, server_default="plain")
    country: Mapped[str | None] = mapped_column(CHAR(3), comment="of the contact when the mailing was frozen")
    by_fallback: Mapped[bool] = mapped_column(server_default="false", comment="the language is not one of their own")
    state: Mapped[str] = mapped_column(Text, server_default="queued")
    reason: Mapped[str | None] = mapped_column(Text, comment="a code: why it failed or was left out")
    slots: Mapped[str | None] = mapped_column(
        EncryptedText(SLOTS_CONTEXT), comment="JSON: what stands in the places of the text"
    )
    token: Mapped[bytes] = mapped_column(
        LargeBinary,
        server_default=text("uuid_send(gen_random_uuid())"),
        comment="random; Message-ID, return path and the links in the mail are made of it; later its digest",
    )
    reader: Mapped[bytes | None] = mapped_column(
        LargeBinary,
        comment="who it went to, once contact_id and token are gone: only the link in the mail opens it (stamps.py)",
    )
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0", comment="how often a relay put it off")
    next_try: Mapped[datetime | None] = mapped_column(_MOMENT, comment="not before; NULL: as soon as its turn comes")
    smtp_code: Mapped[int | None] = mapped_column(SmallInteger, comment="of the last answer (RFC 5321)")
    enhanced_code: Mapped[str | None] = mapped_column(Text, comment="of the last answer (RFC 3463), such as 5.1.1")
    sent_at: Mapped[datetime | None] = mapped_column(_MOMENT)
    bounced_at: Mapped[datetime | None] = mapped_column(_MOMENT)
    complained_at: Mapped[datetime | None] = mapped_column(_MOMENT)
    unsubscribed_at: Mapped[datetime | None] = mapped_column(_MOMENT)
