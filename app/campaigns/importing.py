"""Taking a pack over: by block, and never over what was edited here in silence. In the caller's transaction."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.kernel import pagecache
from app.kernel.db import db
from app.kernel.tongues import OTHER_CODES
from app.states import worlds
from app.states.operations import FaultyData

from . import checks, drafts, editing, export, head, merge, settings
from .faults import Fault, PackFaults
from .format import HEAD
from .kinds import file_name
from .merge import Key
from .models import Base, Block, Campaign, Draft, Publication
from .operations import content_digest
from .pack import WORLD_FOLDER, Pack, judge

OURS, THEIRS, LEAVE = "ours", "theirs", "leave"
_NAME = ("kind", "slug", "language", "key")
_WORDS = ("position", "place", "fields", "text", "digest", "source", "state")


class PackConflicts(Exception):
    """What a pack changes was edited here, too, and not to the same; `conflicts` says where."""

    def __init__(self, conflicts: list[Fault]):
        super().__init__(f"{len(conflicts)} conflicts")
        self.conflicts = conflicts


@dataclass(frozen=True)
class Imported:
    """A campaign after an import; what is published of it now, as a pack; the conflicts that are left for somebody to
    decide; whether it had been edited here since the import before."""

    campaign: Campaign
    pack: Pack
    conflicts: list[Fault]
    edited: bool


def import_pack(
    pack: Pack,
    kept: dict[str, list[dict]],
    now: datetime,
    choose: str | Mapping[str, str] | None = None,
    at_desk: bool = False,
) -> Imported:
    """Publish what a pack says, joined with what was edited here since the last one: all of it or, when the caller
    rolls back, nothing.

    `kept`: the settings that rooms above keep, as they stand here (rooms.entries). `choose` decides conflicts: "ours"
    or "theirs"; "leave" is as ours, and they are conflicts again at the next import; None raises PackConflicts.
    A mapping decides each by its name (`conflict_name`, settings.Clash); those that it does not name raise
    PackConflicts. `at_desk`: it is no folder of the machine, which goes on being compared with what it said itself.
    Raises PackFaults when what would come of it is no pack.
    """
    campaign, edited = _campaign(pack, now)
    sides = compare(campaign, pack, at_desk)
    base, theirs, held, plan = sides.base, sides.theirs, sides.held, sides.plan

    def decided(name: str) -> str | None:
        return choose.get(name) if isinstance(choose, Mapping) else choose

    joined = settings.join(campaign, pack.head, base.head, kept, lambda name: decided(name) == THEIRS)
    named = [(conflict_name(keys), _conflict(keys, pack)) for keys in plan.conflicts]
    named += [(clash.name, clash.fault) for clash in joined.conflicts]
    conflicts = sorted((fault for _, fault in named), key=lambda fault: (fault.file, fault.line))
    if any(decided(name) is None for name, _ in named):
        raise PackConflicts(conflicts)
    open_keys = {key for keys in plan.conflicts for key in keys}
    taken = plan.taken | {k for keys in plan.conflicts if decided(conflict_name(keys)) == THEIRS for k in keys}
    order = _Order(base, held[Draft], theirs, campaign.source_language)
    for table, rows in held.items():
        _put(table, campaign.id, rows, theirs, taken, now)
        order.put(table, campaign.id)
    joined.put(campaign.id)
    published = _check(campaign, pack, joined.kept, {key[:3] for key in taken})
    _put_publications(campaign.id, {key[:3] for key in taken}, now)
    editing.note_import(campaign.id, now)
    left = choose == LEAVE and bool(conflicts)
    keep_head = left and bool(joined.conflicts)
    _put_base(campaign.id, pack, theirs, base, open_keys if left else set(), keep_head, at_desk)
    if not at_desk:
        campaign.pack_digest = "" if left else pack.digest
    campaign.content_digest = content_digest(campaign.id)
    pagecache.bump()
    return Imported(campaign, published, conflicts if left else [], edited)


@dataclass(frozen=True)
class _Base:
    """What the pack before said: its campaign.toml (None: not known), and its blocks as Base has them."""

    head: str | None
    blocks: dict[str, list]


@dataclass(frozen=True)
class Sides:
    """Everything that a pack is compared with: the pack before it (`base`), the rows here by table, its own rows."""

    base: "_Base"
    held: dict[type[Draft] | type[Block], dict[Key, Draft | Block]]
    theirs: dict[Key, dict]
    plan: merge.Plan


def compare(campaign: Campaign, pack: Pack, at_desk: bool = False) -> Sides:
    """A pack beside what stands here, block by block. Changes nothing."""
    row = db.session.get(Base, campaign.id, populate_existing=True)
    base = _Base(row.head, row.blocks) if row else _Base("", {})
    if row and at_desk and row.desk_blocks is not None:
        base = _Base(row.desk_head, row.desk_blocks)
    theirs = {tuple(row[name] for name in _NAME): row for row in _rows(pack)}
    stamps = {key: [row["digest"], row["source"], row["state"]] for key, row in theirs.items()}
    held = {table: _held(campaign.id, table) for table in (Draft, Block)}
    before = {tuple(name.split("/")): stamp[:3] for name, stamp in base.blocks.items()}
    plan = merge.plan(before, *(_stamps(held[table]) for table in (Draft, Block)), stamps)
    return Sides(base, held, theirs, plan)


def conflict_name(keys: list[Key]) -> str:
    """How a choice names a conflict between blocks."""
    return "/".join(keys[0])


def _campaign(pack: Pack, now: datetime) -> tuple[Campaign, bool]:
    """The campaign, made if there is none; whether its published words have moved since the last import."""
    campaign = db.session.scalar(select(Campaign).where(Campaign.slug == pack.slug).with_for_update())
    edited = campaign is not None and campaign.content_digest not in ("", content_digest(campaign.id))
    if campaign is None:
        campaign = Campaign(slug=pack.slug, pack_digest="", content_digest="")
        db.session.add(campaign)
    campaign.source_language = pack.source_language
    campaign.languages = list(pack.head.languages)
    campaign.world = pack.head.world
    # Those that were added here stay: there may be texts in them.
    wanted = {*pack.head.content_languages, *(campaign.content_languages or ())}
    campaign.content_languages = [code for code in OTHER_CODES if code in wanted]
    campaign.imported_at = now
    db.session.flush()
    if pack.world:
        try:
            worlds.load(db.session, pack.world)
        except FaultyData as error:
            raise PackFaults([Fault(f"{WORLD_FOLDER}/{f.file}", f.line, f.message) for f in error.faults]) from error
    return campaign, edited


def _held(campaign_id: int, table) -> dict[Key, Block | Draft]:
    rows = db.session.scalars(select(table).where(table.campaign_id == campaign_id).order_by(table.place, table.id))
    return {tuple(getattr(row, name) for name in _NAME): row for row in rows}


def _stamps(rows: dict[Key, Block | Draft]) -> dict[Key, list]:
    return {key: [row.digest, row.source, row.state] for key, row in rows.items()}


def _rows(pack: Pack) -> Iterator[dict]:
    for kind, by_slug in pack.documents.items():
        for position, (slug, by_language) in enumerate(by_slug.items()):
            for language, document in by_language.items():
                common = {"kind": kind, "slug": slug, "position": position, "language": language}
                stamp = {"digest": document.digest, "source": document.source, "state": document.state}
                yield {**common, "key": HEAD, "place": 0, "fields": document.front, "text": None, **stamp}
                for place, block in enumerate(document.blocks, 1):
                    stamp = {"digest": block.digest, "source": block.source, "state": block.state}
                    yield {**common, "key": block.key, "place": place, "fields": None, "text": block.text, **stamp}


def _conflict(keys: list[Key], pack: Pack) -> Fault:
    """Where it stands in the pack; several blocks are one conflict where a whole document is there on one side only."""
    kind, slug, language, key = keys[0]
    file = file_name(kind, slug, language)
    document = pack.documents[kind].get(slug, {}).get(language)
    if len(keys) > 1:
        return Fault(file, 0, "the whole text: it was edited, added or taken back here, and the pack changes it, too")
    block = document and (document.head if key == HEAD else document.block(key))
    if block is None:
        return Fault(file, 0, f"{key}: edited here since the last import, and not in the pack any longer")
    return Fault(file, block.line, f"{key}: edited here since the last import, and the pack changes it, too")


def _put(table, campaign_id: int, held: dict, theirs: dict[Key, dict], taken: set[Key], now: datetime) -> None:
    """Have `taken` say what the pack says; words that stay keep the time they changed, so that notices stay true."""
    for key in sorted(taken):
        row, said = held.get(key), theirs.get(key)
        if said is None:
            if row is not None:
                if table is Draft:
                    editing.note_version(row, "removed", None, now)
                db.session.delete(row)
            continue
        if row is None:
            row = table(campaign_id=campaign_id, changed_at=now, **dict(zip(_NAME, key, strict=True)))
            db.session.add(row)
        elif row.digest != said["digest"]:
            row.changed_at = now
        if table is Draft and (row.digest, row.source, row.state) != (said["digest"], said["source"], said["state"]):
            row.written_by = row.reviewed_by = None
        for name in _WORDS:
            setattr(row, name, said[name])
    db.session.flush()


class _Order:
    """The order of documents among their kind and of blocks in a document, joined as everything else."""

    def __init__(self, base: _Base, ours: dict[Key, Draft], theirs: dict[Key, dict], source: str):
        self._source = source
        ordered = sorted(base.blocks.items(), key=lambda item: item[1][3])
        self._sides = (
            [tuple(name.split("/")) for name, _ in ordered],
            sorted(ours, key=lambda key: (ours[key].position, ours[key].place)),
            list(theirs),
        )

    def put(self, table, campaign_id: int) -> None:
        """Write it to the rows of a table."""
        rows = _held(campaign_id, table)
        for kind in dict.fromkeys(key[0] for key in rows):
            slugs = self._joined(rows, (kind,), 1)
            for slug in slugs:
                keys = self._joined({k: r for k, r in rows.items() if k[2] == self._source}, (kind, slug), 3)
                places = {key: place for place, key in enumerate([HEAD, *(k for k in keys if k != HEAD)])}
                for key, row in rows.items():
                    if key[:2] == (kind, slug):
                        row.position, row.place = slugs.index(slug), places.get(key[3], len(places))
        db.session.flush()

    def _joined(self, there: dict, within: tuple[str, ...], part: int) -> list[str]:
        """The values of the keys' `part` below `within`, in the source language, in the joined order."""

        def of(keys):
            return dict.fromkeys(
                key[part] for key in keys if key[: len(within)] == within and (part == 1 or key[2] == self._source)
            )

        return merge.order(*(of(side) for side in self._sides), of(there))


def _check(campaign: Campaign, pack: Pack, kept: dict[str, list[dict]], touched: set[tuple[str, str, str]]) -> Pack:
    """What is published now, as a pack. Raises PackFaults."""
    documents = export.documents_of(campaign.id, Block)
    joined = export.head_of(campaign, documents, kept)
    faults, notices = judge(joined, documents)
    for kind, slug, language in sorted(touched):
        document = documents[kind].get(slug, {}).get(language)
        for finding in checks.document_faults(kind, language, document) if document else ():
            words = f"{drafts.block_of(document, finding.line)}: {finding.words}"
            faults.append(Fault(file_name(kind, slug, language), 0, words))
    if faults:
        raise PackFaults(
            [Fault(fault.file, 0, f"{fault.message} (joined with what was edited here)") for fault in faults]
        )
    return Pack(joined, documents, pack.digest, notices)


def _put_publications(campaign_id: int, touched: set[tuple[str, str, str]], now: datetime) -> None:
    """What is published, and since when; what says as before stays published since then."""
    held = {
        (row.kind, row.slug, row.language): row
        for row in db.session.scalars(select(Publication).where(Publication.campaign_id == campaign_id))
    }
    there = select(Block.kind, Block.slug, Block.language, func.max(Block.changed_at))
    there = there.where(Block.campaign_id == campaign_id).group_by(Block.kind, Block.slug, Block.language)
    wanted = {(kind, slug, language): at for kind, slug, language, at in db.session.execute(there)}
    for name in held.keys() - wanted.keys():
        db.session.delete(held[name])
    for name, changed_at in wanted.items():
        row = held.get(name)
        if row is None:
            kind, slug, language = name
            row = Publication(campaign_id=campaign_id, kind=kind, slug=slug, language=language, published_at=now)
            db.session.add(row)
        elif name in touched and changed_at == now:
            row.published_at, row.published_by = now, None
    db.session.flush()


def _put_base(
    campaign_id: int,
    pack: Pack,
    theirs: dict[Key, dict],
    base: _Base,
    open_keys: set[Key],
    keep_head: bool,
    at_desk: bool,
) -> None:
    """Note what the pack said, but for conflicts that are still open: those keep what the pack before it said."""
    blocks = {
        "/".join(key): [row["digest"], row["source"], row["state"], row["place"]]
        for key, row in theirs.items()
        if key not in open_keys
    }
    blocks |= {name: stamp for name, stamp in base.blocks.items() if tuple(name.split("/")) in open_keys}
    said = base.head if keep_head else head.write(pack.head)
    values = {"head": said, "blocks": blocks, "desk_head": None, "desk_blocks": None}
    if at_desk:
        values = {"desk_head": said, "desk_blocks": blocks}
    missing = {"head": "", "blocks": {}}
    statement = upsert(Base).values(campaign_id=campaign_id, **{**missing, **values})
    db.session.execute(statement.on_conflict_do_update(index_elements=[Base.campaign_id], set_=values))
