"""The projection of contacts (contacts_models.py) beside what it has to be: compared each night, and made anew."""

from dataclasses import dataclass

from sqlalchemy import text

from app.kernel.db import db

_KIND = "country, ecosoc, networks, roles, language, second_language, several"
_STANDS = (
    f"SELECT c.contact_id, c.organisation_id, {_KIND} FROM mobilisation_contact AS c"
    " JOIN mobilisation_kind AS k ON k.id = c.kind_id"
)
_DUE = f"SELECT contact_id, organisation_id, {_KIND} FROM mobilisation_contact_due"
_AMISS = text(
    f"SELECT DISTINCT contact_id FROM (({_STANDS} EXCEPT {_DUE}) UNION ALL ({_DUE} EXCEPT {_STANDS})) AS differing"
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
