"""What a receipt and a statement say, in the present language: names of values with what stands beside them."""

from datetime import date

from flask_babel import gettext as _

from app.kernel import i18n

from ..money import Money, words
from .records import Line, Organisation, Receipt, Statement


def money(amount: Money, language: str) -> str:
    """An amount as a line of the language holds it: number and sign are pieces of their own where it runs from the
    right, as the sign may hold Latin letters."""
    text = words(amount, language)
    if not _from_the_right(language):
        return text
    return "\u200f" + "\u00a0".join(_piece(part) for part in text.strip("\u200f").split("\u00a0"))


def own(text: str, language: str) -> str:
    """What somebody calls themselves, or their address: each line has a direction of its own."""
    return "\n".join(map(_piece, text.split("\n"))) if _from_the_right(language) else text


def _piece(text: str) -> str:
    return f"\u2068{text}\u2069"


def _from_the_right(language: str) -> bool:
    return i18n.BY_CODE[language].dir == "rtl"


def day(of: date, language: str) -> str:
    """A day as a line of the language holds it."""
    return i18n.isolated(i18n.format_day(of, language), language)


def code(text: str, language: str) -> str:
    """A number with letters, which reads from the left in every line."""
    return f"\u2066{text}\u2069" if _from_the_right(language) else text


def test_mark(livemode: bool) -> str:
    """What stands on everything about money that did not move; empty where it did."""
    return "" if livemode else _("Test mode: no money has moved. This is not a receipt.")


def receipt_facts(receipt: Receipt) -> tuple[tuple[str, str], ...]:
    """Number, day, amount, purpose and giver of one payment, and who received it."""
    line, language = receipt.line, receipt.language
    facts = [
        (_("Receipt number"), code(line.number or "", language)),
        (_("Day"), day(line.day, language)),
        (_("Amount"), money(line.given, language)),
    ]
    if line.off.minor:
        facts.append((_("Given back since"), money(line.off, language)))
        facts.append((_("What is left of it"), money(line.left, language)))
    facts.append((_("Purpose"), line.purpose))
    facts.append((_("Given"), _("every month") if line.monthly else _("once")))
    if receipt.name:
        facts.append((_("Given by"), own(receipt.name, language)))
    return (*facts, *received_by(receipt.organisation, language))


def statement_facts(statement: Statement) -> tuple[tuple[str, str], ...]:
    """The year, its sums by currency, its giver, and who received it."""
    language = statement.language
    facts = [(_("Year"), i18n.isolated(str(statement.year), language))]
    for given, off in statement.sums:
        left = money(Money(given.minor - off.minor, given.currency), language)
        said = {"given": money(given, language), "off": money(off, language), "left": left}
        words_ = _("%(left)s (%(given)s given, %(off)s given back)", **said) if off.minor else left
        facts.append((_("Sum in %(currency)s", currency=given.currency), words_))
    if statement.name:
        facts.append((_("Given by"), own(statement.name, language)))
    return (*facts, *received_by(statement.organisation, language))


def received_by(organisation: Organisation, language: str) -> tuple[tuple[str, str], ...]:
    """Who received the money."""
    facts = [(_("Received by"), own(f"{organisation.name}\n{organisation.address}".strip(), language))]
    if organisation.register:
        facts.append((_("Number in the register"), own(organisation.register, language)))
    return tuple(facts)


def row(line: Line, language: str) -> str:
    """One payment of a statement as a line."""
    said = {
        "day": day(line.day, language),
        "amount": money(line.given, language),
        "purpose": line.purpose,
        "number": code(line.number or "–", language),
    }
    text = _("%(day)s: %(amount)s for %(purpose)s, receipt %(number)s", **said)
    return _("%(row)s; given back: %(amount)s", row=text, amount=money(line.off, language)) if line.off.minor else text
