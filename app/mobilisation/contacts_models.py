"""Who can be written to, as segments ask for them: a projection of people_position, kept true by triggers.

A contact is a person (people_person) in at least one living organisation. There is a row for each organisation that
they are in; what a segment asks of somebody there stands once for all who are alike, in `mobilisation_kind`, so that a
million contacts are asked by asking some thousands of kinds. Nothing here is sealed, and nothing names anybody.
"""

from datetime import date

from sqlalchemy import (
    BigInteger,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import db

_CODE = Text(collation="C")
# As days of `Kind.mailed`: no mail reached them, and one did, but nobody can say when.
NEVER, SOME_DAY = date(1, 1, 1), date(1, 1, 2)


class Kind(db.Model):
    """What contacts have in common: of their organisation, and of what they do there. Nothing is ever NULL: an empty
    text or list says that it is not known."""

    __tablename__ = "mobilisation_kind"
    __table_args__ = (
        UniqueConstraint(
            *("country", "ecosoc", "networks", "roles", "language", "second_language", "mailed", "several"),
            name="uq_mobilisation_kind_all",
        ),
        Index(
            "ix_mobilisation_kind_several", "id", postgresql_where="several", postgresql_include=["country", "mailed"]
        ),
        # Numbers are added up from one alone where a rule asks of kinds their country, or that day, at the most.
        Index("ix_mobilisation_kind_number", "country", "number", postgresql_where="NOT several"),
        Index("ix_mobilisation_kind_mailed", "mailed", "number", postgresql_where="NOT several"),
    )

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    country: Mapped[str] = mapped_column(_CODE, comment="code of states_area, of the organisation")
    ecosoc: Mapped[str] = mapped_column(_CODE)
    networks: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), comment="ids of people_network, rising")
    roles: Mapped[list[str]] = mapped_column(ARRAY(_CODE), comment="of people_position, sorted")
    language: Mapped[str] = mapped_column(_CODE)
    second_language: Mapped[str] = mapped_column(_CODE)
    mailed: Mapped[date] = mapped_column(
        Date, server_default="0001-01-01", comment="day of the last mail that reached them, UTC"
    )
    several: Mapped[bool] = mapped_column(comment="whether these contacts are in several organisations")
    number: Mapped[int] = mapped_column(server_default="0", comment="of its contacts, without what entries say")


class KindEntry(db.Model):
    """By how much the number of contacts of a kind rose, or fell: triggers on mobilisation_contact write it, and a task
    adds it to `Kind.number` now and then, so that nobody who writes contacts waits for another."""

    __tablename__ = "mobilisation_kind_entry"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind_id: Mapped[int] = mapped_column(ForeignKey("mobilisation_kind.id", ondelete="CASCADE"), index=True)
    number: Mapped[int] = mapped_column()


class MailedEntry(db.Model):
    """A contact whose last mail may be another one than their kind says: triggers on deliveries write it, so that
    whoever sends waits for nobody, and a task brings kinds to it (contacts.fold). Until then their deliveries count."""

    __tablename__ = "mobilisation_mailed_entry"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    contact_id: Mapped[int] = mapped_column(BigInteger)


class Contact(db.Model):
    """A person in a living organisation, as a kind of contact."""

    __tablename__ = "mobilisation_contact"
    __table_args__ = (
        # With what a count needs of a contact, so that it reads the index alone.
        PrimaryKeyConstraint("contact_id", "organisation_id", postgresql_include=["kind_id", "several"]),
        Index("ix_mobilisation_contact_kind_id", "kind_id"),
        Index("ix_mobilisation_contact_organisation_id", "organisation_id", "contact_id", "kind_id", "several"),
        Index(
            "ix_mobilisation_contact_several", "contact_id", "organisation_id", "kind_id", postgresql_where="several"
        ),
    )

    contact_id: Mapped[int] = mapped_column(ForeignKey("people_person.id", ondelete="CASCADE"), autoincrement=False)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("people_organisation.id", ondelete="CASCADE"), autoincrement=False
    )
    kind_id: Mapped[int] = mapped_column(ForeignKey("mobilisation_kind.id"))
    several: Mapped[bool] = mapped_column(comment="as its kind says")
