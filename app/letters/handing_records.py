"""What a document of a letter is made of, read from the database: the safe copy from the public list alone.

Of who is not named it knows what the letter's page tells (unnamed.py), and nothing else: no sealed signatory is opened
for a safe copy. A full one opens those alone who chose to be public, now or from the handover on.
"""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select

from app.campaigns import markdown, typesetting
from app.campaigns import queries as campaigns
from app.kernel import i18n
from app.kernel.db import db
from app.states import queries as states

from . import queries, rules, texts
from .handover import records, showing, words
from .handover.records import Addressee, Figures, Handover, LetterText, Unnamed
from .handover.records import Signatory as Named
from .handover_models import HandoverFile
from .list_models import Line
from .models import INDIVIDUAL, ORGANISATION, PUBLIC, ROLLS, Letter, Signatory
from .models import LetterText as Text
from .queries import LetterView
from .record import Record, opened
from .rules import in_tens

BATCH = 1000


class NoText(LookupError):
    """The version has no text in this language."""


def handover(file: HandoverFile, day: date) -> Handover:
    """The records of a document as it was asked for, gone over by its view. Raises NoText."""
    letter = db.session.get_one(Letter, file.letter_id)
    view = queries.letter_view(letter.slug, file.language, version=file.version)
    if view is None or view.words.language != file.language:
        raise NoText(file.id)
    named = tuple(sorted(_signed(view, file.is_full), key=_in_order(file.language)))
    told = unnamed_are_told(view)
    unnamed = tuple(_unnamed(view)) if told else ()
    made = Handover(
        letter=records.Letter(_campaign(view), view.words.addressees, letter.negotiated),
        text=_text(view),
        addressee=_addressee(file),
        signatories=named,
        unnamed=unnamed,
        figures=_figures(view, unnamed, named) if told else records.figures((), ()),
        url=i18n.site_url("letters.verify", lang=file.language, campaign=view.campaign, letter=letter.slug),
        made_on=day,
        country_first=file.country_first,
        unnamed_told=told,
    )
    return showing.full(made) if file.is_full else showing.safe(made)


def unnamed_are_told(view: LetterView) -> bool:
    """Whether those who are not named can be told in a document of this version: under which one they stand is told
    nowhere, so only while all stand under the same."""
    return all(rules.stands_under(view.editions, one.number) == view.words.version for one in view.editions)


def standing(view: LetterView) -> dict[int, int]:
    """How many named signatories stand under each version that can be handed over, newest first; the open one is one
    of them."""
    return {view.letter.version: 0, **dict(view.under)}


def lengths(letter: Letter, version: int) -> dict[str, int]:
    """The words of a version's text in each language it has, in the usual order."""
    held = texts.held(letter, version)
    found = {}
    for code in (code for code in i18n.CODES if code in held):
        lines = words.plain(_tree(held[code].body, code))
        found[code] = words.count(" ".join((held[code].title, *lines)), code)
    return found


def _tree(body: str, language: str) -> tuple:
    # Where a link leads is not on paper.
    html = markdown.render(body, lambda kind, slug: "/", language=language)
    return tuple(typesetting.nodes(str(html), language))


def _text(view: LetterView) -> LetterText:
    said: Text = view.words
    day = next(one.published_at.date() for one in view.versions if one.number == said.version)
    tree, direction = _tree(said.body, said.language), i18n.BY_CODE[said.language].dir
    return LetterText(said.language, direction, said.title, tree, said.version, day, said.digest.hex(), said.state)


def _campaign(view: LetterView) -> str:
    return dict(campaigns.names(view.language)).get(view.campaign, view.campaign)


def _addressee(file: HandoverFile) -> Addressee | None:
    lines = [line.strip() for line in file.address.splitlines() if line.strip()]
    return Addressee(lines[0], tuple(lines[1:]), file.language, file.state or "") if lines else None


def _rolls(view: LetterView) -> tuple[str, ...]:
    """The lists that the letter's page tells of."""
    return ROLLS if view.letter.individuals else (ORGANISATION,)


def _signed(view: LetterView, full: bool) -> Iterator[Named]:
    """Who is named under this version: of the public list, or for a full copy of all who chose to be public."""
    mine = [one.number for one in view.editions if rules.stands_under(view.editions, one.number) == view.words.version]
    return _to_be_named(view, mine) if full else _listed(view, mine)


def _listed(view: LetterView, versions: list[int]) -> Iterator[Named]:
    columns = (Line.roll, Line.name, Line.person, Line.title, Line.names, Line.acronym, Line.country, Line.ecosoc)
    which = (Line.letter_id == view.letter.id, Line.roll.in_(_rolls(view)), Line.version.in_(versions))
    places = _Places(view.language)
    rows = select(*columns, Line.language).where(*which)
    for row in db.session.execute(rows.execution_options(yield_per=BATCH)):
        individual = row.roll == INDIVIDUAL
        # Beside a person's name the list shows what they are; beside an organisation's it shows nobody.
        shown = {"title": row.title or "", "person_public": True} if individual else {}
        yield Named(
            name=row.person if individual else row.name,
            language=row.language,
            names=row.names or {},
            acronym=row.acronym or "",
            ecosoc=row.ecosoc,
            individual=individual,
            **places.of(row.country),
            **shown,
        )


def _to_be_named(view: LetterView, versions: list[int]) -> Iterator[Named]:
    which = (
        Signatory.letter_id == view.letter.id,
        Signatory.state == "counted",
        Signatory.visibility == PUBLIC,
        Signatory.roll.in_(_rolls(view)),
        Signatory.version.in_(versions),
    )
    places = _Places(view.language)
    rows = select(Signatory.roll, Signatory.delayed, Signatory.sealed).where(*which)
    for row in db.session.execute(rows.execution_options(yield_per=BATCH)):
        said = opened(row.sealed)
        if said.restricted:
            if row.roll == INDIVIDUAL:
                continue
            said = said.without_person()
        waits = row.delayed and view.letter.handed_over_on is None
        yield _of_record(said, row.roll, waits, places)


def _of_record(said: Record, roll: str, waits: bool, places: "_Places") -> Named:
    individual = roll == INDIVIDUAL
    return Named(
        name=said.named(roll),
        language=said.text_language if individual else said.name_language or said.text_language,
        names={} if individual else said.names,
        acronym="" if individual else said.acronym,
        ecosoc="none" if individual else said.ecosoc,
        person="" if individual else said.person,
        title=said.title,
        individual=individual,
        delayed=waits,
        **places.of(said.country),
    )


class _Places:
    """Countries and regions as a document in one language calls them."""

    def __init__(self, language: str):
        self.areas, self.regions = states.area_names(language), states.region_names(language)
        self._region_of = states.region_of()

    def of(self, country: str) -> dict[str, str]:
        """Code, name and region's name of a country; empty where it is none."""
        if country not in self.areas:
            return {"iso3": "", "country": "", "region": ""}
        region = self.regions.get(self._region_of.get(country) or "", "")
        return {"iso3": country, "country": self.areas[country], "region": region}


def _in_order(language: str):
    """The order of a list: by region, then by country as the language sorts."""
    regions = {name: place for place, name in enumerate(states.region_names(language).values())}
    countries = {name: place for place, name in enumerate(states.area_names(language).values())}
    return lambda one: (regions.get(one.region, len(regions)), countries.get(one.country, len(countries)))


def _unnamed(view: LetterView) -> Iterator[Unnamed]:
    """What the letter's page tells of countries and regions."""
    places = _Places(view.language)
    for code, number in view.told.get("areas", {}).items():
        place = places.of(code)
        yield Unnamed(place["region"], place["country"], number)
    for code, number in view.told.get("regions", {}).items():
        yield Unnamed(places.regions.get(code, ""), "", number)


def _figures(view: LetterView, unnamed: tuple[Unnamed, ...], named: tuple[Named, ...]) -> Figures:
    """What the page tells of who is not named, parted into who is told by place and the rest. Whoever a full copy names
    besides is not counted a second time; the rest stays in tens."""
    besides = sum(view.unnamed(roll) for roll in _rolls(view))
    by_area = min(sum(cell.number for cell in unnamed), view.unnamed(ORGANISATION))
    waiting = sum(one.delayed for one in named)
    return records.figures((), (), by_area=by_area, counted=in_tens(max(besides - by_area - waiting, 0)))
