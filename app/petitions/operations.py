"""Everything that writes about petitions. The first four verbs are a signature's whole life."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, exists, insert, literal, select, text, true, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.campaigns.models import Campaign
from app.kernel import jobs, pagecache, tokens
from app.kernel.crypto import keyring
from app.kernel.db import db
from app.people import operations as people
from app.people.models import Person

from . import comments, limits, names, rules
from .models import NAME_CONTEXT, Petition, Signature, SignatureLink, SignatureMail, UpdateMail, WithdrawnSigner
from .total_models import TallyEntry

MAIL_TASK = "petitions:mail"
# What of a signature goes when its person is erased.
PERSONAL = ("name", "name_digest", "comment", "comment_state", "comment_at", "source", "network", "domain")

_SIGN = text(
    f"""
WITH words AS (
    SELECT words.petition_id FROM petitions_text AS words
    JOIN petitions_petition AS petition ON petition.id = words.petition_id AND petition.version = words.version
    WHERE words.petition_id = :petition_id AND words.version = :text_version AND words.language = :text_language
        AND words.digest = :text_digest AND (petition.closes_at IS NULL OR :now < petition.closes_at)
        AND NOT EXISTS (SELECT FROM kernel_switch WHERE name = 'signing')
),
{people.PERSON_CTE.strip()},
signature AS (
    INSERT INTO petitions_signature AS signed (petition_id, person_id, state, name, area, shown, language, further,
        text_version, text_digest, updates, erased, signed_at, network, domain, held, source, name_digest, comment,
        comment_state, comment_at)
    SELECT words.petition_id, person.id, 'pending', :name, :area, :shown, :language,
        CAST(:further AS text), :text_version, :text_digest, :updates, false, :now,
        CAST(:network AS bytea), CAST(:domain AS bytea), CAST(:held AS text), CAST(:source AS text),
        CAST(:name_digest AS bytea), CAST(:comment AS bytea), CAST(:comment_state AS text),
        CAST(:comment_at AS timestamptz) FROM person CROSS JOIN words
    ON CONFLICT (petition_id, person_id) DO UPDATE
    SET (name, area, shown, language, further, text_version, text_digest, updates, source, name_digest, comment,
        comment_state, comment_at) = (
        SELECT EXCLUDED.name, EXCLUDED.area, EXCLUDED.shown, EXCLUDED.language, EXCLUDED.further,
            EXCLUDED.text_version, EXCLUDED.text_digest, EXCLUDED.updates,
            coalesce(EXCLUDED.source, signed.source), EXCLUDED.name_digest, EXCLUDED.comment,
            EXCLUDED.comment_state, EXCLUDED.comment_at
        WHERE signed.confirmed_at IS NULL
        UNION ALL SELECT signed.name, signed.area, signed.shown, signed.language, signed.further,
            signed.text_version, signed.text_digest, signed.updates, signed.source, signed.name_digest, signed.comment,
            signed.comment_state, signed.comment_at WHERE signed.confirmed_at IS NOT NULL
    )
    RETURNING id, person_id, confirmed_at, xmax = 0 AS fresh
),
consent AS (
    INSERT INTO people_consent (person_id, purpose, act, campaign, language, wording, how, at)
    SELECT person_id, given.purpose, 'given', :campaign, :language, given.wording, 'web', :now
    FROM signature, jsonb_each_text(CAST(:wordings AS jsonb)) AS given(purpose, wording)
    WHERE confirmed_at IS NULL
)
SELECT {
        jobs.DEFER.format(
            queue=":queue",
            task=":task",
            args="jsonb_build_object('signature_id', id, 'repeat', NOT fresh)",
            at="NULL",
        )
    } FROM signature
"""  # noqa: S608 every value is bound; what is formatted in are constants
).bindparams(bindparam("digests", expanding=True))


@dataclass(frozen=True)
class Signing:
    """What a signer sent, checked. `wordings` are the words beside each box they ticked, by purpose of consent.

    `network` is where it came from (kernel/network.py), `trapped` whether the field was filled that stays empty,
    `source` the name in the address that led them here (kernel/sources.py), `comment` why it matters to them, `further`
    the language besides the six in which they read.
    """

    name: str
    address: str
    area: str
    shown: str
    updates: bool
    language: str
    wordings: dict[str, str]
    network: str | None = None
    trapped: bool = False
    source: str | None = None
    comment: str | None = None
    further: str | None = None


@dataclass(frozen=True)
class OpenText:
    """The text that a petition is signed under, in one language, as it was read at some time; `language`
    where it is not that of the page."""

    petition_id: int
    version: int
    digest: bytes
    language: str | None = None


def sign(words: OpenText, campaign: str, signing: Signing, now: datetime) -> bool:
    """Person, pending signature, consent and mail job, in one statement; the caller commits.

    What was typed last stands until it is confirmed. Whoever has confirmed keeps what they signed; only the mail they
    get differs, and no caller can tell. No limit is asked here: the mail's job judges (limits.py), so that the answer
    is made by the same work for everyone.
    False, and then nothing may be committed, when another text than `words` is open by now, or none because the
    petition has ended, or while signing is paused.
    """
    jobs_made = db.session.execute(
        _SIGN,
        {
            **people.person_values(signing.address, signing.language, now),
            "petition_id": words.petition_id,
            "name": keyring().encrypt(signing.name, NAME_CONTEXT),
            "area": signing.area,
            "shown": signing.shown,
            "further": signing.further,
            "text_language": words.language or signing.language,
            "text_version": words.version,
            "text_digest": words.digest,
            "updates": signing.updates,
            "campaign": campaign,
            "wordings": json.dumps(signing.wordings),
            **limits.digests_of(signing.network, signing.address),
            "held": "trap" if signing.trapped else None,
            "source": signing.source,
            "name_digest": names.digest_if_shown(signing.name, signing.shown),
            **comments.values_of(signing.comment, now),
            "queue": jobs.MAIL_QUEUE,
            "task": MAIL_TASK,
        },
    )
    return jobs_made.first() is not None


# Who comes back takes the withdrawal back: no figure by area grows twice by one person. What was called false enters
# noughts: its confirming is the same statements and rows, and counts nothing.
_CONFIRM = text(
    """
WITH confirmed AS (
    UPDATE petitions_signature
    SET confirmed_at = :now, state = CASE state WHEN 'pending' THEN 'confirmed' ELSE state END
    WHERE id = :id AND confirmed_at IS NULL
    RETURNING petition_id, area, language, source, state = 'confirmed' AS counts
), back AS (
    DELETE FROM petitions_withdrawn AS w USING confirmed AS c
    WHERE c.counts AND w.petition_id = c.petition_id AND w.email_digest IN :digests RETURNING w.petition_id
)
INSERT INTO petitions_tally_entry (petition_id, area, day, confirmed, withdrawn, language, source)
SELECT petition_id, area, :day, CAST(counts AND NOT EXISTS (SELECT FROM back) AS integer),
    - CAST(EXISTS (SELECT FROM back) AS integer), language, source
FROM confirmed RETURNING id
"""
).bindparams(bindparam("digests", expanding=True))


def confirm(signature_id: int, now: datetime) -> bool:
    """Let a signature count, unless it was called false, which nobody is told. False when it was confirmed before or is
    gone."""
    person = _person(signature_id)
    if person is None:
        return False
    values = {"id": signature_id, "now": now, "day": now.date(), "digests": people.digests_of(person)}
    return db.session.execute(_CONFIRM, values).first() is not None


def withdraw(signature_id: int, now: datetime, only_pending: bool = False, said: tuple[str, str] | None = None) -> None:
    """Take a signature back: the row goes, with the person if nothing else needs them, and the total falls by one.

    `said` is the language and the words of the button by which its person did so: while they are still here for
    something else, their ledger of consent says it.
    """
    # The person first, as erasing does: two locks in one order never wait for each other.
    person = _person(signature_id, lock=True)
    unconfirmed = Signature.confirmed_at.is_(None) if only_pending else true()
    row = db.session.execute(
        delete(Signature)
        .where(Signature.id == signature_id, unconfirmed)
        .returning(Signature.petition_id, Signature.area, Signature.state, Signature.confirmed_at)
    ).one_or_none()
    if row is None or person is None:
        return
    if row.confirmed_at is not None:
        counted = row.state == "confirmed"
        _enter(row.petition_id, row.area, now, withdrawn=int(counted))
        leaves = select(literal(row.petition_id), literal(person.email_digest)).where(literal(counted))
        left = upsert(WithdrawnSigner).from_select(["petition_id", "email_digest"], leaves)
        db.session.execute(left.on_conflict_do_nothing())
    if said:
        campaign = db.session.scalar(
            select(Campaign.slug)
            .join(Petition, Petition.campaign_id == Campaign.id)
            .where(Petition.id == row.petition_id)
        )
        language, wording = said
        words = {"campaign": campaign, "language": language, "wording": wording, "how": "web"}
        people.record_consent(person.id, "signature", "withdrawn", now=now, **words)
    people.forget_if_unused(person.id)
    if row.confirmed_at is not None:
        # A petition's page may name them.
        pagecache.bump()


def _person(signature_id: int, lock: bool = False):
    statement = (
        select(Person.id, Person.email, Person.email_digest)
        .join(Signature, Signature.person_id == Person.id)
        .where(Signature.id == signature_id)
    )
    return db.session.execute(statement.with_for_update(of=Person) if lock else statement).one_or_none()


def refuse(signature_id: int, now: datetime) -> None:
    """ "This was not me": forget a pending signature, and leave its address alone for thirty days."""
    row = db.session.execute(
        select(Person.email_digest, Signature.confirmed_at)
        .join(Person, Person.id == Signature.person_id)
        .where(Signature.id == signature_id)
        .with_for_update()
    ).one_or_none()
    if row is None or row.confirmed_at is not None:
        return
    people.suppress(row.email_digest, "not_me", now)
    withdraw(signature_id, now, only_pending=True)


def person_of(signature_id: int) -> int:
    """The id of the person who signed."""
    return db.session.scalars(select(Signature.person_id).where(Signature.id == signature_id)).one()


def choose(signature_id: int, shown: str, updates: bool, language: str, wording: str, now: datetime) -> None:
    """Change how a signer is shown on the public list, and whether they get news; an erased one has neither.

    A change about news goes into the ledger of consent, with the words that stood beside the box.
    """
    before = db.session.execute(
        select(Signature.person_id, Signature.name, Signature.updates, Campaign.slug)
        .join(Petition, Petition.id == Signature.petition_id)
        .join(Campaign, Campaign.id == Petition.campaign_id)
        .where(Signature.id == signature_id, Signature.erased.is_(False))
        .with_for_update(of=Signature)
    ).one_or_none()
    if before is None:
        return
    chosen = {"shown": shown, "updates": updates, "name_digest": names.digest_if_shown(before.name, shown)}
    db.session.execute(update(Signature).where(Signature.id == signature_id).values(chosen))
    if before.updates != updates:
        people.record_consent(
            before.person_id,
            "updates",
            "given" if updates else "withdrawn",
            campaign=before.slug,
            language=language,
            wording=wording,
            how="web",
            now=now,
        )
    pagecache.bump()


def anonymise(person_id: int) -> None:
    """Let go of a person's signatures: confirmed ones go on counting without a name or a link, pending ones go."""
    db.session.execute(delete(Signature).where(Signature.person_id == person_id, Signature.confirmed_at.is_(None)))
    mine = select(Signature.id).where(Signature.person_id == person_id)
    db.session.execute(delete(SignatureLink).where(SignatureLink.signature_id.in_(mine)))
    db.session.execute(delete(SignatureMail).where(SignatureMail.signature_id.in_(mine)))
    db.session.execute(delete(UpdateMail).where(UpdateMail.signature_id.in_(mine)))
    gone = {"shown": "none", "updates": False, "erased": True, **dict.fromkeys(PERSONAL)}
    db.session.execute(update(Signature).where(Signature.person_id == person_id).values(gone))
    pagecache.bump()


def new_link(signature_id: int, now: datetime) -> str:
    """A token for a link to this signature, to be put into one mail. It works as long as the signature stands."""
    token, digest = tokens.new_token()
    db.session.execute(insert(SignatureLink).values(token_digest=digest, signature_id=signature_id, created_at=now))
    return token


def record_mail(signature_id: int, kind: str, now: datetime) -> bool:
    """Note that a mail goes out. False when it may not: the one reminder went before."""
    statement = upsert(SignatureMail).values(signature_id=signature_id, kind=kind, sent_at=now)
    noted = statement.on_conflict_do_nothing().returning(SignatureMail.id)
    return db.session.scalar(noted) is not None


def unrecord_reminder(signature_id: int) -> None:
    """Take the note of a reminder back that no relay took."""
    db.session.execute(
        delete(SignatureMail).where(SignatureMail.signature_id == signature_id, SignatureMail.kind == "reminder")
    )


def queue_reminders(now: datetime) -> int:
    """Queue the one reminder of each signature that has waited three days and is not held. Returns how many."""
    reminded = exists().where(SignatureMail.signature_id == Signature.id, SignatureMail.kind == "reminder")
    queued = text(
        "NOT EXISTS (SELECT FROM procrastinate_jobs WHERE task_name = 'petitions:remind'"
        " AND status IN ('todo', 'doing') AND args = jsonb_build_object('signature_id', petitions_signature.id))"
    )
    waiting = select(Signature.id).where(
        Signature.state == "pending",
        Signature.held.is_(None),
        Signature.signed_at <= now - rules.REMIND_AFTER,
        Signature.signed_at > now - rules.FORGET_AFTER + timedelta(days=1),
        ~reminded,
        queued,
    )
    found = db.session.scalars(waiting).all()
    for signature_id in found:
        jobs.defer("petitions:remind", jobs.MAIL_QUEUE, signature_id=signature_id)
    return len(found)


def _enter(petition_id: int, area: str, now: datetime, confirmed: int = 0, withdrawn: int = 0) -> None:
    entry = {"petition_id": petition_id, "area": area, "day": now.date()}
    db.session.execute(insert(TallyEntry).values(**entry, confirmed=confirmed, withdrawn=withdrawn))
