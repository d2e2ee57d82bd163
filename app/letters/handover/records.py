"""What a handover document is made of. A renderer is given records made by `showing`, and draws all they hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

# What a text's state is called in the records.
DRAFT, REVIEWED, OFFICIAL = "draft", "reviewed", "official"
# How a signatory wants to be seen.
PUBLIC, AREA, COUNTED = "public", "area", "counted"
# Consultative status with the Economic and Social Council.
ECOSOC = ("none", "roster", "special", "general", "applied")


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whose copy this is: a mission, with its address as it stands on an envelope; the state's iso3 or ""."""

    name: str
    lines: tuple[str, ...]
    language: str
    iso3: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What holds for every text of a letter: the campaign's name, to whom it is written, in which language it was
    agreed."""

    campaign: str
    addressees: str
    negotiated: str


@dataclass(frozen=True, slots=True)
class LetterText:
    """One text at its version. `paragraphs` is the tree that `campaigns.typesetting.nodes` makes of the sanitised HTML,
    `digest` the hexadecimal SHA-256 of the canonical text."""

    language: str
    direction: str
    title: str
    paragraphs: tuple
    version: int
    day: date
    digest: str
    state: str


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signed: the name as signed with its language, and by language what else it is called; the UN's short name of
    the country and the name of the region in the document's language; person and title, or "".

    `individual`: a person who signed for themselves, whose name is `name`. `delayed`: not to be named before the
    handover. `person_public`: the person agreed to stand beside their organisation's name.
    """

    name: str
    language: str
    iso3: str
    country: str
    region: str
    names: Mapping[str, str] = field(default_factory=dict)
    acronym: str = ""
    ecosoc: str = "none"
    person: str = ""
    title: str = ""
    individual: bool = False
    visibility: str = PUBLIC
    delayed: bool = False
    person_public: bool = False


@dataclass(frozen=True, slots=True)
class Unnamed:
    """How many signed from a country, or from elsewhere in a region (country ""), and are not named; with neither, from
    anywhere else. The small-cell rule has been over these numbers already."""

    region: str
    country: str
    number: int


@dataclass(frozen=True, slots=True)
class Tally:
    """A line of figures: who is named of a place's organisations and people, and how many are not."""

    place: str
    organisations: int
    people: int
    unnamed: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.organisations + self.people + self.unnamed


@dataclass(frozen=True, slots=True)
class Figures:
    """How many stand behind the letter: named, told by country or region only, counted only; by region and country.

    `counted` has those in it who are to be named at the handover. `at_least`: the numbers of the unnamed are rounded
    down to tens.
    """

    organisations: int
    people: int
    by_area: int
    counted: int
    by_region: tuple[Tally, ...]
    by_country: tuple[Tally, ...]
    at_least: bool = False

    @property
    def total(self) -> int:
        """All of them."""
        return self.organisations + self.people + self.by_area + self.counted


@dataclass(frozen=True, slots=True)
class Handover:
    """Everything that one document says. Regions and countries stand in the order in which the signatories bring them.

    `full` marks a document with names that are not public. `country_first` puts the organisations of the addressee's
    country before the letter. `url` is the page on which it can be checked. `unnamed_told` is false where those who are
    not named are left out of the figures.
    """

    letter: Letter
    text: LetterText
    addressee: Addressee | None
    signatories: tuple[Signatory, ...]
    unnamed: tuple[Unnamed, ...]
    figures: Figures
    url: str
    made_on: date
    full: bool = False
    country_first: bool = False
    unnamed_told: bool = True


def figures(
    signatories: tuple[Signatory, ...],
    unnamed: tuple[Unnamed, ...],
    *,
    by_area: int | None = None,
    counted: int = 0,
    at_least: bool = False,
) -> Figures:
    """The figures of a list and of the numbers that may be told beside it, and of nothing else: no line says more of a
    place than the list and its cell do. `by_area` is the sum of the cells, where it is not given."""
    regions: dict[str, list[int]] = {}
    countries: dict[str, list[int]] = {}
    for one in signatories:
        for table, place in ((regions, one.region), (countries, one.country)):
            table.setdefault(place, [0, 0, 0])[1 if one.individual else 0] += 1
    for cell in unnamed:
        regions.setdefault(cell.region, [0, 0, 0])[2] += cell.number
        if cell.country:
            countries.setdefault(cell.country, [0, 0, 0])[2] += cell.number
    people = sum(one.individual for one in signatories)
    return Figures(
        organisations=len(signatories) - people,
        people=people,
        by_area=sum(cell.number for cell in unnamed) if by_area is None else by_area,
        counted=counted,
        by_region=tuple(Tally(place, *numbers) for place, numbers in regions.items()),
        by_country=tuple(Tally(place, *numbers) for place, numbers in countries.items()),
        at_least=at_least,
    )
