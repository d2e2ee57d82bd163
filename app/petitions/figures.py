"""What a petition's page shows of its figures: a curve, bars, and who signed lately."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from app.states import queries as states

from . import charts, queries, signature_queries
from .queries import PetitionView

LATELY = 5


@dataclass(frozen=True)
class AreaFigure:
    """One line of the table by area; `width` is its bar's length, 0 where it is in the table only."""

    name: str
    count: int
    width: int


@dataclass(frozen=True)
class SignerLine:
    """One signature of the public list as a page shows it: a name or none, a place or none, the day, a comment or
    none."""

    name: str | None
    place: str | None
    day: date
    comment: str | None


@dataclass(frozen=True)
class Figures:
    """A petition's figures in one language. `areas` are all that may be published, largest first (people/rules.py)."""

    curve: charts.Curve | None
    areas: list[AreaFigure]
    withdrawn: int
    lately: list[SignerLine]


def figures(petition: PetitionView, today: date) -> Figures:
    """Everything that the page of a petition tells of its signatures besides the count."""
    language, tally = petition.language, queries.tally(petition.petition.id, petition.language)
    lengths = {bar.code: bar.width for bar in charts.bars(tally.by_area)}
    if not petition.is_open:
        today = min(today, petition.end.day)
    by_day = {date.fromisoformat(day): count for day, count in tally.by_day.items()}
    regions, place = states.region_names(language), states.region_of()
    # A region of which no area stands alone is named alone, too.
    partly = {place.get(code) for code in tally.by_area}
    return Figures(
        curve=charts.curve(by_day, petition.petition.opened_on, today),
        areas=[
            AreaFigure(
                _rest_of(regions[code]) if code in partly else tally.names.get(code) or _nowhere(),
                count,
                lengths.get(code, 0),
            )
            for code, count in sorted(tally.by_area.items(), key=lambda item: (-item[1], item[0]))
        ],
        withdrawn=tally.withdrawn,
        lately=lines(signature_queries.signatories(petition.petition.id, limit=LATELY)[0], language),
    )


def _rest_of(region: str) -> str:
    return _("%(region)s: all other countries and areas", region=region)


def _nowhere() -> str:
    return _("Another area, or not said")


def lines(rows: list[signature_queries.SignatoryRow], language: str) -> list[SignerLine]:
    """Rows of the public list with the names of their places in a language."""
    names, regions = states.area_names(language), states.region_names(language)
    return [SignerLine(row.name, names.get(row.area) or regions.get(row.region), row.day, row.comment) for row in rows]
