"""The desk's pages of the ledger: its lines, its sums, and lines that are entered by hand or taken back. Each is there
for one campaign and for all."""

from datetime import UTC, datetime, time

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, holders, navigation
from app.kernel import clock, listing

from . import frame, ledger, settling, words
from .forms import EndForm, EntryForm, key_of
from .gifts import WrongCondition

ledger_desk = Blueprint("ledger", __name__, template_folder="../templates")
navigation.register("ledger.site", lazy("Ledger"), "ledger.see-all", 71, campaign=False)
navigation.register("ledger.index", lazy("Ledger"), "ledger.see", 20, group=navigation.MONEY)

SITE = "/<language:lang>/desk/ledger"
CAMPAIGN = "/<language:lang>/desk/<campaign>/ledger"


@ledger_desk.get(SITE)
@guard.staff("ledger.see-all")
def site(lang: str):
    """The whole ledger, the latest lines first."""
    return _list(lang, None)


@ledger_desk.get(CAMPAIGN)
@guard.staff("ledger.see")
def index(lang: str, campaign: str):
    """The lines of a campaign."""
    return _list(lang, frame.checked(campaign))


def _own(campaign: str | None) -> dict[str, str]:
    return {"campaign": campaign} if campaign else {}


def _list(lang: str, campaign: str | None):
    try:
        wanted = ledger.chosen({**request.args, **_own(campaign)})
        part = ledger.page(wanted, request.args.get("at"))
    except (WrongCondition, listing.WrongCursor):
        abort(404)
    said = {name: value for name, value in wanted.said.items() if name not in _own(campaign)}
    return frame.page(
        "ledger.html",
        campaign=campaign,
        part=part,
        said=said,
        reversed=ledger.reversed_by(row.id for row in part.rows),
        who=holders.names({row.staff_id for row in part.rows}),
        names=frame.names(lang),
        nowhere=ledger.NONE,
        currencies=ledger.currencies(),
        endpoint="ledger.index" if campaign else "ledger.site",
        values={"lang": lang, **_own(campaign), **said},
    )


@ledger_desk.get(f"{SITE}/sums")
@guard.staff("ledger.see-all")
def site_sums(lang: str):
    """What all campaigns had, by month, campaign and currency."""
    return _sums(lang, None)


@ledger_desk.get(f"{CAMPAIGN}/sums")
@guard.staff("ledger.see")
def sums(lang: str, campaign: str):
    """The same of one campaign."""
    return _sums(lang, frame.checked(campaign))


def _sums(lang: str, campaign: str | None):
    wanted = campaign or request.args.get("campaign") or None
    years = ledger.years(campaign)
    said = request.args.get("year", "")
    if said and not (said.isascii() and said.isdigit() and len(said) == 4 and int(said) > 0):
        abort(404)
    year = int(said) if said else next(iter(years), clock.today().year)
    settled = ledger.sums(wanted, year)
    given = ledger.sums(wanted, year, settled=False)
    return frame.page(
        "sums.html",
        campaign=campaign,
        year=year,
        years=sorted({*years, year}, reverse=True),
        settled=settled,
        whole=ledger.together(settled),
        given=given,
        other=any(line.parts["other"] for line in settled),
        names=frame.names(lang),
        nowhere=ledger.NONE,
        chosen=wanted,
        said={"year": str(year), **({"campaign": wanted} if wanted and not campaign else {})},
    )


@ledger_desk.route(f"{SITE}/new", methods=["GET", "POST"])
@guard.staff("ledger.enter-all")
def new_anywhere(lang: str):
    """Enter money that came by another way than Stripe, for any campaign or for none."""
    return _new(lang, None)


@ledger_desk.route(f"{CAMPAIGN}/new", methods=["GET", "POST"])
@guard.staff("ledger.enter")
def new(lang: str, campaign: str):
    """The same for one campaign."""
    return _new(lang, frame.checked(campaign))


def _new(lang: str, campaign: str | None):
    posted, now = request.method == "POST", clock.now()
    names = None if campaign else frame.names(lang)
    form = EntryForm(request.form if posted else None, today=now.date(), campaigns=names)
    key = key_of(form.key)
    if posted and form.validate():
        of = campaign or form.campaign.data or None
        day, actor = datetime.combine(form.day, time.min, UTC), guard.current().staff_id
        done = settling.enter(form.kind.data, form.given, of, day, form.note.data, key, actor=actor, now=now)
        said = _("It is in the ledger.") if done else _("It was in the ledger before: the same form came twice.")
        return guard.done(url_for(*_ledger(campaign), lang=lang, **_own(campaign)), said)
    return frame.page("entry.html", 422 if posted else None, campaign=campaign, form=form, back=_ledger(campaign)[0])


def _ledger(campaign: str | None) -> tuple[str]:
    return ("ledger.index" if campaign else "ledger.site",)


@ledger_desk.route(f"{SITE}/<int:entry_id>/take-back", methods=["GET", "POST"])
@guard.staff("ledger.enter-all")
def take_back_anywhere(lang: str, entry_id: int):
    """Take back a line that was entered by hand: another one with the opposite sign is written."""
    return _take_back(lang, None, entry_id)


@ledger_desk.route(f"{CAMPAIGN}/<int:entry_id>/take-back", methods=["GET", "POST"])
@guard.staff("ledger.enter")
def take_back(lang: str, campaign: str, entry_id: int):
    """The same within one campaign."""
    return _take_back(lang, frame.checked(campaign), entry_id)


def _take_back(lang: str, campaign: str | None, entry_id: int):
    found = ledger.by_hand(campaign, entry_id) or abort(404)
    form, posted = EndForm(request.form if request.method == "POST" else None), request.method == "POST"
    if posted and form.validate():
        now, actor = clock.now(), guard.current().staff_id
        done = settling.take_back(found, form.reason.data, actor=actor, now=now)
        said = _("It is taken back: both lines stay.") if done else _("It was taken back before.")
        return guard.done(url_for(*_ledger(campaign), lang=lang, **_own(campaign)), said)
    return frame.page(
        "take_back.html",
        422 if posted else None,
        campaign=campaign,
        form=form,
        entry=found,
        kind=words.KINDS[found.kind],
        gone=bool(ledger.reversed_by([entry_id])),
        back=_ledger(campaign)[0],
    )
