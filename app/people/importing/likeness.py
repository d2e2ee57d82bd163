"""Which lines of one file are one organisation: by name, by domain, by acronym. A line is compared with few others."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import cast, func, lateral, select, true
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA
from sqlalchemy.dialects.postgresql import insert as upsert

from app.kernel.db import db

from .. import doubles, matching
from ..import_models import ImportKey, ImportRow
from ..matching import SAME, Match, Profile
from ..websites import website_domain
from .values import Parsed

# So many lines are compared for one domain or acronym: the first.
MOST = 40


@dataclass(frozen=True)
class Known:
    """An earlier line: how it is compared, the domain of its website, the first line of its organisation, its fate, and
    the organisation."""

    profile: Profile
    site: str | None
    first: int
    fate: str
    organisation_id: int | None


def profile_of(row: Parsed) -> Profile:
    """A line as it is compared."""
    organisation = row.organisation
    digests = doubles.domain_digests(organisation.website, [row.person.address] if row.person else [])
    return Profile(
        (organisation.name, *organisation.names.values()),
        organisation.acronym,
        organisation.country,
        frozenset(digest for each in digests for digest in each),
    )


def site_of(row: Parsed) -> str | None:
    """The domain of its website."""
    return website_domain(row.organisation.website)


def is_one(match: Match, same_site: bool) -> bool:
    """Whether two lines of a file are one organisation: whoever wrote the list wrote both. Nothing may tell them apart.

    The same name; the same website; one domain of addresses, which alone may be of somebody who is in two, and a name
    or acronym like the other's; an acronym of the other's name in one country.
    """
    reasons = set(match.reasons)
    if any(reason.startswith("other_") for reason in reasons):
        return False
    if match.verdict == SAME and ("name" in reasons or same_site):
        return True
    likeness = reasons & {"close", "acronym", "same_acronym"}
    return bool("domain" in reasons and likeness) or {"acronym", "same_country"} <= reasons


class Seen:
    """The lines of a file that were judged, by what they are found by. They stand in the database: a batch is looked
    for in one query and written in another, and a job that is killed goes on where it was."""

    def __init__(self, import_id: int, batch: Iterable[Profile]):
        """With what is known of the keys of a batch."""
        self._import_id = import_id
        self._new: list[dict] = []
        self._lines: dict[bytes, list[int]] = defaultdict(list)
        keys = {key for profile in batch for key in _asked(profile)}
        if keys:
            wanted = func.unnest(cast(sorted(keys), ARRAY(BYTEA))).table_valued("key").render_derived(name="wanted")
            lines = lateral(
                select(ImportKey.line)
                .where(ImportKey.import_id == import_id, ImportKey.key == wanted.c.key)
                .order_by(ImportKey.line)
                .limit(MOST)
            ).alias("lines")
            for key, line in db.session.execute(
                select(wanted.c.key, lines.c.line).select_from(wanted).join(lines, true())
            ):
                self._lines[bytes(key)].append(line)

    def add(self, line: int, profile: Profile) -> None:
        """Have a line be found."""
        for key in {_short(key) for key in (*profile.domains, *_kept(matching.keys(profile)))}:
            if len(self._lines[key]) < MOST:
                self._lines[key].append(line)
                self._new.append({"import_id": self._import_id, "key": key, "line": line})

    def near(self, profile: Profile) -> set[int]:
        """The lines that may be the same organisation."""
        return {line for key in _asked(profile) if key in self._lines for line in self._lines[key]}

    def keep(self) -> None:
        """Write down what was added, for the batches to come."""
        if self._new:
            db.session.execute(upsert(ImportKey).on_conflict_do_nothing(), self._new)


def _asked(profile: Profile) -> set[bytes]:
    return {_short(key) for key in (*profile.domains, *_kept(matching.asked(profile)))}


def _short(key: str | bytes) -> bytes:
    return blake2b(key.encode() if isinstance(key, str) else key, digest_size=10).digest()


def _kept(keys: Iterable[str]) -> list[str]:
    """Of the keys of a name those of the whole name and of acronyms: it is no list of what sounds alike."""
    return [key for key in keys if key[:2] in ("n:", "a:", "i:")]


def _rows(import_id: int, condition):
    columns = (ImportRow.line, ImportRow.content, ImportRow.fate, ImportRow.organisation_id)
    first = func.coalesce(ImportRow.same_as_line, ImportRow.line).label("first")
    good = (ImportRow.import_id == import_id, ImportRow.key.is_not(None), ImportRow.content.is_not(None))
    statement = select(*columns, first).where(*good, condition).order_by(ImportRow.line)
    return db.session.execute(statement).all()


def known(import_id: int, lines: set[int]) -> dict[int, Known]:
    """Earlier lines as they are compared, with the first line of each one's organisation. Two queries at most."""
    found: dict[int, Known] = {}
    wanted = lines
    while wanted:
        for line, content, fate, organisation_id, first in _rows(import_id, ImportRow.line.in_(wanted)):
            row = Parsed.of(json.loads(content))
            found[line] = Known(profile_of(row), site_of(row), first, fate, organisation_id)
        wanted = {one.first for one in found.values()} - found.keys() - wanted
    return found


def same(profile: Profile, site: str | None, lines: Iterable[int], earlier: dict[int, Known]) -> Known | None:
    """The first of these lines that is the same organisation; None: none is. What tells it from the first line of that
    organisation counts as well."""
    for line in sorted(lines):
        one = earlier.get(line)
        match = one and matching.compare(profile, one.profile)
        if match and is_one(match, site is not None and site == one.site):
            first = one if one.first == line or one.first not in earlier else earlier[one.first]
            apart = matching.compare(profile, first.profile) if first is not one else None
            if apart is None or not any(reason.startswith("other_") for reason in apart.reasons):
                return one
    return None
