"""The desk's pages of evidence: the list, one piece with its history, and the steps on its way."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, holders, navigation
from app.kernel import clock, http
from app.kernel.listing import WrongCursor

from . import archive_views, desk_queries, desk_words, ground, operations, queries, record, words
from .evidence_forms import ReasonForm, SearchForm, SourceForm, fields_of
from .exporting import STATUS_WORDS
from .judging import VOTE
from .models import MOST_ARCHIVED
from .wording import LEVELS, POSITIONS

evidence = Blueprint("evidence", __name__, template_folder="templates")
ADDRESS = "/<language:lang>/desk/<campaign>/evidence"
ONE = f"{ADDRESS}/<int:evidence_id>"
STEPS = {
    "check": operations.check,
    "publish": operations.publish,
    "confirm": operations.confirm,
    "recheck": operations.recheck,
}
navigation.register("evidence.index", lazy("Evidence"), "evidence.see", 42)


@evidence.app_context_processor
def _words():
    return {
        "evidence_words": desk_words,
        "evidence_statuses": STATUS_WORDS,
        "position_words": POSITIONS,
        "level_words": LEVELS,
    }


@evidence.get(ADDRESS)
@guard.staff("evidence.see")
def index(lang: str, campaign: str):
    """The list: search, filters, order."""
    base = ground.of(campaign, lang)
    form = SearchForm(request.args)
    form.offer(base.titles, base.speakers())
    try:
        part = desk_queries.pieces(base.campaign.id, form.search(), request.args.get("at"))
    except WrongCursor:
        abort(404)
    said = form.values()
    return guard.page(
        "positions/desk/evidence.html",
        campaign=campaign,
        base=base,
        form=form,
        part=part,
        said=said,
        narrowed={name: value for name, value in said.items() if name != "sort"},
        values={"lang": lang, "campaign": campaign, **said},
    )


@evidence.get(ONE)
@guard.staff("evidence.see")
def one(lang: str, campaign: str, evidence_id: int):
    """A piece: everything, its history, what it decides now, and what may be done next."""
    return page(lang, campaign, evidence_id)


def page(
    lang: str, campaign: str, evidence_id: int, reason: ReasonForm | None = None, source: SourceForm | None = None
):
    """The page of a piece; a form that came back with something wrong in it makes it 422."""
    base = ground.of(campaign, lang)
    row = desk_queries.one(base.campaign.id, evidence_id) or abort(404)
    now, who = clock.now(), guard.current()
    entries = desk_queries.history(row)
    about = desk_queries.regarding(base.campaign.id, row.ref)
    asked = ("states", *fields_of(row.type))
    values = {name: getattr(row, queries.COLUMNS[name].key) for name in asked}
    of_group = row.type == "group_statement" and not row.states and row.speaker in base.groups
    return guard.page(
        "positions/desk/piece.html",
        status=422 if reason or source else None,
        campaign=campaign,
        base=base,
        row=row,
        values=values,
        choices=_said(row),
        regarded=desk_queries.linked(base.campaign.id, [row.regards]).get(row.regards),
        about=about,
        decided=desk_queries.decided(base.campaign.id, row.ref),
        withheld=queries.withheld(base.campaign.id, row.ask),
        bound=ground.bound(base, row.speaker, row.said_on) if of_group else None,
        entries=entries,
        names=holders.names({entry.actor for entry in entries}),
        version=desk_queries.version(base.campaign.id, row.ask),
        steps=next_steps(row, base, now, who.staff_id),
        needs_symbol=words.evidence_types()[row.type].needs_symbol and not row.un_symbol,
        alone=row.entered_by == who.staff_id and now < row.changed_at + operations.ALONE_AFTER,
        reason=reason or ReasonForm(),
        source=source or SourceForm(),
    )


def _said(row) -> dict[str, str]:
    """The words of fields that hold a code."""
    found = {
        "relevance": desk_words.RELEVANCES.get(row.relevance, ""),
        "confidence": desk_words.CONFIDENCES[row.confidence],
        "signal": POSITIONS.get(row.signal, ""),
    }
    if row.type == VOTE:
        found |= {
            "on": desk_words.ON.get(row.on_what, ""),
            "yes_means": desk_words.YES_MEANS.get(row.yes_means, ""),
            "cast": desk_words.CASTS.get(row.vote_cast, ""),
        }
    return found


def next_steps(row, base: ground.Ground, now, staff_id: int) -> list[str]:
    """Which of STEPS can be done with a piece now, by this colleague. What came in a roll is checked with it."""
    found = []
    if row.status == record.DRAFT and not row.roll_id:
        alone = row.entered_by == staff_id and now < row.changed_at + operations.ALONE_AFTER
        symbol = words.evidence_types()[row.type].needs_symbol and not row.un_symbol
        if not alone and not symbol:
            found.append("check")
    if row.status == record.CHECKED and not row.roll_id:
        found.append("publish")
    if row.status != record.WITHDRAWN:
        if row.provisional:
            found.append("confirm")
        if row.ask_version < desk_queries.version(base.campaign.id, row.ask):
            found.append("recheck")
    return found


@evidence.post(f"{ONE}/step")
@guard.staff("evidence.check")
def step(lang: str, campaign: str, evidence_id: int):
    """Check, publish, confirm, or check again for a new text of the ask."""
    base = ground.of(campaign, lang)
    row = desk_queries.one(base.campaign.id, evidence_id, held=True) or abort(404)
    there = url_for(".one", lang=lang, campaign=campaign, evidence_id=row.id)
    name = request.form.get("step", "")
    act = STEPS.get(name) or abort(404)
    # Nobody says that they compared what was changed since they read it.
    changed = request.form.get("seen", row.changed_at.isoformat()) != row.changed_at.isoformat()
    if changed or (row.roll_id and name in ("check", "publish")):
        return guard.done(there, str(desk_words.NOT_YET["status"]))
    try:
        act(base.campaign, row, actor=guard.current().staff_id, now=clock.now())
    except operations.NotYet as refused:
        return guard.done(there, str(desk_words.NOT_YET[refused.why]))
    return guard.done(there, str(desk_words.DONE[name]))


@evidence.post(f"{ONE}/withdraw")
@guard.staff("evidence.check")
def withdraw(lang: str, campaign: str, evidence_id: int):
    """Take a piece back, with a reason."""
    base = ground.of(campaign, lang)
    row = desk_queries.one(base.campaign.id, evidence_id, held=True) or abort(404)
    form = ReasonForm(request.form)
    if not form.validate():
        return page(lang, campaign, evidence_id, reason=form)
    there = url_for(".one", lang=lang, campaign=campaign, evidence_id=row.id)
    try:
        operations.withdraw(base.campaign, row, form.reason.data, actor=guard.current().staff_id, now=clock.now())
    except operations.NotYet as refused:
        return guard.done(there, str(desk_words.NOT_YET[refused.why]))
    return guard.done(there, str(desk_words.DONE["withdraw"]))


@evidence.post(f"{ONE}/source")
@guard.staff("evidence.edit")
def attach(lang: str, campaign: str, evidence_id: int):
    """Keep the source's text or PDF with a piece."""
    # Other forms are small; a source is not.
    request.max_content_length = MOST_ARCHIVED + 64 * 1024
    base = ground.of(campaign, lang)
    row = desk_queries.one(base.campaign.id, evidence_id, held=True) or abort(404)
    sent = request.files.get("file")
    content = sent.read(MOST_ARCHIVED + 1) if sent else b""
    try:
        operations.attach(base.campaign, row, content, actor=guard.current().staff_id, now=clock.now())
    except ValueError as refused:
        form = SourceForm()
        form.file.errors = [_source_fault(str(refused), content)]
        return page(lang, campaign, evidence_id, source=form)
    there = url_for(".one", lang=lang, campaign=campaign, evidence_id=row.id)
    return guard.done(there, _("The source is kept."))


def _source_fault(why: str, content: bytes) -> str:
    if why == "type":
        return _("This is neither a PDF nor plain text in UTF-8.")
    return _("The file is too large: at most 10 MB.") if content else _("Please choose a file that is not empty.")


@evidence.get(f"{ONE}/source")
@guard.staff("evidence.see")
def source(lang: str, campaign: str, evidence_id: int):
    """The kept source of a piece, as a file, whatever its status."""
    base = ground.of(campaign, lang)
    row = desk_queries.one(base.campaign.id, evidence_id) or abort(404)
    found = row.archived and queries.archived(base.campaign.id, row.archived, public=False)
    if not found:
        abort(404)
    return http.private(archive_views.answer(found))
