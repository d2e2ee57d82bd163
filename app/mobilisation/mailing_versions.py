"""What somebody had before them when they pressed a button: a word that is another one once that is no longer so.

A form holds the word of what it shows. Who approves or starts a mailing says yes to what they read, and to nothing that
came since; who saves a text takes nothing from a colleague who saved it in the meantime.
"""

import hashlib
from dataclasses import dataclass, fields

from sqlalchemy import select

from app.kernel.db import db

from .composing import Words
from .models import Mailing, MailingText


@dataclass(frozen=True)
class Plan:
    """What a mailing is, its texts apart: the fields of models.Mailing that whoever writes it chooses."""

    name: str
    segment: str
    language: str
    sender_name: str = ""
    reply_to: str | None = None
    neutral: bool = False
    ask: str | None = None
    letter: str | None = None
    week_cap: int | None = None


class Newer(ValueError):
    """Somebody else saved it since whoever saves it now began."""


def of(mailing: Mailing, report: dict | None) -> str:
    """The version of a mailing that is not frozen: its plan, its texts, what its last dry run found, and when it was
    asked for."""
    return _digest((mailing.changed_at, mailing.tried_by, report is not None, mailing.asked_at))


def of_plan(mailing: Mailing) -> str:
    """That of what it is and to whom it goes, its texts apart."""
    return _digest([getattr(mailing, field.name) for field in fields(Plan)])


def of_text(text: MailingText | Words | None) -> str:
    """That of one text, or of none."""
    return _digest((text.subject, text.preheader, text.body) if text else ())


def must_be_plan(mailing: Mailing, seen: str | None) -> None:
    """Raises Newer where the plan is not the one that was seen; None: nobody says what was."""
    if seen and seen != of_plan(mailing):
        raise Newer


def must_be_text(mailing: Mailing, language: str, variant: str, seen: str | None, words: Words | None = None) -> None:
    """Raises Newer where a text is not the one that was seen; saving what stands there already takes nothing away."""
    which = {"mailing_id": mailing.id, "language": language, "variant": variant}
    there = of_text(db.session.scalar(select(MailingText).filter_by(**which).execution_options(populate_existing=True)))
    if seen and seen != there and (words is None or there != of_text(words)):
        raise Newer


def _digest(said) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]
