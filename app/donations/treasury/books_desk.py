"""The desk's pages about the books as a whole: the comparison with Stripe's, money that belongs to no gift, and the
organisation as receipts name it."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _

from app.accounts import guard
from app.kernel import clock, i18n, jobs, listing

from .. import queries, switch
from . import frame, gifts, ledger, settling
from .forms import RecipientForm

books_desk = Blueprint("stripe_books", __name__, template_folder="../templates")

COMPARED = "/<language:lang>/desk/comparison-with-stripe"
STRAY = "/<language:lang>/desk/stray-money"
COMPARE_TASK = "donations:reconcile"


@books_desk.get(COMPARED)
@guard.staff("ledger.see-all")
def compared(lang: str):
    """The last comparison of the ledger with Stripe's books, its differences, and those before."""
    try:
        part = ledger.comparisons(request.args.get("at"))
    except listing.WrongCursor:
        abort(404)
    number = request.args.get("number", "")
    if number:
        known = number.isascii() and number.isdigit() and len(number) < 19
        found = ledger.comparison(int(number)) if known else None
        if found is None:
            abort(404)
    else:
        found = ledger.last_comparison()
    return frame.page(
        "compared.html",
        found=found,
        run=ledger.same_run(found) if found else [],
        last=not number,
        part=part,
        values={"lang": lang, **({"number": number} if number else {})},
    )


@books_desk.post(COMPARED)
@guard.staff("ledger.enter-all")
def compare(lang: str):
    """Have the ledger be compared now; what Stripe knows and we do not is booked."""
    if not switch.on():
        return guard.done(url_for("stripe_books.compared", lang=lang), _("Gifts are switched off: there are no keys."))
    jobs.defer(COMPARE_TASK, timestamp=int(clock.now().timestamp()))
    return guard.done(url_for("stripe_books.compared", lang=lang), _("It has begun. What came of it stands here soon."))


@books_desk.get(STRAY)
@guard.staff("gifts.see-all")
def strays(lang: str):
    """Payments in Stripe's books that belong to no gift of ours."""
    try:
        part = gifts.strays(request.args.get("at"))
    except listing.WrongCursor:
        abort(404)
    paid = gifts.paid_by_id([row.id for row in part.rows])
    return frame.page("strays.html", part=part, paid=paid, values={"lang": lang})


@books_desk.post(f"{STRAY}/<int:stray_id>")
@guard.staff("ledger.enter-all")
def look_at(lang: str, stray_id: int):
    """Note that somebody knows of such a payment, so that it is no longer on the first page."""
    if gifts.payment(None, stray_id) is None:
        abort(404)
    settling.look_at(stray_id, actor=guard.current().staff_id, now=clock.now())
    return guard.done(url_for("stripe_books.strays", lang=lang), _("It is written down."))


@books_desk.route("/<language:lang>/desk/organisation-on-receipts", methods=["GET", "POST"])
@guard.staff("receipts.settings")
def recipient(lang: str):
    """The organisation that the money is for, as receipts name it. None goes out before it is filled in."""
    found, posted = queries.recipient(), request.method == "POST"
    if posted:
        form = RecipientForm(request.form)
        if form.validate():
            settling.set_recipient(form.values, actor=guard.current().staff_id, now=clock.now())
            return guard.done(url_for("stripe_books.recipient", lang=lang), _("Saved."))
    else:
        said = {name: getattr(found, name) for name in ("name", "address", "register", "reply_to")} if found else {}
        form = RecipientForm(
            data={**said, **{f"tax_{code}": text for code, text in (found.tax if found else {}).items()}}
        )
    return frame.page(
        "recipient.html",
        422 if posted else None,
        form=form,
        there=found is not None,
        taxes=[form[f"tax_{language.code}"] for language in i18n.LANGUAGES],
        codes=[language.code for language in i18n.LANGUAGES],
    )
