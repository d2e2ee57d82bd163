"""What this room holds about a person, and what accounts do of whoever works here under the same address."""

from flask_babel import lazy_gettext as lazy
from sqlalchemy import select

from app.accounts.models import STAFF_DIGEST_PURPOSE, Invitation, Passkey, Staff, StaffRole, StaffSession
from app.kernel.crypto import keyring
from app.kernel.db import db
from app.kernel.i18n import BY_CODE

from .addresses import canonical_address
from .holdings import Field, Subject, register_holding
from .models import Consent, Person, Suppression
from .org_models import Network
from .privacy_models import PrivacyRequest
from .words import PURPOSE_WORDS, WAY_WORDS


def language_name(code: str, lang: str) -> str:
    """A language as it names itself."""
    return BY_CODE[code].autonym if code in BY_CODE else code


def _one_of(words: dict):
    return lambda value, lang: str(words.get(value, value))


def _rows(statement) -> list[dict]:
    return [dict(row) for row in db.session.execute(statement).mappings()]


def persons(subject: Subject) -> list[dict]:
    """Address and language, and since when."""
    columns = (
        Person.email.label("address"),
        Person.language,
        Person.created_at,
        Person.erased_at,
        Person.restricted_at,
    )
    return _rows(select(*columns).where(Person.id == subject.person_id))


def consents(subject: Subject) -> list[dict]:
    """The ledger of consent."""
    columns = (Consent.purpose, Consent.act, Consent.campaign, Network.names["en"].astext.label("network"))
    columns += (Consent.language, Consent.wording, Consent.how, Consent.at, Consent.recorded_at)
    mine = Consent.person_id == subject.person_id
    return _rows(select(*columns).outerjoin(Network, Network.id == Consent.network_id).where(mine).order_by(Consent.id))


def suppressions(subject: Subject) -> list[dict]:
    """Whether and why the address gets no mail."""
    columns = (Suppression.reason, Suppression.created_at, Suppression.until)
    return _rows(select(*columns).where(Suppression.email_digest.in_(subject.digests)))


def requests(subject: Subject) -> list[dict]:
    """Requests about these data, this one too."""
    columns = (
        PrivacyRequest.kind,
        PrivacyRequest.state,
        PrivacyRequest.received_on,
        PrivacyRequest.asked_at,
        PrivacyRequest.proved_at,
        PrivacyRequest.proof_note,
        PrivacyRequest.ended_at,
        PrivacyRequest.answer,
        PrivacyRequest.note,
        PrivacyRequest.language,
    )
    mine = PrivacyRequest.email_digest.in_(subject.digests)
    return _rows(select(*columns).where(mine).order_by(PrivacyRequest.id))


def staff(subject: Subject) -> list[dict]:
    """The account of whoever works at the desk under this address."""
    digests = keyring().digests(canonical_address(subject.address), STAFF_DIGEST_PURPOSE)
    found = []
    for someone in db.session.scalars(select(Staff).where(Staff.email_digest.in_(digests))):
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


def staff_sessions(subject: Subject) -> list[dict]:
    """Their sign-ins."""
    digests = keyring().digests(canonical_address(subject.address), STAFF_DIGEST_PURPOSE)
    columns = (StaffSession.device, StaffSession.created_at, StaffSession.seen_at, StaffSession.ended_at)
    return _rows(
        select(*columns)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(Staff.email_digest.in_(digests))
        .order_by(StaffSession.id)
    )


def invitations(subject: Subject) -> list[dict]:
    """Invitations to work at the desk, sent to this address: few enough to open each; and links by which the account
    of this address is set up anew, which hold no address of their own."""
    wanted = canonical_address(subject.address)
    digests = keyring().digests(wanted, STAFF_DIGEST_PURPOSE)
    accounts = set(db.session.scalars(select(Staff.id).where(Staff.email_digest.in_(digests))))
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

register_holding(
    "person",
    persons,
    label=lazy("You"),
    fields={
        "address": ADDRESS,
        "language": LANGUAGE,
        "created_at": SINCE,
        "erased_at": Field(lazy("Erased on")),
        "restricted_at": Field(lazy("Kept and not used since")),
    },
)
register_holding(
    "consent",
    consents,
    label=lazy("What you agreed to"),
    fields={
        "purpose": Field(lazy("What for"), _one_of(PURPOSES)),
        "act": Field(lazy("Consent"), _one_of(ACTS)),
        "campaign": CAMPAIGN,
        "network": Field(lazy("Network")),
        "wording": Field(lazy("In these words")),
        "language": LANGUAGE,
        "how": Field(lazy("How"), _one_of(WAYS)),
        "at": Field(lazy("When")),
        "recorded_at": Field(lazy("Written down")),
    },
)
register_holding(
    "suppression",
    suppressions,
    label=lazy("No mails to you"),
    fields={"reason": Field(lazy("Why"), _one_of(REASONS)), "created_at": SINCE, "until": Field(lazy("Valid until"))},
)
register_holding(
    "requests",
    requests,
    label=lazy("Your requests"),
    fields={
        "kind": Field(lazy("What was asked"), _one_of(KINDS)),
        "state": Field(lazy("State"), _one_of(REQUEST_STATES)),
        "received_on": Field(lazy("Received")),
        "language": LANGUAGE,
        "note": Field(lazy("Our note")),
        "asked_at": Field(lazy("Mail that asked for the proof")),
        "proved_at": Field(lazy("Proved")),
        "proof_note": Field(lazy("Proved by")),
        "ended_at": Field(lazy("Ended")),
        "answer": Field(lazy("Our answer")),
    },
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
register_holding(
    "staff_sessions",
    staff_sessions,
    label=lazy("Your sign-ins"),
    fields={
        "device": Field(lazy("Device")),
        "created_at": SINCE,
        "seen_at": Field(lazy("Last seen")),
        "ended_at": Field(lazy("Ended")),
    },
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
