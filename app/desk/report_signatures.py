"""The report's sections about signatures."""

from flask_babel import gettext as _

from app.kernel import i18n
from app.kernel.share import BRANDS
from app.people import periods
from app.petitions import reporting
from app.states import queries as states

from . import report
from .report import Asked, Row, Section, Table


def signatures(asked: Asked) -> Section | None:
    """Each petition: confirmed and withdrawn in the period, signed by its end, on paper."""
    found = reporting.petitions(asked.campaign, asked.language, asked.period.first, asked.period.last)
    if not found:
        return None
    columns = (
        ("confirmed", _("Confirmed in the period")),
        ("withdrawn", _("Withdrawn or found false in it")),
        ("signed", _("In all by its last day")),
        ("on_paper", _("Besides on paper, by its last day")),
    )
    rows = tuple(
        Row(line.slug, line.title, (line.confirmed, line.withdrawn, line.signed, line.on_paper)) for line in found
    )
    notes = (
        _(
            "What befell a signature counts on the day on which it befell it, and sheets of paper on the day on which"
            " they were entered, so these figures do not change afterwards."
        ),
    )
    return Section(_("Signatures"), (Table("signatures", _("By petition"), _("Petition"), columns, rows),), notes)


def parts(asked: Asked) -> Section | None:
    """Who confirmed, by region, by language and by the way they came, as far as that may be told."""
    found = reporting.parts(asked.campaign, asked.period.first, asked.period.last, asked.today)
    if found.first is None:
        words = _("They are told for whole months that are over, and there is none in this period.")
        return Section(_("Where signatures came from"), (), (words,))
    columns = (("confirmed", _("Confirmed")),)
    tables = tuple(
        Table(kind, caption, first, columns, _rows(found.told[kind], _names(kind, asked)))
        for kind, caption, first in (
            ("region", _("By region"), _("Region")),
            ("language", _("By language signed in"), _("Language")),
            ("source", _("By the way they came"), _("Way")),
        )
    )
    notes = (
        _(
            "These tables cover whole months: %(first)s to %(last)s. They count everyone who confirmed then, also who"
            " withdrew since, and do not change afterwards.",
            first=i18n.format_day(found.first, asked.language),
            last=i18n.format_day(found.last, asked.language),
        ),
        _(
            "What fewer than ten signatures came from in a month is not told apart, and in such a month one larger part"
            " is kept back with it, so that no small number can be found by subtracting."
        ),
    )
    return Section(_("Where signatures came from"), tables, notes)


def _rows(told: periods.Told, names: dict[str, str]) -> tuple[Row, ...]:
    rows = [Row(part or "none", names.get(part, part), (number,)) for part, number in told.parts.items()]
    if told.rest:
        rows.append(Row("untold", _("Not told apart"), (told.rest,)))
    return tuple(rows)


def _names(kind: str, asked: Asked) -> dict[str, str]:
    if kind == "region":
        return {**states.region_names(asked.language), periods.NOWHERE: _("Another area, or not said")}
    if kind == "language":
        return {**{language.code: language.autonym for language in i18n.LANGUAGES}, periods.NOWHERE: _("Not known")}
    ways = {
        "mail": _("An e-mail"),
        "network": _("A message to a network"),
        "copy": _("A copied link"),
        "qr": _("A QR code"),
        "paper": _("A sheet of paper"),
        periods.NOWHERE: _("No name in the address"),
    }
    return {**BRANDS, **reporting.partner_names(asked.campaign, asked.language, i18n.FALLBACK), **ways}


def register() -> None:
    """Have both stand in every report."""
    report.register("signatures", 100, signatures)
    report.register("parts", 200, parts)
