"""The desk's pages about what a campaign says: the list, the board, a document with its blocks."""

from flask import Blueprint, abort, jsonify, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_babel import ngettext

from app.accounts import guard, navigation
from app.kernel import clock, http, i18n
from app.kernel.db import db

from . import board, documents_desk, drafts, labels, schedules, structure, wording
from .editing import BlockFaults, NoSource
from .format import HEAD
from .forms import SLUG_WRONG, PartForm, ScheduleForm, new_form
from .kinds import KINDS
from .models import Campaign

pages = Blueprint("pages", __name__, template_folder="templates")
navigation.register("pages.index", lazy("Texts"), "pages.see", 20, group=navigation.TEXTS)
navigation.register("pages.board_page", lazy("Board"), "pages.see", 30, group=navigation.TEXTS)


def open_campaign(slug: str) -> Campaign:
    """The campaign of an address, published or not; 404 where there is none."""
    return drafts.campaign(slug) or abort(404)


@pages.get("/<language:lang>/desk/<campaign>/board")
@guard.staff("pages.see")
def board_page(lang: str, campaign: str):
    """Every text in every language, and how far each has come."""
    found = board.of_campaign(open_campaign(campaign), lang)
    return guard.page(
        "campaigns/desk/board.html",
        campaign=campaign,
        board=found,
        groups=documents_desk.by_kind(found.lines),
        labels=labels,
        languages=documents_desk.languages(found.languages),
        address=lambda line, code: documents_desk.address(found, lang, line.kind, line.slug, code),
    )


@pages.get("/<language:lang>/desk/<campaign>/board.json")
@guard.staff("pages.see")
def board_json(lang: str, campaign: str):
    """The same as JSON."""
    return http.private(jsonify(board.of_campaign(open_campaign(campaign), lang).json()))


@pages.get("/<language:lang>/desk/<campaign>/texts")
@guard.staff("pages.see")
def index(lang: str, campaign: str):
    """Every text of the campaign; `q` looks in names and titles, `state` at how the original stands."""
    found = open_campaign(campaign)
    query, state = request.args.get("q", "").strip(), request.args.get("state", "")
    lines = documents_desk.filtered(board.of_campaign(found, lang), query, state)
    return guard.page(
        "campaigns/desk/texts.html",
        campaign=campaign,
        groups=documents_desk.by_kind(lines),
        everything=not (query or state),
        query=query,
        state=state,
        labels=labels,
        source=found.source_language,
        scheduled=schedules.of_campaign(found.id),
        added=structure.ADDED,
    )


@pages.route("/<language:lang>/desk/<campaign>/texts/new/<kind>", methods=["GET", "POST"])
@guard.staff("pages.edit")
def new(lang: str, campaign: str, kind: str):
    """Begin a text."""
    found = open_campaign(campaign)
    if kind not in structure.ADDED:
        abort(404)
    form, wrong = new_form(kind, request.form if request.method == "POST" else None), []
    if request.method == "POST" and form.validate():
        fields = {name: form[name].data or "" for name in KINDS[kind].fields}
        slug, key = (form.slug.data or "").strip(), (KINDS[kind].blocks or ("lead",))[0]
        texts = [(key, form.text.data or "")]
        who, day = guard.current().staff_id, getattr(form, "on_day", None)
        try:
            structure.add_document(found, kind, slug, fields, texts, actor=who, now=clock.now(), day=day)
        except structure.WrongName as error:
            form.put_fault("slug", SLUG_WRONG[error.why])
        except BlockFaults as error:
            wrong = wording.sentences(error.wrong)
        else:
            address = url_for("pages.document", lang=lang, campaign=campaign, kind=kind, slug=slug)
            return guard.done(address, _("The text is begun. Nobody reads it before it is published."))
        db.session.rollback()
    status = 422 if request.method == "POST" else None
    return guard.page(
        "campaigns/desk/new.html", status, campaign=campaign, kind=kind, form=form, wrong=wrong, labels=labels
    )


@pages.get("/<language:lang>/desk/<campaign>/texts/<kind>/<slug>")
@guard.staff("pages.see")
def document(lang: str, campaign: str, kind: str, slug: str):
    """A text: its blocks in the source language, how its translations stand, publishing."""
    return document_page(lang, campaign, kind, slug)


def document_page(lang: str, campaign: str, kind: str, slug: str, status=None, part=None, schedule=None, wrong=()):
    """The page of a text, with forms as they were filled, and what is wrong with what was asked."""
    found = open_campaign(campaign)
    rows = drafts.rows(found.id, kind, slug).get(found.source_language) if kind in KINDS else None
    if not rows or rows[0].key != HEAD:
        abort(404)
    line = next(line for line in board.of_campaign(found, lang).lines if (line.kind, line.slug) == (kind, slug))
    part = part or PartForm(data={"after": rows[-1].key})
    part.after.choices = [(row.key, _("the title") if row.key == HEAD else row.key) for row in rows]
    return guard.page(
        "campaigns/desk/document.html",
        status,
        campaign=campaign,
        held=found,
        kind=kind,
        slug=slug,
        rows=rows,
        line=line,
        title=board.title(kind, rows[0].fields),
        source=i18n.BY_CODE[found.source_language],
        labels=labels,
        fields=wording.FIELDS,
        html=lambda row: documents_desk.rendered(campaign, found.source_language, row.key, row.text),
        address=lambda code: documents_desk.translation_address(found, lang, kind, slug, code),
        named=documents_desk.languages(found.spoken),
        part=part,
        schedule=schedule or ScheduleForm(),
        planned=schedules.of_document(found.id, kind, slug),
        local=schedules.local,
        free=structure.free_keys(kind, [row.key for row in rows]),
        movable=structure.is_movable(kind),
        wrong=list(wrong),
        public_url=documents_desk.public_url(lang, found, kind, slug),
    )


@pages.post("/<language:lang>/desk/<campaign>/texts/<kind>/<slug>/parts")
@guard.staff("pages.edit")
def add_part(lang: str, campaign: str, kind: str, slug: str):
    """Add a block."""
    found, form = open_campaign(campaign), PartForm(request.form)
    key, after, wrong = (form.key.data or "").strip(), form.after.data or HEAD, []
    if kind not in KINDS:
        abort(404)
    try:
        who = guard.current().staff_id
        structure.add_block(found, kind, slug, key, form.text.data or "", after, actor=who, now=clock.now())
    except NoSource:
        abort(404)
    except structure.WrongName as error:
        form.put_fault("key", SLUG_WRONG[error.why])
    except BlockFaults as error:
        wrong = wording.sentences(error.wrong)
    else:
        return guard.done(_back(lang, campaign, kind, slug), _("The part is added."))
    db.session.rollback()
    return document_page(lang, campaign, kind, slug, 422, part=form, wrong=wrong)


@pages.post("/<language:lang>/desk/<campaign>/texts/<kind>/<slug>/parts/<key>")
@guard.staff("pages.edit")
def change_part(lang: str, campaign: str, kind: str, slug: str, key: str):
    """Move a block up or down, or remove it."""
    found, do = open_campaign(campaign), request.form.get("do", "")
    if kind not in KINDS or do not in ("up", "down", "remove"):
        abort(404)
    who = {"actor": guard.current().staff_id, "now": clock.now()}
    try:
        if do == "remove":
            structure.remove_block(found, kind, slug, key, **who)
        else:
            structure.move_block(found, kind, slug, key, -1 if do == "up" else 1, **who)
    except structure.WrongName:
        abort(404)
    except BlockFaults as error:
        db.session.rollback()
        return document_page(lang, campaign, kind, slug, 422, wrong=wording.sentences(error.wrong))
    said = _("The part is removed. Its history is kept.") if do == "remove" else _("The part is moved.")
    return guard.done(_back(lang, campaign, kind, slug), said)


@pages.post("/<language:lang>/desk/<campaign>/texts/<kind>/<slug>/place")
@guard.staff("pages.edit")
def change_place(lang: str, campaign: str, kind: str, slug: str):
    """Move a text up or down among its kind, or remove one that is published nowhere."""
    found, do = open_campaign(campaign), request.form.get("do", "")
    if kind not in KINDS or do not in ("up", "down", "remove"):
        abort(404)
    who = {"actor": guard.current().staff_id, "now": clock.now()}
    listed = url_for("pages.index", lang=lang, campaign=campaign)
    try:
        if do == "remove":
            structure.remove_document(found, kind, slug, **who)
            return guard.done(listed, _("The text is removed. Its history is kept."))
        structure.move_document(found, kind, slug, -1 if do == "up" else 1, **who)
    except structure.WrongName:
        abort(404)
    except structure.StillNeeded as error:
        db.session.rollback()
        words = ngettext(
            "This ask has to stay: %(count)s published piece of evidence speaks to it. The settings can say that it is"
            " dropped.",
            "This ask has to stay: %(count)s published pieces of evidence speak to it. The settings can say that it is"
            " dropped.",
            error.pieces,
            count=i18n.plain_number(error.pieces),
        )
        return document_page(lang, campaign, kind, slug, 422, wrong=[words])
    except structure.StillPublished:
        db.session.rollback()
        words = _("This text cannot be removed: it is published, or the campaign needs it.")
        return document_page(lang, campaign, kind, slug, 422, wrong=[words])
    return guard.done(listed, _("The order is changed."))


def _back(lang: str, campaign: str, kind: str, slug: str) -> str:
    return url_for("pages.document", lang=lang, campaign=campaign, kind=kind, slug=slug)
