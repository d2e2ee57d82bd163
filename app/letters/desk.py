"""The desk's pages of letters: what is settled, freezing a version and opening it."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, navigation
from app.campaigns import documents_desk
from app.campaigns.desk import open_campaign
from app.campaigns.forms import MOMENT_WRONG, DeskForm
from app.campaigns.head import WrongMoment
from app.campaigns.publish_desk import problems
from app.campaigns.readiness import NotReady
from app.kernel import clock, i18n
from app.kernel.db import db

from . import desk_forms, queries, settling, texts
from .models import MATERIAL

letters_desk = Blueprint("letters_desk", __name__, template_folder="templates")
navigation.register("letters_desk.index", lazy("Sign-on letters"), "letters.see", 25)

BASE = "/<language:lang>/desk/<campaign>/letters"


@letters_desk.get(BASE)
@guard.staff("letters.see")
def index(lang: str, campaign: str):
    """The letters of a campaign."""
    open_campaign(campaign)
    return guard.page("letters/desk/letters.html", campaign=campaign, letters=queries.letters_of(campaign))


@letters_desk.get(f"{BASE}/<letter>")
@guard.staff("letters.see")
def one(lang: str, campaign: str, letter: str):
    """One letter: what is settled, and its versions."""
    return _page(lang, campaign, letter)


def _page(lang: str, campaign: str, slug: str, status=None, wrong=(), **forms: DeskForm):
    found = open_campaign(campaign)
    letter = queries.letter_named(slug, campaign) or abort(404)
    frozen = {language: text.digest for language, text in texts.held(letter, letter.version).items()}
    settled = desk_forms.LetterForm(prefix="settle-", data=desk_forms.settled(letter))
    return guard.page(
        "letters/desk/letter.html",
        status,
        campaign=campaign,
        letter=letter,
        view=queries.letter_view(slug, lang, campaign) if letter.version else None,
        versions=queries.versions(letter.id),
        frozen=sorted(frozen, key=i18n.CODES.index),
        languages=documents_desk.languages(found.languages),
        settle=forms.get("settle", settled),
        freeze=forms.get("freeze", desk_forms.FreezeForm(prefix="freeze-")),
        failed=next(iter(forms), None),
        wrong=list(wrong),
    )


def _by() -> dict:
    return {"actor": guard.current().staff_id, "now": clock.now()}


def _open(campaign: str, slug: str):
    held = open_campaign(campaign)
    return held, settling.found(held, slug) or abort(404)


@letters_desk.post(f"{BASE}/<letter>/settings")
@guard.staff("letters.edit")
def settle(lang: str, campaign: str, letter: str):
    """Settle languages, addressees and the end."""
    held, found = _open(campaign, letter)
    form = desk_forms.LetterForm(request.form, prefix="settle-")
    if form.validate():
        try:
            settling.settle(held, found, form.settings, **_by())
        except WrongMoment as error:
            form.put_fault("zone" if error.why == "zone" else "closes", MOMENT_WRONG[error.why])
        else:
            return guard.done(url_for("letters_desk.one", lang=lang, campaign=campaign, letter=letter), _("Saved."))
    db.session.rollback()
    return _page(lang, campaign, letter, 422, settle=form)


@letters_desk.post(f"{BASE}/<letter>/freeze")
@guard.staff("letters.edit")
def freeze(lang: str, campaign: str, letter: str):
    """Freeze the words that the desk has as a version, and open it for signature."""
    held, found = _open(campaign, letter)
    form, wrong = desk_forms.FreezeForm(request.form, prefix="freeze-"), []
    if found.version == 0 or form.validate():
        try:
            number, waiting = settling.freeze(held, found, form.kind.data or MATERIAL, **_by())
        except NotReady as error:
            wrong = problems(error.problems, ("letters", letter))
        except texts.NothingNew:
            wrong = [_("The words are those of the version that is open: there is nothing to freeze.")]
        except texts.NotReady:
            wrong = [_("There are no words yet in the language that was negotiated.")]
        else:
            said = _("Version %(number)s is frozen and open for signature.", number=i18n.plain_number(number))
            if waiting:
                names = ", ".join(i18n.EVERY[code].autonym for code in waiting)
                said += " " + _("Not ready yet: %(languages)s", languages=names)
            return guard.done(url_for("letters_desk.one", lang=lang, campaign=campaign, letter=letter), said)
    db.session.rollback()
    return _page(lang, campaign, letter, 422, wrong, freeze=form)
