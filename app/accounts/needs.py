"""What needs somebody today. Each room says it of its own work; the desk's first page puts it together.

    needs.register("petitions.held", "signatures.see", held, urgency=20)

    def held(campaign, staff):      # campaign: a slug, or None for all campaigns at once
        rows = queries.held(campaign)                   # one statement, whatever the number of campaigns
        return [needs.Need(text, url, row.count, row.since, row.slug) for row in rows]

A room is asked once a page, never once a campaign: with None it answers for every campaign and says in each need which
one it is of. Whatever its reader may not do is left out here, so a room need not look; it may, to answer for somebody's
languages or networks alone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from app.kernel import i18n

from . import navigation
from .roles import ACTIONS, CAMPAIGN
from .sessions import Signed

_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Need:
    """One thing that needs somebody: `text` says it with its number, in the reader's language; `url` leads to where it
    is done; `since` is when the oldest of it came. `campaign` is a slug, or None where it is of the whole site."""

    text: str
    url: str
    count: int
    since: datetime | None = None
    campaign: str | None = None


Ask = Callable[[str | None, Signed], list[Need]]


@dataclass(frozen=True)
class _Entry:
    action: str
    ask: Ask
    urgency: int


_entries: dict[str, _Entry] = {}


def register(name: str, action: str, ask: Ask, urgency: int = 50) -> None:
    """Have `ask` answer for a kind of need, to whoever may do `action` about it. The lower `urgency`, the sooner.

    An action that belongs to no campaign (roles.ACTIONS) is asked about on the first page only. Raises KeyError for an
    action that is not in the table.
    """
    ACTIONS[action]
    _entries[name] = _Entry(action, ask, urgency)


def counted(found: Iterable, words: Callable[[int], str], endpoint: str, **values: str) -> list[Need]:
    """A need for each campaign of `found` (slug, number, since): in `words` for its number, with the page of the desk
    for it."""
    lang = i18n.current_language()
    return [
        Need(words(number), navigation.address(endpoint, lang, slug, **values), number, since, slug)
        for slug, number, since in found
    ]


def of(staff: Signed, campaign: str | None = None) -> list[Need]:
    """What needs somebody now, in one campaign or, with None, everywhere: the most urgent first, the oldest of equals
    first, and nothing that its reader may not see to."""
    found: list[tuple[int, Need]] = []
    for entry in _entries.values():
        if not _asked(entry, staff, campaign):
            continue
        for need in entry.ask(campaign, staff):
            if need.count and staff.may(entry.action, need.campaign):
                found.append((entry.urgency, need))
    found.sort(key=lambda pair: (pair[0], pair[1].since or _LATEST))
    return [need for _, need in found]


def _asked(entry: _Entry, staff: Signed, campaign: str | None) -> bool:
    if campaign is not None:
        return ACTIONS[entry.action].scope == CAMPAIGN and staff.may(entry.action, campaign)
    return any(role.name in ACTIONS[entry.action].roles for role in staff.roles)
