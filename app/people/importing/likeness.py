"""Which lines of one file are one organisation: by name, by domain, by acronym. A line is compared with few others."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from app.kernel.db import db

from .. import doubles, matching
from ..import_models import ImportRow
from ..matching import SAME, Match, Profile
from .values import Parsed

# So many lines are compared for one domain or acronym: the first.
MOST = 40
BATCH = 500


@dataclass(frozen=True)
class Known:
    """An earlier line: how it is compared, the first line of its organisation, its fate, and the organisation."""

    profile: Profile
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


def is_one(match: Match) -> bool:
    """Whether two lines of a file are one organisation: whoever wrote the list wrote both. The same name or domain, or
    an acronym of the other's name in one country; and nothing that tells them apart."""
    reasons = set(match.reasons)
    if any(reason.startswith("other_") for reason in reasons):
        return False
    return (match.verdict == SAME and bool(reasons & {"name", "domain"})) or {"acronym", "same_country"} <= reasons


class Seen:
    """The lines of a file that were judged, by what they are found by: numbers of lines, never the lines themselves."""

    def __init__(self):
        self._lines: dict[str | bytes, list[int]] = defaultdict(list)

    def add(self, line: int, profile: Profile) -> None:
        """Have a line be found."""
        for key in (*profile.domains, *_kept(matching.keys(profile))):
            if len(self._lines[key]) < MOST:
                self._lines[key].append(line)

    def near(self, profile: Profile) -> set[int]:
        """The lines that may be the same organisation."""
        keys = (*profile.domains, *_kept(matching.asked(profile)))
        return {line for key in keys if key in self._lines for line in self._lines[key]}

    def read_again(self, import_id: int) -> None:
        """Find again what was judged before a job was killed."""
        last = 0
        while rows := _rows(import_id, ImportRow.line > last, BATCH):
            for line, content, *_ in rows:
                self.add(line, profile_of(Parsed.of(json.loads(content))))
            last = rows[-1].line


def _kept(keys: Iterable[str]) -> list[str]:
    """Of the keys of a name those of the whole name and of acronyms: it is no list of what sounds alike."""
    return [key for key in keys if key[:2] in ("n:", "a:", "i:")]


def _rows(import_id: int, condition, most: int | None = None):
    columns = (ImportRow.line, ImportRow.content, ImportRow.fate, ImportRow.organisation_id)
    first = func.coalesce(ImportRow.same_as_line, ImportRow.line).label("first")
    good = (ImportRow.import_id == import_id, ImportRow.key.is_not(None), ImportRow.content.is_not(None))
    statement = select(*columns, first).where(*good, condition).order_by(ImportRow.line).limit(most)
    return db.session.execute(statement).all()


def known(import_id: int, lines: set[int]) -> dict[int, Known]:
    """Earlier lines as they are compared, with the first line of each one's organisation. Two queries at most."""
    found: dict[int, Known] = {}
    wanted = lines
    while wanted:
        for line, content, fate, organisation_id, first in _rows(import_id, ImportRow.line.in_(wanted)):
            found[line] = Known(profile_of(Parsed.of(json.loads(content))), first, fate, organisation_id)
        wanted = {one.first for one in found.values()} - found.keys() - wanted
    return found


def same(profile: Profile, lines: Iterable[int], earlier: dict[int, Known]) -> Known | None:
    """The first of these lines that is the same organisation; None: none is. What tells it from the first line of that
    organisation counts as well."""
    for line in sorted(lines):
        one = earlier.get(line)
        match = one and matching.compare(profile, one.profile)
        if match and is_one(match):
            first = one if one.first == line or one.first not in earlier else earlier[one.first]
            apart = matching.compare(profile, first.profile) if first is not one else None
            if apart is None or not any(reason.startswith("other_") for reason in apart.reasons):
                return one
    return None
