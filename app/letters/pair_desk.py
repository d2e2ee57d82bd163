"""The desk's pages about signatories that may be one: side by side, joined or kept apart by whoever looks."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _

from app.accounts import guard
from app.kernel import audit, clock
from app.kernel.db import db
from app.people import words as people_words
from app.states import queries as states

from . import likeness, mandate_queries, pairing
from .mandate_forms import LookForm
from .member_desk import letter_or_404

letter_doubles = Blueprint("letter_doubles", __name__, template_folder="templates")

BASE = "/<language:lang>/desk/<campaign>/letters/<letter>/doubles"
PAIR = f"{BASE}/<int:one_id>/<int:other_id>"
SIZE = 25


def reason_words(code: str) -> str:
    """What a reason of likeness says."""
    if code == likeness.PERSON:
        return _("One name: perhaps one person in two lists, or in two languages")
    return str(people_words.REASON_WORDS.get(code, code))


@letter_doubles.get(BASE)
@guard.staff("letters.mandates")
def index(lang: str, campaign: str, letter: str):
    """Pairs that may be one, the likeliest first."""
    named = letter_or_404(lang, campaign, letter)
    found, made_at = pairing.pairs(named.letter.id)
    start = min(max(request.args.get("from", 0, type=int), 0), pairing.MOST)
    shown = found[start : start + SIZE]
    there = pairing.signatories(named.letter.id, {key for pair in shown for key in (pair.first, pair.second)})
    both = [
        (pair, mandate_queries.case_of(there[pair.first]), mandate_queries.case_of(there[pair.second]))
        for pair in shown
        if pair.first in there and pair.second in there
    ]
    return guard.page(
        "letters/desk/pairs.html",
        campaign=campaign,
        named=named,
        pairs=both,
        made_at=made_at,
        further=start + SIZE if len(found) > start + SIZE else None,
        reason_words=reason_words,
        areas=states.area_names(lang),
        values={"lang": lang, "campaign": campaign, "letter": letter},
    )


@letter_doubles.post(BASE)
@guard.staff("letters.mandates")
def look_again(lang: str, campaign: str, letter: str):
    """Compare everybody anew."""
    named = letter_or_404(lang, campaign, letter)
    pairing.compare(named.letter.id, clock.now())
    return guard.done(url_for(".index", lang=lang, campaign=campaign, letter=letter), _("Everybody was compared."))


@letter_doubles.get(PAIR)
@guard.staff("letters.mandates")
def pair(lang: str, campaign: str, letter: str, one_id: int, other_id: int):
    """Two side by side. Whoever is not to be named stays masked."""
    return _pair(lang, campaign, letter, one_id, other_id)


def _pair(lang: str, campaign: str, letter: str, one_id: int, other_id: int, status: int | None = None, **values):
    named = letter_or_404(lang, campaign, letter)
    ids = (one_id, other_id)
    cases = [mandate_queries.one(named.letter.id, signatory_id) for signatory_id in ids]
    if None in cases or one_id == other_id:
        abort(404)
    return guard.page(
        "letters/desk/pair.html",
        status,
        campaign=campaign,
        named=named,
        cases=cases,
        areas=states.area_names(lang),
        place={"lang": lang, "campaign": campaign, "letter": letter, "one_id": one_id, "other_id": other_id},
        **{"look_form": LookForm(prefix="look-"), "clear": None, **values},
    )


@letter_doubles.post(f"{PAIR}/look")
@guard.staff("letters.mandates", fresh=True)
def look(lang: str, campaign: str, letter: str, one_id: int, other_id: int):
    """Show once what both said, and write down that it was looked at, and why."""
    named = letter_or_404(lang, campaign, letter)
    clear = [mandate_queries.in_the_clear(named.letter.id, signatory_id) for signatory_id in (one_id, other_id)]
    if None in clear:
        abort(404)
    form = LookForm(request.form, prefix="look-")
    if not form.validate():
        return _pair(lang, campaign, letter, one_id, other_id, 422, look_form=form)
    who, subject, now = guard.current(), f"letter:{letter}", clock.now()
    audit.record("letters.look", subject, actor=who.staff_id, now=now, campaign=campaign, reason=form.reason.data)
    db.session.commit()
    return _pair(lang, campaign, letter, one_id, other_id, clear=clear)


@letter_doubles.post(PAIR)
@guard.staff("letters.mandates")
def decide(lang: str, campaign: str, letter: str, one_id: int, other_id: int):
    """Join them, or say that they are two."""
    named = letter_or_404(lang, campaign, letter)
    acting = {"actor": guard.current().staff_id, "now": clock.now()}
    back = url_for(".index", lang=lang, campaign=campaign, letter=letter)
    decision, kept = request.form.get("decision"), request.form.get("kept", "")
    if decision == "apart":
        if not pairing.keep_apart(named.letter.id, one_id, other_id, **acting):
            abort(404)
        return guard.done(back, _("They are kept apart, and are not offered again."))
    if decision == "join" and kept in (str(one_id), str(other_id)):
        gone = other_id if kept == str(one_id) else one_id
        try:
            pairing.join(named.letter.id, int(kept), gone, **acting)
        except pairing.CannotJoin:
            db.session.rollback()
            words = _("The one that stays may not show more than the other one chose. Keep the other one.")
            return _pair(lang, campaign, letter, one_id, other_id, 422, fault=words)
        return guard.done(back, _("They are one now, and the other one is told."))
    return _pair(lang, campaign, letter, one_id, other_id, 422)
