"""Tallies of a petition: what no page has to count, as a batch has counted it."""

from datetime import date

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, Identity, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import db


class TallyEntry(db.Model):
    """A confirmation or withdrawal that no total has taken up yet; it names no signature. `language` and `source` are
    those of a confirmation; of a withdrawal nothing but the sum is told."""

    __tablename__ = "petitions_tally_entry"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions_petition.id", ondelete="CASCADE"))
    area: Mapped[str] = mapped_column(Text)
    day: Mapped[date] = mapped_column(comment="of the confirmation or of the withdrawal, UTC")
    confirmed: Mapped[int] = mapped_column()
    withdrawn: Mapped[int] = mapped_column()
    language: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(Text)


class PetitionTotal(db.Model):
    """All signatures of a petition."""

    __tablename__ = "petitions_total"
    __table_args__ = (CheckConstraint("confirmed >= 0 AND withdrawn >= 0 AND on_paper >= 0", name="counts"),)

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions_petition.id", ondelete="CASCADE"), primary_key=True)
    confirmed: Mapped[int] = mapped_column(comment="ever confirmed")
    withdrawn: Mapped[int] = mapped_column(comment="of these, withdrawn since")
    on_paper: Mapped[int] = mapped_column(default=0, server_default="0")


class AreaTotal(db.Model):
    """Signatures by area, with what the disclosure rule remembers (people/rules.py)."""

    __tablename__ = "petitions_area_total"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions_petition.id", ondelete="CASCADE"), primary_key=True)
    area: Mapped[str] = mapped_column(Text, primary_key=True)
    confirmed: Mapped[int] = mapped_column(comment="ever confirmed; what is published rests on this")
    withdrawn: Mapped[int] = mapped_column(comment="never published by area")
    shown: Mapped[bool] = mapped_column(Boolean, default=False, server_default="false")
    row_seen: Mapped[int] = mapped_column(default=0, server_default="0")


class DayTotal(db.Model):
    """Signatures by day."""

    __tablename__ = "petitions_day_total"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions_petition.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    confirmed: Mapped[int] = mapped_column()
    withdrawn: Mapped[int] = mapped_column()


class PaperDay(db.Model):
    """Signatures on paper by the day on which they were counted, so that a past day's sum can be told again."""

    __tablename__ = "petitions_paper_day"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions_petition.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True, comment="on which it was entered, corrected or removed, UTC")
    number: Mapped[int] = mapped_column(comment="by how many the number on paper rose, or fell")


class PartTotal(db.Model):
    """Signatures by day and region, language or source, ever confirmed: what reports and partners are told rests on
    it, by the rule of people/periods.py, and nothing of it is told as it stands."""

    __tablename__ = "petitions_part_total"
    __table_args__ = (CheckConstraint("kind IN ('region', 'language', 'source')", name="kind"),)

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions_petition.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    part: Mapped[str] = mapped_column(
        Text, primary_key=True, comment="M49 code of a region, a language, a name in ?from=; empty for none"
    )
    day: Mapped[date] = mapped_column(primary_key=True, comment="of the confirmation, UTC")
    confirmed: Mapped[int] = mapped_column()
