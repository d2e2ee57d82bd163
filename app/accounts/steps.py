"""Sign-ins half done, and challenges that a browser has to answer: each lives for minutes and is taken once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from app.kernel import tokens
from app.kernel.db import db

from .models import SignInStep

LIVES = timedelta(minutes=10)


@dataclass(frozen=True)
class Step:
    """One that stands open. `staff_id`: whose it is, where that is known."""

    staff_id: int | None
    challenge: bytes | None


def begin(kind: str, staff_id: int | None, now: datetime, challenge: bytes | None = None) -> str:
    """Open a step of a kind (models.SignInStep); its token. Those that are too old go with it."""
    forget(now)
    token, digest = tokens.new_token()
    values = {"token_digest": digest, "staff_id": staff_id, "kind": kind, "challenge": challenge, "created_at": now}
    db.session.execute(insert(SignInStep).values(**values))
    return token


def look(token: str | None, kind: str, now: datetime) -> Step | None:
    """The step of this token and kind, which stays open; None when there is none, or it has grown too old."""
    row = db.session.execute(
        select(SignInStep.staff_id, SignInStep.challenge).where(*_which(token, kind, now))
    ).one_or_none()
    return Step(*row) if row else None


def take(token: str | None, kind: str, now: datetime) -> Step | None:
    """The same, and it is closed: nobody takes it twice."""
    row = db.session.execute(
        delete(SignInStep).where(*_which(token, kind, now)).returning(SignInStep.staff_id, SignInStep.challenge)
    ).one_or_none()
    return Step(*row) if row else None


def _which(token: str | None, kind: str, now: datetime):
    digest = tokens.token_digest(token or "")
    return SignInStep.token_digest == digest, SignInStep.kind == kind, SignInStep.created_at > now - LIVES


def close(staff_id: int) -> None:
    """Close whatever somebody, or somebody in their name, has half done."""
    db.session.execute(delete(SignInStep).where(SignInStep.staff_id == staff_id))


def forget(now: datetime) -> None:
    """Delete those that have grown too old, in the caller's transaction."""
    db.session.execute(delete(SignInStep).where(SignInStep.created_at <= now - LIVES))
