"""What letters offer to pages, their own and those that span features."""

from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.campaigns import signing
from app.kernel import clock, i18n
from app.kernel.share import Post
from app.people import org_queries as organisations

from . import cards, queries
from .forms import OrganisationForm, PersonForm, SignOnForm
from .models import INDIVIDUAL
from .queries import LetterView

# How a letter was given to somebody.
HOW = {
    "meeting": lazy("In a meeting"),
    "hand": lazy("By hand"),
    "mail": lazy("By e-mail"),
    "post": lazy("By post"),
    "note": lazy("With a note"),
    "other": lazy("Another way"),
}


def _subject(slug: str, roll: str) -> str:
    return f"letter/{slug}/{roll}"


def fresh_token(view: LetterView, roll: str) -> str:
    """Today's token for a form under this text; it is the same for every visitor."""
    secret = current_app.config["SECRET_KEY"]
    return signing.form_token(secret, _subject(view.slug, roll), view.words.digest, view.language, clock.today())


def token_fault(token: str, slug: str, roll: str, digest: bytes, lang: str) -> str | None:
    """What is wrong with a form's token, see signing.token_fault."""
    secret = current_app.config["SECRET_KEY"]
    return signing.token_fault(token, secret, _subject(slug, roll), digest, lang, clock.today())


def network_names(lang: str) -> dict[str, str]:
    """The networks that a signatory may say it belongs to, name by id as a form has it."""
    return {str(number): name for number, name in organisations.network_names(lang)}


def form_of(roll: str, lang: str, formdata=None, **values) -> SignOnForm:
    """The form for a list, as it was sent or empty; `values` fill it."""
    kind = PersonForm if roll == INDIVIDUAL else OrganisationForm
    return kind(formdata, lang=lang, networks=network_names(lang), data=values or None)


def empty_form(view: LetterView, roll: str, **values) -> SignOnForm:
    """A form for a letter, ready to be put on a page."""
    form = form_of(roll, view.language, **values)
    form.token.data = fresh_token(view, roll)
    return form


def post(view: LetterView) -> Post:
    """What somebody passes on of a letter: its title and its address, without a mark."""
    address = i18n.site_url("letters.letter", lang=view.language, campaign=view.campaign, letter=view.slug)
    return Post(view.title, view.title, address, view.foreign, marked=False)


@dataclass(frozen=True)
class SignedThere:
    """A letter, and how many organisations of one country stand under it: `named` on its public list, and `unnamed`
    besides at least, in tens; nothing smaller is told of them."""

    letter: LetterView
    named: int
    unnamed: int


def signed_there(campaign_id: int, campaign: str, lang: str, country: str) -> list[SignedThere]:
    """Each letter of a campaign (its id and its slug) with what is told of a country."""
    views = [queries.letter_view(card.slug, lang) for card in cards.campaign_letters(campaign_id, campaign, lang)]
    return [
        SignedThere(view, dict(view.parts("country")).get(country, 0), view.told.get("areas", {}).get(country, 0))
        for view in views
        if view
    ]


def doubt_words(code: str) -> str:
    """Why somebody looks at a mandate, in the reader's language."""
    return {
        "free-mail": _("The e-mail address is of a provider where anybody gets one."),
        "other-domain": _("The e-mail address is at another domain than the website."),
        "no-website": _("No website was given."),
        "shared-host": _("The website is on a host that many share."),
    }.get(code, _("Somebody looks at it."))
