"""Organisations, the people in them, the networks they belong to, and what is remembered about doubles."""

from datetime import date, datetime

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
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.crypto import KEYED_DIGEST, EncryptedText
from app.kernel.db import db

DOMAIN_DIGEST_PURPOSE = "people.domain"
# Consultative status with ECOSOC (resolution 1996/31), and those that have applied for it.
ECOSOC = ("none", "applied", "roster", "special", "general")
# What somebody does in an organisation, as far as letters and mobilisation ask.
ROLES = ("head", "un", "contact", "policy", "press", "finance", "member")
_LIVING = text("joined_into IS NULL")


class Organisation(db.Model):
    """An organisation of civil society. One that was found to be another leads there, and is listed no more."""

    __tablename__ = "people_organisation"
    __table_args__ = (
        CheckConstraint("ecosoc IN ('none', 'applied', 'roster', 'special', 'general')", name="ecosoc"),
        CheckConstraint("(joined_into IS NULL) = (joined_at IS NULL)", name="joined"),
        CheckConstraint("joined_into <> id", name="not_into_itself"),
        Index("ix_people_organisation_sort_key", "sort_key", "id", postgresql_where=_LIVING),
        Index("ix_people_organisation_changed_at", "changed_at", "id", postgresql_where=_LIVING),
        Index("ix_people_organisation_country", "country", "sort_key", "id", postgresql_where=_LIVING),
        Index("ix_people_organisation_ecosoc", "ecosoc", "sort_key", "id", postgresql_where=_LIVING),
        Index("ix_people_organisation_joined_into", "joined_into"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    name_language: Mapped[str] = mapped_column(Text, comment="BCP 47 code of the language that `name` is in")
    names: Mapped[dict[str, str]] = mapped_column(
        JSONB, server_default="{}", comment="its names in other languages, by their code"
    )
    acronym: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(CHAR(3), ForeignKey("states_area.code"))
    works_in: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", comment="codes of areas")
    website: Mapped[str | None] = mapped_column(Text, comment="an address as people.websites writes it")
    ecosoc: Mapped[str] = mapped_column(Text, server_default="none")
    sort_key: Mapped[str] = mapped_column(Text(collation="C"), comment="of `name`, by people.naming.sort_key")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    joined_into: Mapped[int | None] = mapped_column(
        ForeignKey("people_organisation.id"), comment="the organisation it was found to be"
    )
    joined_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class OrganisationEntry(db.Model):
    """How the number of organisations moved, by day, country and status: a trigger writes it whenever one is entered,
    changed, joined into another or deleted. It names none, and a past day's sum can be told again; each night they are
    made one for each country and status of a day (org_reporting.fold)."""

    __tablename__ = "people_organisation_entry"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    day: Mapped[date] = mapped_column(comment="UTC")
    country: Mapped[str | None] = mapped_column(CHAR(3))
    ecosoc: Mapped[str] = mapped_column(Text)
    entered: Mapped[int] = mapped_column(comment="organisations that are new")
    there: Mapped[int] = mapped_column(comment="by how many more, or fewer, there are")


class OrganisationKey(db.Model):
    """What an organisation is found by: words of its names (w:…), and keys of people.matching for doubles."""

    __tablename__ = "people_organisation_key"
    __table_args__ = (Index("ix_people_organisation_key_key", "key", "organisation_id"),)

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("people_organisation.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)


class OrganisationDomain(db.Model):
    """A domain of an organisation's website or of an address in it, as a digest."""

    __tablename__ = "people_organisation_domain"
    __table_args__ = (
        UniqueConstraint("organisation_id", "digest"),
        Index("ix_people_organisation_domain_digest", "digest"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("people_organisation.id", ondelete="CASCADE"))
    digest: Mapped[bytes] = mapped_column(
        LargeBinary, comment="key number, then HMAC-SHA-256 of the registrable domain", info=KEYED_DIGEST
    )


class Position(db.Model):
    """Somebody in an organisation. The address is the person's (people_person); the name is the one used there."""

    __tablename__ = "people_position"
    __table_args__ = (
        UniqueConstraint("organisation_id", "person_id"),
        Index("ix_people_position_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("people_organisation.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    name: Mapped[str] = mapped_column(EncryptedText("people_position.name"))
    title: Mapped[str | None] = mapped_column(
        EncryptedText("people_position.title"), comment="what they are called there, in their words"
    )
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", comment="of ROLES")
    language: Mapped[str | None] = mapped_column(Text, comment="BCP 47; to write to them in")
    second_language: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Network(db.Model):
    """A network of organisations. Who coordinates it stands in accounts_role."""

    __tablename__ = "people_network"
    __table_args__ = (CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="slug"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    names: Mapped[dict[str, str]] = mapped_column(JSONB, comment="its name by language; English is always there")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Membership(db.Model):
    """An organisation in a network."""

    __tablename__ = "people_membership"
    __table_args__ = (
        UniqueConstraint("organisation_id", "network_id"),
        Index("ix_people_membership_network_id", "network_id", "organisation_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("people_organisation.id"))
    network_id: Mapped[int] = mapped_column(ForeignKey("people_network.id"))
    since: Mapped[date] = mapped_column()


class Double(db.Model):
    """Two organisations that may be one, or were said not to be."""

    __tablename__ = "people_double"
    __table_args__ = (
        CheckConstraint("first_id < second_id", name="order"),
        CheckConstraint("state IN ('open', 'apart', 'joined')", name="state"),
        UniqueConstraint("first_id", "second_id"),
        Index("ix_people_double_points", "state", "points", "id"),
        Index("ix_people_double_second_id", "second_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("people_organisation.id", ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(ForeignKey("people_organisation.id", ondelete="CASCADE"))
    points: Mapped[int] = mapped_column(SmallInteger, comment="of a hundred, by people.matching")
    verdict: Mapped[str] = mapped_column(Text, comment="same or maybe")
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text))
    state: Mapped[str] = mapped_column(Text)
    found_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[int | None] = mapped_column(BigInteger, comment="id of staff")


class Joining(db.Model):
    """Two organisations were joined: what moved, so that it can be taken back for a time."""

    __tablename__ = "people_joining"
    __table_args__ = (Index("ix_people_joining_kept_id", "kept_id"), Index("ix_people_joining_gone_id", "gone_id"))

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("people_organisation.id"))
    gone_id: Mapped[int] = mapped_column(ForeignKey("people_organisation.id"))
    before: Mapped[dict] = mapped_column(JSONB, comment="the kept one's fields that changed, as they were")
    after: Mapped[dict] = mapped_column(JSONB, comment="and as the joining left them")
    moved: Mapped[dict] = mapped_column(JSONB, comment="ids of the positions and memberships that moved")
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    by: Mapped[int | None] = mapped_column(BigInteger, comment="id of staff")
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    settled_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="when the time to take it back was over and the rest was cleared"
    )
