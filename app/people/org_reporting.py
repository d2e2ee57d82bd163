"""What a report says of organisations: sums, and nobody's name; and how what is summed stays small."""

from datetime import date

from sqlalchemy import func, or_, select, text

from app.kernel.db import db
from app.states.models import Area

from .org_models import Organisation, OrganisationEntry

# A list of 200,000 rows leaves ten thousands of entries. In one statement: what others add meanwhile stays as it is.
_FOLD = text(
    """
WITH gone AS (
    DELETE FROM people_organisation_entry WHERE day = :day RETURNING country, ecosoc, entered, there
)
INSERT INTO people_organisation_entry (day, country, ecosoc, entered, there)
SELECT :day, country, ecosoc, sum(entered), sum(there) FROM gone GROUP BY country, ecosoc
HAVING sum(entered) <> 0 OR sum(there) <> 0
"""
)


def fold(today: date) -> bool:
    """Make the entries of one past day one for each country and status; True when there may be more such days. Sums
    are as before."""
    parts = (OrganisationEntry.day, OrganisationEntry.country, OrganisationEntry.ecosoc)
    entered, there = func.sum(OrganisationEntry.entered), func.sum(OrganisationEntry.there)
    several = func.count(OrganisationEntry.id) > 1
    waiting = select(OrganisationEntry.day).where(OrganisationEntry.day < today).group_by(*parts)
    waiting = waiting.having(or_(several, (entered == 0) & (there == 0))).order_by(OrganisationEntry.day).limit(1)
    day = db.session.scalar(waiting)
    if day is not None:
        db.session.execute(_FOLD, {"day": day})
    return day is not None


def by_region_and_status(first: date, last: date) -> list[tuple[str | None, str, int, int]]:
    """Organisations by M49 region of their country (None: not known) and status with ECOSOC: entered in these days, and
    there at their end, as they stood then whatever became of them since. One that was joined into another does not
    count from that day on. One query."""
    entered = func.coalesce(func.sum(OrganisationEntry.entered).filter(OrganisationEntry.day >= first), 0)
    there = func.sum(OrganisationEntry.there)
    rows = db.session.execute(
        select(Area.region_code, OrganisationEntry.ecosoc, entered, there)
        .select_from(OrganisationEntry)
        .outerjoin(Area, Area.code == OrganisationEntry.country)
        .where(OrganisationEntry.day <= last)
        .group_by(Area.region_code, OrganisationEntry.ecosoc)
        .having(or_(entered != 0, there != 0))
    )
    return [tuple(row) for row in rows]


def by_area() -> dict[str, int]:
    """How many organisations there are by area, each once where it is registered and where it works. One query."""
    places = (
        select(
            Organisation.id, func.unnest(func.array_append(Organisation.works_in, Organisation.country)).label("area")
        )
        .where(Organisation.joined_into.is_(None))
        .subquery()
    )
    statement = select(places.c.area, func.count(places.c.id.distinct())).group_by(places.c.area)
    return {code: many for code, many in db.session.execute(statement) if code}
