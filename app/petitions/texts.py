"""Taking petitions and the versions of their text over from a pack. Works in the caller's transaction."""

from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.campaigns.head import moment
from app.campaigns.pack import Pack
from app.kernel import pagecache
from app.kernel.db import db

from . import rules
from .models import Petition, PetitionText, PetitionTotal, Signature


class TextWasSigned(Exception):
    """A pack changes the text of a version that people have signed; the message names the file."""


def import_petitions(pack: Pack, campaign_id: int) -> None:
    """Make the petitions say what the pack says. Raises TextWasSigned rather than change a text under a signature."""
    for entry in pack.head.entries["petitions"]:
        petition = db.session.scalar(select(Petition).where(Petition.slug == entry["slug"]))
        if petition is not None and petition.campaign_id != campaign_id:
            raise TextWasSigned(f"petitions/{petition.slug}: another campaign has a petition of that name")
        if petition is None:
            petition = Petition(slug=entry["slug"], campaign_id=campaign_id)
            db.session.add(petition)
        petition.version = entry["version"]
        petition.opened_on = entry["opened"]
        petition.time_zone = entry.get("time_zone")
        petition.closes_at = moment(entry["closes"], entry["time_zone"]) if "closes" in entry else None
        petition.milestones = entry.get("milestones", [])
        db.session.flush()
        db.session.execute(
            upsert(PetitionTotal).values(petition_id=petition.id, confirmed=0, withdrawn=0).on_conflict_do_nothing()
        )
        for language, document in pack.documents["petitions"][entry["slug"]].items():
            _put_text(petition, language, {**document.front, "body": document.block("text").text})
    pagecache.bump()


def _put_text(petition: Petition, language: str, words: dict[str, str]) -> None:
    digest = rules.text_digest(words["title"], words["addressees"], words["body"])
    held = db.session.scalar(
        select(PetitionText).where(
            PetitionText.petition_id == petition.id,
            PetitionText.version == petition.version,
            PetitionText.language == language,
        )
    )
    if held is None:
        db.session.add(
            PetitionText(petition_id=petition.id, version=petition.version, language=language, digest=digest, **words)
        )
    elif held.digest != digest:
        if db.session.scalar(select(exists().where(Signature.petition_id == petition.id))):
            raise TextWasSigned(
                f"petitions/{petition.slug}/{language}.md: people have signed version {petition.version};"
                " raise the version in campaign.toml"
            )
        held.digest = digest
        for key, value in words.items():
            setattr(held, key, value)
    db.session.flush()


def entries(campaign_id: int) -> list[dict]:
    """The settings of a campaign's petitions, as campaign.toml has them under [[petitions]]."""
    found = []
    for petition in db.session.scalars(
        select(Petition).where(Petition.campaign_id == campaign_id).order_by(Petition.id)
    ):
        entry = {"slug": petition.slug, "version": petition.version, "opened": petition.opened_on}
        if petition.closes_at:
            local = petition.closes_at.astimezone(ZoneInfo(petition.time_zone)).replace(tzinfo=None)
            entry |= {"closes": local, "time_zone": petition.time_zone}
        if petition.milestones:
            entry["milestones"] = petition.milestones
        found.append(entry)
    return found
