"""The desk's pages of requests about one's own data: one page per request, with its clock and its log."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import audit_queries, guard, holders, navigation
from app.kernel import clock, listing
from app.kernel.db import db

from . import (
    holdings,
    needs,  # noqa: F401 registers what needs somebody
    privacy,
    privacy_queries,
    privacy_rules,
)
from .own_holdings import KINDS, REQUEST_STATES
from .privacy_forms import RequestForm, StepForm

privacy_desk = Blueprint("privacy_desk", __name__, template_folder="templates")

LIST = "/<language:lang>/desk/privacy"
ONE = f"{LIST}/<int:request_id>"

navigation.register("privacy_desk.index", lazy("Privacy"), "privacy.handle", 60, campaign=False)


@privacy_desk.get(LIST)
@guard.staff("privacy.handle")
def index(lang: str):
    """Requests that are open, the most urgent first, or those that have ended."""
    ended, kind = request.args.get("ended") == "1", request.args.get("kind")
    kind = kind if kind in privacy_rules.KINDS else None
    try:
        part = privacy_queries.requests(ended, kind, request.args.get("at"))
    except listing.WrongCursor:
        abort(404)
    values = {"lang": lang, **({"ended": 1} if ended else {}), **({"kind": kind} if kind else {})}
    return guard.page(
        "people/desk_requests.html",
        part=part,
        values=values,
        ended=ended,
        kind=kind,
        kinds=KINDS,
        states=REQUEST_STATES,
        days_left=_days_left,
    )


@privacy_desk.get(f"{LIST}/new")
@guard.staff("privacy.handle")
def new(lang: str):
    """The form for a request that came in."""
    return _new(RequestForm(data={"received_on": clock.today()}))


@privacy_desk.post(LIST)
@guard.staff("privacy.handle")
def receive(lang: str):
    """Write a request down, by the address in the form and in no address of a page, and have its person asked."""
    form = RequestForm(request.form)
    if not form.validate():
        return _new(form, 422)
    who, now = guard.current(), clock.now()
    found = privacy.receive(
        form.kind.data,
        form.address,
        received=form.received_on.data,
        actor=who.staff_id,
        now=now,
        language=form.language.data or None,
        change=form.change(),
        note=form.note.data or None,
    )
    is_new = found.created_at == now
    words = _("A mail is under way that asks whether it was them.") if is_new else _("This request was there already.")
    return guard.done(url_for("privacy_desk.one", lang=lang, request_id=found.id), words)


def _new(form: RequestForm, status: int | None = None):
    return guard.page("people/desk_new.html", status, form=form)


@privacy_desk.get(ONE)
@guard.staff("privacy.handle")
def one(lang: str, request_id: int):
    """One request: what is asked, what is held in numbers, what can be done next, what was done."""
    return _one(request_id, StepForm())


@privacy_desk.post(ONE)
@guard.staff("privacy.handle", fresh=True)
def step(lang: str, request_id: int):
    """Take the step that the button's `action` says; the page again, 409, when somebody was quicker."""
    form, actor, now = StepForm(request.form), guard.current().staff_id, clock.now()
    found = privacy_queries.request_of(request_id) or abort(404)
    valid = form.validate()
    action = request.form.get("action")
    if action in ("restrict", "lift") and found.email:
        return _ask_besides(lang, found, action, actor, now)
    if action == "prove" and not form.proof_note.data:
        form.proof_note.errors, valid = [_("Please write how they proved it.")], False
    if action == "refuse" and not form.answer.data:
        form.answer.errors, valid = [_("Please write why: they have a right to know.")], False
    if not valid:
        return _one(request_id, form, 422)
    try:
        match action:
            case "ask-again":
                privacy.ask_again(request_id, actor=actor, now=now)
                words = _("The mail is under way once more.")
            case "prove":
                privacy.prove_otherwise(request_id, form.proof_note.data, actor=actor, now=now)
                words = _("It is proved. Now it can be done.")
            case "carry-out":
                privacy.carry_out(request_id, actor=actor, now=now)
                words = _("It is done, and a mail is under way that says so.")
            case "refuse":
                privacy.refuse(request_id, form.answer.data, actor=actor, now=now)
                words = _("It is refused, and a mail is under way that says why.")
            case _:
                return _one(request_id, form, 422)
    except privacy.WrongStep:
        db.session.rollback()
        form.notice = _("Somebody was quicker: the request has moved on.")
        return _one(request_id, form, 409)
    return guard.done(url_for("privacy_desk.one", lang=lang, request_id=request_id), words)


def _ask_besides(lang: str, found, kind: str, actor: int, now):
    """A request of its own about the same address: whether to restrict what is held, or to lift that. Its person is
    asked, and so told, before either (GDPR art. 18)."""
    made = privacy.receive(
        kind, found.email, received=clock.today(), actor=actor, now=now, language=found.language, note=None
    )
    words = _("A mail is under way that asks whether it was them.")
    return guard.done(url_for("privacy_desk.one", lang=lang, request_id=made.id), words)


def _one(request_id: int, form: StepForm, status: int | None = None):
    found = privacy_queries.request_of(request_id)
    if found is None:
        abort(404)
    held, others = [], []
    if found.email:
        held = [(holding.label, len(rows)) for holding, rows in holdings.everything(holdings.subject_of(found.email))]
        others = [other for other in privacy_queries.requests_of(found.email) if other.id != found.id]
    log = audit_queries.of_subject(f"request:{found.id}")
    return guard.page(
        "people/desk_request.html",
        status,
        found=found,
        change=privacy.change_of(found),
        held=[(label, number) for label, number in held if number],
        others=others,
        restricted=found.email and privacy_queries.restricted_since(found.email),
        form=form,
        log=log,
        names=holders.names({row.actor for row in log}),
        kinds=KINDS,
        states=REQUEST_STATES,
        days_left=_days_left,
        plain=audit_queries.plain,
    )


def _days_left(due_on) -> int:
    return privacy_rules.days_left(due_on, clock.today())
