"""Texts that translators take away, and what becomes of each when it comes back. In the caller's transaction.

A file that comes back is tried first, with every rule of the desk, and nothing is kept of the trial but what it found;
taking it in tries again, so that what changed in between counts.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select

from app.kernel import audit
from app.kernel.db import db

from . import editing, glossary, glossary_book, translating
from .faults import Finding
from .format import HEAD, tidy
from .interchange.units import Unit
from .kinds import KINDS
from .models import Campaign, Draft
from .translation import MISSING, Made, Original, block_state
from .translation_models import Returned

KEPT = timedelta(days=7)
# What becomes of a block. `behind`: taken, but the source has changed since it went out, so it stands as stale.
TAKEN, BEHIND, UNCHANGED, EMPTY, CONFLICT, REFUSED, UNKNOWN = (
    "taken",
    "behind",
    "unchanged",
    "empty",
    "conflict",
    "refused",
    "unknown",
)
FATES = (TAKEN, BEHIND, CONFLICT, REFUSED, UNKNOWN, UNCHANGED, EMPTY)


@dataclass(frozen=True)
class Fate:
    """What becomes of a block that came back; `wrong` says why it was refused."""

    kind: str
    slug: str
    key: str
    fate: str
    wrong: tuple[Finding, ...] = ()


def _held(campaign: Campaign, codes: Iterable[str]) -> dict[tuple[str, str, str, str], Draft]:
    statement = (
        select(Draft)
        .where(Draft.campaign_id == campaign.id, Draft.language.in_(list(codes)))
        .order_by(Draft.position, Draft.slug, Draft.place)
    )
    return {(row.language, row.kind, row.slug, row.key): row for row in db.session.scalars(statement)}


def units(campaign: Campaign, code: str, document: str = "", only_open: bool = False) -> list[Unit]:
    """A language's texts as they travel: all, those of one document (kind/slug), or only what is missing or stale.
    Two queries."""
    held = _held(campaign, (campaign.source_language, code))
    book = glossary_book.entries(campaign.id)
    wanted = translating.kinds(campaign, code)
    found = []
    sources = [row for (language, *_rest), row in held.items() if language == campaign.source_language]
    for source in sorted(sources, key=lambda row: list(KINDS).index(row.kind)):
        target = held.get((code, source.kind, source.slug, source.key))
        state = block_state(Made(target.source, target.state) if target else None, Original(source.digest))
        if source.kind not in wanted or (document and document != f"{source.kind}/{source.slug}"):
            continue
        if only_open and state not in translating.OPEN:
            continue
        for name, text, said in _texts(source, target):
            notes = _notes(book, text, campaign.source_language, code, state)
            digests = (source.digest, target.digest if target else "")
            place = (code, source.kind, source.slug, source.key, name)
            found.append(Unit(*place, *digests, said, text, state if said else MISSING, notes))
    return found


def _texts(source: Draft, target: Draft | None):
    if source.key != HEAD:
        return [("", source.text, target.text if target else "")]
    said = (target.fields if target else None) or {}
    return [(name, source.fields[name], said.get(name, "")) for name in KINDS[source.kind].fields]


def _notes(book, text: str, source_language: str, code: str, state: str) -> tuple[str, ...]:
    notes = [_("The original has changed since this translation was made.")] if state == "stale" else []
    for term in glossary.found(book, text, source_language):
        said = term.words.get(code, glossary.Said())
        if said.translation:
            notes.append(f"{term.term} = {said.translation}")
        if said.forbidden:
            notes.append(_("%(term)s: not %(words)s", term=term.term, words="; ".join(said.forbidden)))
    return tuple(notes)


def receive(campaign: Campaign, code: str, given: list[Unit], actor: int, now: datetime) -> Returned:
    """Keep a file that came back, with what would become of each block; nothing else is written. What was brought
    longer than a week ago is deleted."""
    db.session.execute(delete(Returned).where(Returned.campaign_id == campaign.id, Returned.brought_at < now - KEPT))
    trial = db.session.begin_nested()
    found = _bring(campaign, code, given, actor, now)
    trial.rollback()
    kept = Returned(campaign_id=campaign.id, language=code, brought_by=actor, brought_at=now)
    kept.units, kept.fates = [asdict(unit) for unit in given], [_stored(fate) for fate in found]
    db.session.add(kept)
    db.session.flush()
    return kept


def take_in(campaign: Campaign, returned_id: int, actor: int, now: datetime) -> Returned:
    """Save what came back, block by block, where it may be; what became of each is kept. A second time does nothing.

    Raises LookupError for what `actor` did not bring to this campaign.
    """
    kept = get(campaign, returned_id, actor, lock=True)
    if kept is None:
        raise LookupError(returned_id)
    if kept.taken_at is None:
        found = _bring(campaign, kept.language, [_unit(unit) for unit in kept.units], actor, now)
        kept.fates, kept.taken_at = [_stored(fate) for fate in found], now
        after = {"language": kept.language, "taken": sum(fate.fate in (TAKEN, BEHIND) for fate in found)}
        name = f"returned:{kept.id}"
        audit.record("translations.bring", name, actor=actor, now=now, campaign=campaign.slug, after=after)
    return kept


def get(campaign: Campaign, returned_id: int, actor: int, lock: bool = False) -> Returned | None:
    """What `actor` brought back; nobody else sees it."""
    statement = select(Returned).where(
        Returned.id == returned_id, Returned.campaign_id == campaign.id, Returned.brought_by == actor
    )
    return db.session.scalar(statement.with_for_update() if lock else statement)


def fates(kept: Returned) -> list[Fate]:
    """What becomes, or became, of each block, in the order of FATES."""
    found = [
        Fate(kind, slug, key, fate, tuple(Finding(0, code, values) for code, values in wrong))
        for kind, slug, key, fate, wrong in kept.fates
    ]
    return sorted(found, key=lambda fate: FATES.index(fate.fate))


def _stored(fate: Fate) -> list:
    wrong = [[finding.code, finding.values] for finding in fate.wrong]
    return [fate.kind, fate.slug, fate.key, fate.fate, wrong]


def _unit(said: dict) -> Unit:
    return Unit(**{**said, "notes": tuple(said["notes"])})


def _bring(campaign: Campaign, code: str, given: list[Unit], actor: int, now: datetime) -> list[Fate]:
    """Save each block that came back and may be saved."""
    editing.lock(campaign)
    held = _held(campaign, (campaign.source_language, code))
    blocks: dict[tuple[str, str, str], dict[str, Unit]] = {}
    for unit in given:
        name = (unit.kind, unit.slug, unit.key) if unit.language == code else (unit.kind, unit.slug, "")
        blocks.setdefault(name, {})[unit.field] = unit
    found = []
    for name, parts in blocks.items():
        source = held.get((campaign.source_language, *name))
        known = source is not None and source.kind in translating.kinds(campaign, code)
        fate, wrong = UNKNOWN, ()
        if known and set(parts) <= {field for field, *_rest in _texts(source, None)}:
            fate, wrong = _save(campaign, source, held.get((code, *name)), code, parts, actor, now)
        found.append(Fate(*name, fate, wrong))
    return found


def _save(campaign, source: Draft, target: Draft | None, code: str, parts: dict[str, Unit], actor, now):
    """One block: what becomes of it, and what is wrong with it."""
    old = {name: said for name, _text, said in _texts(source, target)}
    new = {name: tidy(editing.clean(unit.target)) for name, unit in parts.items()}
    new = {name: new[name] if new.get(name, "").strip() else old[name] for name in old}
    if not any(unit.target.strip() for unit in parts.values()):
        return EMPTY, ()
    if new == old:
        return UNCHANGED, ()
    went = next(iter(parts.values()))
    seen = target.digest if target else None
    if (went.target_digest or None) != seen:
        return CONFLICT, ()
    said = {"fields": new} if source.key == HEAD else {"text": new[""]}
    place = (source.kind, source.slug, code, source.key)
    try:
        editing.save_block(campaign, *place, seen=seen, actor=actor, now=now, made_from=went.source_digest, **said)
    except editing.BlockFaults as error:
        return REFUSED, tuple(each.finding for each in error.wrong)
    except (editing.Conflict, editing.NoSource):
        return CONFLICT, ()
    return (TAKEN if went.source_digest == source.digest else BEHIND), ()
