"""Imports of organisations: the file as it came, and what becomes of each of its rows."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
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
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.crypto import KEYED_DIGEST, EncryptedBytes, EncryptedText
from app.kernel.db import db

STATES = ("uploaded", "checking", "checked", "applying", "applied", "undoing", "undone", "dropped")
FATES = ("new", "updated", "duplicate", "double", "refused", "suppressed")


class Import(db.Model):
    """A file of organisations on its way in. Nothing of it counts before it is applied."""

    __tablename__ = "people_import"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        Index("ix_people_import_created_by", "created_by", "id"),
        Index("ix_people_import_state", "state", "created_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    size: Mapped[int | None] = mapped_column(
        BigInteger, comment="bytes of the file; NULL once it is applied, dropped or a week old, and gone"
    )
    format: Mapped[str] = mapped_column(Text, comment="csv or xlsx")
    encoding: Mapped[str | None] = mapped_column(Text, comment="of CSV, as detected")
    separator: Mapped[str | None] = mapped_column(Text, comment="of CSV, as detected")
    language: Mapped[str] = mapped_column(Text, comment="of names that do not say theirs")
    columns: Mapped[list[str | None]] = mapped_column(
        ARRAY(Text), server_default="{}", comment="what each column of the file is (importing.columns), or NULL"
    )
    networks: Mapped[list[int] | None] = mapped_column(
        ARRAY(BigInteger), comment="those whose members its owner may see; NULL: all"
    )
    network_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_network.id"), comment="the network that its organisations join"
    )
    policy: Mapped[str] = mapped_column(
        Text, server_default="skip", comment="what becomes of rows that may be a double: skip or add"
    )
    consent: Mapped[dict | None] = mapped_column(
        JSONB(none_as_null=True), comment="purposes, words, language, way and day of the consent that its people gave"
    )
    state: Mapped[str] = mapped_column(Text)
    counts: Mapped[dict] = mapped_column(JSONB, server_default="{}", comment="rows by fate")
    created_by: Mapped[int] = mapped_column(BigInteger, comment="id of staff")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    applied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    work_id: Mapped[int | None] = mapped_column(BigInteger, comment="of the long work under way, or the last")


class ImportPart(db.Model):
    """A piece of the file, in the order of its number."""

    __tablename__ = "people_import_part"
    __table_args__ = (UniqueConstraint("import_id", "number"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("people_import.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(EncryptedBytes("people_import_part.content"))


class ImportKey(db.Model):
    """What a line is found by as the same organisation as a later one, while the file is tried out."""

    __tablename__ = "people_import_key"

    import_id: Mapped[int] = mapped_column(ForeignKey("people_import.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[bytes] = mapped_column(
        LargeBinary, primary_key=True, comment="digest of a name, an acronym or the keyed digest of a domain"
    )
    line: Mapped[int] = mapped_column(Integer, primary_key=True)


class ImportRow(db.Model):
    """One line of an import."""

    __tablename__ = "people_import_row"
    __table_args__ = (
        CheckConstraint(f"fate IN {FATES}", name="fate"),
        UniqueConstraint("import_id", "line"),
        Index("ix_people_import_row_fate", "import_id", "fate", "line"),
        Index("ix_people_import_row_key", "import_id", "key"),
        Index("ix_people_import_row_email_digest", "email_digest"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("people_import.id", ondelete="CASCADE"))
    line: Mapped[int] = mapped_column(Integer, comment="line of the file, as a spreadsheet numbers it")
    content: Mapped[str | None] = mapped_column(
        EncryptedText("people_import_row.content"), comment="its values as JSON; NULL once the import is over"
    )
    email_digest: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="of the address in it, so that erasing finds it", info=KEYED_DIGEST
    )
    key: Mapped[str | None] = mapped_column(
        Text(collation="C"), comment="of the organisation's name, so that later lines find it"
    )
    fate: Mapped[str] = mapped_column(Text)
    problems: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", comment="codes of what is wrong")
    organisation_id: Mapped[int | None] = mapped_column(
        BigInteger, comment="the organisation it is, may be, or was made"
    )
    same_as_line: Mapped[int | None] = mapped_column(Integer, comment="an earlier line that is the same organisation")
    applied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    undo: Mapped[dict | None] = mapped_column(
        JSONB(none_as_null=True), comment="what applying it changed: ids, and fields of the organisation"
    )
