"""What translators work with: the glossary, questions on blocks, and texts that were taken away and brought back."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import db


class Term(db.Model):
    """A term of a campaign's glossary, in the source language."""

    __tablename__ = "campaigns_term"
    __table_args__ = (UniqueConstraint("campaign_id", "folded"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    term: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text, comment="the term in small letters, which no two terms share")
    note: Mapped[str] = mapped_column(Text, server_default="", comment="what it means, or where it comes from")


class TermWord(db.Model):
    """What a term is called in one language."""

    __tablename__ = "campaigns_term_word"
    __table_args__ = (
        UniqueConstraint("term_id", "language"),
        CheckConstraint("translation <> '' OR forbidden <> '{}'", name="says_something"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("campaigns_term.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(Text)
    translation: Mapped[str] = mapped_column(Text, comment="the one agreed on")
    forbidden: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default="{}", comment="words not to be used for it"
    )


class Question(db.Model):
    """A question on a block, or on its translation into one language."""

    __tablename__ = "campaigns_question"
    __table_args__ = (
        Index("ix_campaigns_question_block", "campaign_id", "kind", "slug", "key"),
        Index("ix_campaigns_question_open", "campaign_id", "id", postgresql_where="answered_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    slug: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text, comment="the block's id")
    language: Mapped[str] = mapped_column(Text, comment="into which its asker translates")
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_staff.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    answered_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="NULL: it waits for an answer"
    )


class QuestionWord(db.Model):
    """What somebody wrote in the thread of a question; the first is the question itself."""

    __tablename__ = "campaigns_question_word"
    __table_args__ = (Index("ix_campaigns_question_word_question_id", "question_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("campaigns_question.id", ondelete="CASCADE"))
    said_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_staff.id", ondelete="SET NULL"))
    said_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    text: Mapped[str] = mapped_column(Text)


class Returned(db.Model):
    """A file of translations that was brought back and waits to be taken in; kept for a week."""

    __tablename__ = "campaigns_returned"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaign.id", ondelete="CASCADE"), index=True)
    language: Mapped[str] = mapped_column(Text)
    brought_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_staff.id", ondelete="SET NULL"))
    brought_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    taken_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), comment="NULL: shown, not taken in yet")
    units: Mapped[list] = mapped_column(JSONB, comment="what the file says: address, digests and text of each unit")
    fates: Mapped[list] = mapped_column(JSONB, comment="what becomes, or became, of each block, see returning.py")
