"""What stands in a handover document, in its order and in its language: what both forms of it are drawn from.

Needs an app's context, for the words of the interface.
"""

from dataclasses import dataclass, field

from babel import Locale
from flask_babel import force_locale
from flask_babel import gettext as _

from app.kernel import i18n

from . import names, showing, words
from .records import DRAFT, OFFICIAL, REVIEWED, Figures, Handover, Signatory


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list: the name as it is shown, whether it reads from the right, its language where it is another
    than the document's, words on it (status or country, acronym), the name in the document's language or "", the person
    or ""."""

    name: str
    rtl: bool
    language: str
    notes: tuple[str, ...]
    other: str
    person: str


@dataclass(frozen=True, slots=True)
class Group:
    """A country's entries and the line below them; or a region, whose groups are its countries."""

    name: str
    entries: tuple[Entry, ...] = ()
    more: str = ""
    groups: tuple["Group", ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table of figures: what it shows, its two columns, and rows of a name and a number. `summed`: the last row is
    a sum."""

    caption: str
    columns: tuple[str, str]
    rows: tuple[tuple[str, str], ...]
    summed: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the document with its heading, sentences, groups and tables."""

    title: str
    notes: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    tables: tuple[Table, ...] = ()
    size: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. `facts` and `origin` are pairs of a label and what it says; `own` is the section of the
    addressee's country."""

    language: str
    rtl: bool
    kind: str
    campaign: str
    title: str
    addressed: tuple[str, ...]
    addressees: str
    day: str
    facts: tuple[tuple[str, str], ...]
    standing: str
    check: str
    url: str
    body: tuple
    origin_title: str
    origin: tuple[tuple[str, str], ...]
    own: Section | None
    sections: tuple[Section, ...] = field(default=())
    mark: str = ""
    footer: str = ""
    page: str = ""
    code: str = ""


def document(handover: Handover) -> Document:
    """Everything that a document says, in the language of its text. Raises ValueError where the records name somebody
    whom no view names: they did not come from `showing`."""
    showing.check(handover)
    text, rtl = handover.text, _rtl(handover)
    with force_locale(text.language):
        version = _("Version %(version)s of %(day)s", version=_number(text.version), day=_day(text.day, text.language))
        return Document(
            language=text.language,
            rtl=rtl,
            kind=_("Sign-on letter"),
            campaign=handover.letter.campaign,
            title=text.title,
            addressed=_addressed(handover),
            addressees=handover.letter.addressees,
            day=_day(handover.made_on, text.language),
            facts=_facts(handover.figures),
            standing=_standing(handover),
            check=_("Check this document, and who stands behind the letter today:"),
            url=handover.url,
            body=tuple(text.paragraphs),
            origin_title=_("About this text"),
            origin=_origin(handover),
            own=_own(handover),
            sections=_sections(handover),
            mark=_("Not for publication: this copy has names that are not public.") if handover.full else "",
            footer=f"{version} · {isolate(text.digest[:12], rtl)}",
            page=_("Page %(page)s of %(pages)s", page=isolate("{page}", rtl), pages=isolate("{pages}", rtl)),
            code=_("Code that leads to the page on which this document can be checked"),
        )


def _rtl(handover: Handover) -> bool:
    return handover.text.direction == "rtl"


def _addressed(handover: Handover) -> tuple[str, ...]:
    to = handover.addressee
    lines = (to.name, *to.lines) if to else ()
    return tuple(isolate(names.drawn(line), _rtl(handover)) for line in lines if line.strip())


def _facts(told: Figures) -> tuple[tuple[str, str], ...]:
    lines = [
        (_("Signatories, at least") if told.at_least else _("Signatories"), told.total),
        (_("Organisations named"), told.organisations),
        (_("People named"), told.people),
        (
            _("Counted and not named, at least") if told.at_least else _("Counted and not named"),
            told.by_area + told.counted,
        ),
        (_("Countries and areas"), sum(1 for tally in told.by_country if tally.place)),
    ]
    return tuple((label, _number(number)) for label, number in lines if number)


def _standing(handover: Handover) -> str:
    if handover.text.language == handover.letter.negotiated or handover.text.state == OFFICIAL:
        return ""
    if handover.text.state == REVIEWED:
        return _("A reviewed translation. What was agreed is the text in the negotiated language.")
    return _("A draft translation. What was agreed is the text in the negotiated language.")


def _origin(handover: Handover) -> tuple[tuple[str, str], ...]:
    text = handover.text
    state = {DRAFT: _("draft"), REVIEWED: _("reviewed"), OFFICIAL: _("official")}[text.state]
    agreed = text.language == handover.letter.negotiated
    spoken = _language(text.language, text.language)
    return (
        (_("Version"), _number(text.version)),
        (_("Date"), _day(text.day, text.language)),
        (_("Language"), spoken if agreed else _("%(language)s, %(state)s", language=spoken, state=state)),
        (_("Negotiated language"), _language(handover.letter.negotiated, text.language)),
        (_("Length in words"), _number(words.length(text))),
        (_("Digital fingerprint (SHA-256)"), isolate(text.digest, _rtl(handover))),
    )


def _language(code: str, reader: str) -> str:
    said = Locale.parse(reader).languages.get(code) or code
    return said[:1].upper() + said[1:]


def _own(handover: Handover) -> Section | None:
    to = handover.addressee
    if not handover.country_first or to is None or not to.iso3:
        return None
    of_it = [one for one in handover.signatories if one.iso3 == to.iso3 and not one.individual]
    if not of_it:
        return None
    entries = _entries(of_it, handover.text.language)
    title = _("Organisations from %(country)s", country=isolate(of_it[0].country, _rtl(handover)))
    return Section(title, groups=(Group("", entries),), size=len(entries))


def _sections(handover: Handover) -> tuple[Section, ...]:
    language = handover.text.language
    organisations = [one for one in handover.signatories if not one.individual]
    people = [one for one in handover.signatories if one.individual]
    found = [_list_of(handover, organisations)]
    if people:
        entries = _entries(people, language, country=True)
        found.append(Section(_("People who signed"), groups=(Group("", entries),), size=len(entries)))
    return (*found, _annex(handover.figures))


def _list_of(handover: Handover, organisations: list[Signatory]) -> Section:
    language = handover.text.language
    regions: dict[str, dict[str, list[Signatory]]] = {}
    for one in organisations:
        regions.setdefault(one.region, {}).setdefault(one.country, []).append(one)
    cells = {(cell.region, cell.country): cell.number for cell in handover.unnamed if cell.number}
    for region, country in cells:
        places = regions.setdefault(region, {})
        if country:
            places.setdefault(country, [])
    groups = tuple(
        Group(
            region or _("Elsewhere, or not said"),
            more=_more(cells.get((region, ""), 0)),
            groups=tuple(
                Group(
                    country or _("Elsewhere, or not said"),
                    _entries(of_it, language),
                    _more(cells.get((region, country), 0) if country else 0),
                )
                for country, of_it in places.items()
            ),
        )
        for region, places in sorted(regions.items(), key=lambda item: not item[0])
    )
    return Section(_("Signatories"), _notes(organisations, handover), groups, size=len(organisations))


def _notes(organisations: list[Signatory], handover: Handover) -> tuple[str, ...]:
    notes = []
    if not handover.figures.total and handover.unnamed_told:
        notes.append(_("Nobody has signed this letter yet."))
    elif not organisations:
        notes.append(_("No organisation is named."))
    if any(one.ecosoc in ("general", "special", "roster") for one in organisations):
        notes.append(
            _("After a name: consultative status with the Economic and Social Council (general, special or roster).")
        )
    if not handover.unnamed_told:
        notes.append(_("Only those who are named are counted here: it is not told under which version others stand."))
    if handover.figures.by_area or handover.figures.counted:
        notes.append(_("Those who are not named are told in tens, rounded down, so that nobody can be found out."))
    if handover.figures.counted:
        notes.append(_("Some signatories are counted only: they stand in the total and in no country's line."))
    if any(not names.drawable(names.clean(one.name)) for one in organisations):
        notes.append(_("A name in a script that this document cannot show stands here in another language or script."))
    return tuple(notes)


def _more(number: int) -> str:
    return _("Not named: %(number)s", number=_number(number)) if number else ""


def _entries(signatories: list[Signatory], language: str, country: bool = False) -> tuple[Entry, ...]:
    status = {"general": _("general"), "special": _("special"), "roster": _("roster")}
    made = (_entry(one, language, one.country if country else status.get(one.ecosoc, "")) for one in signatories)
    return tuple(sorted(made, key=lambda entry: names.order(entry.name)))


def _entry(one: Signatory, language: str, note: str) -> Entry:
    name, spoken, other = names.shown(one, language)
    acronym = names.drawn(one.acronym)
    turned = names.rtl(name)
    if acronym.casefold() in name.casefold():
        acronym = ""
    if acronym and names.rtl(acronym) == turned:
        name, acronym = f"{name} ({acronym})", ""
    notes = tuple(part for part in (note, acronym) if part)
    person = ", ".join(names.drawn(part) for part in (one.person, one.title) if part.strip())
    return Entry(name, turned, "" if spoken == language else spoken, notes, other, person)


def _annex(told: Figures) -> Section:
    visibility = (
        (_("Organisations named"), told.organisations),
        (_("People named"), told.people),
        (_("Told by country or region only"), told.by_area),
        (_("Counted, not named"), told.counted),
    )
    rows = tuple((label, _number(number)) for label, number in visibility if number)
    rows = (*rows, (_("Total"), _number(told.total)))
    tables = [Table(_("How signatories are shown"), (_("Shown"), _("Signatories")), rows, summed=True)]
    for caption, place, tallies in (
        (_("By region"), _("Region"), told.by_region),
        (_("By country or area"), _("Country or area"), told.by_country),
    ):
        if tallies:
            rows = tuple((tally.place or _("Elsewhere, or not said"), _number(tally.total)) for tally in tallies)
            tables.append(Table(caption, (place, _("Signatories")), rows))
    notes = (_("The numbers of those who are not named are rounded down to tens."),) if told.at_least else ()
    return Section(_("Annex: figures"), notes, tables=tuple(tables))


def _number(number: int) -> str:
    return i18n.plain_number(number)


def _day(day, language: str) -> str:
    return i18n.isolated(i18n.format_day(day, language), language)


def isolate(text: str, rtl: bool) -> str:
    """The text as a piece whose direction is its own (UAX #9, 2.7), where the line's may be another one."""
    return f"\u2068{text}\u2069" if rtl or names.rtl(text) else text
