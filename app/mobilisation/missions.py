"""The general mailboxes of missions: for the slot {mission}, and for how fast mail may go to each.

A mission is known by its mailbox, not by an entry of the directory: entered twice, by two campaigns or anew, it is the
same, and what it may be sent in an hour and a day is one count.
"""

from collections.abc import Iterable

from sqlalchemy import select, text

from app.kernel.db import db
from app.people.operations import email_digests

from .writing.models import Target
from .writing.queries import not_closed
from .writing.rules import PLACES

_MARK = text(
    "UPDATE mobilisation_delivery d SET mission_id = v.number"
    " FROM unnest(CAST(:digests AS bytea[]), CAST(:numbers AS bigint[])) AS v (digest, number)"
    " JOIN people_person p ON p.email_digest = v.digest"
    " WHERE d.contact_id = p.id AND d.state = 'queued'"
    "  AND (d.mailing_id = :mailing OR CAST(:mailing AS bigint) IS NULL)"
)


def mailboxes(campaign_id: int) -> dict[str, str]:
    """By code of the state, the first mailbox of a campaign's directory, New York before Geneva before the ministry;
    those that asked not to be written to are left out."""
    rows = db.session.execute(
        select(Target.state, Target.place, Target.email).where(Target.campaign_id == campaign_id, not_closed())
    )
    found = sorted(rows, key=lambda row: PLACES.index(row.place), reverse=True)
    return {state: address for state, _, address in found}


def numbers(address: str) -> list[int]:
    """The numbers that a mailbox is known by where its pace is kept, under each digest key, the newest first."""
    return [_number(digest) for digest in email_digests(address)]


def mark(mailing_id: int | None = None, addresses: Iterable[str] | None = None) -> int:
    """Have the pace of a mission hold for what waits for its mailbox: in one mailing or (None) in all, for these
    addresses or (None) all that any campaign has on file. How many that are. In the caller's transaction."""
    if addresses is None:
        addresses = db.session.scalars(select(Target.email))
    known = {digest: numbers(address)[0] for address in set(addresses) for digest in email_digests(address)}
    if not known:
        return 0
    values = {"digests": list(known), "numbers": list(known.values()), "mailing": mailing_id}
    return db.session.execute(_MARK, values).rowcount


def _number(digest: bytes) -> int:
    return int.from_bytes(digest[-8:]) & 0x7FFF_FFFF_FFFF_FFFF
