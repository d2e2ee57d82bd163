"""What documents there are, which blocks they have, and in what order. In the caller's transaction; nothing public
changes before it is published.

An original and its translations have the same blocks in the same order: what is done to the original here is done to
all of them.
"""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import delete, func, select, update

from app.kernel import audit, pagecache
from app.kernel.db import db

from . import drafts, editing
from .editing import BlockFaults, Wrong, lock
from .format import HEAD, Block, front_digest
from .head import RESERVED, SLUG
from .kinds import KINDS
from .models import Ask, Campaign, Draft, Publication, Schedule, Update
from .models import Block as Published

# What may be added; a campaign has its own words and its mails from the start.
ADDED = ("pages", "updates", "petitions", "letters", "asks")
# Blocks in the order that a kind has them in.
_FIXED = {kind.name: kind.blocks + kind.optional for kind in KINDS.values() if kind.blocks}

# Upper floors that keep something for a document of a kind, such as the settings of a petition.
_founders: dict[str, Callable[[Campaign, str, datetime], object]] = {}
# Or that have something on file for it, for whose sake it has to stay.
_keepers: dict[str, Callable[[int, str], int]] = {}


class WrongName(ValueError):
    """A slug or a block's id that cannot be: `why` is form, taken or reserved."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


class StillPublished(Exception):
    """A document that is published cannot be removed."""


class StillNeeded(Exception):
    """An ask to which evidence speaks cannot be removed; `pieces` is how many are published."""

    def __init__(self, pieces: int):
        super().__init__(f"{pieces} published pieces of evidence speak to it")
        self.pieces = pieces


def register_keeper(kind: str, keeper: Callable[[int, str], int]) -> None:
    """Have `keeper(campaign_id, slug)` asked before a document of a kind is removed, at the desk or by a pack: how many
    published pieces of evidence speak to it. While there are any, it stays."""
    _keepers[kind] = keeper


def needed(campaign_id: int, kind: str, slug: str) -> int:
    """How many published pieces of evidence speak to a document, for whose sake it cannot be removed."""
    return _keepers[kind](campaign_id, slug) if kind in _keepers else 0


def register_founder(kind: str, founder: Callable[[Campaign, str, datetime], object]) -> None:
    """Have `founder(campaign, slug, now)` called when a document of a kind is added; it may raise WrongName."""
    _founders[kind] = founder


def add_document(
    campaign: Campaign,
    kind: str,
    slug: str,
    fields: dict[str, str],
    texts: list[tuple[str, str]],
    *,
    actor: int | None,
    now: datetime,
    day: date | None = None,
) -> None:
    """Begin a document in the source language: its front matter, and its blocks as (id, Markdown). `day` is of an
    update. Raises WrongName, BlockFaults."""
    lock(campaign)
    _check_slug(campaign, kind, slug)
    if kind in _founders:
        _founders[kind](campaign, slug, now)
    last = db.session.scalar(_positions(campaign.id, kind))
    position = 0 if last is None else last + 1
    put_passages(campaign, kind, slug, campaign.source_language, fields, texts, position, actor, now)
    if kind == "asks":
        db.session.add(Ask(campaign_id=campaign.id, slug=slug, position=position, status="open", variants=[]))
    elif kind == "updates":
        db.session.add(Update(campaign_id=campaign.id, slug=slug, day=day or now.date()))
    _check(campaign, kind, slug, HEAD, later=False)
    _tell(campaign, kind, slug, "pages.add", actor, now, {"blocks": [key for key, _ in texts]})


def put_passages(
    campaign: Campaign,
    kind: str,
    slug: str,
    language: str,
    fields: dict[str, str],
    texts: list[tuple[str, str]],
    position: int,
    actor: int | None,
    now: datetime,
    stamps: dict[str, tuple[str, str]] | None = None,
) -> None:
    """Write a document that is not there yet, with its history's first versions; nothing is checked. `stamps` are the
    (source digest, state) of each block of a translation."""
    clean = {name: editing.clean(value).strip() for name, value in fields.items()}
    passages = [(HEAD, None, clean, front_digest(clean))]
    for key, text in texts:
        tidy = editing.clean(text)
        passages.append((key, tidy, None, Block(key, tidy).digest))
    for place, (key, text, front, digest) in enumerate(passages):
        source, state = (stamps or {}).get(key, (None, None))
        row = Draft(campaign_id=campaign.id, kind=kind, slug=slug, language=language, position=position, place=place)
        row.key, row.text, row.fields, row.digest, row.source, row.state = key, text, front, digest, source, state
        row.changed_at, row.written_by = now, actor
        db.session.add(row)
        editing.note_version(row, "edited", actor, now)


def _check_slug(campaign: Campaign, kind: str, slug: str) -> None:
    if kind not in ADDED or not SLUG.match(slug) or len(slug) > 60:
        raise WrongName("form")
    if slug in RESERVED.get(kind, ()):
        raise WrongName("reserved")
    if drafts.rows(campaign.id, kind, slug):
        raise WrongName("taken")


def _positions(campaign_id: int, kind: str):
    return select(func.max(Draft.position)).where(Draft.campaign_id == campaign_id, Draft.kind == kind)


def remove_document(campaign: Campaign, kind: str, slug: str, *, actor: int | None, now: datetime) -> None:
    """Remove a document that is published nowhere, in all its languages. Its history stays. Raises StillPublished, and
    StillNeeded."""
    lock(campaign)
    if pieces := needed(campaign.id, kind, slug):
        raise StillNeeded(pieces)
    is_it = {"kind": kind, "slug": slug}
    public = select(Publication.id).filter_by(campaign_id=campaign.id, **is_it).limit(1)
    if kind not in ADDED or kind in ("petitions", "letters") or db.session.scalar(public):
        raise StillPublished(slug)
    for rows in drafts.rows(campaign.id, kind, slug).values():
        for row in rows:
            _remove(row, actor, now)
    for table in (Ask,) if kind == "asks" else (Update,) if kind == "updates" else ():
        db.session.execute(delete(table).where(table.campaign_id == campaign.id, table.slug == slug))
    where = (Schedule.campaign_id == campaign.id, Schedule.kind == kind, Schedule.slug == slug)
    db.session.execute(delete(Schedule).where(*where))
    _tell(campaign, kind, slug, "pages.remove", actor, now, None)


def add_block(
    campaign: Campaign, kind: str, slug: str, key: str, text: str, after: str, *, actor: int | None, now: datetime
) -> None:
    """Add a block to a document's original, behind the one of id `after` (the head: at the top).

    Raises WrongName, BlockFaults, NoSource where there is no such document."""
    lock(campaign)
    rows = drafts.rows(campaign.id, kind, slug).get(campaign.source_language)
    if not rows:
        raise editing.NoSource(slug)
    if not SLUG.match(key) or len(key) > 60 or (kind in _FIXED and key not in _FIXED[kind]):
        raise WrongName("form")
    if key in {row.key for row in rows}:
        raise WrongName("taken")
    clean = editing.clean(text)
    early = [Wrong(key, finding) for finding in editing.text_findings(key, clean)]
    if early:
        raise BlockFaults(early)
    order = [row.key for row in rows if row.key != HEAD]
    order.insert(order.index(after) + 1 if after in order else 0, key)
    row = Draft(campaign_id=campaign.id, kind=kind, slug=slug, language=campaign.source_language, key=key, place=0)
    row.position, row.text, row.digest = rows[0].position, clean, Block(key, clean).digest
    row.changed_at, row.written_by = now, actor
    db.session.add(row)
    editing.note_version(row, "edited", actor, now)
    _reorder(campaign, kind, slug, order)
    _check(campaign, kind, slug, key)
    _tell(campaign, kind, slug, "pages.add-block", actor, now, {"block": key})


def remove_block(campaign: Campaign, kind: str, slug: str, key: str, *, actor: int | None, now: datetime) -> None:
    """Take a block out of a document, in all languages. Raises WrongName where there is none, or it has to stay, and
    BlockFaults."""
    lock(campaign)
    by_language = drafts.rows(campaign.id, kind, slug)
    keys = [row.key for row in by_language.get(campaign.source_language, []) if row.key != HEAD]
    if key not in keys or key in KINDS[kind].blocks or len(keys) == 1:
        raise WrongName("form")
    for rows in by_language.values():
        for row in rows:
            if row.key == key:
                _remove(row, actor, now)
    _reorder(campaign, kind, slug, [each for each in keys if each != key])
    _check(campaign, kind, slug, key)
    _tell(campaign, kind, slug, "pages.remove-block", actor, now, {"block": key})


def move_block(
    campaign: Campaign, kind: str, slug: str, key: str, step: int, *, actor: int | None, now: datetime
) -> None:
    """Move a block of a page up (-1) or down (1), in all languages. Raises WrongName, BlockFaults."""
    lock(campaign)
    rows = drafts.rows(campaign.id, kind, slug).get(campaign.source_language, [])
    order = [row.key for row in rows if row.key != HEAD]
    if key not in order or kind in _FIXED:
        raise WrongName("form")
    _shift(order, key, step)
    _reorder(campaign, kind, slug, order)
    _check(campaign, kind, slug, key)
    _tell(campaign, kind, slug, "pages.move-block", actor, now, {"block": key})


def move_document(campaign: Campaign, kind: str, slug: str, step: int, *, actor: int | None, now: datetime) -> None:
    """Move a document up (-1) or down (1) among its kind: the menu of the pages. At once, in public, too. Raises
    WrongName."""
    lock(campaign)
    statement = select(Draft.slug, func.min(Draft.position)).where(Draft.campaign_id == campaign.id, Draft.kind == kind)
    rows = db.session.execute(statement.group_by(Draft.slug).order_by(func.min(Draft.position), Draft.slug))
    order = [own for own, _ in rows]
    if slug not in order:
        raise WrongName("form")
    _shift(order, slug, step)
    for table in (Draft, Published):
        for position, each in enumerate(order):
            where = (table.campaign_id == campaign.id, table.kind == kind, table.slug == each)
            db.session.execute(update(table).where(*where).values(position=position))
    if kind == "asks":
        for position, each in enumerate(order):
            where = (Ask.campaign_id == campaign.id, Ask.slug == each)
            db.session.execute(update(Ask).where(*where).values(position=position))
    pagecache.bump()
    _tell(campaign, kind, slug, "pages.move", actor, now, {"position": order.index(slug)})


def free_keys(kind: str, keys: list[str]) -> list[str] | None:
    """The ids that a block to add may have; None: any, [] where none can be added."""
    return [key for key in _FIXED[kind] if key not in keys] if kind in _FIXED else None


def is_movable(kind: str) -> bool:
    """Whether blocks of a kind's documents can be moved."""
    return kind not in _FIXED


def _shift(order: list[str], each: str, step: int) -> None:
    at = order.index(each)
    order.insert(max(0, min(len(order) - 1, at + step)), order.pop(at))


def _remove(row: Draft, actor: int | None, now: datetime) -> None:
    editing.note_version(row, "removed", actor, now)
    db.session.delete(row)


def _reorder(campaign: Campaign, kind: str, slug: str, order: list[str]) -> None:
    db.session.flush()
    for rows in drafts.rows(campaign.id, kind, slug).values():
        for row in rows:
            row.place = 0 if row.key == HEAD else 1 + order.index(row.key)
    db.session.flush()


def _check(campaign: Campaign, kind: str, slug: str, key: str, later: bool = True) -> None:
    """Raise BlockFaults if the original would not pass. `later`: what it still lacks is asked for at publishing."""
    rows = drafts.rows(campaign.id, kind, slug)[campaign.source_language]
    document = drafts.document(sorted(rows, key=lambda row: row.place))
    wrong = [Wrong(HEAD, finding) for finding in editing.missing_fields(kind, document.front)]
    for block, finding in editing.document_findings(kind, slug, campaign.source_language, document, None):
        if not later or finding.code not in editing.LATER:
            wrong.append(Wrong(block, finding))
    if wrong:
        raise BlockFaults(wrong)


def _tell(campaign: Campaign, kind: str, slug: str, action: str, actor, now: datetime, after: dict | None) -> None:
    audit.record(action, f"document:{kind}/{slug}", actor=actor, now=now, campaign=campaign.slug, after=after)
