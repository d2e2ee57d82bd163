"""Sessions of staff: kept in the database, so that they can be listed and ended. Works in the caller's transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update

from app.kernel import tokens
from app.kernel.db import db

from .models import Staff, StaffRole, StaffSession
from .roles import Role, allowed
from .rules import sees_people

IDLE = timedelta(hours=2)
ABSOLUTE = timedelta(hours=12)
# For so long after a second factor nobody is asked for it again.
FRESH = timedelta(minutes=15)
# A request notes that its session is alive only so often.
TOUCH = timedelta(minutes=1)


@dataclass(frozen=True)
class Signed:
    """Who is signed in, as views and templates see them."""

    staff_id: int
    session_id: int
    name: str
    language: str
    roles: tuple[Role, ...]
    factor_at: datetime | None
    notice: str | None
    began_at: datetime

    def may(self, action: str, campaign: str | None = None) -> bool:
        """Whether they may do this (roles.ACTIONS), in this campaign (its slug) where the action belongs to one."""
        return allowed(self.roles, action, campaign)

    def languages(self, campaign: str) -> tuple[str, ...] | None:
        """The languages they may translate into in a campaign; None: all of them."""
        mine = [role for role in self.roles if role.campaign in (campaign, "*")]
        if any(role.name in ("administrator", "campaigner") for role in mine):
            return None
        return tuple({code for role in mine if role.name == "translator" for code in role.languages})

    @property
    def networks(self) -> tuple[int, ...] | None:
        """The networks (ids) whose members they may see; None: all of them."""
        if any(role.name in ("administrator", "campaigner") for role in self.roles):
            return None
        return tuple({network for role in self.roles if role.name == "coordinator" for network in role.networks})

    def fresh(self, now: datetime) -> bool:
        """Whether they proved who they are a short time ago."""
        return self.factor_at is not None and now - self.factor_at <= FRESH

    @property
    def needs_factor(self) -> bool:
        """Whether a role of theirs asks for a second factor, and none was shown in this session."""
        return self.factor_at is None and sees_people(self.roles)

    def just_came(self, now: datetime) -> bool:
        """Whether they signed in a short time ago, if only by a password: enough to set up a first second factor."""
        return self.fresh(now) or (self.factor_at is None and now - self.began_at <= FRESH)


def begin(staff_id: int, device: str, factor: bool, now: datetime, notice: str | None = None) -> str:
    """Open a session under a new id; the token for its cookie. `factor`: a second factor or a passkey was shown.
    `notice`: what its first page says at its top."""
    token, digest = tokens.new_token()
    db.session.execute(
        insert(StaffSession).values(
            token_digest=digest,
            staff_id=staff_id,
            device=device,
            created_at=now,
            seen_at=now,
            factor_at=now if factor else None,
            notice=notice,
        )
    )
    return token


def signed(token: str, now: datetime) -> Signed | None:
    """Who holds this token; None when the session has ended, stood idle too long, lasted too long, or is of somebody
    who may work here no longer."""
    held = func.json_build_array(StaffRole.role, StaffRole.campaign, StaffRole.languages, StaffRole.networks)
    roles = select(func.json_agg(held)).where(StaffRole.staff_id == Staff.id).scalar_subquery()
    row = db.session.execute(
        select(StaffSession, Staff.name, Staff.language, roles)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(
            StaffSession.token_digest == tokens.token_digest(token),
            StaffSession.ended_at.is_(None),
            StaffSession.seen_at > now - IDLE,
            StaffSession.created_at > now - ABSOLUTE,
            Staff.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    session, name, language, held = row
    return Signed(
        staff_id=session.staff_id,
        session_id=session.id,
        name=name,
        language=language,
        roles=tuple(Role(role, campaign, tuple(codes), tuple(nets)) for role, campaign, codes, nets in held or ()),
        factor_at=session.factor_at,
        notice=session.notice,
        began_at=session.created_at,
    )


def touch(session_id: int, now: datetime) -> bool:
    """Note that a session is alive, at most once a minute. True when it was noted."""
    done = db.session.execute(
        update(StaffSession)
        .where(StaffSession.id == session_id, StaffSession.seen_at <= now - TOUCH)
        .values(seen_at=now)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount > 0


def say(session_id: int, notice: str | None) -> None:
    """Have the session's next page say this at its top, or, with None, nothing any longer. It may name nobody."""
    db.session.execute(
        update(StaffSession)
        .where(StaffSession.id == session_id)
        .values(notice=notice)
        .execution_options(synchronize_session=False)
    )


def prove(session_id: int, now: datetime) -> None:
    """Note that the second factor was shown again."""
    db.session.execute(
        update(StaffSession)
        .where(StaffSession.id == session_id)
        .values(factor_at=now)
        .execution_options(synchronize_session=False)
    )


def unprove(staff_id: int) -> None:
    """Have the second factor asked for in every session of somebody, whatever was shown there before."""
    db.session.execute(
        update(StaffSession)
        .where(StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None))
        .values(factor_at=None)
        .execution_options(synchronize_session=False)
    )


def end(session_id: int, now: datetime, staff_id: int) -> None:
    """End one session, if it is of this person."""
    _end((StaffSession.id == session_id) & (StaffSession.staff_id == staff_id), now)


def end_token(token: str, now: datetime) -> None:
    """End the session of this cookie, if there is one."""
    _end(StaffSession.token_digest == tokens.token_digest(token), now)


def end_all(staff_id: int, now: datetime, but: int | None = None) -> None:
    """End every session of somebody, but for the one of id `but`."""
    _end((StaffSession.staff_id == staff_id) & (StaffSession.id != (but or 0)), now)


def _end(which, now: datetime) -> None:
    db.session.execute(
        update(StaffSession)
        .where(which, StaffSession.ended_at.is_(None))
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )
