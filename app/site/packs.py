"""Loading a whole pack, and writing one: a campaign and its petitions in one transaction."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from app.campaigns import board, export, importing, readiness, rooms
from app.campaigns.faults import Fault
from app.campaigns.models import Campaign
from app.campaigns.pack import files_digest, read
from app.kernel import clock
from app.kernel.db import db
from app.petitions import packs, paper
from app.positions import csv_form, queries
from app.positions import importing as evidence
from app.positions.reading import Reading
from app.states.models import UN_WORLD


@dataclass(frozen=True)
class Loaded:
    """What became of a pack: `imported`, `merged` with what was edited here, or `unchanged`. `conflicts` are what both
    changed, and what stands here was left as it is."""

    slug: str
    outcome: str
    conflicts: tuple[Fault, ...] = ()


class NoCampaign(LookupError):
    """There is no campaign of that slug here."""


def import_folder(folder: Path, choose: str | None = None) -> Loaded:
    """Import a pack, all or nothing; `choose` decides what was edited on both sides (importing.import_pack).

    Raises PackFaults, PackConflicts, TextWasSigned.
    """
    pack = read(folder)
    try:
        done = packs.import_pack(pack, choose, clock.now())
        packs.draw(done.campaign.id)
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    return Loaded(pack.slug, "merged" if done.edited else "imported", tuple(done.conflicts))


def load_evidence(folder: Path) -> Reading | None:
    """Store the evidence that came with a pack and is not on file here yet; None where no evidence came with it.
    Nothing is stored where a row has a fault."""
    file = folder / evidence.PACK_FILE
    campaign = db.session.scalar(select(Campaign).where(Campaign.slug == folder.name))
    if campaign is None or not file.is_file():
        return None
    found = evidence.take_in_new(campaign, file.read_bytes(), clock.now())
    db.session.commit()
    return found


def on_request(folder: Path) -> bool:
    """Whether a pack is loaded on request alone: one about fictional states never comes with a release."""
    try:
        said = tomllib.loads((folder / "campaign.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return said.get("world", UN_WORLD) != UN_WORLD


def load_folder(folder: Path) -> Loaded:
    """Import a pack if it is new or its files have moved. Where it conflicts with what was edited here, what stands
    here stays, and that is told again at each release until somebody decides."""
    campaign = db.session.scalar(select(Campaign).where(Campaign.slug == folder.name))
    if campaign is not None:
        # The sheets also say who runs the site, and in words of the interface: those change without the pack.
        paper.refresh_campaign(campaign.id)
        db.session.commit()
        if campaign.pack_digest == files_digest(folder):
            return Loaded(folder.name, "unchanged")
    return import_folder(folder, importing.LEAVE)


@dataclass(frozen=True)
class Exported:
    """Where a pack was written, which files there are not of it, and how many blocks the desk has otherwise."""

    folder: Path
    strays: list[str]
    drafts: int


class NotPublished(LookupError):
    """Nothing of the campaign is published yet."""


def export_to(slug: str, folder: Path, with_drafts: bool = False) -> Exported:
    """Write what is published of a campaign, or what the desk has of it, as a pack: into `folder` if it bears the
    campaign's slug, else into `<folder>/<slug>`.

    Nothing is deleted. Raises NoCampaign, NotPublished, OSError.
    """
    campaign = db.session.scalar(select(Campaign).where(Campaign.slug == slug))
    if campaign is None:
        raise NoCampaign(slug)
    drafts = board.unpublished(campaign.id)
    if not with_drafts and drafts and not readiness.public(campaign.id):
        raise NotPublished(slug)
    files = export.pack_files(campaign, rooms.entries(campaign.id), with_drafts)
    target = folder if folder.name == slug else folder / slug
    for name, text in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    if pieces := evidence.on_file(campaign):
        with (target / evidence.PACK_FILE).open("wb") as out:
            csv_form.write(pieces, out.write, marked=False, disputes=queries.disputes(campaign.id))
    there = (path.relative_to(target).as_posix() for path in sorted(target.rglob("*")) if path.is_file())
    return Exported(target, [name for name in there if name not in {*files, evidence.PACK_FILE}], drafts)
