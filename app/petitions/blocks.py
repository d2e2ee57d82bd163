"""What petitions offer to pages that span features."""

from flask import current_app
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from app.campaigns import further as other
from app.campaigns.queries import CampaignView, tell_text
from app.kernel import clock
from app.kernel.share import Post

from . import rules
from .forms import SignForm
from .queries import PetitionView


def fresh_token(petition: PetitionView) -> str:
    """Today's token for the form under this text; it is the same for every visitor."""
    return rules.form_token(
        current_app.config["SECRET_KEY"], petition.slug, petition.words.digest, petition.language, clock.today()
    )


def sign_form(petition: PetitionView, source: str | None = None, shared_device: bool = False) -> SignForm:
    """An empty form for a petition, ready to be put on a page that may be cached, or its edition for a shared device;
    `source` is the name in `?from=`."""
    form = SignForm(
        lang=petition.language, further=petition.further, data={"source": source, "shared_device": shared_device}
    )
    form.token.data = fresh_token(petition)
    return form


def paused_words(forgotten: bool = False) -> str:
    """What a page says while signing is paused; `forgotten`: to whom nothing is given back on a shared device."""
    if forgotten:
        return _("Signing is paused for a moment. Please come back in a few minutes.")
    return _("Signing is paused for a moment. Nothing you typed is lost: please send it again in a few minutes.")


def shown_choices(lang: str) -> list[SelectChoice]:
    """The three ways to be shown, with their words."""
    return SignForm(lang=lang).shown.choices


def updates_wording(lang: str) -> str:
    """The words beside the box for news."""
    return str(SignForm(lang=lang).updates.label.text)


def post(campaign: CampaignView, address: str, further: str | None = None) -> Post:
    """What is posted of a campaign, with the absolute address of one of its pages: in `further`, a language besides the
    six, where the campaign says it there."""
    own = other.own_words(campaign.id, further)
    if own:
        return Post(text=own.share, tell=own.tell, address=address, language=own.language)
    return Post(text=campaign.share, tell=tell_text(campaign), address=address)
