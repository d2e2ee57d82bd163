"""How accounts let go of what they held long enough (kernel/retention.py; people/retention.py says how long)."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError

from app.kernel import retention
from app.kernel.db import db

from .models import Attempt, Export, ExportPart, Invitation, SignInStep, Staff, StaffSession
from .sessions import ABSOLUTE

KEEP_SESSIONS = timedelta(days=30)
KEEP_INVITATIONS = timedelta(days=30)
KEEP_ATTEMPTS = timedelta(days=2)
KEEP_STEPS = timedelta(hours=1)
KEEP_STAFF = timedelta(days=365)
KEEP_EXPORTS = timedelta(days=30)


def forget_sessions(now: datetime, batch: int) -> int:
    """Delete sessions that ended thirty days ago. Returns how many of this batch, as do all of these."""
    old = now - KEEP_SESSIONS
    ended = or_(StaffSession.ended_at <= old, StaffSession.created_at <= old - ABSOLUTE)
    return retention.delete_some(StaffSession.id, ended, batch)


def forget_invitations(now: datetime, batch: int) -> int:
    """Delete invitations that were used, withdrawn or over thirty days ago."""
    old = now - KEEP_INVITATIONS
    over = or_(Invitation.used_at <= old, Invitation.withdrawn_at <= old, Invitation.expires_at <= old)
    return retention.delete_some(Invitation.id, over, batch)


def forget_attempts(now: datetime, batch: int) -> int:
    """Delete failed sign-ins of two days ago: no limit looks back so far."""
    return retention.delete_some(Attempt.id, Attempt.at <= now - KEEP_ATTEMPTS, batch)


def forget_steps(now: datetime, batch: int) -> int:
    """Delete sign-ins that nobody finished."""
    return retention.delete_some(SignInStep.token_digest, SignInStep.created_at <= now - KEEP_STEPS, batch)


def forget_staff(now: datetime, batch: int) -> int:
    """Delete accounts that were closed a year ago, with everything that belongs to them; the log keeps their number.
    Who is still referred to by other rooms' work stays."""
    closed = select(Staff.id).where(Staff.disabled_at <= now - KEEP_STAFF).order_by(Staff.id)
    done = 0
    for staff_id in db.session.scalars(closed).all():
        try:
            with db.session.begin_nested():
                done += db.session.execute(delete(Staff).where(Staff.id == staff_id)).rowcount
        except IntegrityError:
            continue
        if done == batch:
            break
    return done


def forget_files(now: datetime, batch: int) -> int:
    """Delete the files of exports that have expired."""
    over = ExportPart.export_id.in_(select(Export.id).where(Export.expires_at <= now))
    return retention.delete_some(ExportPart.id, over, batch)


def forget_exports(now: datetime, batch: int) -> int:
    """Delete what is left of exports of thirty days ago; the log keeps that there was one."""
    return retention.delete_some(Export.id, Export.created_at <= now - KEEP_EXPORTS, batch)


retention.register("accounts.sessions", forget_sessions)
retention.register("accounts.invitations", forget_invitations)
retention.register("accounts.attempts", forget_attempts)
retention.register("accounts.steps", forget_steps)
retention.register("accounts.staff", forget_staff)
retention.register("accounts.files", forget_files)
retention.register("accounts.exports", forget_exports)
