"""A whole pack taken in, with petitions and letters, and put together again; packs that were brought to the desk."""

import tempfile
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from app.campaigns import editing, export, importing, pictures, reviewing, rooms, settings, structure, zips
from app.campaigns.faults import Fault, PackFaults
from app.campaigns.models import BroughtPack, Campaign
from app.campaigns.pack import Pack, read
from app.kernel import audit, jobs
from app.kernel.db import db
from app.positions import csv_form, queries, refreshing
from app.positions import importing as evidence

from . import paper, texts
from .models import Petition

KEPT = timedelta(days=7)
PICTURES_TASK = "campaigns:pictures"


class Moved(Exception):
    """What stands here is not what was seen when the choice was made."""


class OtherCampaign(ValueError):
    """The pack is of another campaign, or of this one with originals in another language."""


def import_pack(
    pack: Pack, choose: str | Mapping[str, str] | None, now: datetime, at_desk: bool = False
) -> importing.Imported:
    """Take a pack in (importing.import_pack) with what rooms above keep, in the caller's transaction. Pictures and
    sheets are drawn by whoever calls. Raises PackFaults, also where it would remove an ask to which evidence speaks,
    PackConflicts, TextWasSigned."""
    held = db.session.scalar(select(Campaign.id).where(Campaign.slug == pack.slug))
    before = _versions(held) if held else {}
    done = importing.import_pack(pack, rooms.entries(held), now, choose, at_desk)
    now_there = _versions(done.campaign.id)
    _keep_asks(done.campaign.id, before.keys() - now_there.keys())
    for ask, version in now_there.items():
        if before.get(ask, version) != version:
            refreshing.refresh(done.campaign.id, ask, None, "version", now)
    rooms.take_in(pack, done.pack, done.campaign.id, now)
    return done


def _keep_asks(campaign_id: int, removed: Iterable[str]) -> None:
    faults = []
    for ask in sorted(removed):
        if pieces := structure.needed(campaign_id, "asks", ask):
            speak = "piece of evidence speaks" if pieces == 1 else "pieces of evidence speak"
            words = f"the ask {ask} has to stay: {pieces} published {speak} to it; its status can be dropped"
            faults.append(Fault(settings.HEAD_FILE, 0, words))
    if faults:
        raise PackFaults(faults)


def _versions(campaign_id: int) -> dict[str, int]:
    return {ask.slug: ask.version for ask in settings.asks(campaign_id)}


def draw(campaign_id: int) -> None:
    """Draw the share pictures and the sheets for paper of a campaign that are out of date."""
    pictures.refresh(campaign_id)
    paper.refresh_campaign(campaign_id)


def zipped(campaign: Campaign, with_drafts: bool) -> bytes:
    """The campaign's pack as a ZIP file: what is published of it, or what the desk has."""
    files = export.pack_files(campaign, rooms.entries(campaign.id), with_drafts)
    if pieces := evidence.on_file(campaign):
        parts: list[bytes] = []
        csv_form.write(pieces, parts.append, disputes=queries.disputes(campaign.id))
        files[evidence.PACK_FILE] = b"".join(parts).decode()
    return zips.write(campaign.slug, files)


def opened(campaign: Campaign, content: bytes) -> Pack:
    """The pack in a ZIP file. Raises WrongZip, OtherCampaign, PackFaults."""
    folder, files = zips.read(content)
    if folder not in (None, campaign.slug):
        raise OtherCampaign
    with tempfile.TemporaryDirectory(prefix="pack-") as place:
        root = Path(place) / campaign.slug
        root.mkdir()
        zips.unpack(files, root)
        pack = read(root)
    if pack.source_language != campaign.source_language:
        raise OtherCampaign
    return pack


def bring(campaign: Campaign, content: bytes, actor: int, now: datetime) -> BroughtPack:
    """Keep a ZIP file to be looked at. Raises as `opened` does; then nothing is kept."""
    opened(campaign, content)
    kept = BroughtPack(campaign_id=campaign.id, brought_by=actor, brought_at=now, content=content)
    db.session.add(kept)
    db.session.flush()
    return kept


def brought(campaign: Campaign, pack_id: int) -> BroughtPack | None:
    """A pack that was brought to the desk for this campaign."""
    return db.session.scalar(
        select(BroughtPack).where(BroughtPack.id == pack_id, BroughtPack.campaign_id == campaign.id)
    )


def review(campaign: Campaign, kept: BroughtPack) -> reviewing.Review:
    """What it would change as things stand. Raises PackFaults."""
    return reviewing.review(campaign, opened(campaign, kept.content), rooms.entries(campaign.id))


def take_in(
    campaign: Campaign, kept: BroughtPack, choices: dict[str, str], seen: str, actor: int, now: datetime
) -> None:
    """Take in a pack that was brought, each conflict decided by its name.

    Raises Moved where something else stands here by now, PackConflicts where one is not decided, PackFaults,
    TextWasSigned; then the caller rolls back.
    """
    editing.lock(campaign)
    db.session.refresh(kept, with_for_update=True)
    if kept.taken_at is not None or review(campaign, kept).seen != seen:
        raise Moved
    import_pack(opened(campaign, kept.content), choices, now, at_desk=True)
    kept.taken_at = now
    decided = list(choices.values())
    audit.record(
        "campaign.pack-imported",
        f"campaign:{campaign.slug}",
        actor=actor,
        now=now,
        campaign=campaign.slug,
        after={"pack": kept.id, "ours": decided.count(importing.OURS), "theirs": decided.count(importing.THEIRS)},
    )
    jobs.defer(PICTURES_TASK, campaign_id=campaign.id)
    for petition_id in db.session.scalars(select(Petition.id).where(Petition.campaign_id == campaign.id)):
        jobs.defer(texts.PAPER_TASK, petition_id=petition_id)
