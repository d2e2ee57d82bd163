"""Invitations to sign a letter, in bulk: to people in a network's organisations who agreed to get letters to sign.

An invitation signs nobody. It brings a personal link to a form that is filled with what is known; its reader checks it,
and signs or does not. Works in the caller's transaction.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, insert, literal, or_, select, update

from app.kernel import audit, jobs, tokens
from app.kernel.db import db
from app.people.models import Consent, Person, Suppression
from app.people.org_models import Membership, Organisation, Position
from app.people.positions import Agreement, ledger_rows
from app.people.queries import usable

from .invitation_models import Invitation
from .member_queries import stands
from .models import Letter

TASK = "invitations:send"
PURPOSE = "letters"
BATCH = 25
_NO_SYNC = {"synchronize_session": False}


@dataclass(frozen=True)
class Numbers:
    """Of a network: organisations in it, people who can be invited now, and people who were."""

    organisations: int
    people: int
    invited: int


@dataclass(frozen=True)
class Reader:
    """Whoever an invitation goes to, with what a mail to them needs."""

    invitation_id: int
    letter_id: int
    address: str
    name: str
    language: str | None
    second_language: str | None
    organisation_id: int
    organisation: str
    country: str | None
    network_id: int


def _agreed(network_id):
    """Whether the last thing a person said to a network about letters is yes."""
    last = (
        select(Consent.act)
        .where(Consent.person_id == Position.person_id, Consent.network_id == network_id, Consent.purpose == PURPOSE)
        .order_by(Consent.at.desc(), Consent.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return last == "given"


def _may_be_written_to(now: datetime):
    silent = select(Suppression).where(
        Suppression.email_digest == Person.email_digest, or_(Suppression.until.is_(None), Suppression.until > now)
    )
    return Person.email.is_not(None) & ~silent.exists() & usable(Person.id)


def _invitable(letter_id: int, network_id: int, now: datetime) -> Select:
    """Positions that can be invited: not yet, and of no organisation that stands on the public list. Whoever signed and
    is not on it is invited as everybody is."""
    invited = select(Invitation).where(Invitation.letter_id == letter_id, Invitation.position_id == Position.id)
    return (
        select(Position.id)
        .join(Person, Person.id == Position.person_id)
        .join(Organisation, Organisation.id == Position.organisation_id)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.network_id == network_id, Organisation.joined_into.is_(None))
        .where(_may_be_written_to(now), _agreed(network_id), ~stands(letter_id, Organisation.id), ~invited.exists())
    )


def numbers(letter_id: int, network_id: int, now: datetime) -> Numbers:
    """How many organisations a network has, and how many people in them can be invited, or were. Three queries."""
    living = (
        select(func.count())
        .select_from(Membership)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.network_id == network_id, Organisation.joined_into.is_(None))
    )
    had = (Invitation.letter_id == letter_id) & (Invitation.network_id == network_id)
    people = select(func.count()).select_from(_invitable(letter_id, network_id, now).subquery())
    invited = select(func.count()).select_from(Invitation).where(had)
    return Numbers(*(db.session.scalar(statement) for statement in (living, people, invited)))


def invite(letter: Letter, campaign: str, network_id: int, actor: int, now: datetime) -> int:
    """Invite everybody in a network's organisations who can be, in a language of theirs. Returns how many."""
    who = _invitable(letter.id, network_id, now).subquery()
    values = select(literal(letter.id), who.c.id, literal(network_id), literal(now.date()))
    statement = insert(Invitation).from_select(["letter_id", "position_id", "network_id", "asked_on"], values)
    done = len(db.session.scalars(statement.returning(Invitation.id)).all())
    if done:
        go_on(letter.id)
    after = {"network": network_id, "people": done}
    audit.record("letters.invite", f"letter:{letter.slug}", actor=actor, now=now, campaign=campaign, after=after)
    return done


def go_on(letter_id: int, after_id: int = 0, at: datetime | None = None) -> None:
    """Queue the next mails of a letter's invitations, behind whatever else waits."""
    jobs.defer(TASK, jobs.MAIL_QUEUE, at, jobs.PATIENT, letter_id=letter_id, after_id=after_id)


def next_ids(letter_id: int, after_id: int, most: int = BATCH) -> list[int]:
    """The invitations whose mail has not gone out, by id from the one after `after_id`."""
    waiting = (Invitation.letter_id == letter_id) & ~Invitation.sent & (Invitation.id > after_id)
    return list(db.session.scalars(select(Invitation.id).where(waiting).order_by(Invitation.id).limit(most)))


def reader(invitation_id: int, now: datetime) -> Reader | None:
    """Whoever an unsent invitation goes to; None when they may not be written to any longer, or their organisation has
    come to stand on the public list meanwhile."""
    row = db.session.execute(
        select(
            Invitation.id,
            Invitation.letter_id,
            Person.email,
            Position.name,
            Position.language,
            Position.second_language,
            Position.organisation_id,
            Organisation.name.label("organisation"),
            Organisation.country,
            Invitation.network_id,
        )
        .join(Position, Position.id == Invitation.position_id)
        .join(Person, Person.id == Position.person_id)
        .join(Organisation, Organisation.id == Position.organisation_id)
        .where(Invitation.id == invitation_id, ~Invitation.sent, ~stands(Invitation.letter_id, Organisation.id))
        .where(_may_be_written_to(now), _agreed(Invitation.network_id))
    ).one_or_none()
    return row and Reader(*row)


def new_link(invitation_id: int) -> str:
    """A fresh token for an invitation; the one before works no longer."""
    token, digest = tokens.new_token()
    db.session.execute(
        update(Invitation)
        .where(Invitation.id == invitation_id)
        .values(token_digest=digest)
        .execution_options(**_NO_SYNC)
    )
    return token


def note_sent(invitation_id: int) -> bool:
    """Note that the mail goes out, or need not. False when somebody else did; while they may still fail, this waits."""
    done = db.session.execute(
        update(Invitation)
        .where(Invitation.id == invitation_id, ~Invitation.sent)
        .values(sent=True)
        .execution_options(**_NO_SYNC)
    )
    return done.rowcount > 0


def stop(person_id: int, network_id: int, wording: str, language: str, now: datetime) -> None:
    """Somebody wants no more letters of a network: the ledger of consent says so, in the words they read."""
    agreement = Agreement(network_id, (PURPOSE,), "withdrawn", wording, language, "web", now)
    db.session.execute(insert(Consent), ledger_rows([person_id], agreement, None, now))
