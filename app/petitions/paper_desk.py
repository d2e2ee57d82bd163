"""The desk's pages for signatures on paper: enter a batch, correct it, remove it, look at its scan."""

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.datastructures import CombinedMultiDict

from app.accounts import guard, navigation
from app.kernel import clock, http, listing
from app.kernel.db import db

from . import paper_batches
from .moderation_forms import PaperForm, ReasonForm
from .signatures_desk import petition_or_404, petitions_or_404

paper_desk = Blueprint("paper", __name__, template_folder="templates")
navigation.register("paper.index", lazy("On paper"), "paper.enter", 46, group=navigation.SIGNATURES)

ALL = "/<language:lang>/desk/<campaign>/paper"
BASE = f"{ALL}/<petition>"
ONE = f"{BASE}/<int:batch_id>"
# A scan, and the rest of the form with it.
LARGEST_FORM = paper_batches.LARGEST_SCAN + 1024 * 1024


@paper_desk.get(ALL)
@guard.staff("paper.enter")
def index(lang: str, campaign: str):
    """The campaign's petitions; where there is one, straight to its batches."""
    found = petitions_or_404(lang, campaign)
    if len(found) == 1:
        url = url_for("paper.petition", lang=lang, campaign=campaign, petition=found[0].slug)
        return http.private(redirect(url, code=303))
    return guard.page("petitions/desk/petitions.html", campaign=campaign, petitions=found, endpoint="paper.petition")


@paper_desk.get(BASE)
@guard.staff("paper.enter")
def petition(lang: str, campaign: str, petition: str):
    """The batches of a petition, and the form to enter one."""
    view = petition_or_404(lang, campaign, petition)
    return _list(lang, view, PaperForm(petition=view.petition, today=clock.today()))


def _list(lang: str, view, form: PaperForm, status: int | None = None):
    try:
        lines, part = paper_batches.page(view.petition.id, request.args.get("at"))
    except listing.WrongCursor:
        abort(404)
    return guard.page(
        "petitions/desk/paper.html",
        status,
        campaign=view.campaign,
        petition=view,
        form=form,
        lines=lines,
        part=part,
        values={"lang": lang, "campaign": view.campaign, "petition": view.slug},
    )


@paper_desk.post(BASE)
@guard.staff("paper.enter")
def enter(lang: str, campaign: str, petition: str):
    """Enter a batch."""
    request.max_content_length = LARGEST_FORM
    view = petition_or_404(lang, campaign, petition)
    form = PaperForm(CombinedMultiDict([request.form, request.files]), petition=view.petition, today=clock.today())
    if not form.validate():
        return _list(lang, view, form, 422)
    paper_batches.add(
        view.petition,
        campaign,
        place=form.place.data,
        day=form.collected_on,
        number=form.signatures,
        scan=form.content,
        actor=guard.current().staff_id,
        now=clock.now(),
    )
    return guard.done(
        url_for("paper.petition", lang=lang, campaign=campaign, petition=petition),
        _("The batch is entered and counted."),
    )


@paper_desk.get(ONE)
@guard.staff("paper.enter")
def one(lang: str, campaign: str, petition: str, batch_id: int):
    """One batch: correct it, remove it, look at its scan."""
    return _one(lang, campaign, petition, batch_id)


def _one(lang: str, campaign: str, petition: str, batch_id: int, status: int | None = None, **forms):
    view = petition_or_404(lang, campaign, petition)
    batch, found = paper_batches.get(campaign, petition, batch_id) or abort(404)
    said = {"place": batch.place, "day": batch.collected_on.isoformat(), "number": str(batch.number)}
    values = {
        "form": PaperForm(petition=found, today=clock.today(), changes=True, data=said),
        "remove_form": ReasonForm(prefix="remove-"),
        "look_form": ReasonForm(prefix="look-"),
        **forms,
    }
    return guard.page(
        "petitions/desk/paper_batch.html",
        status,
        campaign=campaign,
        petition=view,
        batch=batch,
        scan=paper_batches.has_scan(batch_id),
        may_look=guard.current().may("signatures.look", campaign),
        place={"lang": lang, "campaign": campaign, "petition": petition},
        **values,
    )


@paper_desk.post(ONE)
@guard.staff("paper.enter")
def change(lang: str, campaign: str, petition: str, batch_id: int):
    """Correct a batch, with a reason."""
    request.max_content_length = LARGEST_FORM
    batch, found = paper_batches.get(campaign, petition, batch_id, lock=True) or abort(404)
    form = PaperForm(
        CombinedMultiDict([request.form, request.files]), petition=found, today=clock.today(), changes=True
    )
    if batch.removed_at is not None:
        form.notice = _("This batch is removed.")
    if not form.validate() or form.notice:
        return _one(lang, campaign, petition, batch_id, 422, form=form)
    paper_batches.change(
        batch,
        campaign,
        place=form.place.data,
        day=form.collected_on,
        number=form.signatures,
        scan=form.content,
        reason=form.reason.data,
        actor=guard.current().staff_id,
        now=clock.now(),
    )
    here = url_for("paper.one", lang=lang, campaign=campaign, petition=petition, batch_id=batch_id)
    return guard.done(here, _("The batch is corrected."))


@paper_desk.post(f"{ONE}/remove")
@guard.staff("paper.enter")
def remove(lang: str, campaign: str, petition: str, batch_id: int):
    """Have a batch count no more, with a reason."""
    batch, _petition = paper_batches.get(campaign, petition, batch_id, lock=True) or abort(404)
    form = ReasonForm(request.form, prefix="remove-")
    if not form.validate():
        return _one(lang, campaign, petition, batch_id, 422, remove_form=form)
    if batch.removed_at is None:
        paper_batches.remove(batch, campaign, form.reason.data, actor=guard.current().staff_id, now=clock.now())
    return guard.done(
        url_for("paper.petition", lang=lang, campaign=campaign, petition=petition),
        _("The batch is removed and counts no more."),
    )


@paper_desk.post(f"{ONE}/scan")
@guard.staff("signatures.look", fresh=True)
def scan(lang: str, campaign: str, petition: str, batch_id: int):
    """The scan, as a file; it is written down who looked at it, and why."""
    batch, _petition = paper_batches.get(campaign, petition, batch_id) or abort(404)
    form = ReasonForm(request.form, prefix="look-")
    if not form.validate():
        return _one(lang, campaign, petition, batch_id, 422, look_form=form)
    found = paper_batches.look(
        batch, campaign, form.reason.data, actor=guard.current().staff_id, now=clock.now()
    ) or abort(404)
    db.session.commit()
    content, kind = found
    response = http.private(Response(content, mimetype=paper_batches.MIMETYPES[kind]))
    response.headers["Content-Disposition"] = f"attachment; filename=paper-{batch_id}.{kind}"
    return response
