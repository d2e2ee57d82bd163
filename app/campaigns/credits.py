"""How staff are named where others in the campaign, or the public, see who did what: by their pseudonym, if they have
one. In public only who chose to be."""

from collections.abc import Iterable

from sqlalchemy import select

from app.accounts.models import Staff
from app.kernel.db import db


def shown(staff_ids: Iterable[int | None]) -> dict[int, str]:
    """The names of staff as colleagues see them here, by id. One query, or none."""
    wanted = {staff_id for staff_id in staff_ids if staff_id is not None}
    if not wanted:
        return {}
    rows = db.session.execute(select(Staff.id, Staff.pseudonym, Staff.name).where(Staff.id.in_(wanted)))
    return {row.id: row.pseudonym or row.name for row in rows}
