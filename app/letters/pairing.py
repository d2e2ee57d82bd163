"""Signatories of a letter that may be one: found by opening what everybody said, put before a person, and joined or
kept apart by them, never by the machine. In the caller's transaction.

Somebody is known in a pair by the digest of their address, which is this letter's alone and lasts when a signatory gets
another number.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.kernel import i18n
from app.kernel.db import db

from . import mandating, operations
from .likeness import Index, Named, profile
from .list_models import Line
from .models import AREA, COUNTED_ONLY, ORGANISATION, PUBLIC, Signatory
from .pair_models import Pairs
from .record import Record, opened

COMPARED = ("waiting", "counted")
# A letter with more pairs than this has another trouble; the likeliest are shown.
MOST = 1000
# From what everybody sees to what nobody does.
_DISCRETION = (PUBLIC, AREA, COUNTED_ONLY)
BATCH = 1000


class CannotJoin(ValueError):
    """One of the two is not there any more, or the one that would stay shows more than the other one chose."""


@dataclass(frozen=True)
class Pair:
    """Two that may be one, by their keys, with the points and reasons of their likeness."""

    first: str
    second: str
    points: int
    reasons: tuple[str, ...]


def key_of(email_digest: bytes | None, signatory_id: int) -> str:
    """What a signatory is known by in pairs."""
    return bytes(email_digest).hex() if email_digest else f"id:{signatory_id}"


def compare(letter_id: int, now: datetime) -> int:
    """Compare everybody under a letter, and keep the pairs that nobody decided on yet. Returns how many there are."""
    named, apart, number = [], set(), 0
    for key, roll, record in _everybody(letter_id):
        number += 1
        if record.restricted:
            continue
        named.append(_named(key, roll, record))
        apart |= {frozenset((key, other)) for other in record.apart}
    index = Index(named)
    found = {
        frozenset((one.key, other)): Pair(*sorted((one.key, other)), match.points, match.reasons)
        for one in named
        for other, match in index.near(one)
    }
    kept = [pair for both, pair in found.items() if both not in apart]
    kept.sort(key=lambda pair: (-pair.points, pair.first, pair.second))
    _keep(letter_id, kept[:MOST], number, now)
    return len(kept)


def outdated() -> list[int]:
    """The letters under which there are more or fewer than when they were compared last."""
    numbers = (
        select(Signatory.letter_id, func.count().label("number"))
        .where(Signatory.state.in_(COMPARED))
        .group_by(Signatory.letter_id)
        .subquery()
    )
    statement = (
        select(numbers.c.letter_id)
        .outerjoin(Pairs, Pairs.letter_id == numbers.c.letter_id)
        .where(func.coalesce(Pairs.compared, 0) != numbers.c.number)
    )
    return list(db.session.scalars(statement.order_by(numbers.c.letter_id)))


def pairs(letter_id: int) -> tuple[list[Pair], datetime | None]:
    """The pairs of a letter, the likeliest first, and when it was compared last."""
    row = db.session.get(Pairs, letter_id)
    if row is None:
        return [], None
    return [Pair(*said[:3], tuple(said[3])) for said in json.loads(row.sealed)], row.made_at


def signatories(letter_id: int, keys: Iterable[str]) -> dict[str, Signatory]:
    """Who stands behind keys, as far as they are there; one query for any number."""
    wanted = set(keys)
    ids = [int(key.removeprefix("id:")) for key in wanted if key.startswith("id:")]
    digests = [bytes.fromhex(key) for key in wanted if not key.startswith("id:")]
    statement = select(Signatory).where(
        Signatory.letter_id == letter_id,
        Signatory.state.in_(COMPARED),
        Signatory.email_digest.in_(digests) | Signatory.id.in_(ids),
    )
    return {key_of(one.email_digest, one.id): one for one in db.session.scalars(statement)}


def keep_apart(letter_id: int, one_id: int, other_id: int, *, actor: int, now: datetime) -> bool:
    """They are two: this pair is not offered again. False when one of them is gone."""
    both = _both(letter_id, one_id, other_id)
    if both is None:
        return False
    keys = [key_of(signatory.email_digest, signatory.id) for signatory in both]
    for signatory, other in zip(both, reversed(keys), strict=True):
        record = opened(signatory.sealed)
        signatory.sealed = replace(record, apart=tuple(sorted({*record.apart, other}))).sealed()
    _forget(letter_id, keys)
    mandating.log_letter("letters.keep-apart", letter_id, actor, now)
    db.session.flush()
    return True


def join(letter_id: int, kept_id: int, gone_id: int, *, actor: int, now: datetime) -> None:
    """They are one: one stays, the other counts no more and is told. Who stays must show no more than both chose; and
    where it is not on the public list, the other is not told of it, who may be a stranger. Raises CannotJoin."""
    both = _both(letter_id, kept_id, gone_id)
    if both is None:
        raise CannotJoin
    kept, gone = both if both[0].id == kept_id else both[::-1]
    if _DISCRETION.index(kept.visibility) < _DISCRETION.index(gone.visibility) or (gone.delayed and not kept.delayed):
        raise CannotJoin
    listed = db.session.scalar(select(Line.id).where(Line.signatory_id == kept.id)) is not None
    language = opened(gone.sealed).language
    with force_locale(language if language in i18n.BY_CODE else i18n.FALLBACK):
        if listed:
            reason = _("This name stands under the letter already, and both were joined into one.")
        else:
            reason = _("We could not count this. You can write to us if you want to know more.")
    _forget(letter_id, [key_of(signatory.email_digest, signatory.id) for signatory in both])
    mandating.log_letter("letters.join", letter_id, actor, now)
    mandating.refuse(gone.id, reason, actor=actor, now=now)


def _both(letter_id: int, one_id: int, other_id: int) -> list[Signatory] | None:
    # In the order of their numbers, so that two who decide at once wait for one another.
    found = [operations.locked(signatory_id) for signatory_id in sorted({one_id, other_id})]
    if len(found) != 2 or any(one is None or one.letter_id != letter_id or one.state not in COMPARED for one in found):
        return None
    return found


def _everybody(letter_id: int) -> Iterator[tuple[str, str, Record]]:
    last = 0
    columns = (Signatory.id, Signatory.email_digest, Signatory.roll, Signatory.sealed)
    while True:
        more = (Signatory.letter_id == letter_id, Signatory.state.in_(COMPARED), Signatory.id > last)
        rows = db.session.execute(select(*columns).where(*more).order_by(Signatory.id).limit(BATCH)).all()
        for row in rows:
            yield key_of(row.email_digest, row.id), row.roll, opened(row.sealed)
        if len(rows) < BATCH:
            return
        last = rows[-1].id


def _named(key: str, roll: str, record: Record) -> Named:
    if roll != ORGANISATION:
        return Named(key, record.person)
    names = (record.name, *record.names.values())
    return Named(key, record.person, profile(names, record.acronym, record.country, record.website, record.address))


def _forget(letter_id: int, keys: list[str]) -> None:
    row = db.session.get(Pairs, letter_id, with_for_update=True)
    if row is not None:
        left = [said for said in json.loads(row.sealed) if {*said[:2]} != set(keys)]
        row.sealed = json.dumps(left)


def _keep(letter_id: int, found: list[Pair], compared: int, now: datetime) -> None:
    said = json.dumps([[pair.first, pair.second, pair.points, list(pair.reasons)] for pair in found])
    values = {"sealed": said, "compared": compared, "made_at": now}
    statement = upsert(Pairs).values(letter_id=letter_id, **values)
    db.session.execute(statement.on_conflict_do_update(index_elements=["letter_id"], set_=values))
    db.session.expire_all()
