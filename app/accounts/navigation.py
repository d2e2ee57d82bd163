"""What stands in the desk's menu. Each room says which of its pages do; the desk shows those one may open."""

from dataclasses import dataclass

from flask import url_for

from .sessions import Signed


@dataclass(frozen=True)
class Entry:
    """One entry: `label` is lazily translated; `place` orders the menu; `campaign` tells pages of one campaign from
    those of the whole site."""

    endpoint: str
    label: object
    action: str
    place: int
    campaign: bool


@dataclass(frozen=True)
class Link:
    """An entry as a template shows it."""

    label: str
    url: str
    endpoint: str


_entries: dict[str, Entry] = {}


def register(endpoint: str, label, action: str, place: int, campaign: bool = True) -> None:
    """Have a page stand in the menu for whoever may do `action`."""
    _entries[endpoint] = Entry(endpoint, label, action, place, campaign)


def links(staff: Signed, lang: str, campaign: str | None) -> list[Link]:
    """The menu for somebody, on pages of a campaign (its slug) or of the whole site (None)."""
    found = []
    for entry in sorted(_entries.values(), key=lambda e: e.place):
        if entry.campaign == (campaign is not None) and staff.may(entry.action, campaign):
            values = {"campaign": campaign} if campaign else {}
            found.append(Link(str(entry.label), url_for(entry.endpoint, lang=lang, **values), entry.endpoint))
    return found


def address(endpoint: str, lang: str, campaign: str, **values) -> str:
    """Where a page of a campaign's menu stands; the campaign's own page at the desk where no room has registered it."""
    if endpoint not in _entries:
        return url_for("desk.campaign", lang=lang, campaign=campaign)
    return url_for(endpoint, lang=lang, campaign=campaign, **values)
