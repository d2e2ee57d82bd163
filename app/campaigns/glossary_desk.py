"""The glossary's pages: search, add, edit, remove; and as CSV, out and in."""

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_babel import ngettext

from app.accounts import guard, navigation
from app.kernel import clock, http, i18n
from app.kernel.listing import WrongCursor

from . import glossary as rules
from . import glossary_book, translating
from .models import Campaign
from .translate_desk import my_languages, open_campaign

glossary = Blueprint("glossary", __name__, template_folder="templates")
navigation.register("glossary.index", lazy("Glossary"), "glossary.edit", 44, group=navigation.TEXTS)

WHY = {
    "not-text": lazy("The file is no CSV table in UTF-8."),
    "no-term": lazy("Row %(row)s has no term. The first row names the columns, one of which is “term”."),
    "unknown-column": lazy("There is no column “%(cell)s”. Columns are term, note, fr, “fr forbidden” and so on."),
    "twice": lazy("Row %(row)s: “%(cell)s” stands twice."),
    "too-long": lazy("Row %(row)s: “%(cell)s” is too long."),
    "too-many": lazy("The table has more than %(most)s rows."),
}


@glossary.get("/<language:lang>/desk/<campaign>/glossary")
@guard.staff("glossary.edit")
def index(lang: str, campaign: str):
    """The terms, by letter."""
    return _page(open_campaign(campaign))


def _page(campaign: Campaign, status: int | None = None, wrong: str | None = None):
    codes = translating.languages(campaign)
    search = " ".join(request.args.get("q", "").replace("\0", "").split())[:100]
    lacking = request.args.get("lacking", "")
    lacking = lacking if lacking in codes else ""
    try:
        part, entries = glossary_book.part(campaign.id, search, lacking, request.args.get("at"))
    except WrongCursor:
        abort(404)
    return guard.page(
        "campaigns/desk/glossary.html",
        status,
        campaign=campaign.slug,
        part=part,
        entries=entries,
        languages=[i18n.EVERY[code] for code in codes],
        by_code=i18n.EVERY,
        source=i18n.EVERY[campaign.source_language],
        search=search,
        lacking=lacking,
        wrong=wrong,
    )


@glossary.get("/<language:lang>/desk/<campaign>/glossary/new")
@guard.staff("glossary.edit")
def new(lang: str, campaign: str):
    """An empty form for a term."""
    return _form(open_campaign(campaign), rules.Entry(""))


@glossary.get("/<language:lang>/desk/<campaign>/glossary/<int:term_id>")
@guard.staff("glossary.edit")
def term(lang: str, campaign: str, term_id: int):
    """A term, to be changed."""
    found = open_campaign(campaign)
    return _form(found, glossary_book.entry(found.id, term_id) or abort(404))


def _form(campaign: Campaign, entry: rules.Entry, status: int | None = None, wrong: dict[str, str] | None = None):
    mine = my_languages(campaign)
    return guard.page(
        "campaigns/desk/term.html",
        status,
        campaign=campaign.slug,
        entry=entry,
        languages=[(i18n.EVERY[code], entry.words.get(code, rules.Said())) for code in mine],
        others=[(i18n.EVERY[code], said) for code, said in entry.words.items() if code not in mine],
        source=i18n.EVERY[campaign.source_language],
        wrong=wrong or {},
    )


@glossary.post("/<language:lang>/desk/<campaign>/glossary/new")
@guard.staff("glossary.edit")
def add(lang: str, campaign: str):
    """Add a term."""
    return _put(open_campaign(campaign), None)


@glossary.post("/<language:lang>/desk/<campaign>/glossary/<int:term_id>")
@guard.staff("glossary.edit")
def change(lang: str, campaign: str, term_id: int):
    """Change a term."""
    found = open_campaign(campaign)
    if glossary_book.entry(found.id, term_id) is None:
        abort(404)
    return _put(found, term_id)


def _typed(name: str) -> str:
    return " ".join(request.form.get(name, "").replace("\0", "").split())


def _put(campaign: Campaign, term_id: int | None):
    mine = my_languages(campaign)
    said = {code: rules.Said(_typed(f"{code}-word"), rules.listed(_typed(f"{code}-forbidden"))) for code in mine}
    entry = rules.Entry(_typed("term"), _typed("note"), said, term_id)
    wrong = _wrong(entry)
    if not wrong:
        try:
            glossary_book.put(campaign, entry, guard.current().staff_id, clock.now(), mine)
        except glossary_book.TermExists:
            wrong = {"term": _("The glossary has this term already.")}
        except LookupError:
            abort(404)
    if wrong:
        return _form(campaign, entry, 422, wrong)
    values = {"lang": request.view_args["lang"], "campaign": campaign.slug}
    return guard.done(url_for("glossary.index", **values), _("Saved."))


def _wrong(entry: rules.Entry) -> dict[str, str]:
    long = _("This is too long.")
    found = {}
    if not entry.term:
        found["term"] = _("Please write the term.")
    elif len(entry.term) > rules.LONGEST_TERM:
        found["term"] = long
    if len(entry.note) > rules.LONGEST_NOTE:
        found["note"] = long
    for code, said in entry.words.items():
        if len(said.translation) > rules.LONGEST_TERM:
            found[f"{code}-word"] = long
        if any(len(word) > rules.LONGEST_TERM for word in said.forbidden) or len(said.forbidden) > 20:
            found[f"{code}-forbidden"] = long
    return found


@glossary.post("/<language:lang>/desk/<campaign>/glossary/<int:term_id>/remove")
@guard.staff("glossary.edit")
def remove(lang: str, campaign: str, term_id: int):
    """Take a term out."""
    try:
        glossary_book.remove(open_campaign(campaign), term_id, guard.current().staff_id, clock.now())
    except LookupError:
        abort(404)
    return guard.done(url_for("glossary.index", lang=lang, campaign=campaign), _("The term has been removed."))


@glossary.get("/<language:lang>/desk/<campaign>/glossary.csv")
@guard.staff("glossary.edit")
def export(lang: str, campaign: str):
    """The whole glossary as CSV."""
    found = open_campaign(campaign)
    text = rules.to_csv(glossary_book.entries(found.id), translating.languages(found))
    response = http.private(Response("\ufeff" + text, mimetype="text/csv"))
    response.headers["Content-Disposition"] = f'attachment; filename="{campaign}-glossary.csv"'
    return response


@glossary.post("/<language:lang>/desk/<campaign>/glossary")
@guard.staff("glossary.edit")
def take_in(lang: str, campaign: str):
    """Add and change terms from a CSV table; words in languages that are not one's own are left out."""
    found = open_campaign(campaign)
    upload = request.files.get("file")
    content = upload.read() if upload else b""
    if not content:
        return _page(found, 422, _("Please choose a file."))
    try:
        entries = rules.from_csv(content, translating.languages(found))
    except rules.WrongTable as error:
        values = {"row": error.row, "cell": error.cell, "most": rules.MOST_ROWS}
        return _page(found, 422, str(WHY[error.why]) % values)
    added, changed = glossary_book.take_in(
        found, entries, guard.current().staff_id, clock.now(), set(my_languages(found))
    )
    words = [
        ngettext("%(count)s term has been added.", "%(count)s terms have been added.", added, count=added),
        ngettext("%(count)s term has been changed.", "%(count)s terms have been changed.", changed, count=changed),
    ]
    return guard.done(url_for("glossary.index", lang=lang, campaign=campaign), " ".join(words))
