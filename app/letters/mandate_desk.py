"""The desk's queue of mandates: who may sign for an organisation is looked at, decided, and told to them."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, navigation
from app.kernel import audit, clock, i18n
from app.kernel.db import db
from app.kernel.listing import WrongCursor
from app.people import words as people_words
from app.states import queries as states

from . import mandate_queries, mandates, mandating, vouching
from .mandate_forms import LookForm, QuestionForm, RefusalForm
from .member_desk import letter_or_404, letters_page
from .models import INDIVIDUAL, ORGANISATION

letter_mandates = Blueprint("letter_mandates", __name__, template_folder="templates")
navigation.register("letter_mandates.index", lazy("Mandates"), "letters.mandates", 55, group=navigation.SIGNATURES)

ALL = "/<language:lang>/desk/<campaign>/mandates"
BASE = "/<language:lang>/desk/<campaign>/letters/<letter>/mandates"
ONE = f"{BASE}/<int:signatory_id>"


@letter_mandates.get(ALL)
@guard.staff("letters.mandates")
def index(lang: str, campaign: str):
    """The campaign's letters; where there is one, straight to what waits under it."""
    words = _("Who signed for an organisation and waits for somebody to look whether they may.")
    return letters_page(lang, campaign, "letter_mandates.queue", _("Mandates"), words)


@letter_mandates.get(BASE)
@guard.staff("letters.mandates")
def queue(lang: str, campaign: str, letter: str):
    """What waits, the oldest first, with the reason for doubt."""
    named = letter_or_404(lang, campaign, letter)
    try:
        cases, part = mandate_queries.queue(named.letter.id, request.args.get("at"))
    except WrongCursor:
        abort(404)
    return guard.page(
        "letters/desk/mandates.html",
        campaign=campaign,
        named=named,
        cases=cases,
        part=part,
        today=clock.today(),
        areas=states.area_names(lang),
        doubts=mandates.DOUBTS,
        values={"lang": lang, "campaign": campaign, "letter": letter},
    )


@letter_mandates.get(ONE)
@guard.staff("letters.mandates")
def one(lang: str, campaign: str, letter: str, signatory_id: int):
    """One sign-on: what is known of it, and what can be decided. Who signs for it stays masked."""
    return _one(lang, campaign, letter, signatory_id)


def _one(lang: str, campaign: str, letter: str, signatory_id: int, status: int | None = None, **values):
    named = letter_or_404(lang, campaign, letter)
    case = mandate_queries.one(named.letter.id, signatory_id) or abort(404)
    forms = {
        "look_form": LookForm(prefix="look-"),
        "question_form": QuestionForm(prefix="question-"),
        "refusal_form": RefusalForm(prefix="refusal-"),
        "clear": None,
    }
    return guard.page(
        "letters/desk/mandate.html",
        status,
        campaign=campaign,
        named=named,
        case=case,
        today=clock.today(),
        areas=states.area_names(lang),
        doubts=mandates.DOUBTS,
        ecosoc=people_words.ECOSOC_WORDS,
        language=i18n.BY_CODE[case.language].autonym if case.language in i18n.BY_CODE else case.language,
        other_roll=_other_roll(case, named.letter),
        place={"lang": lang, "campaign": campaign, "letter": letter, "signatory_id": signatory_id},
        **{**forms, **values},
    )


def _other_roll(case: mandate_queries.Case, letter) -> str | None:
    """The list that this could be moved to."""
    if case.roll == INDIVIDUAL:
        return ORGANISATION
    return INDIVIDUAL if letter.individuals else None


@letter_mandates.post(f"{ONE}/look")
@guard.staff("letters.mandates", fresh=True)
def look(lang: str, campaign: str, letter: str, signatory_id: int):
    """Show once everything that was said, and write down that it was looked at, and why."""
    named = letter_or_404(lang, campaign, letter)
    clear = mandate_queries.in_the_clear(named.letter.id, signatory_id) or abort(404)
    form = LookForm(request.form, prefix="look-")
    if not form.validate():
        return _one(lang, campaign, letter, signatory_id, 422, look_form=form)
    # The letter and not the signatory: a look at somebody hidden must not be found by their number either.
    who, subject = guard.current(), f"letter:{letter}"
    audit.record(
        "letters.look", subject, actor=who.staff_id, now=clock.now(), campaign=campaign, reason=form.reason.data
    )
    db.session.commit()
    return _one(lang, campaign, letter, signatory_id, clear=clear)


@letter_mandates.post(ONE)
@guard.staff("letters.mandates")
def decide(lang: str, campaign: str, letter: str, signatory_id: int):
    """Accept, ask, refuse with a reason, or move to the other list; each is logged, and told by mail."""
    named = letter_or_404(lang, campaign, letter)
    case = mandate_queries.one(named.letter.id, signatory_id) or abort(404)
    acting = {"actor": guard.current().staff_id, "now": clock.now()}
    queue_url = url_for(".queue", lang=lang, campaign=campaign, letter=letter)
    again = (lang, campaign, letter, signatory_id)
    match request.form.get("action"):
        case "accept":
            done = mandating.accept(signatory_id, mandating.LOOKED, **acting)
            return guard.done(queue_url, _("It counts, and they are told.") if done else _gone())
        case "ask":
            form = QuestionForm(request.form, prefix="question-")
            if not form.validate():
                return _one(*again, 422, question_form=form)
            done = vouching.ask(named.letter.id, signatory_id, form.question.data, **acting)
            return guard.done(queue_url, _("They are asked by mail.") if done else _gone())
        case "refuse":
            form = RefusalForm(request.form, prefix="refusal-")
            if not form.validate():
                return _one(*again, 422, refusal_form=form)
            done = mandating.refuse(signatory_id, form.reason.data, **acting)
            return guard.done(queue_url, _("It does not count, and they are told why.") if done else _gone())
        case "move":
            done = mandating.move(signatory_id, _other_roll(case, named.letter) or "", **acting)
            words = _("They stand in the other list, and are told.") if done else _("This could not be moved.")
            return guard.done(queue_url, words)
    return _one(*again, 422)


def _gone() -> str:
    return _("Somebody else decided it meanwhile, or it was withdrawn.")
