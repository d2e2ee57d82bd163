"""Where the named organisations under a letter are, and beside each country where its state stands on what the letter
asks for: the ask of the campaign that bears the letter's name."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from app.campaigns import queries as campaigns
from app.campaigns.queries import AskView, CampaignView
from app.kernel import clock
from app.kernel.i18n import plain_number
from app.positions import blocks, queries
from app.positions.drawing import spread
from app.positions.drawing.marks import Drawing
from app.positions.record import Position
from app.states import members

from .queries import LetterView

OTHER = "other"


@dataclass(frozen=True)
class Country:
    """How many organisations of a country are named, and where its state stands: `position` is None where the letter
    has no ask, or the area no state of the campaign's world."""

    code: str
    name: str
    number: int
    is_state: bool
    position: Position | None
    withheld: bool
    disputed: bool


@dataclass(frozen=True)
class Where:
    """The countries of a letter, most first; the ask's slug, its title and the language of it, if it has one; the map,
    if any of them is on it."""

    countries: list[Country]
    ask: tuple[str, str, str] | None = None
    drawing: Drawing | None = None

    @property
    def told(self) -> bool:
        """Whether any state's position stands here."""
        return any(country.position for country in self.countries)


def read(campaign: CampaignView, letter: LetterView, areas: Mapping[str, str]) -> Where:
    """Where the named organisations under a letter are; `areas` are the names of countries in the reader's language."""
    parts = letter.parts("country")
    if not parts:
        return Where([])
    states = members.states(campaign.world)
    ask = ask_of(campaign, letter)
    standing, withheld, disputed = {}, {}, {}
    if ask:
        standing = queries.standing(campaign.id, ask.slug, clock.today())
        withheld, disputed = queries.withheld(campaign.id, ask.slug), queries.disputes(campaign.id)
    countries = []
    for code, number in parts:
        at = standing.get(code)
        name = areas.get(code) or (_("Another area") if code == OTHER else _("Not said"))
        claimed = bool(at and at.evidence in disputed)
        countries.append(Country(code, name, number, code in states, at, code in withheld, claimed))
    countries.sort(key=lambda country: (-country.number, country.name))
    shown = [(one.code, one.number, _said(one)) for one in countries if one.is_state]
    drawing = spread.draw(shown) if shown and not campaign.fictional else None
    return Where(countries, (ask.slug, *blocks.title(ask, letter.language)) if ask else None, drawing)


def ask_of(campaign: CampaignView, letter: LetterView) -> AskView | None:
    """The ask that a letter is for: the one of its name."""
    return next((ask for ask in campaigns.asks(campaign.id) if ask.slug == letter.slug), None)


def _said(country: Country) -> str:
    return _("%(country)s: %(count)s", country=country.name, count=plain_number(country.number))
