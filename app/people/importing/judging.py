"""What becomes of each line of a file: new, adds to what is here, here already, perhaps a double, refused, suppressed.

A batch asks a constant number of queries.
"""

import json
from datetime import datetime

from sqlalchemy import func, select

from app.kernel.db import db

from .. import doubles
from ..import_models import ImportRow
from ..matching import Match
from ..models import Person
from ..operations import email_digests
from ..positions import suppressed
from . import consents, likeness, placing, present
from .values import Parsed, key_of

# From so many points on, a row is shown as a double and left to a person.
DOUBLE_FROM = 60
_FIRST = func.coalesce(ImportRow.same_as_line, ImportRow.line)


def rows(
    import_id: int,
    batch: list[tuple[int, Parsed]],
    networks: tuple[int, ...] | None,
    network_id: int | None,
    purposes: tuple[str, ...],
    now: datetime,
) -> list[dict]:
    """The rows of a batch with their fates. `networks`: whose members may be found; `network_id`: the one that they
    join, and towards which the list brings consent for the `purposes`, if it does."""
    digests = {line: email_digests(row.person.address) for line, row in batch if row.person and row.person.address}
    unwanted = suppressed({row.person.address for _, row in batch if row.person and row.person.address}, now)
    good = {line: row for line, row in batch if not row.problems and not row.left and not _wants_none(row, unwanted)}
    named = {line: row for line, row in good.items() if row.organisation.name}
    placed = placing.by_address({line: row.person.address for line, row in good.items() if line not in named}, networks)
    profiles = {line: likeness.profile_of(row) for line, row in named.items()}
    matches = doubles.find({-line: profile for line, profile in profiles.items()}, networks)
    seen = likeness.Seen(import_id, profiles.values())
    earlier = _earlier(import_id, {key_of(row.organisation) for row in named.values()})
    like = likeness.known(import_id, set().union(*map(seen.near, profiles.values())))
    said_before = _said_before(import_id, {digests[line][0] for line in good if line in digests})
    asked = network_id if purposes else None
    withdrew = consents.withdrawn({one for each in digests.values() for one in each}, asked)
    leaving = _known_digests([digests[line] for line, row in batch if row.left and line in digests])
    found = []
    for line, row in batch:
        digest = digests[line][0] if line in digests else None
        values = {
            "import_id": import_id,
            "line": line,
            "content": json.dumps(row.plain(), ensure_ascii=False),
            "email_digest": digest,
            "key": None,
            "fate": "refused",
            "problems": list(row.problems),
            "organisation_id": None,
            "same_as_line": None,
        }
        if line in named:
            key, profile, site = key_of(row.organisation), profiles[line], likeness.site_of(row)
            before = earlier.get(key)
            if before is None and (one := likeness.same(profile, site, seen.near(profile), like)):
                before = one.first, one.fate, one.organisation_id
            values |= {"key": key} | _fate(matches[-line], before)
            first = values["same_as_line"] or line
            earlier.setdefault(key, (first, values["fate"], values["organisation_id"]))
            like[line] = likeness.Known(profile, site, first, values["fate"], values["organisation_id"])
            seen.add(line, profile)
        elif line in placed:
            values |= {"fate": "updated", "organisation_id": placed[line]}
        elif line in good:
            values["problems"] = ["no-organisation"]
        elif row.left and (digest or not row.problems):
            # Kept of somebody who is here, so that they are written to no more; of nobody else. Whatever else is wrong
            # with the line, that they left is right.
            values |= {"fate": "suppressed", "problems": ["left"], "content": None}
            values["email_digest"] = next((one for one in digests.get(line, ()) if one in leaving), None)
            if row.silent and digest:
                # Kept of anybody until it is taken in: nobody writes to them then.
                values["problems"], values["email_digest"] = ["left", row.silent], values["email_digest"] or digest
        elif not row.problems or _wants_none(row, unwanted):
            # Of who wants no mail, nothing is kept.
            values |= {"fate": "suppressed", "problems": [], "content": None, "email_digest": None}
        if values["fate"] in ("new", "updated") and digest:
            place = (values["same_as_line"] or line) if line in named else None, values["organisation_id"]
            values["fate"] = "duplicate" if _is_there(place, said_before.get(digest, ())) else values["fate"]
            said_before.setdefault(digest, []).append(place)
            if any(one in withdrew for one in digests[line]):
                values["problems"] = ["withdrew"]
            elif row.unsure:
                values["problems"] = ["status"]
        found.append(values)
    seen.keep()
    here = {one["line"]: one for one in found if one["fate"] == "updated" and one["organisation_id"]}
    agreed = {
        line: () if good[line].unsure else set(purposes).difference(*(withdrew.get(one, ()) for one in digests[line]))
        for line in here.keys() & digests.keys()
    }
    for line in present.known({line: (good[line], here[line]["organisation_id"]) for line in here}, network_id, agreed):
        here[line]["fate"] = "duplicate"
    return found


def _wants_none(row: Parsed, unwanted: set[str]) -> bool:
    return row.person is not None and row.person.address in unwanted


def _is_there(place: tuple[int | None, int | None], places) -> bool:
    """Whether somebody stands in this organisation by an earlier line: the same first line, or the same one here."""
    return any((a is not None and a == place[0]) or (b is not None and b == place[1]) for a, b in places)


def _said_before(import_id: int, digests: set[bytes]) -> dict[bytes, list[tuple[int | None, int | None]]]:
    found: dict[bytes, list] = {}
    for digest, first, organisation_id in db.session.execute(
        select(ImportRow.email_digest, _FIRST, ImportRow.organisation_id).where(
            ImportRow.import_id == import_id,
            ImportRow.email_digest.in_(digests),
            ImportRow.fate.in_(("new", "updated", "duplicate")),
        )
    ):
        found.setdefault(bytes(digest), []).append((first, organisation_id))
    return found


def _known_digests(each: list[list[bytes]]) -> set[bytes]:
    asked = [digest for digests in each for digest in digests]
    if not asked:
        return set()
    return set(map(bytes, db.session.scalars(select(Person.email_digest).where(Person.email_digest.in_(asked)))))


def _earlier(import_id: int, keys: set[str]) -> dict[str, tuple[int, str, int | None]]:
    found = db.session.execute(
        select(ImportRow.key, _FIRST, ImportRow.fate, ImportRow.organisation_id)
        .where(ImportRow.import_id == import_id, ImportRow.key.in_(keys))
        .order_by(ImportRow.line.desc())
    )
    # The first line of each stays.
    return {key: (line, fate, organisation_id) for key, line, fate, organisation_id in found}


def _fate(matches: list[tuple[int, Match]], earlier: tuple[int, str, int | None] | None) -> dict:
    if earlier is not None:
        line, fate, organisation_id = earlier
        fate = "double" if fate == "double" else "updated"
        return {"fate": fate, "organisation_id": organisation_id, "same_as_line": line}
    sure = [organisation_id for organisation_id, match in matches if placing.is_sure(match)]
    if len(sure) == 1:
        return {"fate": "updated", "organisation_id": sure[0]}
    if matches and matches[0][1].points >= DOUBLE_FROM:
        return {"fate": "double", "organisation_id": matches[0][0]}
    return {"fate": "new"}
