"""What offices and the bodies that have them are called in the reader's language; and who sits in which, together."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.kernel.i18n import plain_number

from .records import OfficeRecord, Said, Written

BODIES = {
    "GENERAL_ASSEMBLY": lazy("General Assembly"),
    "THIRD_COMMITTEE": lazy("Third Committee of the General Assembly"),
    "FIFTH_COMMITTEE": lazy("Fifth Committee of the General Assembly"),
    "ECOSOC_NGO_COMMITTEE": lazy("Committee on Non-Governmental Organizations"),
    "EU_COUNCIL": lazy("Council of the European Union"),
}
OFFICES = {
    "chair": lazy("Chair"),
    "presidency": lazy("Presidency"),
    "president": lazy("President"),
    "vice_president": lazy("Vice-President"),
    "member": lazy("Members"),
}
SESSION = re.compile(r"(\w+)_session_(\d+)")


def office(code: str, lang: str) -> Said:
    """What an office is called; one that is not known by the words that were entered, which are English."""
    found = SESSION.fullmatch(code)
    if found and found[1] in OFFICES:
        return Said(
            _("%(office)s, session %(number)s", office=OFFICES[found[1]], number=plain_number(int(found[2]))), lang
        )
    return Said(str(OFFICES[code]), lang) if code in OFFICES else Said(code.replace("_", " "), "en")


def body(code: str, groups: Mapping[str, Said], lang: str) -> Said:
    """What a body is called: a group by its own name; one that is not known by its code, as English."""
    if code in groups:
        return groups[code]
    return Said(str(BODIES[code]), lang) if code in BODIES else Said(code.replace("_", " ").title(), "en")


@dataclass(frozen=True)
class Seats:
    """An office of a body and who holds it from when to when, several where their terms are the same."""

    body: str
    office: str
    since: Written | None
    until: Written | None
    holders: tuple[OfficeRecord, ...]


def together(offices: Iterable[OfficeRecord], first: Collection[str] = ()) -> list[Seats]:
    """Offices with their holders; holders of one office for the same term stand together. The bodies that `first`
    names come before the others, in its order, then those of BODIES; otherwise the order is kept."""
    found: dict[tuple, list[OfficeRecord]] = {}
    for one in offices:
        found.setdefault((one.body, one.office, one.since, one.until), []).append(one)
    rank = {code: place for place, code in enumerate((*first, *BODIES))}
    order = sorted(found, key=lambda key: rank.get(key[0], len(rank)))
    return [Seats(*key, tuple(found[key])) for key in order]
