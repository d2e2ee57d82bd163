"""Loading a whole pack: a campaign and its petitions in one transaction."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from app.campaigns import operations as campaigns
from app.campaigns import pictures
from app.campaigns.models import Campaign
from app.campaigns.pack import Pack, files_digest, read
from app.kernel import clock
from app.kernel.db import db
from app.petitions import texts as petitions


@dataclass(frozen=True)
class Loaded:
    """What became of a pack: `imported`, `unchanged`, or `edited` here since, and so left alone."""

    slug: str
    outcome: str


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


def load_folder(folder: Path) -> Loaded:
    """Import a pack if it is new, or if its files have moved and nobody edited the campaign in the database."""
    campaign = db.session.scalar(select(Campaign).where(Campaign.slug == folder.name))
    if campaign is not None:
        if campaign.pack_digest == files_digest(folder):
            return Loaded(folder.name, "unchanged")
        if campaign.content_digest != campaigns.content_digest(campaign.id):
            return Loaded(folder.name, "edited")
    return import_folder(folder)
