"""Editing a block with a preview beside it, its history, and words of before brought back."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _

from app.accounts import guard
from app.accounts.names import names
from app.kernel import clock, i18n
from app.kernel.db import db

from . import diff, documents_desk, drafts, editing, history, labels, wording
from .desk import open_campaign
from .format import HEAD
from .forms import TextForm, head_form
from .kinds import KINDS
from .models import Campaign, Draft

editor = Blueprint("editor", __name__, template_folder="templates")


def _row(campaign: Campaign, kind: str, slug: str, language: str, key: str) -> Draft | None:
    rows = drafts.rows(campaign.id, kind, slug, [language]).get(language, ()) if kind in KINDS else ()
    return next((row for row in rows if row.key == key), None)


@editor.route("/<language:lang>/desk/<campaign>/texts/<kind>/<slug>/edit/<key>", methods=["GET", "POST"])
@guard.staff("pages.edit")
def edit(lang: str, campaign: str, kind: str, slug: str, key: str):
    """Edit a block of the original; `preview` shows what was typed, and saves nothing."""
    found = open_campaign(campaign)
    row = _row(found, kind, slug, found.source_language, key)
    if row is None:
        abort(404)
    if request.method == "GET":
        said = {**(row.fields or {}), "text": row.text, "seen": row.digest}
        return _page(found, row, _form(row, data=said))
    form, wrong, newer = _form(row, request.form), [], None
    text, fields = _said(row, form)
    if "preview" in request.form:
        return _page(found, row, form, status=200)
    try:
        editing.save_block(
            found,
            *(kind, slug, found.source_language, key),
            text=text,
            fields=fields,
            seen=form.seen.data or None,
            actor=guard.current().staff_id,
            now=clock.now(),
        )
    except editing.BlockFaults as error:
        wrong = wording.sentences(error.wrong)
    except editing.Conflict as error:
        newer = error.current
    else:
        back = url_for("pages.document", lang=lang, campaign=campaign, kind=kind, slug=slug)
        return guard.done(back, _("Saved. Nobody reads it before it is published."))
    if newer is not None:
        said = history.plain(kind, newer)
        changes = diff.words(said, _typed(row, form))
        by = names([newer.written_by]).get(newer.written_by)
        form.seen.data = newer.digest
        db.session.rollback()
        return _page(
            open_campaign(campaign), _row(found, kind, slug, found.source_language, key), form, 409, changes, by
        )
    db.session.rollback()
    return _page(open_campaign(campaign), _row(found, kind, slug, found.source_language, key), form, 422, wrong=wrong)


def _form(row: Draft, formdata=None, data=None):
    return head_form(row.kind, formdata, data) if row.key == HEAD else TextForm(formdata, data=data)


def _said(row: Draft, form) -> tuple[str | None, dict[str, str] | None]:
    if row.key != HEAD:
        return form.text.data or "", None
    return None, {name: form[name].data or "" for name in KINDS[row.kind].fields}


def _typed(row: Draft, form) -> str:
    text, fields = _said(row, form)
    return text if fields is None else "\n".join(f"{name}: {value}" for name, value in fields.items())


def _page(campaign: Campaign, row: Draft, form, status=None, changes=None, by=None, wrong=()):
    language = campaign.source_language
    text, _fields = _said(row, form)
    return guard.page(
        "campaigns/desk/edit.html",
        status,
        campaign=campaign.slug,
        row=row,
        form=form,
        is_head=row.key == HEAD,
        field_names=KINDS[row.kind].fields,
        source=i18n.BY_CODE[language],
        preview=documents_desk.rendered(campaign.slug, language, row.key, text),
        changes=changes,
        by=by,
        wrong=list(wrong),
        labels=labels,
    )


@editor.get("/<language:lang>/desk/<campaign>/texts/<kind>/<slug>/history/<code>/<key>")
@guard.staff("pages.see")
def block_history(lang: str, campaign: str, kind: str, slug: str, code: str, key: str):
    """What a block said before, in a language: who, when, and what changed."""
    return _history(lang, campaign, kind, slug, code, key)


def _history(lang: str, campaign: str, kind: str, slug: str, code: str, key: str, status=None, wrong=()):
    found = open_campaign(campaign)
    versions = history.of_block(found.id, kind, slug, code, key)
    if not versions:
        abort(404)
    row = _row(found, kind, slug, code, key)
    return guard.page(
        "campaigns/desk/history.html",
        status,
        campaign=campaign,
        kind=kind,
        slug=slug,
        key=key,
        language=documents_desk.languages([code])[code],
        steps=history.steps(versions),
        seen=row.digest if row else "",
        may_restore=row is not None and _may_write(found, code),
        wrong=list(wrong),
        labels=labels,
    )


def _may_write(campaign: Campaign, code: str) -> bool:
    """The original is for who may edit pages; a translation for who may translate into its language."""
    who = guard.current()
    if code == campaign.source_language:
        return who.may("pages.edit", campaign.slug)
    mine = who.languages(campaign.slug)
    return who.may("pages.translate", campaign.slug) and (mine is None or code in mine)


@editor.post("/<language:lang>/desk/<campaign>/texts/<kind>/<slug>/history/<code>/<key>")
@guard.staff("pages.translate")
def restore(lang: str, campaign: str, kind: str, slug: str, code: str, key: str):
    """Bring words of before back, as a new version."""
    found, number = open_campaign(campaign), request.form.get("version", "")
    version = (
        history.version(found.id, int(number)) if number.isascii() and number.isdigit() and len(number) < 18 else None
    )
    here = (kind, slug, code, key)
    if version is None or (version.kind, version.slug, version.language, version.key) != here:
        abort(404)
    if not _may_write(found, code):
        abort(403)
    who = {"actor": guard.current().staff_id, "now": clock.now()}
    wrong = []
    try:
        editing.restore(found, version, seen=request.form.get("seen") or None, **who)
    except editing.BlockFaults as error:
        wrong = wording.sentences(error.wrong)
    except editing.Conflict:
        wrong = [_("Somebody saved this part just now. Look at what it says now, then choose again.")]
    except editing.NoSource:
        wrong = [_("The original does not have this part any longer.")]
    else:
        back = url_for("editor.block_history", lang=lang, campaign=campaign, kind=kind, slug=slug, code=code, key=key)
        return guard.done(back, _("These words are back. Nobody reads them before they are published."))
    db.session.rollback()
    return _history(lang, campaign, *here, 422, wrong)
