"""Gifts, the ledger and its sums as exports (accounts/exports.py), of a campaign or of all. Amounts are exact: once in
the currency's own decimals, once in its minor units."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from sqlalchemy import select

from app.accounts import exports
from app.campaigns import queries as campaigns
from app.kernel.i18n import current_language

from .. import money
from ..models import Gift
from ..money import Money
from . import gifts, ledger, words

GIFTS = {
    "id": lazy("Number"),
    "campaign": lazy("Campaign"),
    "begun_at": lazy("Begun"),
    "given_at": lazy("Given"),
    "interval": lazy("How often"),
    "state": lazy("State"),
    "monthly": lazy("Monthly gifts"),
    "ended_at": lazy("Ended"),
    "amount": lazy("Amount"),
    "minor": lazy("Amount in minor units"),
    "currency": lazy("Currency"),
}
DONORS = {
    "language": lazy("Language"),
    "shown_name": lazy("Name shown"),
    "name": lazy("Name"),
    "email": lazy("E-mail address"),
}
LEDGER = {
    "id": lazy("Number"),
    "happened_at": lazy("When"),
    "booked_at": lazy("Booked"),
    "kind": lazy("What it is"),
    "source": lazy("Came by"),
    "campaign": lazy("Campaign"),
    "amount": lazy("Amount"),
    "minor": lazy("Amount in minor units"),
    "currency": lazy("Currency"),
    "settled": lazy("Amount in the balance"),
    "settled_minor": lazy("The same in minor units"),
    "settled_currency": lazy("Currency of the balance"),
    "rate": lazy("Rate"),
    "reference": lazy("Reference"),
    "about": lazy("What it is of at Stripe"),
    "gift": lazy("Gift"),
    "receipt": lazy("Receipt"),
    "note": lazy("Note"),
    "reverses": lazy("Takes back"),
}
SUMS = {"month": lazy("Month"), "campaign": lazy("Campaign"), "currency": lazy("Currency")} | {
    key: label
    for name, words_of in words.COLUMNS.items()
    for key, label in (
        (name, words_of),
        (f"{name}_minor", lazy("%(what)s, in minor units", what=words_of)),
    )
}


def exact(minor: int, currency: str) -> Decimal:
    """An amount in the currency's own decimals."""
    return money.amount(Money(minor, currency))


def gift_rows(filters: dict[str, str], personal: bool) -> Iterator[list]:
    """The gifts that the filters mean, as rows of GIFTS and, with `personal`, of DONORS; read a batch at a time."""
    g = Gift
    safe = (g.id, g.campaign, g.created_at, g.given_at, g.interval, g.state, g.monthly_state, g.ended_at)
    donors = (g.language, g.shown_name, g.donor_name, g.donor_email) if personal else ()
    statement = select(*safe, g.minor, g.currency, *donors).where(*gifts.clauses(gifts.chosen(filters)))
    for row in exports.by_key(statement, Gift.id):
        yield [*row[: len(safe)], exact(row.minor, row.currency), row.minor, row.currency, *row[len(safe) + 2 :]]


def ledger_rows(filters: dict[str, str], personal: bool) -> Iterator[list]:
    """The lines of the ledger that the filters mean, as rows of LEDGER, in the order in which they were booked."""
    for row in exports.by_key(ledger.statement(ledger.chosen(filters)), ledger.Entry.id):
        yield [
            row.id,
            row.happened_at,
            row.booked_at,
            row.kind,
            row.source,
            row.campaign,
            exact(row.minor, row.currency),
            row.minor,
            row.currency,
            exact(row.settled_minor, row.settled_currency),
            row.settled_minor,
            row.settled_currency,
            row.rate,
            row.source_id,
            row.about,
            row.gift_id,
            words.receipt(row.receipt_year, row.receipt_number, row.livemode),
            row.note,
            row.reverses,
        ]


def sum_rows(filters: dict[str, str], personal: bool) -> Iterator[list]:
    """The sums by month, campaign and currency, as rows of SUMS."""
    year = filters.get("year")
    for line in ledger.sums(filters.get("campaign"), int(year) if year else None):
        parts = [(exact(minor, line.currency), minor) for minor in line.parts.values()]
        yield [f"{line.month:%Y-%m}", line.campaign or None, line.currency, *(cell for pair in parts for cell in pair)]


def _said(choices):
    return lambda campaign: [(value, str(label)) for value, label in choices.items()]


def _campaigns(campaign: str | None) -> list[tuple[str, str]]:
    return campaigns.names(current_language())


def _and_none(campaign: str | None) -> list[tuple[str, str]]:
    return [(ledger.NONE, _("None: of the organisation")), *_campaigns(campaign)]


def _codes(found):
    return lambda campaign: [(code, code) for code in found()]


def _years(campaign: str | None) -> list[tuple[str, str]]:
    return [(str(year), str(year)) for year in ledger.years(campaign)]


def _donor(value: str) -> str | None:
    try:
        wanted = gifts.chosen({"donor": value})
    except gifts.WrongCondition:
        return None
    return _("The donor of gift %(number)s", number=wanted.donor)


_GIFT_FILTERS = (
    exports.Filter("state", lazy("State"), _said(words.FILTERS)),
    exports.Filter("monthly", lazy("Monthly gifts"), _said(words.MONTHLY)),
    exports.Filter("interval", lazy("How often"), _said(words.INTERVALS)),
    exports.Filter("currency", lazy("Currency"), _codes(gifts.currencies)),
    exports.Filter("donor", lazy("Of the same donor"), brought=_donor),
)
_LEDGER_FILTERS = (
    exports.Filter("kind", lazy("What it is"), _said(words.KINDS)),
    exports.Filter("source", lazy("Came by"), _said(words.SOURCES)),
    exports.Filter("currency", lazy("Currency"), _codes(ledger.currencies)),
    exports.Filter("since", lazy("From")),
    exports.Filter("until", lazy("To")),
)
_SUM_FILTERS = (exports.Filter("year", lazy("Year"), _years),)
_OF = exports.Filter("campaign", lazy("Campaign"), _campaigns)
_OF_OR_NONE = replace(_OF, choices=_and_none)


def _register(name: str, label, safe: dict, personal: dict, rows, action: str, filters: tuple, of) -> None:
    people = "gifts.export-people" if personal else None
    exports.register(name, label, safe, personal, rows, action=action, personal_action=people, filters=filters)
    exports.register(
        f"{name}-all",
        label,
        safe,
        personal,
        rows,
        action=f"{action}-all",
        personal_action=f"{people}-all" if people else None,
        campaign=False,
        filters=(of, *filters),
    )


_register("gifts", lazy("Gifts"), GIFTS, DONORS, gift_rows, "gifts.see", _GIFT_FILTERS, _OF)
_register("ledger", lazy("Ledger"), LEDGER, {}, ledger_rows, "ledger.see", _LEDGER_FILTERS, _OF_OR_NONE)
_register("ledger-sums", lazy("Sums of the ledger"), SUMS, {}, sum_rows, "ledger.see", _SUM_FILTERS, _OF_OR_NONE)
