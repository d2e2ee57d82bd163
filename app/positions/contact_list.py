"""The desk's list of states: who looks after each, what comes next, what we were told beside the public position."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.campaigns.models import Campaign
from app.kernel import listing
from app.states import members

from . import contact_queries, contact_rules, queries
from .contact_queries import NOBODY, Noted, Work
from .record import UNKNOWN, Position

SIZE = 50


@dataclass(frozen=True)
class Line:
    """A state of the list. `position` is public, `told` is not; the two are never mixed."""

    code: str
    name: str
    work: Work
    last_contact: date | None
    position: Position
    told: Noted | None

    @property
    def differs(self) -> bool:
        """Whether there is a reading on another side than the public position."""
        return self.told is not None and contact_rules.differs(self.told.row.act, self.position.position)


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to: an `owner` (mine, some, none), steps that are `due`, readings (`told`: some, none,
    differs), and letters of the state's name."""

    owner: str = ""
    due: bool = False
    told: str = ""
    name: str = ""

    @property
    def active(self) -> bool:
        """Whether it narrows anything."""
        return bool(self.owner or self.due or self.told or self.name)

    def fits(self, line: Line, me: int, today: date) -> bool:
        """Whether a state of the list is wanted, by the colleague who asks."""
        return (
            (self.owner != "mine" or line.work.owner_staff == me)
            and (self.owner != "some" or line.work.owner is not None)
            and (self.owner != "none" or line.work.owner is None)
            and (not self.due or (line.work.next_on is not None and line.work.next_on <= today))
            and (self.told != "some" or line.told is not None)
            and (self.told != "none" or line.told is None)
            and (self.told != "differs" or line.differs)
            and self.name.casefold() in f"{line.name} {line.code}".casefold()
        )


def lines(campaign: Campaign, ask: str, lang: str, today: date) -> list[Line]:
    """Every state of the campaign's world in the alphabetical order of a language, as it stands on an ask."""
    works = contact_queries.works(campaign.id)
    last = contact_queries.last_contacts(campaign.id)
    standing: Mapping[str, Position] = queries.standing(campaign.id, ask, today)
    told = contact_queries.latest(campaign.id, ask, today)
    return [
        Line(
            state.iso3,
            state.names[lang],
            works.get(state.iso3, NOBODY),
            last.get(state.iso3),
            standing.get(state.iso3) or Position(state.iso3, ask, today, UNKNOWN),
            told.get(state.iso3),
        )
        for state in members.in_order(lang, campaign.world)
    ]


def part(found: list[Line], order: list[str], cursor: str | None) -> listing.Part:
    """One page of the states that are wanted. A cursor is a direction and the code of the state at the edge, and stays
    right when states come and go; `order` holds the codes of all. Raises listing.WrongCursor."""
    if not cursor:
        rows, before, more = found[:SIZE], False, len(found) > SIZE
    else:
        direction, code = cursor[:1], cursor[1:]
        if direction not in "<>" or code not in order:
            raise listing.WrongCursor(cursor)
        place = {one: number for number, one in enumerate(order)}
        edge = place[code]
        if direction == ">":
            rest = [line for line in found if place[line.code] > edge]
            rows, more, before = rest[:SIZE], len(rest) > SIZE, len(rest) < len(found)
        else:
            rest = [line for line in found if place[line.code] < edge]
            rows, before, more = rest[-SIZE:], len(rest) > SIZE, len(rest) < len(found)
    return listing.Part(
        rows,
        f">{rows[-1].code}" if rows and more else None,
        f"<{rows[0].code}" if rows and before else None,
    )
