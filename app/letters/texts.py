"""The versions of a letter: from a pack, or from what is published at the desk. Works in the caller's transaction.

A version is never changed. Its languages are those in which the letter is published when it is made; a translation that
comes later is added to it, as long as the words that were negotiated are the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from app.campaigns import documents
from app.campaigns.head import moment
from app.campaigns.models import Block, Campaign
from app.campaigns.pack import Pack
from app.campaigns.rooms import TextWasSigned
from app.campaigns.signing import text_digest
from app.campaigns.structure import WrongName
from app.kernel import audit, jobs, pagecache
from app.kernel.db import db

from .models import DRAFT, EDITORIAL, FIRST, MATERIAL, OFFICIAL, REVIEWED, Letter, LetterText, LetterVersion

ASK_AGAIN_TASK = "letters:ask_again"


class NothingNew(ValueError):
    """The published words are those of the version that is open."""


class NotReady(ValueError):
    """The letter is not published in the language that was negotiated."""


@dataclass(frozen=True)
class Words:
    """A letter in one language, as it would be signed."""

    title: str
    addressees: str
    body: str
    state: str

    @property
    def digest(self) -> bytes:
        return text_digest(self.title, self.addressees, self.body)


def letter_of(campaign: Campaign, slug: str, now: datetime) -> Letter:
    """The letter of that slug, made if there is none. Raises WrongName where another campaign has it."""
    letter = db.session.scalar(select(Letter).where(Letter.slug == slug))
    if letter is None:
        letter = Letter(slug=slug, campaign_id=campaign.id, negotiated=campaign.source_language)
        letter.version, letter.addressees, letter.individuals = 0, ["missions"], False
        db.session.add(letter)
        db.session.flush()
    elif letter.campaign_id != campaign.id:
        raise WrongName("taken")
    return letter


def published(letter: Letter) -> dict[str, Words]:
    """What is published of a letter, by language: what the next version would say."""
    where = (Block.campaign_id == letter.campaign_id, Block.kind == "letters", Block.slug == letter.slug)
    found = {}
    for language in documents.languages(letter.campaign_id, "letters", letter.slug):
        said = documents.words(letter.campaign_id, "letters", letter.slug, language)
        states = set(db.session.scalars(select(Block.state).where(*where, Block.language == language)))
        state = _state(letter, language, states)
        found[language] = Words(said.fields["title"], said.fields["addressees"], dict(said.blocks)["text"], state)
    return found


def behind(letter: Letter) -> set[str]:
    """The languages whose published translation was made from other words than are published of the original now. What
    was negotiated is never behind."""
    source = select(Campaign.source_language).where(Campaign.id == letter.campaign_id).scalar_subquery()
    original, of = aliased(Block), (Block.campaign_id, Block.kind, Block.slug, Block.key)
    same = [column == getattr(original, column.key) for column in of]
    statement = (
        select(Block.language)
        .join(original, and_(*same, original.language == source))
        .where(Block.campaign_id == letter.campaign_id, Block.kind == "letters", Block.slug == letter.slug)
        .where(Block.language != source, Block.source.is_distinct_from(original.digest))
    )
    return set(db.session.scalars(statement)) - {letter.negotiated}


def held(letter: Letter, version: int) -> dict[str, LetterText]:
    """A version's texts by language."""
    rows = select(LetterText).where(LetterText.letter_id == letter.id, LetterText.version == version)
    return {text.language: text for text in db.session.scalars(rows)}


def publish(letter: Letter, kind: str, *, actor: int | None, now: datetime) -> int:
    """Make a version of what is published, and open it for signature; its number. `kind` is editorial or material, and
    of no account for the first.

    A translation that its original has left behind says other words than those that are signed: it is no part of the
    version, unless only the wording has changed, and joins it once it has been mended. A material one has everybody
    asked again who signed before. Raises NothingNew, NotReady.
    """
    letter = db.session.get_one(Letter, letter.id, with_for_update=True, populate_existing=True)
    left = behind(letter) if kind != EDITORIAL or not letter.version else set()
    words = {language: said for language, said in published(letter).items() if language not in left}
    if letter.negotiated not in words:
        raise NotReady(letter.slug)
    standing = {language: text.digest for language, text in held(letter, letter.version).items()}
    if all(standing.get(language) == said.digest for language, said in words.items()):
        raise NothingNew(letter.slug)
    return _put(letter, letter.version + 1, kind, words, actor, now)


def add_translations(letter: Letter, *, now: datetime) -> list[str]:
    """Add to the open version what has been translated since it was made, and raise the state of what has been
    reviewed; the languages that came. Only while the negotiated words are those of the version."""
    words, texts = published(letter), held(letter, letter.version)
    negotiated = words.get(letter.negotiated)
    own = texts.get(letter.negotiated)
    if own is None or negotiated is None or negotiated.digest != own.digest:
        return []
    came = [language for language in words if language not in texts and language not in behind(letter)]
    for language in came:
        _add(letter, letter.version, language, words[language])
    _raise_states(texts, words)
    db.session.flush()
    if came:
        pagecache.bump()
    return came


def follow(campaign: Campaign, names: list[tuple[str, str, str]], now: datetime) -> None:
    """campaigns/publishing.py calls it with each (kind, slug, language) that was published: a translation joins the
    open version. Other words wait until somebody says whether they are editorial or material."""
    for slug in dict.fromkeys(slug for kind, slug, _ in names if kind == "letters"):
        letter = letter_of(campaign, slug, now)
        if letter.version:
            add_translations(letter, now=now)


def take_in(given: Pack, joined: Pack, campaign_id: int, now: datetime) -> None:
    """Make the letters say what a pack says (campaigns/rooms.py). Raises TextWasSigned rather than change a version."""
    for entry in joined.head.entries["letters"]:
        slug = entry["slug"]
        letter = db.session.scalar(select(Letter).where(Letter.slug == slug))
        if letter is not None and letter.campaign_id != campaign_id:
            raise TextWasSigned(f"letters/{slug}: another campaign has a letter of that name")
        if letter is None:
            letter = Letter(slug=slug, campaign_id=campaign_id, version=0)
            db.session.add(letter)
        letter.negotiated = entry["negotiated"]
        letter.individuals = entry.get("individuals", False)
        letter.addressees = entry["addressees"]
        letter.official = entry.get("official", [])
        letter.time_zone = entry.get("time_zone")
        letter.closes_at = moment(entry["closes"], entry["time_zone"]) if "closes" in entry else None
        letter.milestones = entry.get("milestones", [])
        db.session.flush()
        _take_texts(letter, given, joined, entry, now)
    pagecache.bump()


def _take_texts(letter: Letter, given: Pack, joined: Pack, entry: dict, now: datetime) -> None:
    own = next((each for each in given.head.entries["letters"] if each["slug"] == letter.slug), entry)
    said = _of_documents(letter, given.documents["letters"].get(letter.slug, {}))
    texts = held(letter, own["version"])
    for language, words in said.items():
        if language in texts and texts[language].digest != words.digest:
            raise TextWasSigned(
                f"letters/{letter.slug}/{language}.md: version {own['version']} is open for signature;"
                " raise the version in campaign.toml, and say whether the change is editorial or material"
            )
        if texts and language not in texts:
            _add(letter, own["version"], language, words)
    _raise_states(texts, said)
    if entry["version"] > letter.version:
        words = _of_documents(letter, joined.documents["letters"][letter.slug])
        _put(letter, entry["version"], entry.get("change", FIRST), words, None, now, entry["opened"])


def _of_documents(letter: Letter, by_language: Mapping) -> dict[str, Words]:
    return {
        language: Words(
            document.front["title"],
            document.front["addressees"],
            document.block("text").text,
            _state(letter, language, {document.state, *(block.state for block in document.blocks)}),
        )
        for language, document in by_language.items()
    }


def _state(letter: Letter, language: str, states: set[str | None]) -> str:
    if language == letter.negotiated or language in letter.official:
        return OFFICIAL
    return REVIEWED if states <= {REVIEWED, None} else DRAFT


def _put(
    letter: Letter,
    number: int,
    kind: str,
    words: Mapping[str, Words],
    actor: int | None,
    now: datetime,
    opened: date | None = None,
) -> int:
    if number == 1:
        kind = FIRST
    elif kind not in (EDITORIAL, MATERIAL):
        kind = MATERIAL
    made = LetterVersion(letter_id=letter.id, number=number, kind=kind, published_at=now, published_by=actor)
    db.session.add(made)
    db.session.flush()
    for language, said in words.items():
        _add(letter, number, language, said)
    letter.version, letter.opened_on = number, letter.opened_on or opened or now.date()
    db.session.flush()
    # The first version out of a pack founds the letter, as a petition is founded: nobody's act at the desk.
    if actor is not None or kind != FIRST:
        campaign = db.session.scalar(select(Campaign.slug).where(Campaign.id == letter.campaign_id))
        after = {"version": number, "kind": kind, "languages": sorted(words)}
        audit.record("letters.version", f"letter:{letter.slug}", actor=actor, now=now, campaign=campaign, after=after)
    if kind == MATERIAL:
        jobs.defer(ASK_AGAIN_TASK, jobs.MAIL_QUEUE, letter_id=letter.id)
    pagecache.bump()
    return number


def _add(letter: Letter, version: int, language: str, said: Words) -> None:
    words = {"title": said.title, "addressees": said.addressees, "body": said.body}
    stamp = {"digest": said.digest, "state": said.state}
    db.session.add(LetterText(letter_id=letter.id, version=version, language=language, **words, **stamp))


def _raise_states(texts: Mapping[str, LetterText], words: Mapping[str, Words]) -> None:
    for language, text in texts.items():
        said = words.get(language)
        if said and said.digest == text.digest and said.state != text.state:
            text.state = said.state


def entries(campaign_id: int) -> list[dict]:
    """The settings of a campaign's letters, as campaign.toml has them under [[letters]]."""
    found = []
    rows = select(Letter, LetterVersion.kind).outerjoin(
        LetterVersion, (LetterVersion.letter_id == Letter.id) & (LetterVersion.number == Letter.version)
    )
    for letter, kind in db.session.execute(rows.where(Letter.campaign_id == campaign_id).order_by(Letter.id)):
        entry = {"slug": letter.slug, "version": letter.version}
        entry |= {"change": kind} if letter.version > 1 else {}
        entry |= {"opened": letter.opened_on} if letter.opened_on else {}
        if letter.closes_at:
            local = letter.closes_at.astimezone(ZoneInfo(letter.time_zone)).replace(tzinfo=None)
            entry |= {"closes": local, "time_zone": letter.time_zone}
        entry |= {"negotiated": letter.negotiated}
        entry |= {"individuals": True} if letter.individuals else {}
        entry |= {"addressees": list(letter.addressees)}
        entry |= {"official": list(letter.official)} if letter.official else {}
        entry |= {"milestones": list(letter.milestones)} if letter.milestones else {}
        found.append(entry)
    return found
