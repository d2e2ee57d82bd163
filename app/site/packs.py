"""Loading a whole pack, and writing one: a campaign and its petitions in one transaction."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from app.campaigns import export, pictures
from app.campaigns import operations as campaigns
from app.campaigns.models import Campaign
from app.campaigns.pack import Pack, files_digest, read
from app.kernel import clock
from app.kernel.db import db
from app.petitions import paper
from app.petitions import texts as petitions


@dataclass(frozen=True)
class Loaded:
    """What became of a pack: `imported`, `unchanged`, or `edited` here since, and so left alone."""

    slug: str
    outcome: str


class NoCampaign(LookupError):
    """There is no campaign of that slug here."""


def import_folder(folder: Path) -> Loaded:
    """Import a pack over what the database says, all or nothing. Raises PackFaults or TextWasSigned."""
    pack = read(folder)
    try:
        _import(pack)
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    return Loaded(pack.slug, "imported")


def _import(pack: Pack) -> None:
    campaign = campaigns.import_pack(pack, clock.now())
    petitions.import_petitions(pack, campaign.id)
    pictures.refresh(campaign.id)
    paper.refresh_campaign(campaign.id)


def load_folder(folder: Path) -> Loaded:
    """Import a pack if it is new, or if its files have moved and nobody edited the campaign in the database."""
    campaign = db.session.scalar(select(Campaign).where(Campaign.slug == folder.name))
    if campaign is not None:
        # The sheets also say who runs the site, and in words of the interface: those change without the pack.
        paper.refresh_campaign(campaign.id)
        db.session.commit()
        if campaign.pack_digest == files_digest(folder):
            return Loaded(folder.name, "unchanged")
        # No digest is kept of what a migration rearranged: then nobody can have edited it since.
        if campaign.content_digest and campaign.content_digest != campaigns.content_digest(campaign.id):
            return Loaded(folder.name, "edited")
    return import_folder(folder)


@dataclass(frozen=True)
class Exported:
    """Where a pack was written, and which files there are not of it."""

    folder: Path
    strays: list[str]


def export_to(slug: str, folder: Path) -> Exported:
    """Write a campaign as a pack: into `folder` if it bears the campaign's slug, else into `<folder>/<slug>`.

    Nothing is deleted. Raises NoCampaign, OSError.
    """
    campaign = db.session.scalar(select(Campaign).where(Campaign.slug == slug))
    if campaign is None:
        raise NoCampaign(slug)
    files = export.pack_files(campaign, petitions.entries(campaign.id))
    target = folder if folder.name == slug else folder / slug
    for name, text in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    there = (path.relative_to(target).as_posix() for path in sorted(target.rglob("*")) if path.is_file())
    return Exported(target, [name for name in there if name not in files])
