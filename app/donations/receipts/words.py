"""What a receipt and a statement say, in the present language: names of values with what stands beside them."""

from datetime import date

from flask_babel import gettext as _

from app.kernel import i18n

from ..money import Money, words
from .records import Line, Organisation, Receipt, Statement


def money(amount: Money, language: str) -> str:
    """An amount as a line of the language holds it."""
    return i18n.isolated(words(amount, language), language) if language == "ar" else words(amount, language)


def day(of: date, language: str) -> str:
    """A day as a line of the language holds it."""
    return i18n.isolated(i18n.format_day(of, language), language)


def test_mark(livemode: bool) -> str:
    """What stands on everything about money that did not move; empty where it did."""
    return "" if livemode else _("Test mode: no money has moved. This is not a receipt.")


def receipt_facts(receipt: Receipt) -> tuple[tuple[str, str], ...]:
    """Number, day, amount, purpose and giver of one payment, and who received it."""
    line, language = receipt.line, receipt.language
    facts = [
        (_("Receipt number"), i18n.isolated(line.number or "", language)),
        (_("Day"), day(line.day, language)),
        (_("Amount"), money(line.given, language)),
    ]
    if line.off.minor:
        facts.append((_("Given back since"), money(line.off, language)))
        facts.append((_("What is left of it"), money(line.left, language)))
    facts.append((_("Purpose"), line.purpose))
    facts.append((_("Given"), _("every month") if line.monthly else _("once")))
    if receipt.name:
        facts.append((_("Given by"), receipt.name))
    return (*facts, *received_by(receipt.organisation))


def statement_facts(statement: Statement) -> tuple[tuple[str, str], ...]:
    """The year, its sums by currency, its giver, and who received it."""
    language = statement.language
    facts = [(_("Year"), str(statement.year))]
    for given, off in statement.sums:
        left = money(Money(given.minor - off.minor, given.currency), language)
        said = {"given": money(given, language), "off": money(off, language), "left": left}
        words_ = _("%(left)s (%(given)s given, %(off)s given back)", **said) if off.minor else left
        facts.append((_("Sum in %(currency)s", currency=given.currency), words_))
    if statement.name:
        facts.append((_("Given by"), statement.name))
    return (*facts, *received_by(statement.organisation))


def received_by(organisation: Organisation) -> tuple[tuple[str, str], ...]:
    """Who received the money."""
    facts = [(_("Received by"), f"{organisation.name}\n{organisation.address}".strip())]
    if organisation.register:
        facts.append((_("Number in the register"), organisation.register))
    return tuple(facts)


def row(line: Line, language: str) -> str:
    """One payment of a statement as a line."""
    said = {
        "day": day(line.day, language),
        "amount": money(line.given, language),
        "purpose": line.purpose,
        "number": i18n.isolated(line.number or "–", language),
    }
    text = _("%(day)s: %(amount)s for %(purpose)s, receipt %(number)s", **said)
    return _("%(row)s; given back: %(amount)s", row=text, amount=money(line.off, language)) if line.off.minor else text
