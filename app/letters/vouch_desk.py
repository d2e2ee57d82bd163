"""The desk's page for coordinators who are asked to vouch: who chose that they may learn of it, and nobody else."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, navigation
from app.kernel import clock
from app.people.websites import mail_domain
from app.states import queries as states

from . import vouching
from .member_desk import letter_or_404, letters_page

letter_vouching = Blueprint("letter_vouching", __name__, template_folder="templates")
navigation.register("letter_vouching.index", lazy("Vouching"), "letters.vouch", 58, group=navigation.SIGNATURES)

ALL = "/<language:lang>/desk/<campaign>/vouching"
BASE = "/<language:lang>/desk/<campaign>/letters/<letter>/vouching"


@letter_vouching.get(ALL)
@guard.staff("letters.vouch")
def index(lang: str, campaign: str):
    """The campaign's letters; where there is one, straight there."""
    words = _("Organisations that asked a coordinator of yours to vouch for them.")
    return letters_page(lang, campaign, "letter_vouching.queue", _("Vouching"), words)


@letter_vouching.get(BASE)
@guard.staff("letters.vouch", fresh=True)
def queue(lang: str, campaign: str, letter: str):
    """Who waits and chose one of this coordinator's networks, the oldest first."""
    named = letter_or_404(lang, campaign, letter)
    return guard.page(
        "letters/desk/vouching.html",
        campaign=campaign,
        named=named,
        found=vouching.told([named.letter], guard.current().roles, campaign),
        areas=states.area_names(lang),
        mail_domain=mail_domain,
        place={"lang": lang, "campaign": campaign, "letter": letter},
    )


@letter_vouching.post(f"{BASE}/<int:signatory_id>")
@guard.staff("letters.vouch")
def decide(lang: str, campaign: str, letter: str, signatory_id: int):
    """Vouch for one, or say that one cannot; 404 for whoever did not choose this coordinator."""
    named = letter_or_404(lang, campaign, letter)
    who = guard.current()
    verbs = {"vouch": vouching.vouch, "decline": vouching.decline}
    verb = verbs.get(request.form.get("verdict", "")) or abort(404)
    acting = {"actor": who.staff_id, "now": clock.now()}
    if not verb(named.letter.id, signatory_id, who.roles, campaign, **acting):
        abort(404)
    words = _("Thank you: it counts now.") if verb is vouching.vouch else _("Thank you: somebody else looks at it.")
    return guard.done(url_for(".queue", lang=lang, campaign=campaign, letter=letter), words)
