"""What is public of who signed on: the list, its totals, the figures of who is not named, and the daily digests.

A line is there exactly while its signatory counts, chose to be public and waits for nothing; hiding deletes it.
"""

from datetime import date

from sqlalchemy import (
    CHAR,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.crypto import EncryptedText
from app.kernel.db import db

TOTAL_KINDS = ("all", "version", "country", "region", "network", "ecosoc")


class Line(db.Model):
    """A public signatory as the list shows it: an organisation in plain; a person's name sealed as everywhere."""

    __tablename__ = "letters_line"
    __table_args__ = (
        CheckConstraint("roll IN ('organisation', 'individual')", name="roll"),
        CheckConstraint("ecosoc IN ('none', 'applied', 'roster', 'special', 'general')", name="ecosoc"),
        CheckConstraint("(roll = 'organisation') = (name IS NOT NULL)", name="organisations_have_a_name"),
        CheckConstraint("(roll = 'individual') = (person IS NOT NULL)", name="people_have_a_name"),
        Index("ix_letters_line_list", "letter_id", "roll", "sort_key", "id"),
        Index("ix_letters_line_country", "letter_id", "roll", "country", "sort_key", "id"),
        Index("ix_letters_line_region", "letter_id", "roll", "region", "sort_key", "id"),
        Index("ix_letters_line_ecosoc", "letter_id", "roll", "ecosoc", "sort_key", "id"),
        Index("ix_letters_line_organisation_id", "organisation_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters_letter.id"))
    signatory_id: Mapped[int] = mapped_column(
        ForeignKey("letters_signatory.id", ondelete="CASCADE", onupdate="CASCADE"), unique=True
    )
    roll: Mapped[str] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)
    person: Mapped[str | None] = mapped_column(EncryptedText("letters_line.person"), comment="of a person: the name")
    title: Mapped[str | None] = mapped_column(EncryptedText("letters_line.title"), comment="of a person: what they are")
    names: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}", comment="in other languages, by code")
    acronym: Mapped[str | None] = mapped_column(Text)
    website: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str] = mapped_column(Text, comment="code of states_area, or 'other', or 'unsaid'")
    region: Mapped[str | None] = mapped_column(CHAR(3), comment="M49 code; NULL: none")
    ecosoc: Mapped[str] = mapped_column(Text, server_default="none")
    networks: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}", comment="ids of people_network")
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_organisation.id", ondelete="SET NULL"), comment="the known organisation that it is"
    )
    sort_key: Mapped[str] = mapped_column(Text(collation="C"), comment="by people.naming; of people empty")
    version: Mapped[int] = mapped_column(comment="of the text it stands under")
    language: Mapped[str] = mapped_column(Text, comment="in which it was signed")


class LineKey(db.Model):
    """What a line is found by: words of an organisation's names (w:…), its networks (n:…), what others are compared
    by (k:…, d:…); of a person keyed digests of the words of the name (p:…)."""

    __tablename__ = "letters_line_key"
    __table_args__ = (Index("ix_letters_line_key_key", "key", "line_id"),)

    line_id: Mapped[int] = mapped_column(ForeignKey("letters_line.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)


class Total(db.Model):
    """How many public signatories there are: in all, and by what the list can be narrowed by. Pages read this."""

    __tablename__ = "letters_total"
    __table_args__ = (
        CheckConstraint("kind IN ({})".format(", ".join(f"'{kind}'" for kind in TOTAL_KINDS)), name="kind"),
        CheckConstraint("number >= 0", name="number"),
    )

    letter_id: Mapped[int] = mapped_column(ForeignKey("letters_letter.id", ondelete="CASCADE"), primary_key=True)
    roll: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    part: Mapped[str] = mapped_column(Text, primary_key=True, comment="empty for all")
    number: Mapped[int] = mapped_column()


class Figures(db.Model):
    """What is told of signatories who are not named: made once a day, by unnamed.py, and never between."""

    __tablename__ = "letters_figures"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letters_letter.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(comment="at whose end they were made, UTC")
    told: Mapped[dict] = mapped_column(JSONB, comment="what may be told: at least so many, in tens; by area and region")
    sealed: Mapped[str] = mapped_column(
        EncryptedText("letters_figures.sealed"), comment="JSON: the tallies, and what the disclosure rule remembers"
    )


class DailyDigest(db.Model):
    """The signed digest of a letter's public list at the end of a day (UTC); a trigger refuses change, but that the
    salt goes: when the next day's is made, or a name leaves the list."""

    __tablename__ = "letters_digest"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letters_letter.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    statement: Mapped[str] = mapped_column(Text, comment="what is signed, see rules.statement")
    signature: Mapped[bytes] = mapped_column(LargeBinary, comment="Ed25519")
    salt: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="32 random bytes before the list: without them nobody can try out who stood on it"
    )
    key: Mapped[int] = mapped_column(comment="number of the key")
