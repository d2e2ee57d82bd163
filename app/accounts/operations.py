"""What changes accounts. Each verb works in the caller's transaction; actor (an id of staff; None: the command line)
and time are passed in, and what others should know is written to the audit log, by ids only."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from app.kernel import audit, jobs, pagecache
from app.kernel.db import db

from . import factors, passkeys, passwords, queries, rules, sessions, steps
from .models import Invitation, Passkey, RecoveryCode, Staff, StaffRole
from .roles import Role

TELL_TASK = "accounts:tell"


class LastAdministrator(Exception):
    """This would leave the site without an administrator."""


class LastFactor(Exception):
    """This would leave somebody who needs a second factor without one, or anybody without a way in."""


class DisabledAbove(Exception):
    """An administrator of the whole site disabled this account: one of a campaign may not enable it."""


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


def disable(staff_id: int, actor: int | None, now: datetime, campaign: str | None = None) -> None:
    """Shut somebody out: every session ends, nothing lets them in, and what they invited others by works no longer.
    Their roles stay for the day they come back. `campaign`: where the actor is an administrator; None: of the whole
    site. Raises LastAdministrator."""
    _not_the_last(staff_id)
    account = queries.locked(staff_id)
    if account.disabled_at is None or campaign is None:
        _change(staff_id, disabled_at=account.disabled_at or now, disabled_in=campaign)
    _end_all(staff_id, now)
    close_invitations(Invitation.invited_by == staff_id, now)
    pagecache.bump()
    audit.record("staff.disable", _subject(staff_id), actor=actor, now=now)


def enable(staff_id: int, actor: int | None, now: datetime, campaign: str | None = None) -> None:
    """Let somebody in again. `campaign` as for `disable`. Raises DisabledAbove."""
    account = queries.locked(staff_id)
    if account.disabled_at is not None and not rules.may_enable(campaign, account.disabled_in):
        raise DisabledAbove
    _change(staff_id, disabled_at=None, disabled_in=None)
    pagecache.bump()
    audit.record("staff.enable", _subject(staff_id), actor=actor, now=now)


def end_sessions(staff_id: int, actor: int | None, now: datetime) -> None:
    """End every session of somebody."""
    _end_all(staff_id, now)
    audit.record("staff.end-sessions", _subject(staff_id), actor=actor, now=now)


def close_invitations(which, now: datetime) -> int:
    """Have the links of some invitations work no longer; how many of them still did."""
    still = (Invitation.used_at.is_(None), Invitation.withdrawn_at.is_(None))
    closed = update(Invitation).where(which, *still).values(withdrawn_at=now)
    return db.session.execute(closed.execution_options(synchronize_session=False)).rowcount


def strip(staff_id: int, now: datetime) -> None:
    """Take away all that somebody proves themselves by, and end their sessions: a link sets it up anew."""
    _change(staff_id, password=None)
    db.session.execute(delete(Passkey).where(Passkey.staff_id == staff_id))
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    factors.remove_totp(staff_id)
    _end_all(staff_id, now)


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
    _end_all(staff_id, now)
    _note("account.password", staff_id, now)


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
    _note(action, staff_id, now)


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
    _note("account.passkey-removed", staff_id, now)
    return True


def remove_totp(staff_id: int, needs_factor: bool, now: datetime) -> None:
    """Forget the authenticator app. Raises LastFactor."""
    db.session.get(Staff, staff_id, with_for_update=True)
    ways = queries.ways(staff_id)
    if needs_factor and not ways.passkey:
        raise LastFactor
    factors.remove_totp(staff_id)
    if ways.totp:
        _note("account.totp-removed", staff_id, now)


def new_codes(staff_id: int, now: datetime) -> list[str]:
    """Ten new recovery codes, shown this once; the earlier ones hold no longer."""
    anew = queries.had_codes(staff_id)
    codes = factors.new_codes(staff_id)
    entry = audit.record("account.recovery-codes", _subject(staff_id), actor=staff_id, now=now)
    if anew:
        tell(entry)
    return codes


def shows_code(staff_id: int, typed: str, now: datetime) -> str | None:
    """ "totp" or "recovery" when what was typed is such a code of somebody's, which is used up by it; else None."""
    kind = factors.shows_code(staff_id, typed, now)
    if kind == "recovery":
        _note("account.recovery-used", staff_id, now)
    return kind


def tell(entry_id: int) -> None:
    """Have the owner of an account told by mail what was done to it, which stands in the audit log."""
    jobs.defer(TELL_TASK, jobs.MAIL_QUEUE, entry_id=entry_id)


def _note(action: str, staff_id: int, now: datetime) -> None:
    tell(audit.record(action, _subject(staff_id), actor=staff_id, now=now))


def _end_all(staff_id: int, now: datetime) -> None:
    sessions.end_all(staff_id, now)
    steps.close(staff_id)


def _not_the_last(staff_id: int) -> None:
    if rules.leaves_nobody(queries.site_administrators(lock=True), staff_id):
        raise LastAdministrator


def _change(staff_id: int, **values) -> None:
    db.session.execute(update(Staff).where(Staff.id == staff_id).values(**values))


def _subject(staff_id: int) -> str:
    return f"staff:{staff_id}"


def _slug(campaign: str | None) -> str | None:
    return None if campaign in (None, "*") else campaign
