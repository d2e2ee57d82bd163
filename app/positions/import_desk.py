"""The desk's pages about files of evidence: upload, what would become of each row, taking in."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import FileField, Form

from app.accounts import guard, navigation
from app.campaigns.desk import open_campaign
from app.kernel import clock
from app.kernel.listing import WrongCursor

from . import csv_form, import_queries, intake
from .import_models import LIKE

evidence_imports = Blueprint("evidence_imports", __name__, template_folder="templates")
ADDRESS = "/<language:lang>/desk/<campaign>/evidence/imports"
STATE_WORDS = {
    "reading": lazy("The file is being read."),
    "read": lazy("The file was read. Nothing of it is stored yet."),
    "applying": lazy("The file is being taken in."),
    "applied": lazy("The file was taken in."),
    "dropped": lazy("The file was deleted. Nothing of it was taken in."),
}
FATE_WORDS = {
    "new": lazy("New"),
    "same": lazy("On file already, word for word"),
    "faulty": lazy("Refused"),
    LIKE: lazy("From the same source as another"),
}
navigation.register("evidence_imports.index", lazy("Evidence from files"), "evidence.edit", 44)


class FileForm(Form):
    """The file; what is wrong with it is said by whoever reads it."""

    notice = None
    file = FileField(lazy("File: CSV"))


@evidence_imports.get(ADDRESS)
@guard.staff("evidence.edit")
def index(lang: str, campaign: str):
    """The files that came."""
    found = open_campaign(campaign)
    try:
        part = import_queries.imports(found.id, request.args.get("at"))
    except WrongCursor:
        abort(404)
    values = {"lang": lang, "campaign": campaign}
    return guard.page("positions/desk/imports.html", campaign=campaign, part=part, values=values, states=STATE_WORDS)


@evidence_imports.route(f"{ADDRESS}/new", methods=["GET", "POST"])
@guard.staff("evidence.edit")
def new(lang: str, campaign: str):
    """Upload a file."""
    found = open_campaign(campaign)
    # Other forms are small; a table of evidence is not.
    request.max_content_length = intake.MOST_BYTES + 64 * 1024
    form = FileForm(request.files if request.method == "POST" else None)
    if request.method == "POST":
        sent = request.files.get("file")
        content = sent.read(intake.MOST_BYTES + 1) if sent else b""
        try:
            who = guard.current().staff_id
            made = intake.begin(found, content, language=lang, actor=who, now=clock.now())
            return guard.done(url_for("desk.work", lang=lang, work_id=made.work_id))
        except ValueError:
            large = len(content) > intake.MOST_BYTES
            empty = _("The file is empty.") if sent and sent.filename else _("Please choose a file.")
            form.file.errors = [_("The file is too large: at most 128 MB.") if large else empty]
    return guard.page(
        "positions/desk/import_new.html",
        status=422 if form.file.errors else None,
        campaign=campaign,
        form=form,
        columns=csv_form.COLUMNS,
        needed=csv_form.NEEDED,
    )


@evidence_imports.get(f"{ADDRESS}/<int:import_id>")
@guard.staff("evidence.edit")
def show(lang: str, campaign: str, import_id: int):
    """What would become of each row, or became of it."""
    made = _one(campaign, import_id)
    fate = request.args.get("fate") if request.args.get("fate") in FATE_WORDS else None
    try:
        part = import_queries.rows(made.id, fate, request.args.get("at"))
    except WrongCursor:
        abort(404)
    values = {"lang": lang, "campaign": campaign, "import_id": made.id}
    return guard.page(
        "positions/desk/import.html",
        campaign=campaign,
        made=made,
        part=part,
        fate=fate,
        fates=[(name, made.counts[name]) for name in FATE_WORDS if made.counts.get(name)],
        values=values | ({"fate": fate} if fate else {}),
        plain=values,
        state_words=STATE_WORDS,
        fate_words=FATE_WORDS,
    )


@evidence_imports.post(f"{ADDRESS}/<int:import_id>/apply")
@guard.staff("evidence.edit")
def apply(lang: str, campaign: str, import_id: int):
    """Take it in."""
    made = _one(campaign, import_id)
    try:
        work = intake.apply(made.id, guard.current().staff_id, clock.now())
    except intake.WrongState:
        return _too_late(lang, campaign, import_id)
    return guard.done(url_for("desk.work", lang=lang, work_id=work))


@evidence_imports.post(f"{ADDRESS}/<int:import_id>/drop")
@guard.staff("evidence.edit")
def drop(lang: str, campaign: str, import_id: int):
    """Delete the file."""
    made = _one(campaign, import_id)
    try:
        intake.drop(made.id, guard.current().staff_id, clock.now())
    except intake.WrongState:
        return _too_late(lang, campaign, import_id)
    return guard.done(url_for(".index", lang=lang, campaign=campaign), str(STATE_WORDS["dropped"]))


def _too_late(lang: str, campaign: str, import_id: int):
    there = url_for(".show", lang=lang, campaign=campaign, import_id=import_id)
    return guard.done(there, _("This was done already, or cannot be done any more."))


def _one(campaign: str, import_id: int):
    return import_queries.one(open_campaign(campaign).id, import_id) or abort(404)
