"""What campaign.toml settles besides words: of updates, asks, petitions, letters; joined with a pack's as blocks
are."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.kernel import audit, pagecache
from app.kernel.db import db

from . import head, merge, paths
from .faults import Fault
from .head import Head
from .models import Ask, Campaign, Draft, Update

HEAD_FILE = "campaign.toml"
# What is settled as one thing, by kind.
SETTLED = {
    "updates": (("date",),),
    "petitions": (("version",), ("opened",), ("closes", "time_zone"), ("milestones",)),
    "letters": (
        ("version",),
        ("change",),
        ("opened",),
        ("closes", "time_zone"),
        ("negotiated",),
        ("individuals",),
        ("addressees",),
        ("official",),
        ("milestones",),
    ),
    "asks": (("status",), ("variants",), ("version",), *((name,) for name in (*paths.CODES, paths.NEXT))),
}
NOTHING: dict[str, Any] = {"addressees": [], "milestones": [], "official": [], "variants": []}
# Rooms above keep these (rooms.py).
KEPT = ("petitions", "letters")


@dataclass(frozen=True)
class Clash:
    """A setting that was set on both sides; `name` is how a choice names it, the rest what each side says."""

    name: str
    fault: Fault
    base: list
    ours: list
    theirs: list


@dataclass(frozen=True)
class Joined:
    """The settings that come of a pack and of what stands here, by kind and slug, and the conflicts between the two."""

    entries: dict[str, dict[str, dict]]
    conflicts: list["Clash"]

    @property
    def kept(self) -> dict[str, list[dict]]:
        """What rooms above keep, as campaign.toml has it."""
        return {kind: list(self.entries[kind].values()) for kind in KEPT}

    def put(self, campaign_id: int) -> None:
        """Write asks and updates, after the blocks. Asks keep their id: evidence will speak to them."""
        _put_asks(campaign_id, self.entries["asks"])
        _put_updates(campaign_id, self.entries["updates"])


def join(
    campaign: Campaign, theirs: Head, base: str | None, kept: dict[str, list[dict]], take: Callable[[str], bool]
) -> Joined:
    """The settings of a pack joined with those here; `base` is the campaign.toml of the pack before, None when it is
    not known: then nobody has edited here since. `take(name)`: in this conflict the pack wins, else what
    stands here does."""
    said = tomllib.loads(base) if base else {}
    here = _here(campaign.id, kept)
    joined = Joined({kind: {} for kind in SETTLED}, [])
    for kind, groups in SETTLED.items():
        before = {entry["slug"]: entry for entry in said.get(kind, [])}
        coming = {entry["slug"]: entry for entry in theirs.entries[kind]}
        for slug in dict.fromkeys((*here[kind], *coming)):
            ours, new = here[kind].get(slug), coming.get(slug)
            old = ours if base is None else before.get(slug)
            if ours is None or new is None:
                joined.entries[kind][slug] = dict(ours or new)
                continue
            entry = joined.entries[kind][slug] = {"slug": slug}
            for names in groups:
                sides = [_values(each, names) for each in (old, ours, new)]
                value, conflict = merge.value(*sides)
                if conflict and names == ("version",):
                    value, conflict = [max(each.get("version") or 1 for each in (ours, new))], False
                if conflict:
                    line = head.line_of(head.write(theirs), slug)
                    words = f"{kind} {slug}: {names[0]} was set here since the last import, and the pack sets it, too"
                    name = f"{HEAD_FILE}/{kind}/{slug}/{names[0]}"
                    joined.conflicts.append(Clash(name, Fault(HEAD_FILE, line, words), *sides))
                    value = sides[2] if take(name) else value
                pairs = zip(names, value, strict=True)
                entry.update({name: each for name, each in pairs if each not in (None, [])})
    return joined


def _values(entry: dict | None, names: tuple[str, ...]) -> list:
    return [(entry or {}).get(name, NOTHING.get(name)) for name in names]


def _here(campaign_id: int, kept: dict[str, list[dict]]) -> dict[str, dict[str, dict]]:
    updates = select(Update.slug, Update.day).where(Update.campaign_id == campaign_id)
    asks = select(Ask).where(Ask.campaign_id == campaign_id).order_by(Ask.position)
    return {
        "updates": {slug: {"slug": slug, "date": day} for slug, day in db.session.execute(updates)},
        **{kind: {entry["slug"]: entry for entry in kept.get(kind, [])} for kind in KEPT},
        "asks": {ask.slug: entry_of(ask) for ask in db.session.scalars(asks)},
    }


def entry_of(ask: Ask) -> dict:
    """An ask as [[asks]] has it; the first version is not said."""
    said = {"slug": ask.slug, "status": ask.status, "variants": ask.variants}
    return said | {"version": ask.version if ask.version > 1 else None} | paths.of(ask)


def _put_asks(campaign_id: int, wanted: dict[str, dict]) -> None:
    held = {ask.slug: ask for ask in db.session.scalars(select(Ask).where(Ask.campaign_id == campaign_id))}
    positions = _positions(campaign_id, "asks")
    for slug, entry in wanted.items():
        ask = held.get(slug)
        if slug not in positions:
            if ask is not None:
                db.session.delete(ask)
            continue
        if ask is None:
            ask = Ask(campaign_id=campaign_id, slug=slug)
            db.session.add(ask)
        ask.position, ask.status, ask.variants = positions[slug], entry["status"], list(entry.get("variants", []))
        ask.version = entry.get("version") or 1
        for name in (*paths.CODES, paths.NEXT):
            setattr(ask, name, entry.get(name))
    db.session.flush()


def _put_updates(campaign_id: int, wanted: dict[str, dict]) -> None:
    held = {row.slug: row for row in db.session.scalars(select(Update).where(Update.campaign_id == campaign_id))}
    positions = _positions(campaign_id, "updates")
    for slug, entry in wanted.items():
        row = held.get(slug)
        if slug not in positions:
            if row is not None:
                db.session.delete(row)
        elif row is None:
            db.session.add(Update(campaign_id=campaign_id, slug=slug, day=entry["date"]))
        else:
            row.day = entry["date"]
    db.session.flush()


def asks(campaign_id: int) -> list[Ask]:
    """A campaign's asks, in order."""
    return list(db.session.scalars(select(Ask).where(Ask.campaign_id == campaign_id).order_by(Ask.position)))


def updates(campaign_id: int) -> list[Update]:
    """A campaign's news, newest first."""
    where = Update.campaign_id == campaign_id
    return list(db.session.scalars(select(Update).where(where).order_by(Update.day.desc(), Update.slug)))


def set_ask(
    campaign: Campaign,
    slug: str,
    status: str,
    variants: list[str],
    path: dict[str, Any] | None = None,
    *,
    actor: int | None,
    now: datetime,
) -> None:
    """Say how an ask stands and, with `path` (paths.of), how it is decided. Raises LookupError where there is none."""
    ask = db.session.scalar(select(Ask).where(Ask.campaign_id == campaign.id, Ask.slug == slug))
    if ask is None:
        raise LookupError(slug)
    before = _told(ask)
    ask.status, ask.variants = status, variants
    for name, value in (path or {}).items():
        setattr(ask, name, value)
    _tell(campaign, f"ask:{slug}", actor, now, before, _told(ask))


def _told(ask: Ask) -> dict:
    said = {name: value for name, value in entry_of(ask).items() if value is not None and name != "slug"}
    return said | {name: value.isoformat() for name, value in said.items() if isinstance(value, date)}


def set_day(campaign: Campaign, slug: str, day: date, *, actor: int | None, now: datetime) -> None:
    """Say which day news are of. Raises LookupError where there are none."""
    row = db.session.get(Update, (campaign.id, slug))
    if row is None:
        raise LookupError(slug)
    before, row.day = {"day": row.day.isoformat()}, day
    _tell(campaign, f"update:{slug}", actor, now, before, {"day": day.isoformat()})


def _tell(campaign: Campaign, subject: str, actor: int | None, now: datetime, before: dict, after: dict) -> None:
    changed = {"campaign": campaign.slug, "before": before, "after": after}
    audit.record("campaign.settings", subject, actor=actor, now=now, **changed)
    pagecache.bump()


def _positions(campaign_id: int, kind: str) -> dict[str, int]:
    """The documents of a kind that there are at the desk, with their place among one another."""
    rows = select(Draft.slug, Draft.position).where(Draft.campaign_id == campaign_id, Draft.kind == kind).distinct()
    return {slug: position for slug, position in db.session.execute(rows)}
