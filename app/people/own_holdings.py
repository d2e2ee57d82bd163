"""What this room holds about a person, and what accounts do of whoever works here under the same address."""

from collections.abc import Callable
from typing import Any

from flask import g
from flask_babel import lazy_gettext as lazy
from sqlalchemy import Select, select

from app.accounts.models import STAFF_DIGEST_PURPOSE, Invitation, Passkey, Staff, StaffRole, StaffSession
from app.kernel.crypto import keyring
from app.kernel.db import db
from app.kernel.i18n import BY_CODE

from .addresses import canonical_address
from .holdings import Field, Subject, register_holding
from .models import Consent, Person, Suppression
from .org_models import Network
from .org_queries import network_choices
from .privacy_models import PrivacyRequest
from .words import PURPOSE_WORDS, WAY_WORDS


def language_name(code: str, lang: str) -> str:
    """A language as it names itself."""
    return BY_CODE[code].autonym if code in BY_CODE else code


def _network(slug: str, lang: str) -> str:
    """A network's name in a language; all are asked for once."""
    if "network_names" not in g:
        g.network_names = {row.slug: row.names for row in network_choices(None)}
    names = g.network_names.get(slug, {})
    return names.get(lang) or names.get("en") or slug


def _one_of(words: dict):
    return lambda value, lang: str(words.get(value, value))


ADDRESS, LANGUAGE = Field(lazy("E-mail address")), Field(lazy("Language"), language_name)
SINCE, CAMPAIGN = Field(lazy("Since")), Field(lazy("Campaign"))
PURPOSES = {"signature": lazy("to sign"), "updates": lazy("to get news"), **PURPOSE_WORDS}
ACTS = {"given": lazy("given"), "withdrawn": lazy("taken back")}
WAYS = {
    "web": lazy("on the web"),
    "mail": WAY_WORDS["mail"],
    "paper": lazy("on paper"),
    "spoken": WAY_WORDS["spoken"],
    "import": lazy("from a list"),
    "desk": lazy("told to a person"),
}
REASONS = {
    "erased": lazy("erased"),
    "not_me": lazy("said: it was not me"),
    "objected": lazy("wants no mails"),
    "restricted": lazy("asked that nothing is used"),
    "unsubscribed": lazy("left all mailings"),
    "bounced": lazy("the address does not exist any more"),
    "complained": lazy("a mail of ours was reported as unwanted"),
}
KINDS = {
    "access": lazy("to see the data"),
    "correct": lazy("to correct them"),
    "erase": lazy("to erase them"),
    "restrict": lazy("to keep them and use them no more"),
    "lift": lazy("to use them again"),
    "object": lazy("to get no more mails"),
}
REQUEST_STATES = {
    "asked": lazy("waits for the proof"),
    "proved": lazy("proved, to be done"),
    "done": lazy("done"),
    "refused": lazy("refused"),
    "denied": lazy("not confirmed"),
}


def _hold(name: str, label, columns: dict[str, tuple[Any, Field]], theirs: Callable[[Select, Subject], Select]) -> None:
    """Have the rows of a table that are a subject's stand in every answer: each column under its key, as its field
    writes it. `theirs(statement, subject)` narrows and orders."""
    read = select(*(column.label(key) for key, (column, _field) in columns.items()))

    def give(subject: Subject) -> list[dict]:
        return [dict(row) for row in db.session.execute(theirs(read, subject)).mappings()]

    register_holding(name, give, label=label, fields={key: field for key, (_column, field) in columns.items()})


def _staff_digests(subject: Subject) -> list[bytes]:
    return keyring().digests(canonical_address(subject.address), STAFF_DIGEST_PURPOSE)


def staff(subject: Subject) -> list[dict]:
    """The account of whoever works at the desk under this address."""
    found = []
    for someone in db.session.scalars(select(Staff).where(Staff.email_digest.in_(_staff_digests(subject)))):
        roles = db.session.execute(
            select(StaffRole.role, StaffRole.campaign).where(StaffRole.staff_id == someone.id).order_by(StaffRole.id)
        )
        keys = db.session.scalars(select(Passkey.name).where(Passkey.staff_id == someone.id).order_by(Passkey.id))
        found.append(
            {
                "name": someone.name,
                "pseudonym": someone.pseudonym,
                "credited": someone.credited,
                "address": someone.email,
                "language": someone.language,
                "roles": ", ".join(f"{role} ({campaign})" for role, campaign in roles),
                "passkeys": ", ".join(keys),
                "created_at": someone.created_at,
                "disabled_at": someone.disabled_at,
            }
        )
    return found


def invitations(subject: Subject) -> list[dict]:
    """Invitations to work at the desk, sent to this address: few enough to open each; and links by which the account
    of this address is set up anew, which hold no address of their own."""
    wanted = canonical_address(subject.address)
    accounts = set(db.session.scalars(select(Staff.id).where(Staff.email_digest.in_(_staff_digests(subject)))))
    addressed = Invitation.email.is_not(None) | Invitation.staff_id.in_(accounts)
    return [
        {
            "address": row.email or subject.address,
            "role": row.role,
            "campaign": row.campaign,
            "created_at": row.created_at,
            "expires_at": row.expires_at,
            "used_at": row.used_at,
        }
        for row in db.session.scalars(select(Invitation).where(addressed).order_by(Invitation.id))
        if row.staff_id in accounts or (row.email is not None and canonical_address(row.email) == wanted)
    ]


_hold(
    "person",
    lazy("You"),
    {
        "address": (Person.email, ADDRESS),
        "language": (Person.language, LANGUAGE),
        "created_at": (Person.created_at, SINCE),
        "erased_at": (Person.erased_at, Field(lazy("Erased on"))),
        "restricted_at": (Person.restricted_at, Field(lazy("Kept and not used since"))),
    },
    lambda statement, subject: statement.where(Person.id == subject.person_id),
)
_hold(
    "consent",
    lazy("What you agreed to"),
    {
        "purpose": (Consent.purpose, Field(lazy("What for"), _one_of(PURPOSES))),
        "act": (Consent.act, Field(lazy("Consent"), _one_of(ACTS))),
        "campaign": (Consent.campaign, CAMPAIGN),
        "network": (Network.slug, Field(lazy("Network"), _network)),
        "language": (Consent.language, LANGUAGE),
        "wording": (Consent.wording, Field(lazy("In these words"))),
        "how": (Consent.how, Field(lazy("How"), _one_of(WAYS))),
        "place": (Consent.place, Field(lazy("Where"))),
        "at": (Consent.at, Field(lazy("When"))),
        "recorded_at": (Consent.recorded_at, Field(lazy("Written down"))),
    },
    lambda statement, subject: (
        statement.select_from(Consent)
        .outerjoin(Network, Network.id == Consent.network_id)
        .where(Consent.person_id == subject.person_id)
        .order_by(Consent.id)
    ),
)
_hold(
    "suppression",
    lazy("No mails to you"),
    {
        "reason": (Suppression.reason, Field(lazy("Why"), _one_of(REASONS))),
        "created_at": (Suppression.created_at, SINCE),
        "until": (Suppression.until, Field(lazy("Valid until"))),
    },
    lambda statement, subject: statement.where(Suppression.email_digest.in_(subject.digests)),
)
_hold(
    "requests",
    lazy("Your requests"),
    {
        "kind": (PrivacyRequest.kind, Field(lazy("What was asked"), _one_of(KINDS))),
        "state": (PrivacyRequest.state, Field(lazy("State"), _one_of(REQUEST_STATES))),
        "received_on": (PrivacyRequest.received_on, Field(lazy("Received"))),
        "language": (PrivacyRequest.language, LANGUAGE),
        "note": (PrivacyRequest.note, Field(lazy("Our note"))),
        "asked_at": (PrivacyRequest.asked_at, Field(lazy("Mail that asked for the proof"))),
        "proved_at": (PrivacyRequest.proved_at, Field(lazy("Proved"))),
        "proof_note": (PrivacyRequest.proof_note, Field(lazy("Proved by"))),
        "ended_at": (PrivacyRequest.ended_at, Field(lazy("Ended"))),
        "answer": (PrivacyRequest.answer, Field(lazy("Our answer"))),
    },
    lambda statement, subject: statement.where(PrivacyRequest.email_digest.in_(subject.digests)).order_by(
        PrivacyRequest.id
    ),
)
register_holding(
    "staff",
    staff,
    label=lazy("Your account at the desk"),
    fields={
        "name": Field(lazy("Name")),
        "pseudonym": Field(lazy("Pseudonym")),
        "credited": Field(lazy("Named in public")),
        "address": ADDRESS,
        "language": LANGUAGE,
        "roles": Field(lazy("Roles")),
        "passkeys": Field(lazy("Passkeys")),
        "created_at": SINCE,
        "disabled_at": Field(lazy("Closed on")),
    },
)
_hold(
    "staff_sessions",
    lazy("Your sign-ins"),
    {
        "device": (StaffSession.device, Field(lazy("Device"))),
        "created_at": (StaffSession.created_at, SINCE),
        "seen_at": (StaffSession.seen_at, Field(lazy("Last seen"))),
        "ended_at": (StaffSession.ended_at, Field(lazy("Ended"))),
    },
    lambda statement, subject: (
        statement.join(Staff, Staff.id == StaffSession.staff_id)
        .where(Staff.email_digest.in_(_staff_digests(subject)))
        .order_by(StaffSession.id)
    ),
)
register_holding(
    "staff_invitations",
    invitations,
    label=lazy("Invitations to the desk"),
    fields={
        "address": ADDRESS,
        "role": Field(lazy("Role")),
        "campaign": CAMPAIGN,
        "created_at": SINCE,
        "expires_at": Field(lazy("Valid until")),
        "used_at": Field(lazy("Used")),
    },
)
