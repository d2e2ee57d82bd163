"""What stands in the desk's menu. Each room says which of its pages do; the desk shows those one may open."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import lazy_gettext as lazy

from .sessions import Signed

# The parts that a campaign's pages are in, in the order of the menu.
TEXTS, SIGNATURES, OUTWARD, MONEY, HOUSE = "texts", "signatures", "outward", "money", "house"
GROUPS = {
    TEXTS: lazy("Texts and translations"),
    SIGNATURES: lazy("Signatures"),
    OUTWARD: lazy("What leaves the house"),
    MONEY: lazy("Gifts and money"),
    HOUSE: lazy("Settings and colleagues"),
}
_ORDER = tuple(GROUPS)


@dataclass(frozen=True)
class Entry:
    """One entry: `label` is lazily translated; `group` (of GROUPS) and `place` order the menu; `campaign` tells pages
    of one campaign from those of the whole site."""

    endpoint: str
    label: object
    action: str
    place: int
    campaign: bool
    group: str


@dataclass(frozen=True)
class Link:
    """An entry as a template shows it."""

    label: str
    url: str
    endpoint: str
    group: str


_entries: dict[str, Entry] = {}


def register(endpoint: str, label, action: str, place: int, campaign: bool = True, group: str = HOUSE) -> None:
    """Have a page stand in the menu for whoever may do `action`."""
    _entries[endpoint] = Entry(endpoint, label, action, place, campaign, group)


def links(staff: Signed, lang: str, campaign: str | None) -> list[Link]:
    """The menu for somebody, on pages of a campaign (its slug) or of the whole site (None)."""
    found = []
    for entry in sorted(_entries.values(), key=lambda e: (_ORDER.index(e.group), e.place)):
        if entry.campaign == (campaign is not None) and staff.may(entry.action, campaign):
            values = {"campaign": campaign} if campaign else {}
            url = url_for(entry.endpoint, lang=lang, **values)
            found.append(Link(str(entry.label), url, entry.endpoint, entry.group))
    return found


def grouped(found: list[Link]) -> list[tuple[str, str, list[Link]]]:
    """The menu by its parts: code, name and links of each that has any."""
    parts = ((code, str(name), [link for link in found if link.group == code]) for code, name in GROUPS.items())
    return [part for part in parts if part[2]]


def address(endpoint: str, lang: str, campaign: str, **values) -> str:
    """Where a page of a campaign's menu stands; the campaign's own page at the desk where no room has registered it."""
    if endpoint not in _entries:
        return url_for("desk.campaign", lang=lang, campaign=campaign)
    return url_for(endpoint, lang=lang, campaign=campaign, **values)
