"""What happens to a letter at the end of each day (UTC): the figures of who is not named, and the signed digest of its
public list. In the caller's transaction; each can run twice without harm."""

import secrets
from datetime import date
from hashlib import sha256

from sqlalchemy import select, text

from app.kernel import pagecache
from app.kernel.db import db

from . import lines, rules, seals, unnamed
from .list_models import DailyDigest, Line
from .models import Letter

NONE_BEFORE = "-"
# Rewritten in the order of random numbers, so that nobody who takes the database finds in which order rows came.
SHUFFLED = ("letters_signatory", "letters_mail", "letters_link")


def close(letter_id: int, day: date) -> None:
    """Make the figures and the digest of a letter at the end of a day, unless they are there."""
    letter = db.session.get_one(Letter, letter_id, with_for_update=True)
    if not letter.version:
        return
    unnamed.make(letter, day)
    last = db.session.execute(
        select(DailyDigest.day, DailyDigest.statement)
        .where(DailyDigest.letter_id == letter.id)
        .order_by(DailyDigest.day.desc())
        .limit(1)
    ).one_or_none()
    if last is not None and last.day >= day:
        return
    salt = secrets.token_bytes(32)
    rows = list_lines(letter.id)
    before = sha256(last.statement.encode()).hexdigest() if last else NONE_BEFORE
    statement = rules.statement(letter.slug, day, len(rows), rules.list_digest(rows, salt), before)
    key, signature = seals.sign(statement)
    lines.drop_salts(letter.id)
    made = DailyDigest(letter_id=letter.id, day=day, statement=statement, signature=signature, salt=salt, key=key)
    db.session.add(made)
    db.session.flush()
    pagecache.bump()


def list_lines(letter_id: int) -> list[tuple[str, str, str, str]]:
    """The public list as it is signed: list, name, country and version of each."""
    rows = db.session.execute(
        select(Line.roll, Line.name, Line.person, Line.country, Line.version).where(Line.letter_id == letter_id)
    )
    return [(row.roll, row.name or row.person, row.country, str(row.version)) for row in rows]


def open_letters() -> list[int]:
    """The letters that have a version."""
    return list(db.session.scalars(select(Letter.id).where(Letter.version > 0).order_by(Letter.id)))


def shuffle() -> None:
    """Lose the order in which signatories, mails and links came."""
    for table in SHUFFLED:
        db.session.execute(text(f"CLUSTER {table} USING pk_{table}"))
