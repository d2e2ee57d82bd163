"""Which pieces have their source kept here, and what that file is."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select

from app.kernel.db import db

from .models import Archived
from .models import Evidence as Row


@dataclass(frozen=True)
class Kept:
    """A source that is kept here: its digest, what it is, and how large in bytes."""

    digest: str
    media_type: str
    size: int


def kept(campaign_id: int, refs: Collection[str]) -> dict[str, Kept]:
    """The kept source of each of these pieces that has one, by ref. One query."""
    if not refs:
        return {}
    rows = db.session.execute(
        select(Row.ref, Archived.digest, Archived.media_type, func.octet_length(Archived.content))
        .join(Archived, Archived.digest == Row.archived)
        .where(Row.campaign_id == campaign_id, Row.ref.in_(list(refs)))
    )
    return {ref: Kept(*said) for ref, *said in rows}
