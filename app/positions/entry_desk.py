"""The desk's pages on which evidence is entered and changed: first what it is, then what that kind asks for."""

from datetime import date

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _

from app.accounts import guard
from app.kernel import clock

from . import desk_queries, desk_words, ground, operations, queries, record
from .csv_form import COLUMNS, Fault
from .evidence_desk import ADDRESS, ONE
from .evidence_forms import ASKED_FIRST, FirstForm, details_form, fields_of, speaker_value
from .judging import Known, judged
from .pieces import ALIGNMENT, FREEING, LISTING, OF_GROUPS, WITHDRAWAL

entry = Blueprint("entry", __name__, template_folder="templates")


@entry.get(f"{ADDRESS}/new")
@guard.staff("evidence.edit")
def new(lang: str, campaign: str):
    """First: what kind of act, on which ask, by whom, when."""
    return _first(lang, ground.of(campaign, lang))


@entry.get(f"{ONE}/first")
@guard.staff("evidence.edit")
def again(lang: str, campaign: str, evidence_id: int):
    """The same for a piece that stands."""
    base = ground.of(campaign, lang)
    return _first(lang, base, _open(base, evidence_id))


def _open(base: ground.Ground, evidence_id: int, held: bool = False):
    row = desk_queries.one(base.campaign.id, evidence_id, held) or abort(404)
    return row if row.status in (record.DRAFT, record.CHECKED) else abort(404)


def _known(base: ground.Ground) -> Known:
    return operations.known(base.campaign, clock.today())


def _first(lang: str, base: ground.Ground, row=None, form: FirstForm | None = None):
    if form is None:
        given = {name: request.args.get(name, "") for name in ASKED_FIRST}
        if row is not None and not any(given.values()):
            given = _first_of(row, _known(base))
        form = FirstForm(data=given)
        form.offer(base.titles, base.states, base.groups)
    slug = base.campaign.slug
    target = url_for(".change", lang=lang, campaign=slug, evidence_id=row.id) if row else None
    return guard.page(
        "positions/desk/entry_first.html",
        status=422 if form.errors or form.notice else None,
        campaign=slug,
        form=form,
        row=row,
        target=target or url_for(".details", lang=lang, campaign=slug),
    )


def _first_of(row, known: Known) -> dict[str, str]:
    return {
        "type": row.type,
        "ask": row.ask,
        "date": row.said_on.isoformat(),
        "speaker": speaker_value(row.speaker, row.type, known),
    }


@entry.route(f"{ADDRESS}/new/details", methods=["GET", "POST"])
@guard.staff("evidence.edit")
def details(lang: str, campaign: str):
    """Then: what that kind of act asks for."""
    return _second(lang, ground.of(campaign, lang), None)


@entry.route(f"{ONE}/change", methods=["GET", "POST"])
@guard.staff("evidence.edit")
def change(lang: str, campaign: str, evidence_id: int):
    """Say something else in a draft or a checked piece, which is a draft then."""
    base = ground.of(campaign, lang)
    return _second(lang, base, _open(base, evidence_id, held=request.method == "POST"))


def _second(lang: str, base: ground.Ground, row):
    known = _known(base)
    given = {name: request.args.get(name, "") for name in ASKED_FIRST}
    if row is not None and not any(given.values()):
        given = _first_of(row, known)
    first = FirstForm(data=given)
    first.offer(base.titles, base.states, base.groups)
    cells = first.cells()
    if faults := _faults_of_first(first, cells, known):
        first.blame(faults)
        return _first(lang, base, row, first)
    kind = cells["type"]
    sent = request.form if request.method == "POST" else None
    form = details_form(kind, base.asks[cells["ask"]].variants, sent, _present(row, kind, lang))
    alike = []
    if sent is not None:
        cells |= {name: form[name].data for name in fields_of(kind) if name in form}
        saved, alike = _save(base, row, cells, form, known)
        if saved is not None:
            there = url_for("evidence.one", lang=lang, campaign=base.campaign.slug, evidence_id=saved.id)
            return guard.done(there, _("It is kept as a draft. Another person can check it now."))
    slug, speaker = base.campaign.slug, cells["speaker"]
    values = {"lang": lang, "campaign": slug, **given}
    return guard.page(
        "positions/desk/entry.html",
        status=422 if form.errors or form.notice else None,
        campaign=slug,
        base=base,
        row=row,
        form=form,
        kind=kind,
        cells=cells,
        names=[name for name in fields_of(kind) if name in form],
        alike=alike,
        back=url_for(".again", evidence_id=row.id, **values) if row else url_for(".new", **values),
        action=url_for(".change", evidence_id=row.id, **values) if row else url_for(".details", **values),
        bound=ground.bound(base, speaker, date.fromisoformat(cells["date"])) if kind in OF_GROUPS else None,
        regarded=_regardable(base, cells),
    )


def _faults_of_first(form: FirstForm, cells: dict[str, str], known: Known) -> list:
    """What judging.py says of the four, and of nothing else."""
    whole = {name: cells.get(name, "") for name in COLUMNS} | {"ref": "-", "status": record.DRAFT}
    _, faults = judged(0, whole, known)
    found = [fault for fault in faults if fault.column in ASKED_FIRST]
    if not found and (mixed := form.mixed_up()):
        return [Fault(0, "speaker", mixed)]
    return found


def _present(row, kind: str, lang: str) -> dict:
    """What stands in the form at first."""
    if row is None:
        return {"relevance": record.DIRECT, "confidence": record.HIGH}
    found = {name: getattr(row, queries.COLUMNS[name].key) for name in fields_of(kind)}
    if "states" in found:
        found["states"] = " ".join(found["states"])
    return {**found, "provisional": row.provisional}


def _save(base: ground.Ground, row, cells: dict[str, str], form, known: Known):
    """The piece as it is kept, or None with what is wrong said in the form; and what looks like it."""
    cells = {**cells, "states": cells.get("states", "").replace(",", " ").replace(";", " ").upper()}
    try:
        judging = {**cells, "ref": row.ref if row else "-", "status": record.DRAFT}
        operations.judge_one(base.campaign, judging, clock.now(), known)
    except operations.Unfit as unfit:
        form.blame(unfit.faults)
        return None, []
    day = date.fromisoformat(cells["date"])
    alike = desk_queries.alike(base.campaign.id, day, cells["url"], cells["un_symbol"], row.id if row else None)
    if alike and not form.anyway.data:
        form.anyway.errors = [_("This looks like something that is on file already: see below.")]
        return None, alike
    said = {"actor": guard.current().staff_id, "now": clock.now(), "provisional": form.provisional.data}
    if row is None:
        return operations.enter(base.campaign, cells, judge=known, **said), []
    return operations.change(base.campaign, row, cells, **said), []


def _regardable(base: ground.Ground, cells: dict[str, str]) -> list[tuple[str, str]]:
    """The pieces to choose from, where the type is about one: ref and words."""
    kind = cells["type"]
    if kind == WITHDRAWAL:
        kinds = [one for one in desk_words.TYPES if one != WITHDRAWAL]
    elif kind in FREEING or kind == ALIGNMENT:
        kinds = [*LISTING, "national_statement", "lead_act", "consensus_adoption"]
    else:
        return []
    found = desk_queries.choices(base.campaign.id, cells["ask"], kinds)
    return [
        (
            one.ref,
            f"{desk_words.TYPES[one.type]}, {base.name(one.speaker, one.type)}, {one.said_on}"
            + (f", {one.un_symbol}" if one.un_symbol else ""),
        )
        for one in found
    ]
