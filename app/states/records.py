"""States, groups, periods and offices as pages read them: plain, whole, and the same for every reader."""

from dataclasses import dataclass
from datetime import date

from app.kernel.i18n import FALLBACK
from app.states.group_rules import first_day, split
from app.states.models import UN_WORLD


@dataclass(frozen=True, slots=True)
class Said:
    """A name and the language that it is in: English where none was found in the reader's."""

    text: str
    lang: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class StateRecord:
    """A state. `orders[lang]` is its rank in that language's alphabetical order; `tile` its (column, row) in the grid.
    `regional_group` is the one it is counted in for elections; None for observers and in a fictional world."""

    iso3: str
    world: str
    membership: str
    names: dict[str, str]
    labels: dict[str, str]
    articles: dict[str, str]
    orders: dict[str, int]
    un_order: int | None
    tile: tuple[int, int] | None
    regional_group: str | None
    region: str | None
    admitted: int | None
    iso2: str | None
    m49: str | None
    ldc: bool
    sids: bool
    lldc: bool
    name_source: str
    names_edited: bool

    @property
    def member(self) -> bool:
        """Whether it is one of the 193, or a member in its fictional world; else it is an observer."""
        return self.membership == "member"

    @property
    def fictional(self) -> bool:
        """Whether it is made up."""
        return self.world != UN_WORLD


@dataclass(frozen=True)
class GroupRecord:
    """A group. `names` and `name_sources` have the languages in which a name was found; English is always there.
    `binds` is yes, named or no; `outside_un` the members that are no states of the UN."""

    code: str
    world: str
    names: dict[str, str]
    name_sources: dict[str, str]
    official_name_en: str
    kind: str
    binds: str
    stated_count: int | None
    outside_un: tuple[str, ...]
    as_of: str
    source: str
    note: str
    edited: bool

    def name(self, lang: str) -> Said:
        """What it is called in a language, or else in English. Raises nothing."""
        return Said(self.names[lang], lang) if lang in self.names else Said(self.names[FALLBACK], FALLBACK)


@dataclass(frozen=True)
class Written:
    """A date as it was written, a year, a month or a day; and its first day."""

    text: str

    @property
    def day(self) -> date:
        """The day that is reckoned with."""
        return first_day(self.text)

    @property
    def precision(self) -> str:
        """How exact it is: day, month or year."""
        return {4: "year", 7: "month"}.get(len(self.text), "day")

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Period:
    """One period of a state in a group, with what is known about it. The days are those that are reckoned with."""

    id: int
    group: str
    state: str
    status: str
    joined: date | None
    left: date | None
    suspended_from: date | None
    suspended_to: date | None
    joined_written: str | None
    left_written: str | None
    suspended_from_written: str | None
    suspended_to_written: str | None
    joined_known: bool
    confidence: str
    sources: str
    note: str
    edited: bool

    @property
    def uncertain(self) -> bool:
        """Whether a reader should be told that this is not sure: low confidence, or from somebody's memory."""
        return self.confidence == "low" or "memory" in split(self.sources) or "memory" in self.note


@dataclass(frozen=True)
class Standing:
    """What a state is in a group on a day: member, associated or observer; whether it is suspended; by which period."""

    status: str
    suspended: bool
    period: Period


@dataclass(frozen=True)
class OfficeRecord:
    """An office, who holds it and from when to when. `body` is a group's code or a body of the UN."""

    id: int
    office: str
    body: str
    holder: str | None
    person: str
    since: Written | None
    until: Written | None
    source: str
    confidence: str
    note: str
    edited: bool

    @property
    def uncertain(self) -> bool:
        """As of a Period."""
        return self.confidence == "low" or "memory" in split(self.source) or "memory" in self.note


@dataclass(frozen=True)
class SourceRecord:
    """A source to show: its words, and its address where it has one."""

    title: str
    url: str | None
    place: str = ""
    note: str = ""
