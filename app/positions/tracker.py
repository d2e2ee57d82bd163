"""The tracker of an ask, put together from plain records: rows, figures, bars, legend, what the drawings show. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _

from app.states.models import UN_WORLD

from . import record
from . import wording as words
from .asking import Asked
from .drawing import world as atlas
from .drawing.marks import Mark
from .queries import Dispute, Withheld
from .record import POSITIONS, Evidence, Position
from .tallies import Tally

# In the hall sorted by position supporters sit at one end, opponents at the other, and who is not known between them.
BENCHES = (
    record.CHAMPION,
    record.SUPPORT,
    record.PARTIAL,
    record.UNDECIDED,
    record.UNKNOWN,
    record.SCEPTICAL,
    record.OPPOSED,
)


@dataclass(frozen=True)
class Place:
    """A state as the tracker needs it, its words in the reader's language: `order` its rank in that language's
    alphabet, `un_order` in the UN's in English, `groups` the codes of the groups that it is in on the day."""

    code: str
    name: str
    label: str
    order: int
    un_order: int
    member: bool
    region: str
    groups: frozenset[str]
    tile: tuple[int, int] | None
    url: str | None = None


@dataclass(frozen=True)
class Row:
    """A state in the table, with its position and what decided it."""

    place: Place
    standing: Position
    source: Evidence | None
    withheld: Withheld | None
    chosen: bool
    dispute: Dispute | None = None

    @property
    def position(self) -> str:
        """Where the state stands, in words."""
        return str(words.POSITIONS[self.standing.position])

    @property
    def level(self) -> str:
        """On what ground, in words."""
        return _("Withheld") if self.withheld is not None else str(words.LEVELS[self.standing.level])

    @property
    def flags(self) -> list[str]:
        """What should be known about it besides."""
        return words.flags(self.standing.flags)

    @property
    def words(self) -> str:
        """All of it in one line."""
        said = words.standing(self.place.label, self.standing, self.withheld is not None)
        return _("%(standing)s (disputed)", standing=said) if self.dispute else said


@dataclass(frozen=True)
class Key:
    """A line of the legend: a position in the own name or through a group, and how many of the members stand there."""

    position: str
    inferred: bool
    count: int

    @property
    def words(self) -> str:
        """What it stands for."""
        said = str(words.POSITIONS[self.position])
        return _("%(position)s, through a group only", position=said) if self.inferred else said


@dataclass(frozen=True)
class Bar:
    """The way of a set of states to its majorities: `name` in the language `lang`."""

    name: str
    lang: str
    tally: Tally

    @property
    def goals(self) -> list[int]:
        """The counts that are asked for, the lower first."""
        return [reach.needed for reach in self.tally.reaches]


@dataclass(frozen=True)
class Tracker:
    """Where all states stand on an ask as of a day, as one reader asked for it."""

    ask: str
    asked: Asked
    rows: Sequence[Row]
    whole: Tally
    selection: Tally | None
    closed: bool = False
    bars: Sequence[Bar] = ()
    silent: Sequence[str] = ()
    world: str = UN_WORLD
    # By wording of the ask: how many members are for it in their own voice, and through a group.
    variants: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def chosen(self) -> list[Row]:
        """The rows that the filter leaves, in the order asked for."""
        return ordered([row for row in self.rows if row.chosen], self.asked.sort)

    @property
    def empty(self) -> bool:
        """Whether the ask is closed and no state has a position on it: then only its record is left to show."""
        return self.closed and all(row.standing.position == record.UNKNOWN for row in self.rows)

    @property
    def keys(self) -> list[Key]:
        """The legend: every position there is, with those hatched that somebody holds through a group alone."""
        held = [(row.standing.position, row.standing.inferred) for row in self.rows if row.place.member]
        own = [Key(position, False, held.count((position, False))) for position in POSITIONS]
        hatched = [Key(position, True, held.count((position, True))) for position in POSITIONS]
        return own + [key for key in hatched if key.count]

    @property
    def disputed(self) -> list[Row]:
        """The chosen states whose position rests on a claim that a state disputes, by name."""
        return ordered([row for row in self.rows if row.chosen and row.dispute], "name")

    @property
    def claims(self) -> list[tuple[str, Dispute, list[Row]]]:
        """The disputed claims among them: ref, who disputes it, and who stands where they stand by it."""
        found: dict[str, list[Row]] = {}
        for row in self.disputed:
            found.setdefault(row.standing.evidence, []).append(row)
        return [(ref, found[ref][0].dispute, found[ref]) for ref in sorted(found)]

    @property
    def standing(self) -> list[tuple[Key, list[Row]]]:
        """The chosen states by position and ground, in the order of their names."""
        found: dict[tuple[str, bool], list[Row]] = {}
        for row in ordered([row for row in self.rows if row.chosen], "name"):
            found.setdefault((row.standing.position, row.standing.inferred), []).append(row)
        order = sorted(found, key=lambda look: (POSITIONS.index(look[0]), look[1]))
        return [(Key(*look, len(found[look])), found[look]) for look in order]

    @property
    def small(self) -> list[Row]:
        """The chosen states that the map shows as a circle, by name."""
        codes = atlas.small_states()
        return ordered([row for row in self.rows if row.chosen and row.place.code in codes], "name")

    def marks(self, linked: bool) -> list[Mark]:
        """What a drawing shows, in the order of the hall; with links to the states' pages if `linked`."""
        return [
            Mark(
                code=row.place.code,
                words=row.words,
                position=row.standing.position,
                inferred=row.standing.inferred,
                url=row.place.url if linked else None,
                within=row.place.groups,
                dimmed=not row.chosen,
                member=row.place.member,
                disputed=row.dispute is not None,
            )
            for row in self._seated()
        ]

    def _seated(self) -> list[Row]:
        alphabet = sorted(self.rows, key=lambda row: (row.place.un_order, row.place.code))
        if self.asked.sort.lstrip("-") != "position":
            return alphabet
        return sorted(alphabet, key=lambda row: _bench(row.standing), reverse=self.asked.sort.startswith("-"))


def _bench(standing: Position) -> tuple[int, int]:
    place = BENCHES.index(standing.position)
    # Towards the middle sits who is there through a group alone.
    return place, -standing.inferred if place > BENCHES.index(record.UNKNOWN) else standing.inferred


def ordered(rows: Sequence[Row], sort: str) -> list[Row]:
    """Rows as a column sorts them, with a minus before it the other way round; equals by name, and whoever has no
    evidence last under either order of days."""
    column, backwards = sort.lstrip("-") or "name", sort.startswith("-")
    by_name = sorted(rows, key=lambda row: row.place.order)
    keys = {
        "name": lambda row: row.place.order,
        "position": lambda row: (POSITIONS.index(row.standing.position), row.standing.inferred),
        "level": lambda row: record.LEVELS.index(row.standing.level),
        "date": lambda row: row.source.date if row.source else date.min,
    }
    found = sorted(by_name, key=keys[column], reverse=backwards)
    return sorted(found, key=lambda row: row.source is None) if column == "date" else found


def matches(place: Place, standing: Position, asked: Asked) -> bool:
    """Whether a state is among those asked for."""
    return (
        (not asked.group or asked.group in place.groups)
        and (not asked.region or asked.region == place.region)
        and (not asked.basis or asked.basis == standing.level)
        and (not asked.position or asked.position == standing.position)
    )
