"""Who can be written to, as segments ask for them: a projection of people_position, kept true by triggers.

A contact is a person (people_person) in at least one living organisation. There is a row for each organisation that
they are in; what a segment asks of somebody there stands once for all who are alike, in `mobilisation_kind`. The same
stands as strings of bits, one bit a contact, so that a million are counted by counting bits. Nothing here is sealed,
and nothing names anybody.
"""

from datetime import date

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.dialects.postgresql import ARRAY, BIT
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import db

_CODE = Text(collation="C")
# The contacts of a chunk stand in one string of bits: those whose ids have the same `id >> CHUNK`.
CHUNK = 15
# What strings of bits say of contacts (`Bits.what`), each with its values.
EVERYBODY, COUNTRY, REGION, ECOSOC, NETWORK = "everybody", "country", "region", "ecosoc", "network"
ROLE, LANGUAGE, MAILED, MAILED_IN = "role", "language", "mailed", "mailed-in"
# As a day of the last mail: one reached them, but nobody can say when.
SOME_DAY = date(1, 1, 2)


class Kind(db.Model):
    """What contacts have in common: of their organisation, and of what they do there. Nothing is ever NULL: an empty
    text or list says that it is not known."""

    __tablename__ = "mobilisation_kind"
    __table_args__ = (
        UniqueConstraint(
            *("country", "ecosoc", "networks", "roles", "language", "second_language"),
            name="uq_mobilisation_kind_all",
        ),
    )

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    country: Mapped[str] = mapped_column(_CODE, comment="code of states_area, of the organisation")
    ecosoc: Mapped[str] = mapped_column(_CODE)
    networks: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), comment="ids of people_network, rising")
    roles: Mapped[list[str]] = mapped_column(ARRAY(_CODE), comment="of people_position, sorted")
    language: Mapped[str] = mapped_column(_CODE)
    second_language: Mapped[str] = mapped_column(_CODE)


class Contact(db.Model):
    """A person in a living organisation, as a kind of contact."""

    __tablename__ = "mobilisation_contact"
    __table_args__ = (
        # With what is asked of somebody, so that the index alone is read.
        PrimaryKeyConstraint("contact_id", "organisation_id", postgresql_include=["kind_id", "place"]),
        Index("ix_mobilisation_contact_kind_id", "kind_id"),
        # With what a count needs of the contacts of organisations, so that it reads the index alone.
        Index("ix_mobilisation_contact_organisation_id", "organisation_id", "contact_id", "place"),
    )

    contact_id: Mapped[int] = mapped_column(ForeignKey("people_person.id", ondelete="CASCADE"), autoincrement=False)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("people_organisation.id", ondelete="CASCADE"), autoincrement=False
    )
    kind_id: Mapped[int] = mapped_column(ForeignKey("mobilisation_kind.id"))
    place: Mapped[int] = mapped_column(
        SmallInteger, comment="which of the person's organisations it is, from 1, in the order of their ids"
    )


class Entry(db.Model):
    """A contact of whom the bits may not say what is so: triggers on contacts and deliveries write it, so that whoever
    writes these waits for nobody, and a task brings the bits to it (contacts.fold). Until then they are asked
    themselves."""

    __tablename__ = "mobilisation_contact_entry"
    __table_args__ = (PrimaryKeyConstraint("contact_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    contact_id: Mapped[int] = mapped_column(BigInteger, autoincrement=False)
    mailed: Mapped[bool] = mapped_column(server_default=false(), comment="whether it is of their last mail alone")


class Bits(db.Model):
    """Of whom in a chunk something is so, in the first, second, … of their organisations: a bit for each contact, in
    the order that the function mobilisation_bits gives them. Where it is so of nobody there is no row."""

    __tablename__ = "mobilisation_contact_bits"
    __table_args__ = (PrimaryKeyConstraint("what", "value", "chunk", "place"),)

    what: Mapped[str] = mapped_column(
        _CODE, comment="everybody, country, region, ecosoc, network, role, language, mailed(-in)"
    )
    value: Mapped[str] = mapped_column(
        _CODE, comment="as in mobilisation_kind; the day of the last mail that reached them, UTC, or its month"
    )
    chunk: Mapped[int] = mapped_column(autoincrement=False, comment="contact_id >> 15")
    place: Mapped[int] = mapped_column(SmallInteger, autoincrement=False, comment="of mobilisation_contact")
    bits: Mapped[str] = mapped_column(BIT(1 << CHUNK))
