"""Publishing: what the desk has becomes what everybody reads. In the caller's transaction, all of it or nothing.

What is public at any time would pass as a pack: each verb looks at everything as it would be afterwards and raises
NotReady, with all that stands in the way, rather than leave a dead link or a campaign without its privacy notice.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.kernel import audit, jobs, pagecache
from app.kernel.db import db

from . import drafts, readiness
from .editing import lock
from .format import HEAD
from .kinds import CAMPAIGN, NEEDED_PAGES
from .models import Block, Campaign, Draft, Publication
from .readiness import Name, NotReady, Problem

__all__ = ("NotReady", "Problem", "publish", "register_follower", "unpublish")

PICTURES_TASK = "campaigns:pictures"
_COPIED = ("kind", "slug", "position", "language", "key", "place", "fields", "text", "digest", "source", "state")

# Upper floors that go by what is published, such as the versions of a petition's text.
_followers: list[Callable[[Campaign, list[Name], datetime], None]] = []


def register_follower(follower: Callable[[Campaign, list[Name], datetime], None]) -> None:
    """Have `follower(campaign, [(kind, slug, language)], now)` called in each transaction that publishes something."""
    if follower not in _followers:
        _followers.append(follower)


def publish(campaign: Campaign, names: Iterable[Name], *, actor: int | None, now: datetime) -> list[Name]:
    """Publish documents, each (kind, slug, language), as the desk has them; those of them that said something else.

    Raises NotReady.
    """
    lock(campaign)
    names = list(dict.fromkeys(names))
    held = readiness.public(campaign.id)
    desk = {document: drafts.rows(campaign.id, *document) for document in dict.fromkeys(name[:2] for name in names)}
    wanted = {name: rows for name in names if _has_head(rows := desk[name[:2]].get(name[2], []))}
    moved = [name for name, rows in wanted.items() if readiness.said(rows) != readiness.said(held.get(name, []))]
    after = {**held, **{name: wanted[name] for name in moved}}
    originals = {
        name: {row.key: row.digest for row in desk[name[:2]].get(campaign.source_language, [])} for name in moved
    }
    missing = [Problem(*name, readiness.NOT_THERE) for name in names if name not in wanted]
    problems = missing + readiness.problems(campaign, after, originals)
    if problems:
        raise NotReady(problems)
    for name in moved:
        _copy(campaign.id, name, wanted[name], held.get(name, []), actor, now)
    for kind, slug, language in moved:
        if language == campaign.source_language:
            _align(campaign.id, kind, slug, language)
    _tell(campaign, moved, "pages.publish", actor, now)
    for follower in _followers:
        follower(campaign, moved, now)
    return moved


def unpublish(
    campaign: Campaign, kind: str, slug: str, languages: Iterable[str], *, actor: int | None, now: datetime
) -> list[Name]:
    """Take a document off the public pages, in languages or, with the source language, in all; what was taken off.

    The desk keeps its words. Raises NotReady: for what every campaign needs, for petitions (they end instead), and
    where other pages lead there.
    """
    lock(campaign)
    held = readiness.public(campaign.id)
    everything = campaign.source_language in languages
    gone = [name for name in held if name[:2] == (kind, slug) and (everything or name[2] in languages)]
    needed = kind in (CAMPAIGN, "mails", "petitions", "letters") or (kind == "pages" and slug in NEEDED_PAGES)
    # In languages besides the six nothing has to be there; a petition's text stays, as it may have been signed.
    if needed and (kind in ("petitions", "letters") or not gone or any(name[2] in campaign.languages for name in gone)):
        raise NotReady([Problem(kind, slug, campaign.source_language, readiness.NEEDED)])
    after = {name: rows for name, rows in held.items() if name not in gone}
    problems = readiness.problems(campaign, after, {})
    if problems:
        raise NotReady(problems)
    for name in gone:
        for table in (Block, Publication):
            db.session.execute(delete(table).where(*readiness.is_of(table, campaign.id, name)))
    _tell(campaign, gone, "pages.unpublish", actor, now)
    return gone


def _has_head(rows: list[Draft]) -> bool:
    return any(row.key == HEAD for row in rows)


def _copy(campaign_id: int, name: Name, rows: list[Draft], held: list[Block], actor, now: datetime) -> None:
    """What says what it said keeps the time since when it does: notices go by it."""
    before = {row.key: (row.digest, row.changed_at) for row in held}
    db.session.execute(delete(Block).where(*readiness.is_of(Block, campaign_id, name)))
    for row in rows:
        digest, since = before.get(row.key, (None, now))
        values = {column: getattr(row, column) for column in _COPIED}
        changed_at = since if digest == row.digest else now
        db.session.add(Block(campaign_id=campaign_id, changed_at=changed_at, **values))
    db.session.flush()
    put_publication(campaign_id, name, actor, now)


def put_publication(campaign_id: int, name: Name, actor: int | None, now: datetime) -> None:
    """Note since when a document is published as it is."""
    key = dict(zip(("kind", "slug", "language"), name, strict=True))
    values = {"published_at": now, "published_by": actor}
    statement = upsert(Publication).values(campaign_id=campaign_id, **key, **values)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=["campaign_id", "kind", "slug", "language"], set_=values)
    )


def _align(campaign_id: int, kind: str, slug: str, source_language: str) -> None:
    """Translations that are published follow the original: a block it has no longer goes, and the order is its own."""
    rows = db.session.scalars(
        select(Block).where(Block.campaign_id == campaign_id, Block.kind == kind, Block.slug == slug)
    ).all()
    places = {row.key: (row.place, row.position) for row in rows if row.language == source_language}
    for row in rows:
        if row.key in places:
            row.place, row.position = places[row.key]
        else:
            db.session.delete(row)
    db.session.flush()


def _tell(campaign: Campaign, names: list[Name], action: str, actor: int | None, now: datetime) -> None:
    if not names:
        return
    for document in dict.fromkeys(name[:2] for name in names):
        languages = [name[2] for name in names if name[:2] == document]
        subject = "document:" + "/".join(document)
        audit.record(action, subject, actor=actor, now=now, campaign=campaign.slug, after={"languages": languages})
    pagecache.bump()
    jobs.defer(PICTURES_TASK, campaign_id=campaign.id)
