"""What a report says of organisations: sums, and nobody's name."""

from datetime import date

from sqlalchemy import func, or_, select

from app.kernel.db import db
from app.states.models import Area

from .org_models import Organisation, OrganisationEntry


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
