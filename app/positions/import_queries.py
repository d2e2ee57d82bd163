"""What the desk asks about files of evidence on their way in."""

from sqlalchemy import select

from app.kernel.db import db
from app.kernel.listing import Order, Part, part

from .import_models import LIKE, Import, ImportRow


def imports(campaign_id: int, cursor: str | None) -> Part:
    """A page of a campaign's imports, the newest first. Raises WrongCursor."""
    columns = (Import.id, Import.state, Import.counts, Import.created_at, Import.work_id)
    statement = select(*columns).where(Import.campaign_id == campaign_id)
    return part(statement, Order((Import.id,), descending=True), cursor)


def one(campaign_id: int, import_id: int) -> Import | None:
    """One of a campaign's imports."""
    return db.session.scalar(select(Import).where(Import.id == import_id, Import.campaign_id == campaign_id))


def rows(import_id: int, fate: str | None, cursor: str | None) -> Part:
    """A page of an import's rows in the order of the file, of one fate, or LIKE, if that is given. Raises
    WrongCursor."""
    columns = (ImportRow.line, ImportRow.ref, ImportRow.fate, ImportRow.said, ImportRow.is_like, ImportRow.faults)
    statement = select(*columns).where(ImportRow.import_id == import_id)
    if fate == LIKE:
        statement = statement.where(ImportRow.is_like != "")
    elif fate:
        statement = statement.where(ImportRow.fate == fate)
    return part(statement, Order((ImportRow.line,)), cursor)
