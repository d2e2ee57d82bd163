"""Editing what a campaign says, block by block, in the caller's transaction. Nothing public changes here.

A saved block has passed the pack's own checks, so that what the desk holds can always travel as a pack. Who saves says
which words they saw (`seen`, the block's digest): when somebody else was faster, `Conflict` brings the newer words, and
the page shows both.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, insert, literal, select, true

from app.kernel import audit
from app.kernel.db import db

from . import checks, drafts
from .faults import Finding
from .format import HEAD, Block, Document, front_digest, tidy
from .kinds import KINDS
from .models import BlockVersion, Campaign, Draft

MACHINE, DRAFT, REVIEWED = "machine", "draft", "reviewed"
# What a document that is still being translated lacks; it is asked for when it is to be published.
LATER = ("empty", "block-missing")
_NAME = ("kind", "slug", "language", "key")
_SAID = ("fields", "text", "digest", "source", "state")


@dataclass(frozen=True)
class Wrong:
    """One thing wrong with what was to be saved: in which block, and what (a Finding, told by wording.py)."""

    key: str
    finding: Finding


class BlockFaults(Exception):
    """A block that may not be saved as it is; `wrong` says why."""

    def __init__(self, wrong: list[Wrong]):
        super().__init__("; ".join(each.finding.words for each in wrong))
        self.wrong = wrong


class Conflict(Exception):
    """Somebody else saved the block since; `current` is it as it stands now, None when it was removed."""

    def __init__(self, current: Draft | None):
        super().__init__("saved by somebody else since")
        self.current = current


class OwnWork(Exception):
    """Whoever wrote a translation cannot be the one who reviews it."""


class NoSource(LookupError):
    """A translation of a block that the source language does not have."""


def lock(campaign: Campaign) -> None:
    """Let one person at a time change what a campaign says, until the transaction ends."""
    statement = select(Campaign.id).where(Campaign.id == campaign.id).with_for_update(key_share=True)
    db.session.execute(statement)


def clean(text: str) -> str:
    """What was typed, in a text's one form; characters that show nothing and steer printers are left out."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return tidy("".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")))


def save_block(
    campaign: Campaign,
    kind: str,
    slug: str,
    language: str,
    key: str,
    *,
    text: str | None = None,
    fields: dict[str, str] | None = None,
    seen: str | None,
    actor: int | None,
    now: datetime,
    made_from: str | None = None,
    state: str | None = None,
    what: str = "edited",
    alone: bool = False,
) -> BlockVersion:
    """Have a block of the desk's document say `text` (the head: `fields`); the version that the history now ends with.

    `seen`: the digest of the words the editor started from, None where there were none. In a translation `made_from`
    is the digest of the source block it was made from (default: of the source's present words) and `state` is machine,
    draft (the default) or reviewed, which needs unchanged words and somebody else than who wrote them; `alone` lets
    their own writer do it (translating.py says when).
    Raises BlockFaults, Conflict, OwnWork, NoSource.
    """
    lock(campaign)
    by_language = drafts.rows(campaign.id, kind, slug, (language, campaign.source_language))
    held = next((row for row in by_language.get(language, ()) if row.key == key), None)
    if (held.digest if held else None) != seen:
        raise Conflict(held)
    twin = _twin(by_language, campaign, language, key)
    source = None
    if language != campaign.source_language:
        if twin is None:
            raise NoSource(key)
        source, state = made_from or twin.digest, state or DRAFT
    elif held is None:
        raise NoSource(key)
    said = _Said(kind, slug, key, clean(text) if text is not None else None, _clean_fields(fields), source, state)
    said.check(by_language, campaign.source_language, language)
    row = held or _new_row(campaign, kind, slug, language, twin)
    rewritten = held is None or held.digest != said.digest
    if state == REVIEWED and (rewritten or actor is None or (held.written_by == actor and not alone)):
        raise OwnWork(key)
    if not rewritten and (held.source, held.state) == (source, state if source else None):
        return _last_version(row)
    before = {"digest": seen, "state": held.state} if held else None
    _write(row, said, actor, now, rewritten)
    db.session.add(row)
    after = {"digest": row.digest, "state": row.state}
    name = f"block:{kind}/{slug}/{language}/{key}"
    audit.record("pages.edit", name, actor=actor, now=now, campaign=campaign.slug, before=before, after=after)
    return note_version(row, "reviewed" if state == REVIEWED else what, actor, now)


def review(
    campaign: Campaign,
    kind: str,
    slug: str,
    language: str,
    key: str,
    *,
    seen: str,
    actor: int,
    now: datetime,
    alone: bool = False,
) -> BlockVersion:
    """Call a translated block reviewed, its words as they are. Raises Conflict, OwnWork, NoSource, BlockFaults."""
    lock(campaign)
    held = next((r for r in drafts.rows(campaign.id, kind, slug, [language]).get(language, ()) if r.key == key), None)
    if held is None or held.digest != seen:
        raise Conflict(held)
    same = {"text": held.text, "fields": held.fields, "made_from": held.source, "alone": alone}
    return save_block(campaign, kind, slug, language, key, seen=seen, actor=actor, now=now, state=REVIEWED, **same)


def restore(
    campaign: Campaign, version: BlockVersion, *, seen: str | None, actor: int | None, now: datetime
) -> BlockVersion:
    """Have a block say again what it said in an older version, made from the source it was made from then.

    Raises what `save_block` raises."""
    name = (version.kind, version.slug, version.language, version.key)
    same = {"text": version.text, "fields": version.fields, "made_from": version.source}
    state = MACHINE if version.state == MACHINE else None
    return save_block(campaign, *name, seen=seen, actor=actor, now=now, state=state, what="restored", **same)


def note_version(row: Draft, what: str, actor: int | None, now: datetime) -> BlockVersion:
    """Add what a block says now to its history."""
    names = ("campaign_id", *_NAME, *_SAID)
    version = BlockVersion(**{name: getattr(row, name) for name in names}, what=what, actor=actor, at=now)
    db.session.add(version)
    db.session.flush()
    return version


def note_import(campaign_id: int, now: datetime) -> None:
    """Add to the history what a pack has brought: each block whose newest version says something else."""
    newest = (
        select(BlockVersion.digest, BlockVersion.source, BlockVersion.state, BlockVersion.what)
        .where(BlockVersion.campaign_id == campaign_id)
        .where(*(getattr(BlockVersion, name) == getattr(Draft, name) for name in _NAME))
        .order_by(BlockVersion.id.desc())
        .limit(1)
        .lateral("newest")
    )
    brought = [getattr(Draft, name) for name in (*_NAME, *_SAID)]
    moved = (
        select(Draft.campaign_id, *brought, literal("imported"), literal(now))
        .outerjoin(newest, true())
        .where(Draft.campaign_id == campaign_id)
        .where(
            newest.c.digest.is_distinct_from(Draft.digest)
            | newest.c.source.is_distinct_from(Draft.source)
            | newest.c.state.is_distinct_from(Draft.state)
            | (newest.c.what == "removed")
        )
        .order_by(Draft.id)
    )
    db.session.execute(insert(BlockVersion).from_select(["campaign_id", *_NAME, *_SAID, "what", "at"], moved))


@dataclass(frozen=True)
class _Said:
    """What is to be saved, in its one form."""

    kind: str
    slug: str
    key: str
    text: str | None
    fields: dict[str, str] | None
    source: str | None
    state: str | None

    @property
    def digest(self) -> str:
        return front_digest(self.fields) if self.key == HEAD else Block(self.key, self.text).digest

    def check(self, by_language: dict[str, list[Draft]], source_language: str, language: str) -> None:
        """Raise BlockFaults if the document would not pass with it."""
        early = list(self._early())
        if early:
            raise BlockFaults([Wrong(self.key, finding) for finding in early])
        before = drafts.document(by_language.get(language, ()))
        original = drafts.document(by_language.get(source_language, ())) if language != source_language else None
        after = self._within(before, original)
        known = set(document_findings(self.kind, self.slug, language, before, original))
        wrong = [
            Wrong(key, finding)
            for key, finding in document_findings(self.kind, self.slug, language, after, original)
            if key == self.key or (key, finding) not in known
        ]
        wrong = [each for each in wrong if each.finding.code not in LATER]
        if wrong:
            raise BlockFaults(wrong)

    def _early(self) -> Iterator[Finding]:
        if self.key == HEAD:
            yield from missing_fields(self.kind, self.fields or {})
        else:
            yield from text_findings(self.key, self.text)

    def _within(self, document: Document, original: Document | None) -> Document:
        if self.key == HEAD:
            return replace(document, front=self.fields, source=self.source, state=self.state)
        blocks = {block.key: block for block in document.blocks}
        blocks[self.key] = Block(self.key, self.text, self.source, self.state)
        order = [block.key for block in (original or document).blocks]
        known = [blocks[key] for key in order if key in blocks]
        numbered = (replace(block, line=n * drafts.LINES) for n, block in enumerate(known, 1))
        return replace(document, blocks=tuple(numbered))


def document_findings(
    kind: str, slug: str, language: str, document: Document, original: Document | None
) -> Iterator[tuple[str, Finding]]:
    """What is wrong with a document of `drafts.document`, alone and beside its original: the block, and what it is."""
    found = list(checks.document_faults(kind, language, document))
    if kind == "mails":
        found += checks.mail_faults(slug, document)
    if original is not None:
        found += checks.shape_faults(document, original)
        for block in document.blocks:
            twin = original.block(block.key)
            if twin and block.source == twin.digest:
                found += checks.twin_faults(kind, block, twin)
        if kind == "mails" and document.source == original.digest:
            found += checks.field_faults(2, document.front, original.front)
    for finding in found:
        yield drafts.block_of(document, finding.line), replace(finding, line=finding.line % drafts.LINES)


def text_findings(key: str, text: str) -> Iterator[Finding]:
    """What keeps a text from being a block at all."""
    if not text:
        yield Finding(0, "block-empty", {"block": key})
    elif any(line.startswith("{#") for line in text.split("\n")):
        yield Finding(0, "marker")


def missing_fields(kind: str, fields: dict[str, str]) -> Iterator[Finding]:
    """What a document's front matter lacks."""
    for name in KINDS[kind].fields:
        if not fields.get(name):
            yield Finding(0, "field-missing", {"field": name})


def _clean_fields(fields: dict[str, str] | None) -> dict[str, str] | None:
    return None if fields is None else {name: clean(value).strip() for name, value in fields.items()}


def _twin(by_language: dict[str, list[Draft]], campaign: Campaign, language: str, key: str) -> Draft | None:
    if language == campaign.source_language:
        return None
    return next((row for row in by_language.get(campaign.source_language, ()) if row.key == key), None)


def _new_row(campaign: Campaign, kind: str, slug: str, language: str, twin: Draft) -> Draft:
    same = {"position": twin.position, "place": twin.place, "key": twin.key}
    return Draft(campaign_id=campaign.id, kind=kind, slug=slug, language=language, **same)


def _write(row: Draft, said: _Said, actor: int | None, now: datetime, rewritten: bool) -> None:
    taken_up = rewritten or row.source != said.source
    row.text, row.fields, row.digest = said.text, said.fields, said.digest
    row.source, row.state = said.source, said.state if said.source else None
    if taken_up:
        row.written_by = actor
    row.reviewed_by = actor if said.state == REVIEWED else None
    if rewritten:
        row.changed_at = now


def _last_version(row: Draft) -> BlockVersion:
    own = [getattr(BlockVersion, n) == getattr(row, n) for n in ("campaign_id", "kind", "slug", "language", "key")]
    newest = select(func.max(BlockVersion.id)).where(*own).scalar_subquery()
    return db.session.scalars(select(BlockVersion).where(BlockVersion.id == newest)).one()
