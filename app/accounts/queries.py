"""What pages of accounts read."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, literal, or_, select

from app.kernel import listing, tokens
from app.kernel.crypto import keyring
from app.kernel.db import db

from .models import (
    STAFF_DIGEST_PURPOSE,
    Invitation,
    Passkey,
    RecoveryCode,
    Staff,
    StaffRole,
    StaffSession,
    Totp,
)
from .roles import ADMINISTRATOR, EVERYWHERE
from .rules import account_of
from .sessions import ABSOLUTE, IDLE


@dataclass(frozen=True)
class Ways:
    """By what somebody can prove who they are."""

    password: bool
    passkey: bool
    totp: bool
    recovery: int

    @property
    def factor(self) -> bool:
        """Whether there is a second factor, or a passkey, which needs none."""
        return self.passkey or self.totp


def ways(staff_id: int) -> Ways:
    """One query. `recovery` is how many recovery codes are left."""
    left = select(RecoveryCode.id).where(RecoveryCode.staff_id == Staff.id, RecoveryCode.used_at.is_(None))
    row = db.session.execute(
        select(
            Staff.password.is_not(None).label("password"),
            exists().where(Passkey.staff_id == Staff.id).label("passkey"),
            exists().where(Totp.staff_id == Staff.id, Totp.secret.is_not(None)).label("totp"),
            func.cardinality(func.array(left.scalar_subquery())).label("recovery"),
        ).where(Staff.id == staff_id)
    ).one()
    return Ways(*row)


def had_codes(staff_id: int) -> bool:
    """Whether recovery codes were made for somebody before, used or not."""
    return bool(db.session.scalar(select(exists().where(RecoveryCode.staff_id == staff_id))))


def digests(address: str) -> list[bytes]:
    """Under which an account with this address may be stored, the one to write first."""
    return keyring().digests(account_of(address), STAFF_DIGEST_PURPOSE)


def by_address(address: str) -> Staff | None:
    """The account with this address."""
    return db.session.scalar(select(Staff).where(Staff.email_digest.in_(digests(address))))


def one(staff_id: int) -> Staff | None:
    """The account of this id."""
    return db.session.get(Staff, staff_id)


def locked(staff_id: int) -> Staff:
    """The account of this id, as it stands, which nobody changes meanwhile. Raises sqlalchemy.exc.NoResultFound."""
    wanted = select(Staff).where(Staff.id == staff_id).with_for_update()
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one()


def passkeys(staff_id: int) -> list[Passkey]:
    """Somebody's passkeys, oldest first."""
    return list(db.session.scalars(select(Passkey).where(Passkey.staff_id == staff_id).order_by(Passkey.id)))


def open_sessions(staff_id: int, now: datetime) -> list[StaffSession]:
    """Where somebody is signed in, latest first."""
    return list(
        db.session.scalars(
            select(StaffSession)
            .where(
                StaffSession.staff_id == staff_id,
                StaffSession.ended_at.is_(None),
                StaffSession.seen_at > now - IDLE,
                StaffSession.created_at > now - ABSOLUTE,
            )
            .order_by(StaffSession.seen_at.desc())
        )
    )


def site_administrators(lock: bool = False) -> set[int]:
    """Who is an administrator of the whole site and not disabled. `lock`: nobody changes that meanwhile."""
    held = (
        select(StaffRole.staff_id)
        .join(Staff, Staff.id == StaffRole.staff_id)
        .where(StaffRole.role == ADMINISTRATOR, StaffRole.campaign == EVERYWHERE, Staff.disabled_at.is_(None))
        .order_by(StaffRole.id)
    )
    return set(db.session.scalars(held.with_for_update() if lock else held))


def anybody() -> bool:
    """Whether anybody works here, or did."""
    return db.session.scalar(select(literal(True)).select_from(Staff).limit(1)) is not None


# Whoever is shut out lets nobody in, whatever they wrote before.
_by_disabled = exists().where(Staff.id == Invitation.invited_by, Staff.disabled_at.is_not(None))


def invitation(token: str, now: datetime, lock: bool = False) -> Invitation | None:
    """The invitation of this link, if it can still be used. The first administrator's serves only while nobody works
    here."""
    wanted = select(Invitation).where(
        Invitation.token_digest == tokens.token_digest(token),
        *_still(now),
        or_(Invitation.email.is_not(None), Invitation.staff_id.is_not(None), ~exists(select(Staff.id))),
    )
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(wanted)


def is_open(invitation_id: int, now: datetime) -> bool:
    """Whether an invitation can still be used."""
    return bool(db.session.scalar(select(exists().where(Invitation.id == invitation_id, *_still(now)))))


def _still(now: datetime) -> tuple:
    return (
        Invitation.used_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > now,
        ~_by_disabled,
    )


def open_invitations(campaign: str | None, now: datetime) -> list[Invitation]:
    """Invitations to a campaign (None: all, and links to set up an account anew) that can still be used."""
    wanted = select(Invitation).where(*_still(now))
    if campaign is not None:
        wanted = wanted.where(Invitation.campaign == campaign)
    return list(db.session.scalars(wanted.order_by(Invitation.id.desc())))


@dataclass(frozen=True)
class Colleague:
    """Somebody on a staff page, with the roles that the page's reader may see."""

    id: int
    name: str
    email: str
    created_at: datetime
    disabled_at: datetime | None
    roles: tuple[StaffRole, ...]


ORDERS = {
    "newest": listing.Order((Staff.created_at, Staff.id), descending=True),
    "oldest": listing.Order((Staff.created_at, Staff.id)),
}


def colleagues(
    campaign: str | None,
    *,
    role: str | None = None,
    state: str | None = None,
    order: str = "newest",
    cursor: str | None = None,
) -> tuple[listing.Part, list[Colleague]]:
    """A page of who holds a role in a campaign (None: of everybody), filtered by role and by state ("active",
    "disabled"). Two queries. Raises listing.WrongCursor."""
    wanted = select(Staff.id, Staff.name, Staff.email, Staff.created_at, Staff.disabled_at)
    if campaign is not None or role:
        held = exists().where(StaffRole.staff_id == Staff.id)
        held = held.where(StaffRole.campaign == campaign) if campaign is not None else held
        wanted = wanted.where(held.where(StaffRole.role == role) if role else held)
    if state:
        wanted = wanted.where(Staff.disabled_at.is_(None) if state == "active" else Staff.disabled_at.is_not(None))
    part = listing.part(wanted, ORDERS[order], cursor)
    held_by = roles_of([row.id for row in part.rows], campaign)
    return part, [
        Colleague(row.id, row.name, row.email, row.created_at, row.disabled_at, tuple(held_by.get(row.id, ())))
        for row in part.rows
    ]


def roles_of(staff_ids: list[int], campaign: str | None = None) -> dict[int, list[StaffRole]]:
    """The roles of some people, by their id; `campaign`: only those held there."""
    wanted = select(StaffRole).where(StaffRole.staff_id.in_(staff_ids))
    if campaign is not None:
        wanted = wanted.where(StaffRole.campaign == campaign)
    found: dict[int, list[StaffRole]] = {}
    for held in db.session.scalars(wanted.order_by(StaffRole.campaign, StaffRole.id)):
        found.setdefault(held.staff_id, []).append(held)
    return found


def by_id(staff_id: int, campaign: str | None) -> Staff | None:
    """An account that a staff page may show: of the whole site, or of somebody who holds a role in its campaign."""
    wanted = select(Staff).where(Staff.id == staff_id)
    if campaign is not None:
        wanted = wanted.where(exists().where(StaffRole.staff_id == Staff.id, StaffRole.campaign == campaign))
    return db.session.scalar(wanted)
