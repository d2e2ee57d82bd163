"""A document beside its original, as translators work on it: what each block says, what it was made from and what has
changed since; how far a language has come; and who may call whose work reviewed."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import any_, func, literal, or_, select

from app.accounts.models import Staff, StaffRole
from app.accounts.names import names
from app.accounts.roles import ADMINISTRATOR, CAMPAIGNER, EVERYWHERE, TRANSLATOR
from app.kernel.db import db

from . import diff, drafts, editing, glossary, glossary_book, history, questions
from .format import HEAD
from .kinds import FURTHER_KINDS, KINDS
from .models import Block, BlockVersion, Campaign, Draft
from .translation import DRAFT, MACHINE, MISSING, STALE, Made, Original, block_state

# Who is alone in a campaign may review their own words once they have slept over them.
ALONE_AFTER = timedelta(hours=24)
# States in which a translator has something to do.
OPEN = (MISSING, STALE, MACHINE)


def languages(campaign: Campaign) -> list[str]:
    """What a campaign is translated into: the six but its source, then its further languages."""
    return [code for code in campaign.spoken if code != campaign.source_language]


def kinds(campaign: Campaign, code: str) -> list[str]:
    """The kinds of documents that are translated into a language."""
    return [kind for kind in KINDS if code in campaign.languages or kind in FURTHER_KINDS]


@dataclass
class Progress:
    """How far a document has come in a language: how many blocks are in which state, and the first that is open."""

    kind: str
    slug: str
    title: str
    states: Counter = field(default_factory=Counter)
    first_open: str | None = None

    @property
    def total(self) -> int:
        return self.states.total()

    @property
    def open(self) -> int:
        return sum(self.states[state] for state in OPEN)


def progress(campaign: Campaign, codes: list[str]) -> dict[str, list[Progress]]:
    """Every document by language, in the campaign's order. One query."""
    rows = db.session.execute(
        select(Draft.kind, Draft.slug, Draft.key, Draft.language, Draft.digest, Draft.source, Draft.state, Draft.fields)
        .where(Draft.campaign_id == campaign.id, Draft.language.in_([campaign.source_language, *codes]))
        .order_by(Draft.position, Draft.slug, Draft.place)
    ).all()
    made = {(r.language, r.kind, r.slug, r.key): Made(r.source, r.state) for r in rows}
    found: dict[str, list[Progress]] = {}
    for code in codes:
        wanted = kinds(campaign, code)
        documents: dict[tuple[str, str], Progress] = {}
        for row in rows:
            if row.language != campaign.source_language or row.kind not in wanted:
                continue
            title = next(iter((row.fields or {}).values()), row.slug)
            document = documents.setdefault((row.kind, row.slug), Progress(row.kind, row.slug, title))
            state = block_state(made.get((code, row.kind, row.slug, row.key)), Original(row.digest))
            document.states[state] += 1
            if state in OPEN and document.first_open is None:
                document.first_open = row.key
        found[code] = sorted(documents.values(), key=lambda d: wanted.index(d.kind))
    return found


def summed(documents: list[Progress]) -> Counter:
    """The states of all blocks of all documents."""
    return sum((document.states for document in documents), Counter())


@dataclass(frozen=True)
class Line:
    """One line of front matter, or a block's whole text (`name` is then "")."""

    name: str
    source: str
    target: str


@dataclass(frozen=True)
class Row:
    """A block beside its original.

    `changes` are diff.words from what it was made from to what the original says now; None where that is not known, or
    nothing has changed. `seen` is the digest of the translation, "" where there is none. `by` and `reviewer` are names.
    """

    key: str
    state: str
    lines: tuple[Line, ...]
    source_digest: str
    seen: str
    published: bool
    changes: list[tuple[str, str]] | None
    terms: list[tuple[glossary.Entry, glossary.Said]]
    misused: list[tuple[str, glossary.Entry]]
    threads: list[questions.Thread]
    by: str | None
    reviewer: str | None
    reviewed_alone: bool
    may_review: bool
    own: bool
    changed_at: datetime | None

    @property
    def open(self) -> bool:
        return self.state in OPEN


def rows(campaign: Campaign, kind: str, slug: str, code: str, reader: int, now: datetime) -> list[Row]:
    """A document in the language `code` beside its original, as `reader` (an id of staff) works on it; empty when the
    source does not have it. A constant number of queries."""
    found = drafts.rows(campaign.id, kind, slug, (campaign.source_language, code))
    sources = found.get(campaign.source_language, [])
    targets = {row.key: row for row in found.get(code, [])}
    if not sources:
        return []
    behind = {(row.key, t.source) for row in sources if (t := targets.get(row.key)) and t.source != row.digest}
    before = history.said(campaign.id, kind, slug, campaign.source_language, behind)
    published = dict(
        db.session.execute(
            select(Block.key, Block.digest).where(
                Block.campaign_id == campaign.id, Block.kind == kind, Block.slug == slug, Block.language == code
            )
        ).all()
    )
    called = names(n for t in targets.values() for n in (t.written_by, t.reviewed_by))
    own = _own(campaign, kind, slug, code, targets, reader, now)
    book = glossary_book.entries(campaign.id)
    threads = questions.on_document(campaign.id, kind, slug, code)
    result = []
    for source in sources:
        target = targets.get(source.key)
        state = block_state(Made(target.source, target.state) if target else None, Original(source.digest))
        text = history.plain(kind, source)
        was = target and before.get((source.key, target.source))
        terms = glossary.found(book, text, campaign.source_language)
        mine = target is not None and target.written_by == reader
        result.append(
            Row(
                key=source.key,
                state=state,
                lines=_lines(kind, source, target),
                source_digest=source.digest,
                seen=target.digest if target else "",
                published=target is not None and published.get(source.key) == target.digest,
                changes=diff.words(history.plain(kind, was), text) if was and state == STALE else None,
                terms=[(term, term.words.get(code, glossary.Said())) for term in terms],
                misused=glossary.misused(terms, history.plain(kind, target), code) if target else [],
                threads=threads.get(source.key, []),
                by=called.get(target.written_by) if target else None,
                reviewer=called.get(target.reviewed_by) if target else None,
                reviewed_alone=bool(target and target.reviewed_by and target.reviewed_by == target.written_by),
                may_review=state == DRAFT and (not mine or source.key in own),
                own=mine,
                changed_at=target.changed_at if target else None,
            )
        )
    return result


def _lines(kind: str, source: Draft, target: Draft | None) -> tuple[Line, ...]:
    if source.key != HEAD:
        return (Line("", source.text, target.text if target else ""),)
    held = (target.fields if target else None) or {}
    return tuple(Line(name, source.fields.get(name, ""), held.get(name, "")) for name in KINDS[kind].fields)


def _own(campaign, kind, slug, code, targets: dict[str, Draft], reader: int, now: datetime) -> set[str]:
    """The blocks that `reader` wrote and may call reviewed all the same: alone in the campaign, a day later."""
    mine = [row for row in targets.values() if row.written_by == reader and row.state == DRAFT]
    if not mine or not alone(campaign, code, reader):
        return set()
    last = (
        select(BlockVersion.key, func.max(BlockVersion.at))
        .where(BlockVersion.campaign_id == campaign.id, BlockVersion.kind == kind, BlockVersion.slug == slug)
        .where(BlockVersion.language == code, BlockVersion.key.in_([row.key for row in mine]))
        .where(BlockVersion.actor == reader)
        .group_by(BlockVersion.key)
    )
    return {key for key, at in db.session.execute(last) if now - at >= ALONE_AFTER}


def alone(campaign: Campaign, code: str, reader: int) -> bool:
    """Whether nobody else who works here may review this language."""
    may = or_(
        StaffRole.role.in_((ADMINISTRATOR, CAMPAIGNER)),
        (StaffRole.role == TRANSLATOR) & (literal(code) == any_(StaffRole.languages)),
    )
    other = (
        select(StaffRole.id)
        .join(Staff, Staff.id == StaffRole.staff_id)
        .where(Staff.disabled_at.is_(None), StaffRole.staff_id != reader)
        .where(StaffRole.campaign.in_((campaign.slug, EVERYWHERE)), may)
    )
    return db.session.scalar(select(~other.exists()))


def review(campaign: Campaign, place: tuple[str, str, str, str], seen: str, actor: int, now: datetime) -> BlockVersion:
    """Call the block at `place` (kind, slug, language, block id) reviewed: by somebody else than its translator, or by
    themselves when they are alone and a day has passed. Raises what editing.review raises."""
    kind, slug, code, key = place
    held = drafts.rows(campaign.id, kind, slug, [code]).get(code, [])
    own = _own(campaign, kind, slug, code, {row.key: row for row in held}, actor, now)
    return editing.review(campaign, kind, slug, code, key, seen=seen, actor=actor, now=now, alone=key in own)
