"""Receipts and statements as PDF/UA-1, in our own fonts. The same records give the same bytes."""

import json
from pathlib import Path

from flask_babel import force_locale
from flask_babel import gettext as _

from app.campaigns import typesetting
from app.kernel.mail import File
from app.letters.handover import names

from . import words
from .records import Receipt, Statement

TEMPLATE = Path(__file__).with_name("receipt.typ")


def receipt_file(receipt: Receipt) -> File:
    """A receipt to keep. Needs an app's context, for its words."""
    with force_locale(receipt.language):
        sheet = _sheet(receipt, _("Receipt for a gift"), words.receipt_facts(receipt))
    return _file(f"{receipt.line.number}.pdf", sheet)


def statement_file(statement: Statement) -> File:
    """A statement to keep."""
    with force_locale(statement.language):
        title = _("Gifts in %(year)s", year=statement.year)
        sheet = _sheet(statement, title, words.statement_facts(statement))
        rows = [_drawn(words.row(line, statement.language)) for line in statement.lines]
        sheet["parts"] = [{"title": _("Each gift"), "rows": rows}]
    return _file(f"{statement.year}.pdf", sheet)


def _sheet(of: Receipt | Statement, title: str, facts: tuple[tuple[str, str], ...]) -> dict:
    return {
        "language": of.language,
        "title": title,
        "mark": words.test_mark(of.livemode),
        "organisation": _drawn(words.own(of.organisation.name, of.language)),
        "address": _drawn(words.own(of.organisation.address, of.language)),
        # Its address stands at the head already.
        "facts": [(label, _drawn(said)) for label, said in facts if label != _("Received by")],
        "parts": [],
        "words": _drawn(of.organisation.words),
    }


def _drawn(text: str) -> str:
    """A text, line by line, in letters that our fonts have; isolates stay, as a number in Arabic needs them."""
    return "\n".join(line if names.drawable(line) else names.drawn(line) for line in text.split("\n"))


def _file(name: str, sheet: dict) -> File:
    inputs = {"sheet": json.dumps(sheet, ensure_ascii=False)}
    made = typesetting.pdf(TEMPLATE, inputs, what="receipt", fonts=[names.FONTS])
    return File(name, "application/pdf", made)
