"""The desk's pages about imports: upload, columns, dry run, taking in, taking back. Each is its owner's alone."""

import io

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.datastructures import CombinedMultiDict

from app.accounts import guard
from app.kernel import clock
from app.kernel.listing import WrongCursor
from app.states import queries as states

from . import import_queries, words
from .import_forms import FileForm, OptionsForm, columns_said
from .import_models import FATES
from .importing import applying, consents, operations, reading
from .importing.columns import PRODUCTS, guessed, product_of, unheaded
from .org_desk import network_names

imports = Blueprint("imports", __name__, template_folder="templates")

MOST_PASTED = 4 * 1024 * 1024
UNREADABLE = {
    "empty": lazy("The file is empty."),
    "large": lazy("The file is too large. Please split it: at most 64 MB each."),
    "rows": lazy("The file has too many rows. Please split it: at most 250,000 each."),
    "columns": lazy("The file has more than 100 columns."),
    "old-excel": lazy("This is an old Excel file (.xls). Please save it as .xlsx or as CSV."),
    "archive": lazy("This is an archive of several files. Please unpack it, and choose them one by one."),
    "broken": lazy("The file cannot be read. Please save it again as .xlsx or as CSV."),
    "binary": lazy("This is neither a table in .xlsx nor CSV."),
}


@imports.get("/<language:lang>/desk/organisations/imports")
@guard.staff("organisations.import")
def index(lang: str):
    """One's own imports."""
    try:
        part = import_queries.imports(guard.current().staff_id, request.args.get("at"))
    except WrongCursor:
        abort(404)
    return guard.page("people/imports.html", part=part, values={"lang": lang})


@imports.route("/<language:lang>/desk/organisations/imports/new", methods=["GET", "POST"])
@guard.staff("organisations.import")
def new(lang: str):
    """Upload a file."""
    # Other forms are small; a list is not.
    request.max_content_length = reading.MOST_BYTES + MOST_PASTED + 64 * 1024
    request.max_form_memory_size = MOST_PASTED
    form = FileForm(CombinedMultiDict([request.form, request.files]) if request.method == "POST" else None)
    if request.method == "POST":
        sent, pasted = request.files.get("file"), form.pasted.data or ""
        try:
            made = operations.begin(
                sent.stream if sent and sent.filename else io.BytesIO(pasted.encode()),
                lang=lang,
                networks=guard.current().networks,
                actor=guard.current().staff_id,
                now=clock.now(),
            )
            return guard.done(url_for(".columns", lang=lang, import_id=made))
        except reading.Unreadable as error:
            given = (sent and sent.filename) or pasted.strip()
            words_ = UNREADABLE[error.code] if given else _("Please choose a file, or paste cells.")
            (form.pasted if pasted.strip() and not (sent and sent.filename) else form.file).errors = [words_]
    return guard.page(
        "people/import_new.html", status=422 if form.file.errors or form.pasted.errors else None, form=form
    )


@imports.route("/<language:lang>/desk/organisations/imports/<int:import_id>/columns", methods=["GET", "POST"])
@guard.staff("organisations.import")
def columns(lang: str, import_id: int):
    """Say what the columns are, and have the rows tried out."""
    made = _mine(import_id)
    if made.state not in ("uploaded", "checked") or made.size is None:
        abort(404)
    who, now = guard.current(), clock.now()
    head = operations.head(made)
    width = max(len(line.cells) for line in head)
    needed = made.networks is not None
    form = OptionsForm(
        request.form if request.method == "POST" else None,
        lang=lang,
        networks=network_names(lang),
        needed=needed,
        today=now.date(),
        language=lang,
        **_said(made),
    )
    headed = head[0].number > 0
    chosen = list(made.columns) or (guessed(head[0].cells) if headed else unheaded(head[1].cells))
    wrong = None
    if request.method == "POST":
        chosen, wrong = columns_said(request.form, width)
        form.notice = wrong
        if form.validate() and not wrong:
            network = int(form.network.data) if form.network.data else None
            work = operations.try_out(
                made.id,
                chosen,
                network_id=network,
                policy=form.policy.data,
                consent=form.consent(),
                actor=who.staff_id,
                now=now,
            )
            return guard.done(url_for("desk.work", lang=lang, work_id=work))
    return guard.page(
        "people/import_columns.html",
        status=422 if wrong or form.errors else None,
        form=form,
        made=made,
        head=head,
        width=width,
        product=PRODUCTS.get(product_of(head[0].cells)),
        chosen=[*chosen, *[None] * width][:width],
        headed=headed,
        sheet=operations.sheet(made),
        unreadable=UNREADABLE.get(made.counts.get("unreadable")),
    )


def _said(made) -> dict:
    said = {"network": str(made.network_id or ""), "policy": made.policy}
    if made.consent:
        kept = {name: made.consent[name] for name in ("purposes", "wording", "way")}
        said |= kept | {
            "language": made.consent["language"],
            "on": consents.agreement_of(made).at.date(),
            "place": made.consent.get("place") or "",
        }
    return said


@imports.get("/<language:lang>/desk/organisations/imports/<int:import_id>")
@guard.staff("organisations.import")
def show(lang: str, import_id: int):
    """The dry run: what becomes of each row, and what to do now."""
    made = _mine(import_id)
    fate = request.args.get("fate") if request.args.get("fate") in FATES else None
    try:
        part, lines = import_queries.rows(made.id, fate, guard.current().networks, request.args.get("at"))
    except WrongCursor:
        abort(404)
    takes = applying.takes(made.policy)
    return guard.page(
        "people/import.html",
        made=made,
        part=part,
        lines=lines,
        fate=fate,
        fates=[(name, made.counts[name]) for name in FATES if made.counts.get(name)],
        takes=takes,
        taken=sum(made.counts.get(name, 0) for name in takes),
        values={"lang": lang, "import_id": made.id, **({"fate": fate} if fate else {})},
        areas=states.area_names(lang),
        problem_words=words.PROBLEM_WORDS,
        can_undo=applying.can_undo(made, clock.now()),
    )


@imports.post("/<language:lang>/desk/organisations/imports/<int:import_id>/apply")
@guard.staff("organisations.import")
def apply(lang: str, import_id: int):
    """Take it in."""
    return _act(lang, import_id, "apply")


@imports.post("/<language:lang>/desk/organisations/imports/<int:import_id>/drop")
@guard.staff("organisations.import")
def drop(lang: str, import_id: int):
    """Delete the file, with what was read of it."""
    return _act(lang, import_id, "drop")


@imports.post("/<language:lang>/desk/organisations/imports/<int:import_id>/undo")
@guard.staff("organisations.import")
def undo(lang: str, import_id: int):
    """Take it back."""
    return _act(lang, import_id, "undo")


def _act(lang: str, import_id: int, act: str):
    made = _mine(import_id)
    who, now = guard.current(), clock.now()
    there = url_for(".show", lang=lang, import_id=made.id)
    try:
        if act == "drop":
            operations.drop(made.id, who.staff_id, now)
            return guard.done(url_for(".index", lang=lang), _("The file is deleted. Nothing of it was taken in."))
        work = (applying.apply if act == "apply" else applying.undo)(made.id, who.staff_id, now)
        return guard.done(url_for("desk.work", lang=lang, work_id=work))
    except operations.WrongState:
        return guard.done(there, _("This was done already, or cannot be done any more."))


def _mine(import_id: int):
    """One's own import; a coordinator who lost a network sees nothing of what was made for it."""
    who = guard.current()
    made = import_queries.one(import_id, who.staff_id) or abort(404)
    if who.networks is not None and (made.networks is None or set(made.networks) - set(who.networks)):
        abort(404)
    return made
