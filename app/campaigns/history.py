"""What each block said before, who made it say so, and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_

from app.accounts.names import names
from app.kernel.db import db

from . import diff
from .kinds import KINDS
from .models import BlockVersion

# A history longer than this is shown from its newest end; what is older is in the database.
SHOWN = 100


@dataclass(frozen=True)
class Step:
    """One version as a page shows it: `by` is None where a pack or the command line wrote it; `changes` are
    `diff.words` against the version before."""

    id: int
    what: str
    at: datetime
    by: str | None
    state: str | None
    changes: list[tuple[str, str]]
    current: bool


def plain(kind: str, passage) -> str:
    """The words of a Draft, a Block or a BlockVersion as one text: a head's fields each on a line of its own."""
    if passage.fields is None:
        return passage.text
    return "\n".join(f"{name}: {passage.fields[name]}" for name in KINDS[kind].fields if name in passage.fields)


def of_block(campaign_id: int, kind: str, slug: str, language: str, key: str) -> list[BlockVersion]:
    """The versions of a block, newest first; one more than are shown, so that the last has one to compare with."""
    return list(
        db.session.scalars(
            select(BlockVersion)
            .where(*_is(campaign_id, kind, slug, language), BlockVersion.key == key)
            .order_by(BlockVersion.id.desc())
            .limit(SHOWN + 1)
        )
    )


def steps(versions: list[BlockVersion]) -> list[Step]:
    """A history as a page shows it, newest first. One query, for the names."""
    called = names(version.actor for version in versions)
    found = []
    for number, version in enumerate(versions[:SHOWN]):
        older = versions[number + 1] if number + 1 < len(versions) else None
        changes = diff.words(plain(version.kind, older) if older else "", plain(version.kind, version))
        by = called.get(version.actor)
        found.append(Step(version.id, version.what, version.at, by, version.state, changes, number == 0))
    return found


def version(campaign_id: int, version_id: int) -> BlockVersion | None:
    """One version of a campaign's block."""
    where = (BlockVersion.campaign_id == campaign_id, BlockVersion.id == version_id)
    return db.session.scalar(select(BlockVersion).where(*where))


def said(
    campaign_id: int, kind: str, slug: str, language: str, wanted: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], BlockVersion]:
    """What blocks of a document said when their digest was this, for each (block id, digest) of `wanted` that is known:
    what a translation was made from. One query."""
    pairs = set(wanted)
    if not pairs:
        return {}
    rows = db.session.scalars(
        select(BlockVersion)
        .where(*_is(campaign_id, kind, slug, language), tuple_(BlockVersion.key, BlockVersion.digest).in_(pairs))
        .order_by(BlockVersion.id)
    )
    return {(row.key, row.digest): row for row in rows}


def _is(campaign_id: int, kind: str, slug: str, language: str) -> tuple:
    return (
        BlockVersion.campaign_id == campaign_id,
        BlockVersion.kind == kind,
        BlockVersion.slug == slug,
        BlockVersion.language == language,
    )
