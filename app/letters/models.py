"""Letters, the versions of their text, and who signed on.

Whoever signs on stands in `letters_signatory` with everything that was said sealed in one value. Only whoever chose to
be public stands in `letters_line` besides (list_models.py), in plain, for as long as that lasts. So a hidden signatory
is one sealed value under a random number that nothing else in the database bears: docs/privacy.md says why each column
here may be plain.
"""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
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

SEALED_CONTEXT = "letters_signatory.sealed"
ORGANISATION, INDIVIDUAL = "organisation", "individual"
ROLLS = (ORGANISATION, INDIVIDUAL)
PUBLIC, AREA, COUNTED_ONLY = "public", "area", "counted"
VISIBILITIES = (PUBLIC, AREA, COUNTED_ONLY)
FIRST, EDITORIAL, MATERIAL = "first", "editorial", "material"
DRAFT, REVIEWED, OFFICIAL = "draft", "reviewed", "official"
MAIL_KINDS = ("confirm", "repeat", "waiting", "counted", "refused", "asked", "moved", "reaffirm", "withdrawn")


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint("{} IN ({})".format(column, ", ".join(f"'{value}'" for value in values)), name=column)


class Letter(db.Model):
    """One sign-on letter of a campaign; its slug is unique over all campaigns, as the API names it alone."""

    __tablename__ = "letters_letter"
    __table_args__ = (
        CheckConstraint("(closes_at IS NULL) = (time_zone IS NULL)", name="zone"),
        CheckConstraint("(version > 0) = (opened_on IS NOT NULL)", name="opened"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id"))
    slug: Mapped[str] = mapped_column(Text, unique=True)
    version: Mapped[int] = mapped_column(
        server_default="0", comment="number of the one open for signature; 0: none yet"
    )
    negotiated: Mapped[str] = mapped_column(Text, comment="the language that was negotiated; others are translations")
    individuals: Mapped[bool] = mapped_column(
        server_default="false", comment="whether people may sign in a list of theirs"
    )
    addressees: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default="{}", comment="missions: all permanent missions; or ISO 3166-1 alpha-3 of states"
    )
    official: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default="{}", comment="languages whose translation is official, besides the negotiated one"
    )
    opened_on: Mapped[date | None] = mapped_column()
    closes_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="the moment from which nobody can sign; NULL: no end is set"
    )
    time_zone: Mapped[str | None] = mapped_column(Text, comment="IANA name of the zone in which the end was set")
    turned_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="the end for which pages have been made anew"
    )
    milestones: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default="{}")
    handed_over_on: Mapped[date | None] = mapped_column(comment="since when delayed names are shown")


class LetterVersion(db.Model):
    """One edition of a letter. A trigger refuses change: what was signed stays what it was."""

    __tablename__ = "letters_version"
    __table_args__ = (
        UniqueConstraint("letter_id", "number"),
        _one_of("kind", (FIRST, EDITORIAL, MATERIAL)),
        CheckConstraint("number > 0 AND (number = 1) = (kind = 'first')", name="number"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters_letter.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column()
    kind: Mapped[str] = mapped_column(Text, comment="editorial: signatures carry over; material: all are asked again")
    published_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    published_by: Mapped[int | None] = mapped_column(BigInteger, comment="id of staff; NULL: a pack")


class LetterText(db.Model):
    """An edition in one language. A trigger refuses every change but of its state."""

    __tablename__ = "letters_text"
    __table_args__ = (
        UniqueConstraint("letter_id", "version", "language"),
        ForeignKeyConstraint(
            ["letter_id", "version"], ["letters_version.letter_id", "letters_version.number"], ondelete="CASCADE"
        ),
        _one_of("state", (DRAFT, REVIEWED, OFFICIAL)),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    letter_id: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column()
    language: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    addressees: Mapped[str] = mapped_column(Text, comment="whom it is addressed to, in words")
    body: Mapped[str] = mapped_column(Text, comment="Markdown")
    digest: Mapped[bytes] = mapped_column(
        LargeBinary, comment="SHA-256 of the canonical text, see campaigns/signing.py"
    )
    state: Mapped[str] = mapped_column(Text)


class Signatory(db.Model):
    """One organisation, or one person, under one letter. What they said is in `sealed`, see record.py.

    The number is random and is drawn anew when a signatory becomes hidden, so that no log, job, mail or older list
    leads here. There is no link to a person, an organisation or another letter.
    """

    __tablename__ = "letters_signatory"
    __table_args__ = (
        UniqueConstraint("letter_id", "email_digest"),
        _one_of("roll", ROLLS),
        _one_of("state", ("pending", "waiting", "counted", "refused")),
        _one_of("visibility", VISIBILITIES),
        CheckConstraint("(state = 'counted') = (since IS NULL)", name="since"),
        CheckConstraint("state = 'waiting' OR doubts = '{}'", name="only_while_waiting"),
        Index("ix_letters_signatory_since", "state", "since", postgresql_where="state <> 'counted'"),
        Index(
            "ix_letters_signatory_hidden",
            "letter_id",
            postgresql_where="state = 'counted' AND (visibility <> 'public' OR delayed)",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, comment="random")
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters_letter.id"))
    roll: Mapped[str] = mapped_column(Text, comment="which list it stands in")
    state: Mapped[str] = mapped_column(Text, comment="pending: not confirmed; waiting: for its mandate to be looked at")
    visibility: Mapped[str] = mapped_column(Text)
    delayed: Mapped[bool] = mapped_column(comment="not shown before the letter is handed over")
    version: Mapped[int] = mapped_column(comment="of the text it stands under")
    email_digest: Mapped[bytes | None] = mapped_column(
        LargeBinary,
        comment="key number, then HMAC-SHA-256 for this letter alone, see seals.py; NULL: its person was erased",
        info=KEYED_DIGEST,
    )
    sealed: Mapped[str] = mapped_column(EncryptedText(SEALED_CONTEXT), comment="JSON, see record.py")
    since: Mapped[date | None] = mapped_column(comment="day since which it is in its state; NULL once it counts")
    doubts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", comment="codes, while it waits")


class SignatoryLink(db.Model):
    """A link in a mail: only its token's digest is kept; it works as long as the signatory stands."""

    __tablename__ = "letters_link"

    token_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    signatory_id: Mapped[int] = mapped_column(
        ForeignKey("letters_signatory.id", ondelete="CASCADE", onupdate="CASCADE"), index=True
    )


class SignatoryMail(db.Model):
    """A mail about a signatory that is to go out, or went out: what its job and the caps go by."""

    __tablename__ = "letters_mail"
    __table_args__ = (_one_of("kind", MAIL_KINDS),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, comment="random")
    signatory_id: Mapped[int] = mapped_column(
        ForeignKey("letters_signatory.id", ondelete="CASCADE", onupdate="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(Text)
    day: Mapped[date] = mapped_column(comment="on which it was called for")
    sent: Mapped[bool] = mapped_column(server_default="false")


class Withdrawal(db.Model):
    """A note that somebody took their name back, where they wished that the list says so. There is no other trace."""

    __tablename__ = "letters_withdrawal"
    __table_args__ = (_one_of("roll", ROLLS),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, comment="random")
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters_letter.id", ondelete="CASCADE"), index=True)
    roll: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(EncryptedText("letters_withdrawal.name"))
    day: Mapped[date] = mapped_column()


class Delivery(db.Model):
    """A letter was handed over to somebody."""

    __tablename__ = "letters_delivery"
    __table_args__ = (
        Index("ix_letters_delivery_letter_id", "letter_id", "day"),
        _one_of("how", ("hand", "mail", "post", "meeting", "note", "other")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters_letter.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column()
    state: Mapped[str | None] = mapped_column(Text, comment="ISO 3166-1 alpha-3 of the mission's state; NULL: another")
    addressee: Mapped[str] = mapped_column(Text, comment="an office, never a person's name")
    day: Mapped[date] = mapped_column()
    how: Mapped[str] = mapped_column(Text)
    receipt: Mapped[str] = mapped_column(Text, server_default="", comment="how it was acknowledged")
    entered_by: Mapped[int | None] = mapped_column(BigInteger, comment="id of staff")
    entered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
