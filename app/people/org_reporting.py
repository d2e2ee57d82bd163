"""What a report says of organisations: sums, and nobody's name."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import case, func, select

from app.kernel.db import db
from app.states.models import Area

from .org_models import Organisation


def by_region_and_status(first: date, last: date) -> list[tuple[str | None, str, int, int]]:
    """Organisations by M49 region of their country (None: not known) and status with ECOSOC: entered in these days, and
    there by their end. One that was joined into another does not count. One query."""
    since, until = (datetime.combine(day, time.min, UTC) for day in (first, last + timedelta(days=1)))
    entered = func.sum(case((Organisation.created_at >= since, 1), else_=0))
    rows = db.session.execute(
        select(Area.region_code, Organisation.ecosoc, entered, func.sum(1))
        .select_from(Organisation)
        .outerjoin(Area, Area.code == Organisation.country)
        .where(Organisation.joined_into.is_(None), Organisation.created_at < until)
        .group_by(Area.region_code, Organisation.ecosoc)
    )
    return [tuple(row) for row in rows]
