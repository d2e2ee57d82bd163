"""What changes accounts. Each verb works in the caller's transaction; actor (an id of staff; None: the command line)
and time are passed in, and what others should know is written to the audit log, by ids only."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from app.kernel import audit, pagecache
from app.kernel.db import db

from . import factors, passkeys, passwords, queries, rules, sessions
from .models import Passkey, RecoveryCode, Staff, StaffRole
from .roles import Role


class LastAdministrator(Exception):
    """This would leave the site without an administrator."""


class LastFactor(Exception):
    """This would leave somebody who needs a second factor without one, or anybody without a way in."""


def give_role(staff_id: int, role: Role, actor: int | None, now: datetime) -> None:
    """Give somebody a role, or change the languages and networks of one they hold. If it sees personal data and they
    have no second factor, they are led to set one up before anything else opens."""
    values = {"languages": list(role.languages), "networks": list(role.networks)}
    db.session.execute(
        insert(StaffRole)
        .values(staff_id=staff_id, campaign=role.campaign, role=role.name, given_at=now, **values)
        .on_conflict_do_update(index_elements=["staff_id", "campaign", "role"], set_=values)
    )
    if rules.sees_people([role]) and not queries.ways(staff_id).factor:
        sessions.unprove(staff_id)
    said = {"role": role.name, **{name: value for name, value in values.items() if value}}
    audit.record("staff.give-role", _subject(staff_id), actor=actor, now=now, campaign=_slug(role.campaign), after=said)


def take_role(staff_id: int, campaign: str, role: str, actor: int | None, now: datetime) -> bool:
    """Take a role away; False when it was not held. Raises LastAdministrator."""
    if rules.is_site_wide(campaign, role):
        _not_the_last(staff_id)
    gone = db.session.execute(
        delete(StaffRole).where(StaffRole.staff_id == staff_id, StaffRole.campaign == campaign, StaffRole.role == role)
    )
    if not gone.rowcount:
        return False
    audit.record(
        "staff.take-role", _subject(staff_id), actor=actor, now=now, campaign=_slug(campaign), before={"role": role}
    )
    return True


def disable(staff_id: int, actor: int | None, now: datetime) -> None:
    """Shut somebody out: every session ends, nothing lets them in. Their roles stay for the day they come back. Raises
    LastAdministrator."""
    _not_the_last(staff_id)
    _change(staff_id, disabled_at=now)
    sessions.end_all(staff_id, now)
    pagecache.bump()
    audit.record("staff.disable", _subject(staff_id), actor=actor, now=now)


def enable(staff_id: int, actor: int | None, now: datetime) -> None:
    """Let somebody in again."""
    _change(staff_id, disabled_at=None)
    pagecache.bump()
    audit.record("staff.enable", _subject(staff_id), actor=actor, now=now)


def end_sessions(staff_id: int, actor: int | None, now: datetime) -> None:
    """End every session of somebody."""
    sessions.end_all(staff_id, now)
    audit.record("staff.end-sessions", _subject(staff_id), actor=actor, now=now)


def strip(staff_id: int, now: datetime) -> None:
    """Take away all that somebody proves themselves by, and end their sessions: a link sets it up anew."""
    _change(staff_id, password=None)
    db.session.execute(delete(Passkey).where(Passkey.staff_id == staff_id))
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    factors.remove_totp(staff_id)
    sessions.end_all(staff_id, now)


def change_profile(
    staff_id: int, now: datetime, *, name: str, pseudonym: str | None, credited: bool, language: str
) -> None:
    """What somebody says of themselves."""
    _change(staff_id, name=name, pseudonym=pseudonym or None, credited=credited, language=language)
    # Translators who chose it are named in public.
    pagecache.bump()
    audit.record("account.profile", _subject(staff_id), actor=staff_id, now=now)


def set_password(staff_id: int, password: str, now: datetime) -> None:
    """Give an account this password, which passwords.fault lets by. Every session of it ends."""
    _change(staff_id, password=passwords.hashed(password))
    sessions.end_all(staff_id, now)
    audit.record("account.password", _subject(staff_id), actor=staff_id, now=now)


def prove_totp(staff_id: int, session_id: int, code: str, now: datetime) -> bool:
    """Take the new secret of an authenticator app by its first code; False when that is wrong."""
    first = not queries.ways(staff_id).factor
    if not factors.prove_totp(staff_id, code, now):
        return False
    _proved(staff_id, session_id, "account.totp", first, now)
    return True


def add_passkey(staff_id: int, session_id: int, columns: dict, name: str, now: datetime) -> None:
    """Store a passkey that was just made. Raises passkeys.NoPasskey when it is stored already."""
    first = not queries.ways(staff_id).factor
    passkeys.keep(staff_id, columns, name, now)
    _proved(staff_id, session_id, "account.passkey", first, now)


def _proved(staff_id: int, session_id: int, action: str, first: bool, now: datetime) -> None:
    if first:
        # Sessions that a password alone opened are not to add factors of their own.
        sessions.end_all(staff_id, now, but=session_id)
    sessions.prove(session_id, now)
    audit.record(action, _subject(staff_id), actor=staff_id, now=now)


def remove_passkey(staff_id: int, passkey_id: int, needs_factor: bool, now: datetime) -> bool:
    """Forget a passkey; False when it is not theirs. `needs_factor`: a role of theirs asks for one. Raises
    LastFactor."""
    db.session.get(Staff, staff_id, with_for_update=True)
    own = {key.id for key in queries.passkeys(staff_id)}
    if passkey_id not in own:
        return False
    ways = queries.ways(staff_id)
    if len(own) == 1 and not ways.totp and (needs_factor or not ways.password):
        raise LastFactor
    db.session.execute(delete(Passkey).where(Passkey.id == passkey_id))
    audit.record("account.passkey-removed", _subject(staff_id), actor=staff_id, now=now)
    return True


def remove_totp(staff_id: int, needs_factor: bool, now: datetime) -> None:
    """Forget the authenticator app. Raises LastFactor."""
    db.session.get(Staff, staff_id, with_for_update=True)
    if needs_factor and not queries.ways(staff_id).passkey:
        raise LastFactor
    factors.remove_totp(staff_id)
    audit.record("account.totp-removed", _subject(staff_id), actor=staff_id, now=now)


def new_codes(staff_id: int, now: datetime) -> list[str]:
    """Ten new recovery codes, shown this once; the earlier ones hold no longer."""
    codes = factors.new_codes(staff_id)
    audit.record("account.recovery-codes", _subject(staff_id), actor=staff_id, now=now)
    return codes


def _not_the_last(staff_id: int) -> None:
    if rules.leaves_nobody(queries.site_administrators(lock=True), staff_id):
        raise LastAdministrator


def _change(staff_id: int, **values) -> None:
    db.session.execute(update(Staff).where(Staff.id == staff_id).values(**values))


def _subject(staff_id: int) -> str:
    return f"staff:{staff_id}"


def _slug(campaign: str | None) -> str | None:
    return None if campaign in (None, "*") else campaign
