"""campaign.toml: what a pack holds, and the settings of its petitions, letters and asks. Pure."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tomli_w

from app.kernel.i18n import CODES
from app.kernel.tongues import OTHER_CODES
from app.states.models import UN_WORLD
from app.states.worlds import NAME as WORLD

from . import letter_head, paths
from .kinds import CAMPAIGN, FURTHER_KINDS, MAILS, NEEDED_PAGES

ASK_STATES = ("open", "adopted", "dropped")
# Words that stand for something else in the addresses of a campaign.
RESERVED = {"pages": ("give", "letters", "petitions", "share", "updates")}
# Words that stand for something else where a campaign's slug stands: of the public pages and of the desk's.
NO_CAMPAIGN = (
    "again",
    "audit",
    "comparison-with-stripe",
    "correction",
    "desk",
    "done",
    "exports",
    "gifts",
    "groups",
    "imprint",
    "invitation",
    "jobs",
    "leave",
    "ledger",
    "letter",
    "m",
    "mail",
    "mailbox",
    "me",
    "network-links",
    "networks",
    "new-campaign",
    "offices",
    "organisation-on-receipts",
    "organisations",
    "partner",
    "privacy",
    "receipt",
    "request",
    "sign-in",
    "sign-out",
    "signature",
    "staff",
    "states",
    "stray-money",
    "switches",
    "work",
    "written",
)
SLUG = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
_KEYS = ("slug", "source_language", "languages", "untranslated", "content_languages", "world")
# In this order they stand in the file.
KEYS = {
    "pages": ("slug", "untranslated"),
    "updates": ("slug", "date", "untranslated"),
    "petitions": ("slug", "version", "opened", "closes", "time_zone", "milestones", "untranslated"),
    "letters": letter_head.KEYS,
    "asks": ("slug", "status", "version", "variants", *paths.CODES, paths.NEXT, "untranslated"),
}


@dataclass(frozen=True)
class Head:
    """`entries[kind]` are the tables [[pages]], [[updates]], [[petitions]], [[letters]] and [[asks]], in order;
    `untranslated` the languages in which the campaign says nothing yet; `content_languages` those besides the six in
    which it says something; `world` the one whose states it is about, the real one or a fictional one whose files are
    in the pack."""

    slug: str
    source_language: str
    languages: tuple[str, ...]
    entries: dict[str, list[dict]] = field(default_factory=dict)
    untranslated: tuple[str, ...] = ()
    content_languages: tuple[str, ...] = ()
    world: str = UN_WORLD

    def slugs(self, kind: str) -> list[str]:
        """The documents of a kind, in order."""
        if kind == CAMPAIGN:
            return [CAMPAIGN]
        if kind == "mails":
            return list(MAILS)
        return [entry["slug"] for entry in self.entries.get(kind, [])]

    def waiting(self, kind: str, slug: str) -> list[str]:
        """The languages into which a document is said not to be translated yet."""
        own = next((entry for entry in self.entries.get(kind, []) if entry["slug"] == slug), {})
        return [*self.untranslated, *own.get("untranslated", [])]

    def further(self, kind: str) -> tuple[str, ...]:
        """The languages in which a document of a kind may be there besides the six."""
        return self.content_languages if kind in FURTHER_KINDS else ()


def write(head: Head) -> str:
    """campaign.toml in its one form."""
    said = {"slug": head.slug, "source_language": head.source_language, "languages": head.languages}
    if head.untranslated:
        said["untranslated"] = head.untranslated
    if head.content_languages:
        said["content_languages"] = head.content_languages
    if head.world != UN_WORLD:
        said["world"] = head.world
    parts = [tomli_w.dumps(said)]
    for kind, keys in KEYS.items():
        for entry in head.entries[kind]:
            said = {key: entry[key] for key in keys if entry.get(key) not in (None, [])}
            parts.append(f"\n[[{kind}]]\n{tomli_w.dumps(said)}")
    return "".join(parts)


def line_of(text: str, key: str) -> int:
    """The line where a key or a slug is said first, else 1."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.partition("=")[0].strip().strip("[]") == key or line.endswith(f'= "{key}"'):
            return number
    return 1


def read(said: dict, folder: str) -> tuple[Head, list[tuple[str, str]]]:
    """The head that a parsed campaign.toml says, and what is wrong with it: (the key or slug it is about, words)."""
    faults: list[tuple[str, str]] = []
    for key in sorted(set(said) - {*_KEYS, *KEYS}):
        faults.append((key, f"unknown key {key!r}"))
    languages = said.get("languages", [])
    if languages != list(CODES):
        faults.append(("languages", f"languages must be {', '.join(CODES)}, in this order"))
    further = said.get("content_languages", [])
    if not _texts(further) or further != [code for code in OTHER_CODES if code in further]:
        words = (
            "content_languages lists codes such as pt, sw and ur, of languages besides the six, in alphabetical order"
        )
        faults.append(("content_languages", words))
        further = []
    elif "content_languages" in said and not further:
        faults.append(("content_languages", "content_languages is left out when there is none"))
    source = str(said.get("source_language", ""))
    if source not in CODES:
        faults.append(("source_language", "source_language must be one of the languages"))
    if said.get("slug") != folder:
        faults.append(("slug", f"slug must be the folder's name, {folder}"))
    if folder in NO_CAMPAIGN:
        faults.append(("slug", f"no campaign can be called {folder!r}: that address is taken"))
    silent = said.get("untranslated", [])
    if not _waiting(silent, source):
        faults.append(("untranslated", f"untranslated {WAITING}"))
        silent = []
    world = said.get("world", UN_WORLD)
    if "world" in said and (not isinstance(world, str) or not WORLD.fullmatch(world) or world == UN_WORLD):
        faults.append(("world", "world is the name of a fictional one, such as demo, and left out for the real one"))
        world = UN_WORLD
    entries = {kind: _entries(kind, said.get(kind, []), source, faults) for kind in KEYS}
    for page in NEEDED_PAGES:
        if page not in [entry["slug"] for entry in entries["pages"]]:
            faults.append(("pages", f"the page {page!r} is missing from [[pages]]"))
    for petition in entries["petitions"]:
        faults += [(petition["slug"], f"petition {petition['slug']!r}: {words}") for words in _petition(petition)]
    for letter in entries["letters"]:
        found = (*letter_head.faults(letter), *_closes(letter))
        faults += [(letter["slug"], f"letter {letter['slug']!r}: {words}") for words in found]
    for update in entries["updates"]:
        if type(update.get("date")) is not date:
            faults.append((update["slug"], f"update {update['slug']!r} needs a date, such as 2026-11-23"))
    for ask in entries["asks"]:
        if ask.get("status") not in ASK_STATES:
            faults.append((ask["slug"], f"ask {ask['slug']!r}: status is one of {', '.join(ASK_STATES)}"))
        if not _texts(ask.get("variants", [])):
            faults.append((ask["slug"], f"ask {ask['slug']!r}: variants is a list of texts"))
        if "version" in ask and (type(ask["version"]) is not int or ask["version"] < 2):
            faults.append((ask["slug"], f"ask {ask['slug']!r}: version is a number from 2, and left out for the first"))
        faults += [(ask["slug"], f"ask {ask['slug']!r}: {words}") for words in paths.faults(ask)]
    return Head(folder, source, CODES, entries, tuple(silent), tuple(further), world), faults


WAITING = "lists languages other than the source's, in the usual order"


def _waiting(value, source: str) -> bool:
    return _texts(value) and value == [code for code in CODES if code in value] and source not in value


def _texts(value) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _entries(kind: str, found, source: str, faults: list[tuple[str, str]]) -> list[dict]:
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        faults.append((kind, f"{kind} is written as [[{kind}]]"))
        return []
    good, seen = [], set()
    for entry in found:
        slug = entry.get("slug")
        if not isinstance(slug, str) or not SLUG.match(slug) or slug in seen:
            faults.append((str(slug), f"[[{kind}]] needs in each entry a slug of a-z, 0-9 and -, and none twice"))
            continue
        seen.add(slug)
        if slug in RESERVED.get(kind, ()):
            faults.append((slug, f"[[{kind}]] cannot be called {slug!r}: that address is taken"))
        for key in sorted(set(entry) - set(KEYS[kind])):
            faults.append((key, f"unknown key {key!r} in [[{kind}]]"))
        waiting = entry.get("untranslated", [])
        if not _waiting(waiting, source):
            faults.append((slug, f"{slug}: untranslated {WAITING}"))
            entry = {**entry, "untranslated": []}
        good.append(entry)
    return good


def _petition(petition: dict):
    version, milestones = petition.get("version"), petition.get("milestones", [])
    if type(version) is not int or version < 1:
        yield "needs a version, a number from 1"
    if type(petition.get("opened")) is not date:
        yield "needs the day it opened, such as 2026-11-23"
    whole = isinstance(milestones, list) and all(type(number) is int and number > 0 for number in milestones)
    if not whole or any(low >= high for low, high in pairwise(milestones)):
        yield "milestones are whole numbers, each larger than the one before"
    yield from _closes(petition)


def _closes(entry: dict):
    if ("closes" in entry) != ("time_zone" in entry):
        yield "closes and time_zone stand together"
    elif "closes" in entry:
        yield from _end(entry["closes"], entry["time_zone"])


def _end(closes, zone):
    if not isinstance(closes, datetime) or closes.tzinfo is not None:
        yield "closes is a day and a time of its zone, such as 2027-10-24 18:00:00"
        return
    try:
        moment(closes, str(zone))
    except ValueError as error:
        yield str(error)


class WrongMoment(ValueError):
    """A local time that is no moment, in words for whoever wrote it; `why` is zone, twice or never."""

    def __init__(self, why: str, words: str):
        super().__init__(words)
        self.why = why


def moment(local: datetime, zone: str) -> datetime:
    """The moment at which clocks in an IANA time zone show `local` (a naive datetime).

    Raises WrongMoment when there is no such zone, or when clocks never show that time or show it twice because they are
    changed that day.
    """
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise WrongMoment("zone", f"there is no time zone {zone!r}") from error
    first, second = local.replace(tzinfo=place, fold=0), local.replace(tzinfo=place, fold=1)
    if first.utcoffset() != second.utcoffset():
        twice = first.utcoffset() > second.utcoffset()
        words = "show this time twice" if twice else "never show this time"
        said = f"clocks in {zone} {words}: {local.isoformat(timespec='minutes')}"
        raise WrongMoment("twice" if twice else "never", said)
    return first
