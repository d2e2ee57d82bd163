"""The desk's words of a document: read for its pages, and put together as format.py has them."""

from collections.abc import Iterable

from sqlalchemy import select

from app.kernel.db import db

from .format import HEAD, Block, Document
from .models import Campaign, Draft

# Blocks get lines of their own, far apart, so that what is found wrong can be told by the block it stands in.
LINES = 100_000


def campaign(slug: str) -> Campaign | None:
    """The campaign of that slug, published or not."""
    return db.session.scalar(select(Campaign).where(Campaign.slug == slug))


def rows(campaign_id: int, kind: str, slug: str, languages: Iterable[str] | None = None) -> dict[str, list[Draft]]:
    """The desk's rows of a document by language, the head first; of `languages` or of all. One query."""
    statement = (
        select(Draft)
        .where(Draft.campaign_id == campaign_id, Draft.kind == kind, Draft.slug == slug)
        .order_by(Draft.language, Draft.place, Draft.id)
    )
    if languages is not None:
        statement = statement.where(Draft.language.in_(set(languages)))
    found: dict[str, list[Draft]] = {}
    for row in db.session.scalars(statement):
        found.setdefault(row.language, []).append(row)
    return found


def document(parts: Iterable) -> Document:
    """A document from its rows of one language (of Draft or Block); one whose head is not there has no fields."""
    front, source, state, blocks = {}, None, None, []
    for part in parts:
        if part.key == HEAD:
            front, source, state = part.fields, part.source, part.state
        else:
            line = (len(blocks) + 1) * LINES
            blocks.append(Block(part.key, part.text, part.source, part.state, line))
    return Document(front, tuple(blocks), source, state)


def block_of(found: Document, line: int) -> str:
    """The id of the block of `document()` in which a line stands."""
    number = line // LINES
    return found.blocks[number - 1].key if 0 < number <= len(found.blocks) else HEAD
