"""Taking petitions and the versions of their text over from a pack. Works in the caller's transaction."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.campaigns import documents
from app.campaigns.head import moment
from app.campaigns.models import Campaign
from app.campaigns.pack import Pack
from app.campaigns.rooms import TextWasSigned
from app.campaigns.structure import WrongName
from app.kernel import audit, jobs, pagecache
from app.kernel.db import db

from . import rules
from .models import Petition, PetitionText, Signature
from .total_models import PetitionTotal

PAPER_TASK = "petitions:paper"


def import_petitions(given: Pack, pack: Pack, campaign_id: int, now: datetime) -> None:
    """Make the petitions say what the joined pack says (campaigns/rooms.py). Raises TextWasSigned rather than change
    a text under a signature."""
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
        if is_signed(petition.id):
            raise TextWasSigned(
                f"petitions/{petition.slug}/{language}.md: people have signed version {petition.version};"
                " raise the version in campaign.toml"
            )
        held.digest = digest
        for key, value in words.items():
            setattr(held, key, value)
    db.session.flush()


def title_signed():
    """The title of the text that a signature stands under: of the Signature in the statement around this.

    Signed in a language besides the six it is in that one if that very text was read, else in the page's.
    """
    return (
        select(PetitionText.title)
        .where(PetitionText.petition_id == Signature.petition_id, PetitionText.version == Signature.text_version)
        .where(PetitionText.language.in_((Signature.language, Signature.further)))
        .order_by((PetitionText.digest == Signature.text_digest).desc(), PetitionText.language == Signature.further)
        .limit(1)
        .correlate(Signature)
    )


def is_signed(petition_id: int) -> bool:
    """Whether anybody's name stands under a petition."""
    return db.session.scalar(select(exists().where(Signature.petition_id == petition_id)))


def follow(campaign: Campaign, names: list[tuple[str, str, str]], now: datetime) -> None:
    """Take over what was published at the desk: campaigns/publishing.py calls it with each (kind, slug, language).

    Words that people have signed stay under their signatures: other words become a new version, in every language.
    """
    for slug in dict.fromkeys(slug for kind, slug, _ in names if kind == "petitions"):
        petition = petition_of(campaign, slug, now)
        said = {code: _words(campaign.id, slug, code) for code in documents.languages(campaign.id, "petitions", slug)}
        moved = [language for kind, own, language in names if (kind, own) == ("petitions", slug)]
        held = _digests(petition)
        if not held:
            petition.opened_on = now.date()
        changed = [code for code in moved if code in held and held[code] != rules.text_digest(*said[code].values())]
        if changed and is_signed(petition.id):
            before, petition.version = petition.version, petition.version + 1
            versions = {"before": {"version": before}, "after": {"version": petition.version}}
            subject = f"petition:{slug}"
            audit.record("petitions.version", subject, actor=None, now=now, campaign=campaign.slug, **versions)
        for language, words in said.items():
            _put_text(petition, language, words)
        jobs.defer(PAPER_TASK, petition_id=petition.id)


def petition_of(campaign: Campaign, slug: str, now: datetime) -> Petition:
    """The petition of that slug, made if there is none. Raises WrongName where another campaign has it: the API names
    petitions by their slug alone."""
    petition = db.session.scalar(select(Petition).where(Petition.slug == slug))
    if petition is None:
        petition = Petition(slug=slug, campaign_id=campaign.id, version=1, opened_on=now.date(), milestones=[])
        db.session.add(petition)
        db.session.flush()
        db.session.execute(upsert(PetitionTotal).values(petition_id=petition.id, confirmed=0, withdrawn=0))
    elif petition.campaign_id != campaign.id:
        raise WrongName("taken")
    return petition


def settle(
    campaign: Campaign,
    slug: str,
    closes: datetime | None,
    zone: str,
    milestones: list[int],
    *,
    actor: int | None,
    now: datetime,
) -> None:
    """Set a petition's end, as clocks in a named zone show it (None: no end), and its milestones.

    Raises LookupError where there is no such petition, and head.WrongMoment.
    """
    petition = db.session.scalar(
        select(Petition).where(Petition.slug == slug, Petition.campaign_id == campaign.id).with_for_update()
    )
    if petition is None:
        raise LookupError(slug)
    before = _settled(petition)
    petition.closes_at = moment(closes, zone) if closes else None
    petition.time_zone = zone if closes else None
    petition.milestones = milestones
    changed = {"campaign": campaign.slug, "before": before, "after": _settled(petition)}
    audit.record("campaign.settings", f"petition:{slug}", actor=actor, now=now, **changed)
    pagecache.bump()
    jobs.defer(PAPER_TASK, petition_id=petition.id)


def _settled(petition: Petition) -> dict:
    closes = petition.closes_at and petition.closes_at.isoformat()
    return {"closes": closes, "time_zone": petition.time_zone, "milestones": list(petition.milestones)}


def _words(campaign_id: int, slug: str, language: str) -> dict[str, str]:
    found = documents.words(campaign_id, "petitions", slug, language)
    return {
        "title": found.fields["title"],
        "addressees": found.fields["addressees"],
        "body": dict(found.blocks)["text"],
    }


def _digests(petition: Petition) -> dict[str, bytes]:
    rows = select(PetitionText.language, PetitionText.digest).where(
        PetitionText.petition_id == petition.id, PetitionText.version == petition.version
    )
    return {language: digest for language, digest in db.session.execute(rows)}


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
