"""The desk's pages that give money back and end monthly gifts: each says what will happen before the press."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard
from app.kernel import clock
from app.kernel.db import db

from .. import gateway
from ..models import Refund
from . import frame, gifts, refunding
from .forms import EndForm, RefundForm

refund_desk = Blueprint("refunds", __name__, template_folder="../templates")

CAMPAIGN = "/<language:lang>/desk/<campaign>/gifts"
STRAY = "/<language:lang>/desk/stray-money"
REFUSALS = {
    "off": lazy("Nothing can be given back from here: gifts are switched off, or this one is of the other mode."),
    "unpaid": lazy("This money has not arrived."),
    "disputed": lazy("The donor’s bank disputes this payment. The dispute decides about the money."),
    "much": lazy("Meanwhile less is left than this. Please look at what was given back."),
    "thousandths": lazy("Stripe takes at most two decimals of this currency."),
    "ended": lazy("This monthly gift has not begun, or is over."),
}
AWAY = lazy("Stripe does not answer at the moment. Nothing was changed; please try again.")


def _told(refused: refunding.Refused) -> str:
    return _("Stripe refused: %(code)s", code=refused.code) if refused.code else str(REFUSALS[refused.why])


@refund_desk.route(f"{CAMPAIGN}/<int:gift_id>/payments/<int:payment_id>/refund", methods=["GET", "POST"])
@guard.staff("gifts.refund", fresh=True)
def refund(lang: str, campaign: str, gift_id: int, payment_id: int):
    """Give back a payment of a gift, or a part of it."""
    found, gift = gifts.payment(campaign, payment_id) or abort(404)
    if gift != gift_id:
        abort(404)
    back = url_for("gifts.one", lang=lang, campaign=campaign, gift_id=gift_id)
    return _refund(campaign, found, back)


@refund_desk.route(f"{STRAY}/<int:stray_id>/refund", methods=["GET", "POST"])
@guard.staff("gifts.refund-all", fresh=True)
def refund_stray(lang: str, stray_id: int):
    """The same of money that belongs to no gift."""
    found, _gift = gifts.payment(None, stray_id) or abort(404)
    return _refund(None, found, url_for("stripe_books.strays", lang=lang))


def _refund(campaign: str | None, found: gifts.Paid, back: str):
    """Asked in two steps: the first is answered by a page that says the amount, whose button is the second."""
    posted, step = request.method == "POST", request.form.get("step")
    form = RefundForm(request.form if posted else None, left=found.left, currency=found.payment.currency)
    key = form.press
    before = refunding.by_key(key) if step == "do" else None
    if before is not None and before.payment_id == found.payment.id:
        # Pressed before: nothing is left to check.
        return _send(before.id, back)
    sure = posted and form.validate()
    try:
        refunding.checked(found, form.minor)
        if sure and step == "do":
            who, now = guard.current(), clock.now()
            made = refunding.ask(found.payment.id, form.minor, form.reason.data, key, actor=who.staff_id, now=now)
            number = made.id
            db.session.commit()
            return _send(number, back)
    except refunding.Refused as refused:
        db.session.rollback()
        if not found.refundable:
            # There is no form then, whose fields could be named.
            form = RefundForm(left=found.left, currency=found.payment.currency)
        form.notice, sure = _told(refused), False
    return frame.page(
        "refund_sure.html" if sure and step != "change" else "refund.html",
        422 if posted and not sure else None,
        campaign=campaign,
        form=form,
        found=found,
        back=back,
    )


def _send(refund_id: int, back: str):
    try:
        state = refunding.send(refund_id, clock.now())
    except (gateway.Away, gateway.Refused):
        db.session.rollback()
        state = "asked"
    code = db.session.get(Refund, refund_id).refused
    said = {
        "taken": _("Stripe has taken it: the money is on its way back. The ledger has it in a moment."),
        "asked": _("Stripe does not answer at the moment. It is written down, and tried again by itself."),
        "refused": _("Stripe refused: %(code)s", code=code),
    }
    return guard.done(back, said[state])


@refund_desk.post(f"{CAMPAIGN}/<int:gift_id>/refunds/<int:refund_id>/again")
@guard.staff("gifts.refund", fresh=True)
def again(lang: str, campaign: str, gift_id: int, refund_id: int):
    """Ask Stripe once more for a refund that it has not answered."""
    if gifts.one(campaign, gift_id) is None:
        abort(404)
    back = url_for("gifts.one", lang=lang, campaign=campaign, gift_id=gift_id)
    return _again(gifts.payments(gift_id), refund_id, back)


@refund_desk.post(f"{STRAY}/<int:stray_id>/refunds/<int:refund_id>/again")
@guard.staff("gifts.refund-all", fresh=True)
def again_stray(lang: str, stray_id: int, refund_id: int):
    """The same of money that belongs to no gift."""
    found, _gift = gifts.payment(None, stray_id) or abort(404)
    return _again([found], refund_id, url_for("stripe_books.strays", lang=lang))


def _again(paid: list[gifts.Paid], refund_id: int, back: str):
    found = next((one for each in paid for one in each.refunds if one.id == refund_id), None) or abort(404)
    if found.state == "asked":
        refunding.again(found, actor=guard.current().staff_id, now=clock.now())
        db.session.commit()
    return _send(refund_id, back)


@refund_desk.route(f"{CAMPAIGN}/<int:gift_id>/end", methods=["GET", "POST"])
@guard.staff("gifts.refund", fresh=True)
def end(lang: str, campaign: str, gift_id: int):
    """End a monthly gift: a page that says what will happen, and the press."""
    found = gifts.one(campaign, gift_id) or abort(404)
    back = url_for("gifts.one", lang=lang, campaign=campaign, gift_id=gift_id)
    form, status = EndForm(request.form if request.method == "POST" else None), None
    if request.method == "POST":
        status = 422
        if form.validate():
            who, now = guard.current(), clock.now()
            try:
                refunding.end_monthly(campaign, gift_id, form.reason.data, actor=who.staff_id, now=now)
                return guard.done(back, _("The monthly gift has ended: nothing more is taken."))
            except refunding.Refused as refused:
                db.session.rollback()
                form.notice = _told(refused)
            except gateway.Away:
                db.session.rollback()
                form.notice, status = str(AWAY), 503
            found = gifts.one(campaign, gift_id)
    return frame.page("end.html", status, campaign=campaign, form=form, gift=found, back=back)
