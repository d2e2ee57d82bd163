"""The projection of contacts (contacts_models.py) beside what it has to be: compared each night, and made anew."""

from dataclasses import dataclass

from sqlalchemy import text

from app.kernel.db import db

# So many entries are folded at once: nobody else writes contacts meanwhile.
MOST_FOLDED = 20_000

_AMISS = text(
    """
WITH stands AS (
    SELECT c.contact_id, c.organisation_id, k.country, k.ecosoc, k.networks, k.roles, k.language, k.second_language,
        k.mailed, c.several, k.several AS of_kind
    FROM mobilisation_contact AS c JOIN mobilisation_kind AS k ON k.id = c.kind_id
), due AS (
    SELECT contact_id, organisation_id, country, ecosoc, networks, roles, language, second_language, mailed, several,
        several AS of_kind
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
_FOLD = text(
    """
WITH gone AS (DELETE FROM mobilisation_kind_entry RETURNING kind_id, number),
    moved AS (SELECT kind_id, sum(number) AS number FROM gone GROUP BY 1)
UPDATE mobilisation_kind AS k SET number = k.number + moved.number FROM moved WHERE moved.kind_id = k.id
"""
)
_COUNT_AGAIN = text(
    """
WITH there AS (SELECT kind_id, count(*) AS number FROM mobilisation_contact GROUP BY 1),
    due AS (SELECT k.id, coalesce(there.number, 0) AS number FROM mobilisation_kind AS k
        LEFT JOIN there ON there.kind_id = k.id)
UPDATE mobilisation_kind AS k SET number = due.number FROM due WHERE due.id = k.id AND k.number <> due.number
"""
)
_FOLD_MAILED = text("SELECT mobilisation_mailed_fold(:most)")
_RENEW = text("SELECT mobilisation_contact_renew(CAST(:persons AS bigint[]), '{}')")


@dataclass(frozen=True)
class Checked:
    """How many contacts were not as they had to be, how many kinds had a wrong number, and how many nobody was of any
    more."""

    amiss: int
    miscounted: int
    unused: int


def amiss() -> list[int]:
    """The contacts whose rows are not what people, organisations and networks say: there must be none."""
    return sorted(db.session.scalars(_AMISS))


def fold(most: int = MOST_FOLDED) -> bool:
    """Bring contacts to the kinds that say when they were last written to, as far as entries tell of them, and add what
    entries say to the numbers of kinds; True when there may be more. In the caller's transaction; two at a time do no
    harm. Raises sqlalchemy.exc.OperationalError where others who write contacts do not let go for two seconds."""
    folded = db.session.scalar(_FOLD_MAILED, {"most": most})
    db.session.execute(_FOLD)
    return folded == most


def check() -> Checked:
    """Compare every contact, put right what is amiss, count every kind again, and drop those that nobody is of. In the
    caller's transaction."""
    db.session.execute(_ALONE)
    while fold():
        pass
    found = amiss()
    if found:
        db.session.execute(_RENEW, {"persons": found})
    db.session.execute(_FOLD)
    miscounted = db.session.execute(_COUNT_AGAIN).rowcount
    return Checked(len(found), miscounted, db.session.execute(_UNUSED).rowcount)
