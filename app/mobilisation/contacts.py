"""The projection of contacts (contacts_models.py) beside what it has to be: compared each night, and made anew."""

from dataclasses import dataclass

from sqlalchemy import text

from app.kernel.db import db

_AMISS = text(
    """
WITH stands AS (
    SELECT c.contact_id, c.organisation_id, k.country, k.ecosoc, k.networks, k.roles, k.language, k.second_language,
        k.several
    FROM mobilisation_contact AS c JOIN mobilisation_kind AS k ON k.id = c.kind_id
), due AS (
    SELECT contact_id, organisation_id, country, ecosoc, networks, roles, language, second_language, several
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


@dataclass(frozen=True)
class Checked:
    """How many contacts were not as they had to be, and how many kinds nobody was of any more."""

    amiss: int
    unused: int


def amiss() -> list[int]:
    """The contacts whose rows are not what people, organisations and networks say: there must be none."""
    return sorted(db.session.scalars(_AMISS))


def check() -> Checked:
    """Compare every contact, put right what is amiss, and drop kinds that nobody is of. In the caller's transaction."""
    db.session.execute(_ALONE)
    found = amiss()
    if found:
        db.session.execute(_RENEW, {"persons": found})
    return Checked(len(found), db.session.execute(_UNUSED).rowcount)
