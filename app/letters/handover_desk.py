"""The desk's page on which a letter is handed over: the document, and to whom it was given."""

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _

from app.accounts import guard
from app.campaigns import queries as campaigns
from app.campaigns.desk import open_campaign
from app.campaigns.forms import DeskForm
from app.kernel import clock, http, i18n
from app.kernel.db import db
from app.states import members
from app.states import queries as states

from . import blocks, desk_forms, handing, handing_queries, handing_records, queries, settling, texts
from .handing_forms import DocumentForm

letter_handover = Blueprint("letter_handover", __name__, template_folder="templates")

BASE = "/<language:lang>/desk/<campaign>/letters/<letter>"
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def _opened(lang: str, campaign: str, slug: str):
    """The campaign, and the letter with its open version; 404 where there is none."""
    held = open_campaign(campaign)
    letter = queries.letter_named(slug, campaign)
    if letter is None or not letter.version:
        abort(404)
    return held, queries.letter_view(slug, lang, campaign, letter.version)


def _document_form(view, lang: str, world: str, formdata=None) -> DocumentForm:
    standing = handing_records.standing(view)
    labels = {
        number: _("%(version)s, under which %(count)s named ones stand", version=number, count=i18n.plain_number(named))
        for number, named in standing.items()
    }
    names = states.area_names(lang)
    missions = {state.iso3: names.get(state.iso3, state.iso3) for state in members.in_order(lang, world)}
    form = DocumentForm(formdata, versions=labels, states=missions, prefix="document-")
    chosen = (
        int(form.version.data) if form.version.data in {str(number) for number in standing} else view.letter.version
    )
    languages = [code for code in i18n.CODES if code in texts.held(view.letter, chosen)]
    form.offer(languages)
    if formdata is None:
        form.version.data = str(view.letter.version)
        form.language.data = lang if lang in languages else view.letter.negotiated
    return form


@letter_handover.get(f"{BASE}/handover")
@guard.staff("letters.hand-over")
def index(lang: str, campaign: str, letter: str):
    """What can be handed over, the files one asked for, and to whom it was given."""
    return _page(lang, campaign, letter)


def _page(lang: str, campaign: str, slug: str, status=None, **forms: DeskForm):
    held, view = _opened(lang, campaign, slug)
    who, now = guard.current(), clock.now()
    asks = {one.slug for one in campaigns.asks(held.id)}
    return guard.page(
        "letters/desk/handover.html",
        status,
        campaign=campaign,
        view=view,
        document=forms.get("document") or _document_form(view, lang, held.world),
        deliver=forms.get("deliver") or desk_forms.DeliveryForm(prefix="deliver-"),
        failed=next(iter(forms), None),
        files=handing_queries.own(view.letter.id, who.staff_id, now),
        lengths=handing_records.lengths(view.letter, view.letter.version),
        told=handing_records.unnamed_are_told(view),
        deliveries=queries.deliveries(view.letter.id),
        how=blocks.HOW,
        areas=states.area_names(lang),
        languages=i18n.EVERY,
        ask=view.slug if view.slug in asks else "",
        today=now.date(),
    )


@letter_handover.post(f"{BASE}/handover")
@guard.staff("letters.hand-over")
def make(lang: str, campaign: str, letter: str):
    """Have a safe copy be made: 303 to how far it is, or the form again: 422."""
    return _make(lang, campaign, letter, full=False)


@letter_handover.post(f"{BASE}/handover/full")
@guard.staff(handing.FULL, fresh=True)
def make_full(lang: str, campaign: str, letter: str):
    """The same with the names that are to wait for the handover, and who signed for each organisation."""
    return _make(lang, campaign, letter, full=True)


def _make(lang: str, campaign: str, slug: str, full: bool):
    held, view = _opened(lang, campaign, slug)
    form = _document_form(view, lang, held.world, request.form)
    if not form.validate():
        return _page(lang, campaign, slug, 422, document=form)
    work_id = handing.ask(held, view.letter, form.asked(full), guard.current(), clock.now())
    return guard.done(url_for("desk.work", lang=lang, work_id=work_id))


@letter_handover.get(f"{BASE}/handover/<int:file_id>")
@guard.staff("letters.hand-over")
def file(lang: str, campaign: str, letter: str, file_id: int):
    """A safe copy, to who asked for it."""
    return _file(lang, campaign, letter, file_id, full=False)


@letter_handover.get(f"{BASE}/handover/full/<int:file_id>")
@guard.staff(handing.FULL, fresh=True)
def full_file(lang: str, campaign: str, letter: str, file_id: int):
    """A full copy, to who asked for it, while they still may have it."""
    return _file(lang, campaign, letter, file_id, full=True)


def _file(lang: str, campaign: str, slug: str, file_id: int, full: bool):
    held, view = _opened(lang, campaign, slug)
    now = clock.now()
    found = handing_queries.file_of(view.letter.id, file_id, guard.current().staff_id, full, now) or abort(404)
    handing.take(view.letter, held.slug, found, now)
    mark = "_not-for-publication" if full else ""
    name = f"{held.slug}_{view.slug}_{found.language}_v{found.version}{mark}.{found.form}"
    response = Response(found.content, content_type=MEDIA_TYPES[found.form])
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    db.session.commit()
    return http.private(response)


def _given(campaign: str, slug: str):
    held = open_campaign(campaign)
    letter = settling.found(held, slug) or abort(404)
    return held, letter if letter.version else abort(404)


@letter_handover.post(f"{BASE}/deliveries")
@guard.staff("letters.hand-over")
def deliver(lang: str, campaign: str, letter: str):
    """Write down to whom it was handed over; with its box, names that waited for it are shown."""
    held, found = _given(campaign, letter)
    form = desk_forms.DeliveryForm(request.form, prefix="deliver-")
    if not form.validate():
        db.session.rollback()
        return _page(lang, campaign, letter, 422, deliver=form)
    said = (form.addressee.data, form.state.data or None, form.on, form.how.data, form.receipt.data)
    by = {"actor": guard.current().staff_id, "now": clock.now()}
    settling.deliver(held, found, *said, handover=bool(form.handover.data), **by)
    done = _("It is written down, and stands on the page of the letter.")
    return guard.done(url_for(".index", lang=lang, campaign=campaign, letter=letter), done)


@letter_handover.post(f"{BASE}/deliveries/<int:delivery_id>/remove")
@guard.staff("letters.hand-over")
def remove(lang: str, campaign: str, letter: str, delivery_id: int):
    """Take out what was written down by mistake. Names that it showed stay shown."""
    held, found = _given(campaign, letter)
    by = {"actor": guard.current().staff_id, "now": clock.now()}
    if not settling.remove_delivery(held, found, delivery_id, **by):
        abort(404)
    return guard.done(url_for(".index", lang=lang, campaign=campaign, letter=letter), _("It is taken out."))
