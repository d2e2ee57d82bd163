"""Links by which somebody becomes staff, gets another role, or sets up their account anew. Each works once, for a week;
the same rules as in operations.py."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from app.kernel import audit, jobs, tokens
from app.kernel.db import db

from . import operations, passkeys, passwords, queries, sessions
from .models import Invitation, Staff
from .roles import ADMINISTRATOR, EVERYWHERE, Role

LIVES = timedelta(days=7)
MAIL_TASK = "accounts:invite"


class Gone(Exception):
    """The link was used, withdrawn or has expired, while its page stood open."""


class HasAccount(Exception):
    """There is an account with this address already."""


def invite(email: str, role: Role, language: str, actor: int | None, now: datetime, mail: bool = True) -> int:
    """Invite an address to a role; the id of the invitation. `mail`: its link goes out by mail, in `language`."""
    invitation = Invitation(
        token_digest=tokens.new_token()[1],
        email=email,
        language=language,
        campaign=role.campaign,
        role=role.name,
        languages=list(role.languages),
        networks=list(role.networks),
        invited_by=actor,
        created_at=now,
        expires_at=now + LIVES,
    )
    return _open(invitation, "staff.invite", actor, now, mail)


def reset(staff_id: int, actor: int | None, now: datetime, mail: bool = True) -> int:
    """Take away what somebody proves themselves by, end their sessions, and have a link sent by which they set it up
    anew; the id of that link's row. Earlier links of the kind work no longer."""
    account = db.session.get(Staff, staff_id)
    operations.strip(staff_id, now)
    operations.close_invitations(Invitation.staff_id == staff_id, now)
    invitation = Invitation(
        token_digest=tokens.new_token()[1],
        staff_id=staff_id,
        language=account.language,
        invited_by=actor,
        created_at=now,
        expires_at=now + LIVES,
    )
    return _open(invitation, "staff.reset-factor", actor, now, mail)


def first(now: datetime) -> str | None:
    """The token of a fresh link for the first administrator, in the place of the one before; None once anybody works
    here."""
    if queries.anybody():
        return None
    token, digest = tokens.new_token()
    operations.close_invitations(Invitation.email.is_(None) & Invitation.staff_id.is_(None), now)
    db.session.add(
        Invitation(
            token_digest=digest,
            language="en",
            campaign=EVERYWHERE,
            role=ADMINISTRATOR,
            created_at=now,
            expires_at=now + LIVES,
        )
    )
    return token


def _open(invitation: Invitation, action: str, actor: int | None, now: datetime, mail: bool) -> int:
    db.session.add(invitation)
    db.session.flush()
    where = None if invitation.campaign == EVERYWHERE else invitation.campaign
    subject = f"staff:{invitation.staff_id}" if invitation.staff_id else f"invitation:{invitation.id}"
    after = {"role": invitation.role} if invitation.role else None
    entry = audit.record(action, subject, actor=actor, now=now, campaign=where, after=after)
    if invitation.staff_id and not mail:
        operations.tell(entry)
    if mail:
        jobs.defer(MAIL_TASK, jobs.MAIL_QUEUE, invitation_id=invitation.id)
    return invitation.id


def new_link(invitation_id: int) -> str:
    """A token for an invitation; an earlier one opens it no longer."""
    token, digest = tokens.new_token()
    db.session.execute(update(Invitation).where(Invitation.id == invitation_id).values(token_digest=digest))
    return token


def withdraw(invitation_id: int, campaign: str | None, actor: int | None, now: datetime) -> bool:
    """Withdraw an invitation to a campaign (None: any); False when there is none that is open."""
    which = Invitation.id == invitation_id
    if campaign is not None:
        which &= Invitation.campaign == campaign
    if not operations.close_invitations(which, now):
        return False
    audit.record("staff.withdraw-invitation", f"invitation:{invitation_id}", actor=actor, now=now, campaign=campaign)
    return True


@dataclass(frozen=True)
class Acceptance:
    """What somebody fills in to begin: a password, or the columns of a passkey that was just made."""

    email: str
    name: str
    language: str
    password: str | None = None
    passkey: dict | None = None
    passkey_name: str = ""


def accept(token: str, said: Acceptance, device: str, now: datetime) -> tuple[int, str]:
    """Make the account, or set it up anew, with the role of the invitation; the account's id, and the token of the
    session that begins. Raises Gone, HasAccount, passkeys.NoPasskey."""
    invitation = queries.invitation(token, now, lock=True)
    if invitation is None:
        raise Gone
    account = _account(invitation, said, now)
    if said.password:
        account.password = passwords.hashed(said.password)
    if said.passkey:
        passkeys.keep(account.id, said.passkey, said.passkey_name, now)
    invitation.used_at = now
    db.session.flush()
    action = "staff.set-up-anew" if invitation.staff_id else "staff.join"
    entry = audit.record(action, f"staff:{account.id}", actor=account.id, now=now)
    if invitation.staff_id:
        operations.tell(entry)
    if invitation.role:
        operations.give_role(account.id, _role(invitation), invitation.invited_by, now)
    return account.id, sessions.begin(account.id, device, said.passkey is not None, now)


def _account(invitation: Invitation, said: Acceptance, now: datetime) -> Staff:
    if invitation.staff_id:
        account = db.session.get(Staff, invitation.staff_id)
        if account.disabled_at:
            raise Gone
        account.name, account.language = said.name, said.language
        return account
    email = invitation.email or said.email
    if queries.by_address(email):
        raise HasAccount
    account = Staff(
        email=email,
        email_digest=queries.digests(email)[0],
        name=said.name,
        language=said.language,
        created_at=now,
    )
    db.session.add(account)
    db.session.flush()
    return account


def take_on(token: str, staff_id: int, now: datetime) -> str:
    """Give the role of an invitation to the account it was sent to, whose owner is signed in; the role's campaign.
    Raises Gone."""
    invitation = queries.invitation(token, now, lock=True)
    if invitation is None or invitation.role is None or invitation.email is None:
        raise Gone
    account = queries.by_address(invitation.email)
    if account is None or account.id != staff_id:
        raise Gone
    invitation.used_at = now
    operations.give_role(staff_id, _role(invitation), invitation.invited_by, now)
    return invitation.campaign


def _role(invitation: Invitation) -> Role:
    return Role(invitation.role, invitation.campaign, tuple(invitation.languages), tuple(invitation.networks))
