"""Everything that writes about people in organisations, and about what they agreed to towards a network."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.kernel import audit, clock
from app.kernel.db import db

from . import doubles
from .import_models import Import, ImportPart, ImportRow
from .models import Consent, Person, Suppression
from .operations import digests_of, email_digests, forget_if_unused
from .org_models import Position

LONGEST_TITLE = 120
_NO_SYNC = {"synchronize_session": False}


class Suppressed(ValueError):
    """The address wants no mail: it is written down nowhere again."""


class AlreadyThere(ValueError):
    """Somebody with this address is in the organisation already."""


@dataclass(frozen=True)
class PersonData:
    """Somebody in an organisation: `address` checked, `roles` of org_models.ROLES, languages as BCP 47 codes."""

    name: str
    address: str
    title: str | None = None
    roles: tuple[str, ...] = ()
    language: str | None = None
    second_language: str | None = None


def suppressed(addresses: Iterable[str], now: datetime) -> set[str]:
    """Those of the addresses that want no mail. One query."""
    digests = {address: email_digests(address) for address in addresses}
    if not digests:
        return set()
    asked = [digest for each in digests.values() for digest in each]
    found = set(
        map(
            bytes,
            db.session.scalars(
                select(Suppression.email_digest).where(
                    Suppression.email_digest.in_(asked), or_(Suppression.until.is_(None), Suppression.until > now)
                )
            ),
        )
    )
    return {address for address, each in digests.items() if found.intersection(each)}


def persons(people: Iterable[PersonData], now: datetime) -> dict[str, int]:
    """The ids of the people with these addresses, made where there are none. Four queries at most.

    Nobody is told whether somebody was known before. Raises Suppressed when one of them wants no mail. They are held
    until the transaction ends: whoever erases one of them meanwhile comes before, or after all that is written of them.
    """
    wanted = {person.address: person for person in people}
    found = _known(wanted)
    # Asked once they are held: who was erased a moment ago is known by now.
    if suppressed(wanted, now):
        raise Suppressed
    new = [person for address, person in wanted.items() if address not in found]
    if new:
        made = [
            {
                "email": person.address,
                "email_digest": email_digests(person.address)[0],
                "language": person.language or "en",
                "created_at": now,
            }
            for person in new
        ]
        # Two spellings of one mailbox in one batch, or somebody who signs just now.
        db.session.execute(upsert(Person).on_conflict_do_nothing(index_elements=["email_digest"]), made)
        found |= _known({person.address for person in new})
    return found


def _known(addresses: Iterable[str]) -> dict[str, int]:
    digests = {address: email_digests(address) for address in addresses}
    asked = [digest for each in digests.values() for digest in each]
    rows = db.session.execute(
        select(Person.email_digest, Person.id)
        .where(Person.email_digest.in_(asked))
        .order_by(Person.id)
        .with_for_update(read=True, key_share=True)
    )
    ids = {bytes(digest): identity for digest, identity in rows}
    return {address: ids[digest] for address, each in digests.items() for digest in each if digest in ids}


def add(organisation_id: int, data: PersonData, actor: int, now: datetime) -> int:
    """Put somebody into an organisation; the position's id. Raises Suppressed, AlreadyThere."""
    person_id = persons([data], now)[data.address]
    position_id = db.session.scalar(
        upsert(Position)
        .values(organisation_id=organisation_id, person_id=person_id, **said(data), created_at=now, changed_at=now)
        .on_conflict_do_nothing(index_elements=["organisation_id", "person_id"])
        .returning(Position.id)
    )
    if position_id is None:
        raise AlreadyThere
    doubles.refresh([organisation_id], now)
    after = {"organisation": organisation_id, "roles": sorted(data.roles)}
    audit.record("organisations.add-person", f"position:{position_id}", actor=actor, now=now, after=after)
    return position_id


def said(data: PersonData) -> dict:
    """The columns of a position that hold this."""
    return {
        "name": data.name,
        "title": data.title,
        "roles": sorted(set(data.roles)),
        "language": data.language,
        "second_language": data.second_language,
    }


def change(position_id: int, data: PersonData, actor: int, now: datetime) -> None:
    """Have a position say this instead; another address makes it another person's. Raises Suppressed, AlreadyThere."""
    position = db.session.get_one(Position, position_id, with_for_update=True)
    before = {"roles": position.roles}
    person_id = persons([data], now)[data.address]
    former = position.person_id
    if person_id != former:
        there = select(Position.id).where(
            Position.organisation_id == position.organisation_id, Position.person_id == person_id
        )
        if db.session.scalar(there):
            raise AlreadyThere
    for name, value in said(data).items():
        setattr(position, name, value)
    position.person_id, position.changed_at = person_id, now
    db.session.flush()
    if person_id != former:
        forget_if_unused(former)
        doubles.refresh([position.organisation_id], now)
    audit.record(
        "organisations.change-person",
        f"position:{position_id}",
        actor=actor,
        now=now,
        before=before,
        after={"roles": sorted(set(data.roles)), "address": "changed" if person_id != former else "same"},
    )


def remove(position_id: int, actor: int, now: datetime) -> None:
    """Take somebody out of an organisation; whom nothing else needs is forgotten."""
    row = db.session.execute(
        delete(Position)
        .where(Position.id == position_id)
        .returning(Position.organisation_id, Position.person_id)
        .execution_options(**_NO_SYNC)
    ).one_or_none()
    if row is None:
        return
    db.session.expire_all()
    doubles.refresh([row.organisation_id], now)
    forget_if_unused(row.person_id)
    before = {"organisation": row.organisation_id}
    audit.record("organisations.remove-person", f"position:{position_id}", actor=actor, now=now, before=before)


@dataclass(frozen=True)
class Agreement:
    """What somebody agreed to towards a network, or took back: purposes of NETWORK_PURPOSES, the words they agreed to
    and their language, the way they said so (CONSENT_WAYS), when, and where: a page, a meeting."""

    network_id: int
    purposes: tuple[str, ...]
    act: str
    wording: str
    language: str
    way: str
    at: datetime
    place: str | None = None


def record_agreement(person_id: int, agreement: Agreement, actor: int, now: datetime) -> None:
    """Add it to the ledger, a row for each purpose, with who wrote it down."""
    db.session.execute(insert(Consent), ledger_rows([person_id], agreement, actor, now))
    after = {"network": agreement.network_id, "purposes": list(agreement.purposes), "act": agreement.act}
    audit.record("organisations.consent", f"person:{person_id}", actor=actor, now=now, after=after)


def ledger_rows(person_ids: Iterable[int], agreement: Agreement, actor: int | None, now: datetime) -> list[dict]:
    """The rows of the ledger that say this of several people."""
    return [
        {
            "person_id": person_id,
            "purpose": purpose,
            "act": agreement.act,
            "network_id": agreement.network_id,
            "language": agreement.language,
            "wording": agreement.wording,
            "at": agreement.at,
            "how": agreement.way,
            "place": agreement.place,
            "recorded_by": actor,
            "recorded_at": now,
        }
        for person_id in person_ids
        for purpose in agreement.purposes
    ]


def hold_lists(person_id: int) -> None:
    """Hold the lists on their way that name a person, as the job does that takes one in, before it holds its people."""
    person = db.session.get(Person, person_id)
    if person is not None:
        named = select(ImportRow.import_id).where(ImportRow.email_digest.in_(digests_of(person)))
        db.session.execute(select(Import.id).where(Import.id.in_(named)).order_by(Import.id).with_for_update())


def leave(person_id: int) -> None:
    """Let go of an erased person: they leave every organisation, and every import that waits forgets them."""
    person = db.session.get_one(Person, person_id)
    organisations = db.session.scalars(
        delete(Position)
        .where(Position.person_id == person_id)
        .returning(Position.organisation_id)
        .execution_options(**_NO_SYNC)
    ).all()
    waiting = db.session.scalars(
        update(ImportRow)
        .where(ImportRow.email_digest.in_(digests_of(person)))
        .values(content=None, email_digest=None, fate="suppressed")
        .returning(ImportRow.import_id)
        .execution_options(**_NO_SYNC)
    ).all()
    if waiting:
        # The file names them as well: it cannot be read again.
        db.session.execute(update(Import).where(Import.id.in_(waiting)).values(size=None).execution_options(**_NO_SYNC))
        db.session.execute(delete(ImportPart).where(ImportPart.import_id.in_(waiting)).execution_options(**_NO_SYNC))
    doubles.refresh(organisations, clock.now())
