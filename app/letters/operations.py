"""Everything that writes about signatories: the verbs of a signatory's life, in the caller's transaction.

Each that reads a signatory locks its row first. Whoever becomes hidden gets a new random number (`_hide`).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, delete, insert, select, text, update

from app.kernel import clock, jobs, pagecache, tokens
from app.kernel.crypto import keyring
from app.kernel.db import db
from app.people import operations as people

from . import doubting, lines, rules, seals
from .handover_models import drop_files
from .models import (
    INDIVIDUAL,
    PUBLIC,
    SEALED_CONTEXT,
    Letter,
    LetterText,
    Signatory,
    SignatoryLink,
    SignatoryMail,
    Withdrawal,
)
from .record import Record, opened

MAIL_TASK = "letters:mail"

_QUEUED = jobs.DEFER.format(queue=":queue", task=":task", args="jsonb_build_object('mail_id', id)", at=":mail_at")
_SIGN_ON = text(
    f"""
WITH words AS (
    SELECT words.letter_id FROM letters_text AS words
    JOIN letters_letter AS letter ON letter.id = words.letter_id AND letter.version = words.version
    WHERE words.letter_id = :letter_id AND words.version = :version AND words.language = :text_language
        AND words.digest = :text_digest AND (letter.closes_at IS NULL OR :now < letter.closes_at)
        AND (:roll = 'organisation' OR letter.individuals)
        AND NOT EXISTS (SELECT FROM kernel_switch WHERE name = 'signing')
),
found AS (
    SELECT email_digest FROM letters_signatory WHERE letter_id = :letter_id AND email_digest IN :digests LIMIT 1
),
signed AS (
    INSERT INTO letters_signatory AS was (id, letter_id, roll, state, visibility, delayed, version, email_digest,
        sealed, since)
    SELECT :id, words.letter_id, :roll, 'pending', :visibility, :delayed, :version,
        coalesce((SELECT email_digest FROM found), CAST(:email_digest AS bytea)), CAST(:sealed AS bytea), :day
    FROM words
    ON CONFLICT (letter_id, email_digest) DO UPDATE
    SET (roll, visibility, delayed, version, sealed) = (
        SELECT EXCLUDED.roll, EXCLUDED.visibility, EXCLUDED.delayed, EXCLUDED.version, EXCLUDED.sealed
        WHERE was.state = 'pending'
        UNION ALL SELECT was.roll, was.visibility, was.delayed, was.version, was.sealed WHERE was.state <> 'pending'
    )
    RETURNING id, state
),
mail AS (
    INSERT INTO letters_mail (id, signatory_id, kind, day)
    SELECT :mail_id, id, CASE state WHEN 'pending' THEN 'confirm' ELSE 'repeat' END, :day FROM signed RETURNING id
)
SELECT {_QUEUED} FROM mail
"""  # noqa: S608 every value is bound; what is formatted in are constants
).bindparams(bindparam("digests", expanding=True))


@dataclass(frozen=True)
class OpenText:
    """The text that a letter is signed under, in one language, as it was read at some time."""

    letter_id: int
    version: int
    language: str
    digest: bytes


@dataclass(frozen=True)
class SigningOn:
    """What somebody sent, checked: `record` without what is signed, which list, how to be shown, and whether not before
    the letter is handed over."""

    record: Record
    roll: str
    visibility: str
    delayed: bool


def sign_on(words: OpenText, signing: SigningOn, now: datetime, wait: timedelta | None = None) -> bool:
    """Pending signatory, note of the mail, and its job, in one statement; the caller commits.

    What was typed last stands until it is confirmed; whoever has confirmed keeps what they signed, only the mail they
    get differs, and no caller can tell. With `wait` (floods.py) that mail goes out later. False, and then nothing may
    be committed, when another text than `words` is open by now, or none because the letter has ended, or while signing
    is paused.
    """
    stamp = {"version": words.version, "text_language": words.language, "digest": words.digest.hex()}
    record = replace(signing.record, moment=now.isoformat(timespec="seconds"), **stamp)
    digests = seals.address_digests(words.letter_id, record.address)
    made = db.session.execute(
        _SIGN_ON,
        {
            "letter_id": words.letter_id,
            "version": words.version,
            "text_language": words.language,
            "text_digest": words.digest,
            "roll": signing.roll,
            "visibility": signing.visibility,
            "delayed": signing.delayed,
            "digests": digests,
            "email_digest": digests[0],
            "sealed": keyring().encrypt(record.sealed(), SEALED_CONTEXT),
            "id": seals.random_id(),
            "mail_id": seals.random_id(),
            "now": now,
            "mail_at": wait and now + wait,
            "day": now.date(),
            "queue": jobs.MAIL_QUEUE,
            "task": MAIL_TASK,
        },
    )
    return made.first() is not None


def confirm(signatory_id: int, now: datetime, network: str | None = None) -> str | None:
    """Its person pressed the button behind the mailed link, from a network (kernel.network): the state it is in then,
    counted or waiting for its mandate to be looked at. None when it was confirmed before or is gone."""
    signatory = locked(signatory_id)
    if signatory is None or signatory.state != "pending":
        return None
    record = opened(signatory.sealed).told("confirmed", now)
    record, doubts = doubting.looked_at(signatory, record, network, now)
    if not doubts:
        count(signatory, record, "self" if signatory.roll == INDIVIDUAL else "domain", None, now)
        return "counted"
    hold(signatory, record, doubts, now)
    call_for_mail(signatory.id, "waiting", now)
    return "waiting"


def hold(signatory: Signatory, record: Record, doubts: tuple[str, ...], now: datetime) -> None:
    """Have a locked signatory wait until somebody has looked at its mandate."""
    signatory.state, signatory.since, signatory.doubts = "waiting", now.date(), list(doubts)
    show(signatory, record)


def count(signatory: Signatory, record: Record, how: str, by: int | None, now: datetime, mail: str = "counted") -> None:
    """Let a locked signatory count: its mandate was found good, by `how` and by whom. A mail of this kind says so."""
    decided = {"how": how, "decided_by": by, "decided_at": now.isoformat(timespec="minutes"), "reason": ""}
    record = record.told("counted", now, by, told_network=None, **decided)
    signatory.state, signatory.since, signatory.doubts = "counted", None, []
    show(signatory, record)
    call_for_mail(signatory.id, mail, now)


def show(signatory: Signatory, record: Record) -> None:
    """Have the public list say of a locked signatory what it chose, at once; with the record as it is now."""
    handed_over = db.session.scalar(select(Letter.handed_over_on).where(Letter.id == signatory.letter_id)) is not None
    # An organisation goes on standing there: its list says nothing of a person.
    kept = record.restricted and signatory.roll == INDIVIDUAL
    if not kept and rules.is_shown(signatory.state, signatory.visibility, signatory.delayed, handed_over):
        signatory.sealed = replace(record, was_public=True).sealed()
        db.session.flush()
        lines.place(signatory, record)
    else:
        signatory.sealed = record.sealed()
        db.session.flush()
        lines.remove(signatory.id)
        _hide(signatory)


def drop_full_copies(signatory: Signatory) -> None:
    """Before something changes about a locked signatory: full copies of the letter that name it, or its person, go.
    They name who is to be public from the handover on, and is on no list."""
    if signatory.state == "counted" and signatory.visibility == PUBLIC:
        drop_files(signatory.letter_id, full_only=True)


def _hide(signatory: Signatory) -> None:
    """A new number: what logs, jobs, an older copy of the database or the log of the desk know it by leads nowhere."""
    fresh = seals.random_id()
    statement = update(Signatory).where(Signatory.id == signatory.id).values(id=fresh)
    db.session.execute(statement.execution_options(synchronize_session=False))
    db.session.expunge(signatory)
    signatory.id = fresh
    pagecache.bump()


def choose(signatory_id: int, visibility: str, delayed: bool, now: datetime) -> None:
    """Change how a signatory is shown; at once, everywhere."""
    signatory = locked(signatory_id)
    if signatory is None or signatory.state == "refused":
        return
    if (signatory.visibility, signatory.delayed) == (visibility, delayed):
        return
    drop_full_copies(signatory)
    signatory.visibility, signatory.delayed = visibility, delayed
    show(signatory, opened(signatory.sealed))


def reaffirm(signatory_id: int, language: str, now: datetime) -> bool:
    """Stand under the version that is open now, in a language it has. False where there is none, or nothing to say."""
    signatory = locked(signatory_id)
    if signatory is None or signatory.state not in ("counted", "waiting"):
        return False
    words = db.session.scalar(
        select(LetterText)
        .join(Letter, (Letter.id == LetterText.letter_id) & (Letter.version == LetterText.version))
        .where(LetterText.letter_id == signatory.letter_id, LetterText.language == language)
    )
    if words is None or words.version == signatory.version:
        return False
    stamp = {"version": words.version, "text_language": language, "digest": words.digest.hex()}
    record = opened(signatory.sealed).told("reaffirmed", now, moment=now.isoformat(timespec="seconds"), **stamp)
    signatory.version, signatory.sealed = words.version, record.sealed()
    db.session.flush()
    lines.move(signatory.id, words.version, language)
    return True


def withdraw(signatory_id: int, now: datetime, note: bool = False) -> None:
    """Take a signatory back: the row goes with everything that was said, and the list shows no trace; with `note`, if
    the list named it, a line that says so."""
    signatory = locked(signatory_id)
    if signatory is None:
        return
    drop_full_copies(signatory)
    was_named = lines.remove(signatory.id)
    if note and was_named:
        said = {"letter_id": signatory.letter_id, "roll": signatory.roll, "day": now.date()}
        name = opened(signatory.sealed).named(signatory.roll)
        db.session.add(Withdrawal(id=seals.random_id(), name=name, **said))
    db.session.delete(signatory)
    db.session.flush()


def refuse(signatory_id: int, now: datetime) -> None:
    """ "This was not me": forget what was not confirmed, and leave its address alone for thirty days."""
    signatory = locked(signatory_id)
    if signatory is None or signatory.state != "pending":
        return
    digest = people.email_digests(opened(signatory.sealed).address)[0]
    people.suppress(digest, "not_me", now)
    db.session.delete(signatory)
    db.session.flush()


def erase(digests: list[bytes]) -> None:
    """Let go of whoever has an address, by the digests they are known by elsewhere: an organisation stays under the
    letter without its person, whoever signed as a person goes with what they said."""
    letters = db.session.scalars(select(Letter.id)).all()
    wanted = [made for letter_id in letters for made in seals.digests_of(letter_id, digests)]
    if not wanted:
        return
    mine = select(Signatory).where(Signatory.email_digest.in_(wanted)).with_for_update()
    for signatory in db.session.scalars(mine).all():
        drop_full_copies(signatory)
        if signatory.roll == INDIVIDUAL or signatory.state != "counted":
            lines.remove(signatory.id)
            db.session.delete(signatory)
            continue
        signatory.sealed = opened(signatory.sealed).without_person().sealed()
        signatory.email_digest = None
        for table in (SignatoryLink, SignatoryMail):
            db.session.execute(delete(table).where(table.signatory_id == signatory.id))
    db.session.flush()


def restrict(digests: list[bytes], restricted: bool) -> bool:
    """Keep what an address said, by the digests it is known by elsewhere, and use it for nothing; or, with False, use
    it again. A person is taken off the list, an organisation stays without anybody being shown beside it; both go on
    counting, and nobody learns of them at the desk. Whether there was any."""
    letters = db.session.scalars(select(Letter.id)).all()
    wanted = [made for letter_id in letters for made in seals.digests_of(letter_id, digests)]
    mine = select(Signatory).where(Signatory.email_digest.in_(wanted)).with_for_update()
    found = db.session.scalars(mine).all() if wanted else []
    for signatory in found:
        drop_full_copies(signatory)
        record = replace(opened(signatory.sealed), restricted=restricted)
        if signatory.state in ("pending", "refused"):
            # No sweep deletes it meanwhile.
            signatory.since = date.max if restricted else clock.today()
        show(signatory, replace(record, told_network=None) if restricted else record)
    return bool(found)


def hand_over(letter: Letter, now: datetime) -> None:
    """A letter has been handed over for the first time: names that were to wait for it are shown now."""
    if letter.handed_over_on is not None:
        return
    letter.handed_over_on = now.date()
    db.session.flush()
    delayed = select(Signatory.id).where(Signatory.letter_id == letter.id, Signatory.delayed)
    for signatory_id in db.session.scalars(delayed.where(Signatory.visibility == PUBLIC)).all():
        signatory = locked(signatory_id)
        if signatory is not None and signatory.state == "counted":
            show(signatory, opened(signatory.sealed))
    pagecache.bump()


def locked(signatory_id: int) -> Signatory | None:
    """A signatory, locked; None when it is gone."""
    return db.session.get(Signatory, signatory_id, with_for_update=True, populate_existing=True)


def call_for_mail(signatory_id: int, kind: str, now: datetime) -> None:
    """Note a mail that is to go out, and queue its job."""
    mail_id = seals.random_id()
    values = {"id": mail_id, "signatory_id": signatory_id, "kind": kind, "day": now.date()}
    db.session.execute(insert(SignatoryMail).values(values))
    jobs.defer(MAIL_TASK, jobs.MAIL_QUEUE, mail_id=mail_id)


def new_link(signatory_id: int) -> str:
    """A token for a link to this signatory, to be put into one mail. It works as long as the signatory stands."""
    token, digest = tokens.new_token()
    db.session.execute(insert(SignatoryLink).values(token_digest=digest, signatory_id=signatory_id))
    return token
