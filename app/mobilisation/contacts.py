"""The projection of contacts (contacts_models.py) beside what it has to be: compared each night, and made anew."""

from sqlalchemy import text

from app.kernel import jobs
from app.kernel.db import db
from app.people.importing import operations

from .contacts_models import CHUNK

_AMISS = text(
    """
WITH stands AS (
    SELECT c.contact_id, c.organisation_id, k.country, k.ecosoc, k.networks, k.roles, k.language, k.second_language,
        c.place
    FROM mobilisation_contact AS c JOIN mobilisation_kind AS k ON k.id = c.kind_id
), due AS (
    SELECT contact_id, organisation_id, country, ecosoc, networks, roles, language, second_language, place
    FROM mobilisation_contact_due
)
SELECT DISTINCT contact_id FROM (
    (SELECT * FROM stands EXCEPT SELECT * FROM due) UNION ALL (SELECT * FROM due EXCEPT SELECT * FROM stands)
) AS differing
"""
)
# Nobody writes contacts meanwhile: the kinds that nobody is of are of nobody until this ends.
_ALONE = text("LOCK TABLE mobilisation_contact IN SHARE ROW EXCLUSIVE MODE")
_UNUSED = text(
    "DELETE FROM mobilisation_kind AS k WHERE NOT EXISTS (SELECT FROM mobilisation_contact AS c WHERE c.kind_id = k.id)"
)
_RENEW = text("SELECT mobilisation_contact_renew(CAST(:persons AS bigint[]), '{}')")
# Where most contacts wait, so that few are left to be asked themselves.
_WAITING = text(
    "SELECT CAST(contact_id >> CAST(:bits AS integer) AS integer) FROM mobilisation_contact_entry"
    " GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
).bindparams(bits=CHUNK)
_EVERY = text(
    "SELECT CAST(contact_id >> CAST(:bits AS integer) AS integer) FROM mobilisation_contact"
    " UNION SELECT chunk FROM mobilisation_contact_bits ORDER BY 1"
).bindparams(bits=CHUNK)
_RENEW_BITS = text("SELECT mobilisation_contact_bits_renew(:chunk)")


def amiss() -> list[int]:
    """The contacts whose rows are not what people, organisations and networks say: there must be none."""
    return sorted(db.session.scalars(_AMISS))


def fold() -> bool:
    """Bring the bits of one chunk of contacts to what is so, if entries wait; True when they did. In the caller's
    transaction; two at a time wait for each other."""
    chunk = db.session.scalar(_WAITING)
    if chunk is None:
        return False
    db.session.execute(_RENEW_BITS, {"chunk": chunk})
    return True


def check() -> int:
    """Compare every contact, put right what is amiss, and drop the kinds that nobody is of; how many were amiss. In the
    caller's transaction, until whose end nobody else writes contacts."""
    db.session.execute(_ALONE)
    found = amiss()
    if found:
        db.session.execute(_RENEW, {"persons": found})
    db.session.execute(_UNUSED)
    return len(found)


def check_bits() -> int:
    """Make every string of bits again; how many were not what contacts and deliveries say, though no entry told of
    that: there must be none. In the caller's transaction."""
    return sum(db.session.scalar(_RENEW_BITS, {"chunk": chunk}) for chunk in list(db.session.scalars(_EVERY)))


def _fold_soon() -> None:
    jobs.defer("contacts:fold")


# A list writes an entry for each of its people: counts need not wait for the next minute.
operations.register_end(_fold_soon)
