"""The page of a receipt, or of a statement, that its donor gets by mail."""

from flask import Blueprint, abort, redirect, render_template, url_for

from app.kernel import clock, http
from app.kernel.db import db

from . import operations, queries, rules, stamps, words

receipt_pages = Blueprint("receipts", __name__, template_folder="templates")

PATH = "/<language:lang>/receipt/<token>"


@receipt_pages.get("/<language:lang>/m/<token>/g")
def door(lang: str, token: str):
    """The neutral address in a neutral mail: to the page that says what it is about."""
    return http.private(redirect(url_for("receipts.page", lang=lang, token=token), code=303))


@receipt_pages.get(PATH)
def page(lang: str, token: str):
    """What the link in a mail leads to, as it stands at this moment: on the receipt what was given back since, too."""
    return _page(lang, token)


@receipt_pages.post(PATH)
def ask(lang: str, token: str):
    """Have the statement of the receipt's year mailed to the receipt's donor. It is mailed and not shown, as a receipt
    is given on, to whoever does somebody's taxes say."""
    stamp = stamps.read(token)
    if stamp is None or stamp.kind != stamps.RECEIPT or queries.receipt(stamp.id) is None:
        abort(404)
    operations.ask_for_statement(stamp.id, clock.now())
    db.session.commit()
    return http.private(redirect(url_for("receipts.asked", lang=lang, token=token), code=303))


@receipt_pages.get(f"{PATH}/asked")
def asked(lang: str, token: str):
    """That the statement is on its way."""
    return _page(lang, token, asked=True)


def _page(lang: str, token: str, asked: bool = False):
    stamp, found, facts, rows, year = stamps.read(token), None, (), (), None
    if stamp is not None and stamp.kind == stamps.RECEIPT:
        found = queries.receipt(stamp.id, lang)
        if found is not None and found.organisation is not None:
            facts, year = words.receipt_facts(found), found.line.day.year
    elif stamp is not None:
        found = queries.statement(stamp.id, lang)
        if found is not None and found.organisation is not None:
            facts, rows = words.statement_facts(found), [words.row(line, lang) for line in found.lines]
    known = found if facts else None
    body = render_template(
        "donations/receipt.html",
        found=known,
        kind=known and stamp.kind,
        mark=known and words.test_mark(known.livemode),
        facts=facts,
        rows=rows,
        year=year,
        over=year is not None and year < rules.year_of(clock.now()),
        asked=asked,
        token=token,
        robots="noindex",
    )
    return http.private(body, 200 if known else 404)
