"""What a pack would change, and where it conflicts with what was edited here: to be read before it is taken in."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select

from app.kernel.db import db

from . import diff, importing, settings
from .format import HEAD
from .merge import Key
from .models import Block, BlockVersion, Campaign, Draft
from .pack import Pack

NEW, CHANGED, REMOVED, STATE = "new", "changed", "removed", "state"
# Comparing takes time; a pack that changes more is told by its names alone beyond these.
MOST_COMPARED = 300

Parts = list[tuple[str, str]]


@dataclass(frozen=True)
class Change:
    """A block that would become what the pack says: what happens to it, and its words compared with those here."""

    kind: str
    slug: str
    language: str
    key: str
    what: str
    parts: Parts = field(default_factory=list)
    states: tuple[str | None, str | None] = (None, None)


@dataclass(frozen=True)
class Conflict:
    """A block, or a whole text (`key` is None), that was edited here and that the pack changes, too.

    Each side is what it says, None where it is not there: `base` the pack before, `here` the desk, `public` what is
    published where that is something else, `theirs` this pack. `here_parts` and `their_parts` compare with the base,
    or, where its words are not known, with one another.
    """

    name: str
    kind: str
    slug: str
    language: str
    key: str | None
    base: str | None
    here: str | None
    public: str | None
    theirs: str | None
    here_parts: Parts
    their_parts: Parts
    states: tuple[str | None, str | None] = (None, None)


@dataclass(frozen=True)
class Review:
    """All of it; `seen` stands for what stands here and in the pack, so that a choice made over something else is
    found out."""

    changes: list[Change]
    conflicts: list[Conflict]
    settings: list[settings.Clash]
    seen: str

    @property
    def names(self) -> list[str]:
        """The names of the conflicts, in the order in which they are shown."""
        return [conflict.name for conflict in self.conflicts] + [clash.name for clash in self.settings]


def review(campaign: Campaign, pack: Pack, kept: dict[str, list[dict]]) -> Review:
    """What would become of a campaign. Changes nothing; the queries do not grow with the pack."""
    sides = importing.compare(campaign, pack, at_desk=True)
    desk, public = sides.held[Draft], sides.held[Block]
    joined = settings.join(campaign, pack.head, sides.base.head, kept, lambda name: False)
    base_words = _base_words(campaign.id, sides.base.blocks, (key for keys in sides.plan.conflicts for key in keys))
    conflicts = [_conflict(keys, base_words, desk, public, sides.theirs) for keys in sides.plan.conflicts]
    changes = list(_changes(sides.plan.taken, desk, public, sides.theirs))
    stamps = [
        [key, row.digest, row.source, row.state]
        for rows in (desk, public)
        for key, row in sorted(rows.items(), key=lambda item: item[0])
    ]
    said = [pack.digest, stamps, sides.base.blocks, kept, [vars(clash.fault) for clash in joined.conflicts]]
    seen = hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()
    return Review(changes, conflicts, joined.conflicts, seen)


def _said(fields: dict | None, text: str | None) -> str:
    """A block's words as one text: of front matter its values, a line each."""
    return "\n".join(fields.values()) if fields is not None else text or ""


def _changes(taken: set[Key], desk: dict, public: dict, theirs: dict) -> Iterable[Change]:
    compared = 0
    places = {key: place for place, key in enumerate((*theirs, *desk, *public))}
    for key in sorted(taken, key=lambda key: places.get(key, 0)):
        row, new, old = desk.get(key), theirs.get(key), public.get(key)
        if new is None:
            yield Change(*key, REMOVED)
            continue
        if row is None:
            yield Change(*key, NEW)
            continue
        stamp = [new["digest"], new["source"], new["state"]]
        if all(each is not None and [each.digest, each.source, each.state] == stamp for each in (row, old)):
            continue
        if row.digest == new["digest"]:
            yield Change(*key, STATE, states=(row.state, new["state"]))
            continue
        compared += 1
        before, after = _said(row.fields, row.text), _said(new["fields"], new["text"])
        parts = diff.words(before, after) if compared <= MOST_COMPARED else []
        yield Change(*key, CHANGED, parts, (row.state, new["state"]))


def _conflict(keys: list[Key], base: dict[Key, str], desk: dict, public: dict, theirs: dict) -> Conflict:
    kind, slug, language, key = keys[0]
    whole = len(keys) > 1

    def of_rows(rows: dict) -> str | None:
        there = [rows[k] for k in keys if k in rows]
        return "\n\n".join(_said(row.fields, row.text) for row in there) if there else None

    before = "\n\n".join(base[k] for k in keys if k in base) if any(k in base for k in keys) else None
    here, published = of_rows(desk), of_rows(public)
    coming = [theirs[k] for k in keys if k in theirs]
    new = "\n\n".join(_said(row["fields"], row["text"]) for row in coming) if coming else None
    states = (None, None)
    if not whole:
        row = desk.get(keys[0])
        states = (row.state if row else None, coming[0]["state"] if coming else None)
    return Conflict(
        importing.conflict_name(keys),
        kind,
        slug,
        language,
        None if whole else key,
        before,
        here,
        published if published != here else None,
        new,
        diff.words(before, here) if before is not None and here is not None else _plain(here),
        diff.words(here if before is None else before, new) if new is not None and (here or before) else _plain(new),
        states,
    )


def _plain(text: str | None) -> Parts:
    return [(diff.SAME, text)] if text else []


def _base_words(campaign_id: int, stamps: dict[str, list], keys: Iterable[Key]) -> dict[Key, str]:
    """What the pack before said in these blocks, as far as the history has it: of the base only digests are kept."""
    wanted = {key: stamps["/".join(key)][0] for key in keys if "/".join(key) in stamps}
    if not wanted:
        return {}
    name = (BlockVersion.kind, BlockVersion.slug, BlockVersion.language, BlockVersion.key)
    rows = db.session.execute(
        select(*name, BlockVersion.digest, BlockVersion.fields, BlockVersion.text).where(
            BlockVersion.campaign_id == campaign_id, BlockVersion.digest.in_(set(wanted.values()))
        )
    )
    return {
        tuple(row[:4]): _said(row.fields, row.text)
        for row in rows
        if wanted.get(tuple(row[:4])) == row.digest and (row.key == HEAD) == (row.text is None)
    }
