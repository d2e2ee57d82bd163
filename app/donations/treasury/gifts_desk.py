"""The desk's pages of gifts: the list, of a campaign or of all; one gift with its payments; who gave, once and for a
reason."""

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, navigation
from app.kernel import audit, clock, http, i18n, listing
from app.kernel.db import db
from app.petitions.moderation_forms import ReasonForm

from . import exporting, frame, gifts, story  # noqa: F401 exporting registers what can be exported
from .forms import FilterForm, SearchForm

gifts_desk = Blueprint("gifts", __name__, template_folder="../templates")
navigation.register("gifts.site", lazy("Gifts"), "gifts.see-all", 70, campaign=False)
navigation.register("gifts.index", lazy("Gifts"), "gifts.see", 10, group=navigation.MONEY)

SITE = "/<language:lang>/desk/gifts"
CAMPAIGN = "/<language:lang>/desk/<campaign>/gifts"
ONE = f"{CAMPAIGN}/<int:gift_id>"


@gifts_desk.get(SITE)
@guard.staff("gifts.see-all")
def site(lang: str):
    """The gifts of all campaigns."""
    return _list(lang, None)


@gifts_desk.post(SITE)
@guard.staff("gifts.see-all")
def search_site(lang: str):
    """To a gift by what was typed; no address of ours holds that."""
    return _search(lang, None)


@gifts_desk.get(CAMPAIGN)
@guard.staff("gifts.see")
def index(lang: str, campaign: str):
    """The gifts of a campaign."""
    return _list(lang, frame.checked(campaign))


@gifts_desk.post(CAMPAIGN)
@guard.staff("gifts.see")
def search(lang: str, campaign: str):
    """The same within a campaign."""
    return _search(lang, frame.checked(campaign))


def _search(lang: str, campaign: str | None):
    form = SearchForm(request.form)
    if form.validate():
        if form.receipt.data:
            if found := gifts.by_receipt(campaign, form.receipt.data):
                url = url_for("gifts.one", lang=lang, campaign=found[0], gift_id=found[1])
                return http.private(redirect(url, code=303))
            form.receipt.errors = [_("There is no receipt with this number.")]
        elif newest := gifts.by_address(campaign, form.checked):
            url = url_for(*_endpoint(campaign), lang=lang, **_place(campaign), donor=newest)
            return http.private(redirect(url, code=303))
        else:
            form.address.errors = [_("There is no gift from this address.")]
    return _list(lang, campaign, form, 422)


def _endpoint(campaign: str | None) -> tuple[str]:
    return ("gifts.index" if campaign else "gifts.site",)


def _place(campaign: str | None) -> dict[str, str]:
    return {"campaign": campaign} if campaign else {}


def _list(lang: str, campaign: str | None, search: SearchForm | None = None, status: int | None = None):
    try:
        wanted = gifts.chosen({**request.args, **_place(campaign)})
        lines, part = gifts.page(wanted, request.args.get("at"))
    except (gifts.WrongCondition, listing.WrongCursor):
        abort(404)
    names = frame.names(lang)
    said = {name: value for name, value in wanted.said.items() if name not in _place(campaign)}
    form = FilterForm(currencies=gifts.currencies(), campaigns=None if campaign else names, data=said)
    return frame.page(
        "gifts.html",
        status,
        campaign=campaign,
        lines=lines,
        part=part,
        filters=form,
        search=search or SearchForm(),
        said=said,
        names=names,
        endpoint=_endpoint(campaign)[0],
        values={"lang": lang, **_place(campaign), **said},
    )


@gifts_desk.get(ONE)
@guard.staff("gifts.see")
def one(lang: str, campaign: str, gift_id: int):
    """One gift: what is known of it, its payments, and what happened. Who gave stays masked."""
    return _one(lang, campaign, gift_id)


def _one(lang: str, campaign: str, gift_id: int, status: int | None = None, form=None, clear=None):
    found = gifts.one(campaign, gift_id) or abort(404)
    paid = gifts.payments(gift_id)
    booked = story.entries(paid)
    return frame.page(
        "gift.html",
        status,
        campaign=campaign,
        gift=found,
        paid=paid,
        entries=booked,
        events=story.events(found, paid, booked),
        language=i18n.BY_CODE[found.language].autonym if found.language in i18n.BY_CODE else found.language,
        form=form or ReasonForm(),
        clear=clear,
        here={"lang": lang, "campaign": campaign, "gift_id": gift_id},
    )


@gifts_desk.post(f"{ONE}/look")
@guard.staff("gifts.look", fresh=True)
def look(lang: str, campaign: str, gift_id: int):
    """Show once who gave, and write down that it was looked at, and why."""
    clear = gifts.in_the_clear(campaign, gift_id) or abort(404)
    form = ReasonForm(request.form)
    if not form.validate():
        return _one(lang, campaign, gift_id, 422, form=form)
    who, now, reason = guard.current(), clock.now(), form.reason.data
    audit.record("gifts.look", f"gift:{gift_id}", actor=who.staff_id, now=now, campaign=campaign, reason=reason)
    db.session.commit()
    return _one(lang, campaign, gift_id, clear=clear)
