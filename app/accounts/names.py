"""What staff are called where their work is shown."""

from collections.abc import Iterable

from sqlalchemy import select

from app.kernel.db import db

from .models import Staff


def names(ids: Iterable[int | None]) -> dict[int, str]:
    """What each of these is called by colleagues: the pseudonym where there is one, else the name. One query."""
    wanted = {each for each in ids if each is not None}
    if not wanted:
        return {}
    rows = db.session.execute(select(Staff.id, Staff.name, Staff.pseudonym).where(Staff.id.in_(wanted)))
    return {identity: pseudonym or name for identity, name, pseudonym in rows}
