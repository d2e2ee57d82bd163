"""Everything that writes about people. Each verb works in the caller's transaction."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, exists, insert, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from app.kernel import pagecache, retention
from app.kernel.crypto import keyring
from app.kernel.db import db

from .addresses import canonical_address
from .models import EMAIL_CONTEXT, EMAIL_DIGEST_PURPOSE, SUPPRESSION_REASONS, Consent, Person, Suppression

NOT_ME_DAYS = 30

# A person by canonical address, found under any digest key or made with the newest: `person(id)` for one statement.
# The update that changes nothing makes a simultaneous first signing wait and then return the same person.
# `:digests` is an expanding parameter: for an array PostgreSQL reckons with ten and plans the statement anew each time.
PERSON_CTE = """
found AS (SELECT id FROM people_person WHERE email_digest IN :digests ORDER BY id LIMIT 1),
made AS (
    INSERT INTO people_person (email, email_digest, language, created_at)
    SELECT :email, :digest, :language, :now WHERE NOT EXISTS (SELECT FROM found)
    ON CONFLICT (email_digest) DO UPDATE SET email_digest = EXCLUDED.email_digest
    RETURNING id
),
person AS (SELECT id FROM found UNION ALL SELECT id FROM made)
"""

# Features that hold something about a person say here how they let go of it; each takes the person's id.
_erasers: list[Callable[[int], None]] = []
_address_erasers: list[Callable[[list[bytes]], None]] = []


# What is to be locked before a person is, by whoever locks people after it.
_lockers: list[Callable[[int], None]] = []


def register_locker(locker: Callable[[int], None]) -> None:
    """Have `locker(person_id)` called before a person is locked to be erased: two locks in one order never wait for
    each other."""
    if locker not in _lockers:
        _lockers.append(locker)


def register_eraser(eraser: Callable[[int], None]) -> None:
    """Have `eraser` called, in the same transaction, whenever a person is erased."""
    if eraser not in _erasers:
        _erasers.append(eraser)


def register_address_eraser(eraser: Callable[[list[bytes]], None]) -> None:
    """Have `eraser` called with the digests of an address, in the same transaction, whenever whoever has it is erased:
    for what is held under an address that no person here has."""
    if eraser not in _address_erasers:
        _address_erasers.append(eraser)


# Features that hold something under an address alone say here how they use it no more: each takes the digests and
# whether it is restricted from now on, and says whether it held anything.
_keepers: list[Callable[[list[bytes], bool], bool]] = []


def register_address_keeper(keeper: Callable[[list[bytes], bool], bool]) -> None:
    """Have `keeper(digests, restricted)` called, in the same transaction, whenever what is held under an address is
    restricted, or that is lifted."""
    if keeper not in _keepers:
        _keepers.append(keeper)


# Who of some people has to stay known though nobody here refers to them any more.
_needs: list[Callable[[list[int]], set[int]]] = []


def register_need(need: Callable[[list[int]], set[int]]) -> None:
    """Have `need(person_ids)` called, in the same transaction, before people are deleted whom nothing is known to refer
    to: it lets go of what only waits for them, and returns those who have to stay known."""
    if need not in _needs:
        _needs.append(need)


def restrict_address(digests: list[bytes], now: datetime) -> None:
    """`restrict` for an address that no person here has. Of one that nobody has, nothing is written down."""
    if any([keeper(digests, True) for keeper in _keepers]):
        suppress(digests[0], "restricted", now)
        pagecache.bump()


def lift_address(digests: list[bytes]) -> None:
    """End what `restrict_address` began."""
    for keeper in _keepers:
        keeper(digests, False)
    _unsuppress(digests, "restricted")
    pagecache.bump()


def let_go_of(digests: list[bytes]) -> None:
    """Let go of what is held under an address alone, by its digests."""
    for eraser in _address_erasers:
        eraser(digests)


def person_values(address: str, language: str, now: datetime) -> dict:
    """The parameters of PERSON_CTE for an address that `addresses.checked_address` returned."""
    digests = email_digests(address)
    return {
        "digests": digests,
        "digest": digests[0],
        "email": keyring().encrypt(address, EMAIL_CONTEXT),
        "language": language,
        "now": now,
    }


def email_digests(address: str) -> list[bytes]:
    """The address's digests under every key, newest first."""
    return keyring().digests(canonical_address(address), EMAIL_DIGEST_PURPOSE)


def digests_of(person) -> list[bytes]:
    """The digests somebody is found by (a row with `email` and `email_digest`); of the erased only one is kept."""
    return email_digests(person.email) if person.email is not None else [person.email_digest]


def record_consent(
    person_id: int, purpose: str, act: str, *, campaign: str, language: str, wording: str, how: str, now: datetime
) -> None:
    """Add a row to the ledger. `purpose`, `act` and `how` are those of the table's checks; `how` is the way by which it
    was said: a form on the web, paper, an import, somebody at the desk who was told."""
    db.session.execute(
        insert(Consent).values(
            person_id=person_id,
            purpose=purpose,
            act=act,
            campaign=campaign,
            language=language,
            wording=wording,
            how=how,
            at=now,
        )
    )


def suppress(email_digest: bytes, reason: str, now: datetime) -> None:
    """Write to this address no more, for one of SUPPRESSION_REASONS: until that is lifted when restricted or
    unsubscribed, for thirty days after "this was not me", else for ever."""
    until = now + timedelta(days=NOT_ME_DAYS) if reason == "not_me" else None
    statement = upsert(Suppression).values(email_digest=email_digest, reason=reason, created_at=now, until=until)
    changes = {"reason": reason, "until": until, "import_id": None}
    # What stands is never weakened by a later, milder reason.
    milder = Suppression.reason.in_(SUPPRESSION_REASONS[: SUPPRESSION_REASONS.index(reason) + 1])
    db.session.execute(statement.on_conflict_do_update(index_elements=["email_digest"], set_=changes, where=milder))


def suppress_all(reasons: dict[bytes, str], import_id: int, now: datetime) -> None:
    """Write to many addresses no more because a list says so, for good: their digests, each with its reason. What
    stands already is never weakened. What only this list says goes when it is taken back; what two say stays."""
    if not reasons:
        return
    rows = [
        {"email_digest": digest, "reason": reason, "created_at": now, "import_id": import_id}
        for digest, reason in reasons.items()
    ]
    db.session.execute(upsert(Suppression).values(rows).on_conflict_do_nothing())
    another = update(Suppression).where(Suppression.email_digest.in_(reasons), Suppression.import_id != import_id)
    db.session.execute(another.values(import_id=None).execution_options(synchronize_session=False))
    # Where something milder stood, the list adds to it, and that stays.
    for reason in set(reasons.values()):
        mine = [digest for digest, said in reasons.items() if said == reason]
        milder = Suppression.reason.in_(SUPPRESSION_REASONS[: SUPPRESSION_REASONS.index(reason)])
        changed = update(Suppression).where(Suppression.email_digest.in_(mine), milder)
        db.session.execute(changed.values(reason=reason, until=None).execution_options(synchronize_session=False))


def unsuppress_import(import_id: int) -> None:
    """Take back what a list alone said of who may not be written to."""
    mine = delete(Suppression).where(Suppression.import_id == import_id)
    db.session.execute(mine.execution_options(synchronize_session=False))


def suppress_person(person_id: int, reason: str, now: datetime) -> None:
    """Write to a person's address no more (see `suppress`), under the digest that they are known by."""
    digest = db.session.scalar(select(Person.email_digest).where(Person.id == person_id))
    if digest is not None:
        suppress(digest, reason, now)


def unsuppress(person_id: int, reason: str) -> None:
    """Take back that a person's address gets no mail, where it was for this reason and no stronger one."""
    person = db.session.get(Person, person_id)
    if person is not None:
        _unsuppress({*digests_of(person), person.email_digest}, reason)


def _unsuppress(digests: Iterable[bytes], reason: str) -> None:
    mine = Suppression.email_digest.in_(digests)
    db.session.execute(delete(Suppression).where(mine, Suppression.reason == reason))


def erase(person_id: int, now: datetime) -> None:
    """Let go of a person: what they signed keeps counting without them, and their address is never written to again.

    Only the keyed digest of the address stays, so that they cannot count twice (GDPR art. 17(3) and recital 65).
    """
    for locker in _lockers:
        locker(person_id)
    person = db.session.get(Person, person_id, with_for_update=True)
    if person is None or person.erased_at is not None:
        return
    for eraser in _erasers:
        eraser(person_id)
    let_go_of(digests_of(person))
    suppress(person.email_digest, "erased", now)
    person.email = None
    person.language = person.restricted_at = None
    person.erased_at = now
    db.session.flush()
    # The ledger lets go only of whoever is erased.
    db.session.execute(delete(Consent).where(Consent.person_id == person_id))


def restrict(person_id: int, now: datetime) -> None:
    """Keep what is held about a person and use it for nothing (GDPR art. 18): it is shown nowhere, no mail and no
    export has it, no sweep deletes it, until `lift`. What they signed goes on counting: a sum names nobody."""
    person = db.session.get(Person, person_id, with_for_update=True)
    if person is None or person.erased_at is not None or person.restricted_at is not None:
        return
    person.restricted_at = now
    for keeper in _keepers:
        keeper(digests_of(person), True)
    suppress(person.email_digest, "restricted", now)
    pagecache.bump()


def lift(person_id: int) -> None:
    """End a restriction. Who objected to mails besides still gets none."""
    person = db.session.get(Person, person_id, with_for_update=True)
    if person is None or person.restricted_at is None:
        return
    person.restricted_at = None
    for keeper in _keepers:
        keeper(digests_of(person), False)
    unsuppress(person_id, "restricted")
    pagecache.bump()


def forget_if_unused(person_id: int) -> None:
    """Delete a person whom nothing refers to any longer; an erased one stays as a digest and nothing else."""
    forget_unused([person_id])


def _took_back():
    """The condition that the last thing a person said to a network, or of a campaign's calls, is that they want no
    more: were they forgotten, the next list would bring them back. The taking back of a list does not count."""
    later = aliased(Consent)
    same = and_(
        later.person_id == Consent.person_id,
        later.purpose == Consent.purpose,
        later.network_id.is_not_distinct_from(Consent.network_id),
        later.campaign.is_not_distinct_from(Consent.campaign),
    )
    newer = exists().where(same, later.act == "given", tuple_(later.at, later.id) > tuple_(Consent.at, Consent.id))
    calls = or_(Consent.network_id.is_not(None), Consent.purpose == "mobilisation")
    said = and_(Consent.person_id == Person.id, Consent.act == "withdrawn", Consent.how != "import", calls)
    return exists().where(said, ~newer.correlate(Consent))


def forget_unused(person_ids: list[int]) -> None:
    """The same for several people, who are deleted together where nothing refers to any of them. Whoever wants no more
    mails of a network or a campaign stays known, so that they stay left alone."""
    needed = set().union(*(need(person_ids) for need in _needs)) if person_ids else set()
    _forget([person_id for person_id in person_ids if person_id not in needed])


def _forget(person_ids: list[int]) -> None:
    if not person_ids:
        return
    erased = select(Person.id).where(Person.id.in_(person_ids), Person.erased_at.is_not(None))
    db.session.execute(delete(Consent).where(Consent.person_id.in_(erased)))
    try:
        with db.session.begin_nested():
            unused = Person.id.in_(person_ids), Person.erased_at.is_(None), ~_took_back()
            db.session.execute(delete(Person).where(*unused))
    except IntegrityError:
        # The foreign keys of the features know best whether somebody is still needed.
        if len(person_ids) > 1:
            middle = len(person_ids) // 2
            _forget(person_ids[:middle])
            _forget(person_ids[middle:])


def forget_suppressions(now: datetime, batch: int = retention.BATCH) -> int:
    """Delete what was to be remembered for a time only, and that time is over. Returns how many of this batch."""
    return retention.delete_some(Suppression.email_digest, Suppression.until <= now, batch)


def erase_address(address: str, now: datetime) -> bool:
    """Erase whoever has this address. True when there was somebody."""
    found = db.session.scalar(select(Person.id).where(Person.email_digest.in_(email_digests(address))))
    if found is not None:
        erase(found, now)
    else:
        let_go_of(email_digests(address))
    return found is not None
