"""The desk's page of who stands on a letter's public list: found, looked at, moved to the other list, or refused."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import SelectField, StringField

from app.accounts import guard
from app.kernel.forms import PlainForm
from app.kernel.listing import WrongCursor
from app.people.org_forms import choices
from app.people.texts import clean
from app.states import queries as states

from . import list_queries, mandate_queries
from .member_desk import letter_or_404
from .models import INDIVIDUAL, ORGANISATION, ROLLS

letter_signatories = Blueprint("letter_signatories", __name__, template_folder="templates")

BASE = "/<language:lang>/desk/<campaign>/letters/<letter>/signatories"


class ListForm(PlainForm):
    """What stands above the list. Whatever is not known narrows nothing."""

    q = StringField(lazy("Name or acronym of an organisation"), filters=[lambda text: clean(text)[:200]])
    list = SelectField(lazy("List"), validate_choice=False, default=ORGANISATION)

    def __init__(self, formdata):
        super().__init__(formdata)
        self.list.choices = choices({ORGANISATION: _("Organisations"), INDIVIDUAL: _("People")})
        if self.list.data not in ROLLS:
            self.list.data = ORGANISATION

    def search(self) -> list_queries.Search:
        """What is looked for."""
        return list_queries.Search(words=self.q.data, roll=self.list.data)


@letter_signatories.get(BASE)
@guard.staff("letters.mandates")
def index(lang: str, campaign: str, letter: str):
    """The public list, each leading to what can be decided about it. Whoever is not named is not in it."""
    named = letter_or_404(lang, campaign, letter)
    form = ListForm(request.args)
    search = form.search()
    try:
        part = mandate_queries.listed(named.letter.id, search, request.args.get("at"))
    except WrongCursor:
        abort(404)
    return guard.page(
        "letters/desk/signatories.html",
        campaign=campaign,
        named=named,
        form=form,
        part=part,
        searched=bool(search.values),
        url=url_for(".index", lang=lang, campaign=campaign, letter=letter),
        areas=states.area_names(lang),
        values={"lang": lang, "campaign": campaign, "letter": letter, **search.values},
    )
