"""What is looked at when an organisation's sign-on is confirmed: where it comes from, and whom it is like.

It is compared with the public list and with the organisations that are known anyway, and never with signatories who are
not named: else whoever signs under a made-up name could learn from the answer that one of that name signed.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.kernel import retention
from app.kernel.crypto import keyring
from app.kernel.db import db
from app.people import doubles, matching
from app.people.matching import Match, Profile

from . import likeness, mandates
from .list_models import Line, LineKey
from .models import ORGANISATION, Signatory
from .origin_models import Origin
from .record import Record

NETWORK_PURPOSE = "letters.network"
KEEP = timedelta(days=2)
# So many lines are compared with one sign-on: the first that share something.
MOST = 200


def note_origin(letter_id: int, network: str, now: datetime) -> int:
    """Count one more that was confirmed from a network (kernel.network) today; how many there are now."""
    values = {"letter_id": letter_id, "network": keyring().digests(network, NETWORK_PURPOSE)[0], "day": now.date()}
    statement = upsert(Origin).values(**values, number=1)
    return db.session.scalar(
        statement.on_conflict_do_update(
            index_elements=["letter_id", "network", "day"], set_={"number": Origin.number + 1}
        ).returning(Origin.number)
    )


def looked_at(
    signatory: Signatory, record: Record, network: str | None, now: datetime
) -> tuple[Record, tuple[str, ...]]:
    """The record of a signatory with the known organisation that it surely is, if there is one, and what gives reason
    to look before its mandate is accepted (mandates.DOUBTS). People speak for themselves."""
    trapped = (mandates.TRAP,) if record.trapped else ()
    if signatory.roll != ORGANISATION:
        return record, trapped
    own = _profile(record)
    known, nearest = _known(record, own)
    listed = _listed(signatory.letter_id, own, known)
    case = mandates.Case(
        name=record.name,
        website=record.website or None,
        address=record.address,
        person=record.person,
        likeness=listed or (None if known else nearest),
        from_network=note_origin(signatory.letter_id, network, now) if network else 1,
    )
    return replace(record, organisation_id=known), (*mandates.doubts(case), *trapped)


def line_keys(record: Record) -> set[str]:
    """What a line of the public list is found by when another is compared with it: nothing that is not public."""
    own = _profile(replace(record, address=""))
    return {f"k:{key}" for key in matching.keys(own)} | {f"d:{domain}" for domain in own.domains}


def _profile(record: Record) -> Profile:
    names = (record.name, *record.names.values())
    return likeness.profile(names, record.acronym, record.country, record.website, record.address)


def _known(record: Record, own: Profile) -> tuple[int | None, Match | None]:
    """The known organisation that this surely is, and how like the likeliest is."""
    digests = doubles.domain_digests(record.website or None, [record.address])
    asked = replace(own, domains=frozenset(digest for each in digests for digest in each))
    found = doubles.find({0: asked})[0]
    sure = next((organisation_id for organisation_id, match in found if likeness.surely_one(match)), None)
    if sure is None and record.organisation_id is not None:
        # Whoever came by the link of an invitation stands for the organisation that it was sent to, if they name it.
        same = {identity for identity, match in found if {"name", "close"} & set(match.reasons)}
        sure = record.organisation_id if record.organisation_id in same else None
    return sure, found[0][1] if found else None


def _listed(letter_id: int, own: Profile, known: int | None) -> Match | None:
    """How like the likeliest line of the public list is. Of who is surely a known organisation, that one's lines alone
    say anything: its chapters and namesakes are known to be others."""
    wanted = sorted({f"k:{key}" for key in matching.asked(own)} | {f"d:{domain}" for domain in own.domains})
    near = select(LineKey.line_id).where(LineKey.key.in_(wanted))
    statement = select(Line.name, Line.names, Line.acronym, Line.country, Line.website).where(
        Line.letter_id == letter_id, Line.id.in_(near)
    )
    if known is not None:
        statement = statement.where(Line.organisation_id == known)
    matches = (
        matching.compare(
            own, likeness.profile((row.name, *row.names.values()), row.acronym, row.country, row.website, "")
        )
        for row in db.session.execute(statement.order_by(Line.id).limit(MOST))
        if row.name
    )
    return max(filter(None, matches), key=lambda match: match.points, default=None)


def forget_origins(now: datetime, batch: int) -> int:
    """Delete sums of days that are over. Returns how many of this batch."""
    return retention.delete_some(Origin.id, Origin.day < (now - KEEP).date(), batch)


retention.register("letters.origins", forget_origins)
