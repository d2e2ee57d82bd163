"""The desk's pages of exports: what can be had, for what purpose, and one's own files for a day."""

from datetime import date, datetime

from flask import Blueprint, Response, abort, request, stream_with_context, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import DateField, DateTimeLocalField, Form, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from app.kernel import clock, http, spreadsheet
from app.kernel.db import db

from . import exports, guard, navigation

exports_desk = Blueprint("exports", __name__, template_folder="templates")

SITE = "/<language:lang>/desk/exports"
CAMPAIGN = "/<language:lang>/desk/<campaign>/exports"
FORMS = ("csv", "xlsx")

navigation.register("exports.site", lazy("Exports"), "exports.own", 80, campaign=False)
navigation.register("exports.campaign", lazy("Exports"), "exports.own", 80, campaign=True, group=navigation.OUTWARD)


@exports_desk.get(SITE)
@guard.staff("exports.own")
def site(lang: str):
    """What can be exported of the whole site, and one's own files."""
    return _list(None)


@exports_desk.get(CAMPAIGN)
@guard.staff("exports.own")
def campaign(lang: str, campaign: str):
    """What can be exported of a campaign, and one's own files."""
    return _list(campaign)


def _list(slug: str | None):
    who, now = guard.current(), clock.now()
    return guard.page(
        "desk/exports.html",
        campaign=slug,
        kinds=exports.kinds(who, slug),
        own=exports.own(who.staff_id, slug, now),
        kind_of=exports.kind_of,
        now=now,
    )


@exports_desk.get(f"{SITE}/<what>")
@guard.staff("exports.own")
def choose_site(lang: str, what: str):
    """What of it, in which form, and what for. A list's own link brings its filters along in the address."""
    kind = _kind(what, None)
    return _form(kind, None, _blank(kind, None))


@exports_desk.get(f"{CAMPAIGN}/<what>")
@guard.staff("exports.own")
def choose_campaign(lang: str, campaign: str, what: str):
    """The same of a campaign."""
    kind = _kind(what, campaign)
    return _form(kind, campaign, _blank(kind, campaign))


@exports_desk.post(f"{SITE}/<what>")
@guard.staff("exports.own", fresh=True)
def ask_site(lang: str, what: str):
    """Have the file made: 303 to how far it is, or the form again: 422."""
    return _ask(lang, what, None)


@exports_desk.post(f"{CAMPAIGN}/<what>")
@guard.staff("exports.own", fresh=True)
def ask_campaign(lang: str, campaign: str, what: str):
    """The same of a campaign."""
    return _ask(lang, what, campaign)


@exports_desk.get(f"{SITE}/<int:export_id>/file")
@guard.staff("exports.own", fresh=True)
def file(lang: str, export_id: int):
    """The file, to who asked for it, while it lasts, and only if they still may have it."""
    who, now = guard.current(), clock.now()
    export = exports.file_of(export_id, who, now)
    if export is None:
        abort(404)
    exports.take(export, now)
    name = f"{export.name}-{export.ready_at:%Y-%m-%d}.{export.form}"
    media_type, size = spreadsheet.WRITERS[export.form].media_type, export.size
    db.session.commit()
    response = Response(stream_with_context(exports.pieces(export_id)), content_type=media_type)
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    response.headers["Content-Length"] = str(size)
    return http.private(response)


def _kind(what: str, slug: str | None) -> exports.Kind:
    found = [kind for kind in exports.kinds(guard.current(), slug) if kind.name == what]
    if not found:
        abort(404)
    return found[0]


def _may_have_people(kind: exports.Kind, slug: str | None) -> bool:
    return bool(kind.personal_columns and kind.personal_action) and guard.current().may(kind.personal_action, slug)


def _form_class(kind: exports.Kind, slug: str | None, given: dict[str, str]) -> type[Form]:
    """The form of one export: its filters are fields of their own. `given`: what is chosen of them."""
    columns = [SelectChoice("safe", _("Without what names people"))]
    if _may_have_people(kind, slug):
        columns.append(SelectChoice("personal", _("With personal data")))
    fields = {
        "columns": RadioField(_("What stands in it"), choices=columns, default="safe"),
        "purpose": TextAreaField(
            _("What for"),
            [Length(max=500, message=_("At most 500 characters, please."))],
            filters=[lambda text: (text or "").strip()],
        ),
        "form": RadioField(
            _("Form"),
            choices=[SelectChoice("csv", _("CSV, for any program")), SelectChoice("xlsx", _("Workbook (.xlsx)"))],
            default="csv",
        ),
    }
    for wanted in kind.filters:
        if wanted.moment:
            fields[f"by_{wanted.name}"] = _Moment(str(wanted.label), [Optional()])
        elif (pairs := _pairs(wanted, slug, given.get(wanted.name, ""))) is None:
            fields[f"by_{wanted.name}"] = _Day(str(wanted.label), [Optional()])
        elif pairs or wanted.choices:
            choices = [SelectChoice("", _("All")), *(SelectChoice(*pair) for pair in pairs)]
            fields[f"by_{wanted.name}"] = SelectField(str(wanted.label), choices=choices, default="")
    return type("ExportForm", (_Checked,), fields)


def _pairs(wanted: exports.Filter, slug: str | None, value: str) -> list[tuple[str, str]] | None:
    """What can be chosen, with its words; None: a day is. Of what a list brings along there is that, or nothing."""
    if wanted.choices:
        return wanted.choices(slug)
    if wanted.brought is None:
        return None
    words = wanted.brought(value) if value else None
    return [(value, words)] if words else []


class _Day(DateField):
    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Please write a day as year-month-day, such as 2026-05-01.")) from None


class _Moment(DateTimeLocalField):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"], **kwargs)

    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Please write a day and a time, such as 2026-12-24T18:00.")) from None


class _Checked(Form):
    notice: str | None = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, meta={"locales": False}, **kwargs)

    def validate(self, extra_validators=None):
        valid = super().validate(extra_validators)
        for field in self:
            if isinstance(field, RadioField | SelectField) and field.errors:
                field.errors = [_("Please choose one of these.")]
        if self.columns.data == "personal" and not self.purpose.data:
            self.purpose.errors = [_("Personal data leave the house for a purpose: please write what for.")]
            return False
        return valid


def _blank(kind: exports.Kind, slug: str | None) -> Form:
    """The form with what a list's link brought; 404 where that is nothing a list says: "all" in its place would be more
    than was asked for."""
    given = {wanted.name: request.args.get(wanted.name, "") for wanted in kind.filters}
    made = _form_class(kind, slug, given)
    data = {}
    for wanted in kind.filters:
        value = given[wanted.name]
        if not value:
            continue
        if wanted.choices or wanted.brought:
            pairs = _pairs(wanted, slug, value)
            data[f"by_{wanted.name}"] = value if value in dict(pairs) else abort(404)
        else:
            data[f"by_{wanted.name}"] = _said(value, datetime if wanted.moment else date) or abort(404)
    return made(data=data)


def _said(text: str, kind: type[date]) -> date | None:
    try:
        return kind.fromisoformat(text)
    except ValueError:
        return None


def _ask(lang: str, what: str, slug: str | None):
    kind = _kind(what, slug)
    given = {wanted.name: request.form.get(f"by_{wanted.name}", "") for wanted in kind.filters}
    form = _form_class(kind, slug, given)(request.form)
    gone = [name for name, value in given.items() if value and f"by_{name}" not in form]
    if gone:
        # What no list says: a file without it would hold more.
        abort(404)
    if not form.validate():
        return _form(kind, slug, form, 422)
    filters = {wanted.name: form[f"by_{wanted.name}"].data for wanted in kind.filters if given[wanted.name]}
    work_id = exports.ask(
        kind,
        guard.current(),
        campaign=slug,
        personal=form.columns.data == "personal",
        form=form.form.data,
        purpose=form.purpose.data,
        filters={
            name: value.isoformat() if isinstance(value, date) else value for name, value in filters.items() if value
        },
        now=clock.now(),
    )
    return guard.done(url_for("desk.work", lang=lang, work_id=work_id))


def _form(kind: exports.Kind, slug: str | None, form: Form, status: int | None = None):
    return guard.page(
        "desk/export.html",
        status,
        campaign=slug,
        kind=kind,
        form=form,
        filters=[form[f"by_{wanted.name}"] for wanted in kind.filters if f"by_{wanted.name}" in form],
        people=_may_have_people(kind, slug),
        back=url_for(
            "exports.campaign" if slug else "exports.site", **({"campaign": slug} if slug else {}), lang=_lang()
        ),
    )


def _lang() -> str:
    return request.view_args["lang"]
