"""The desk's pages for coordinators: which members signed a letter in public, and invitations to sign it."""

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_babel import ngettext
from wtforms import SelectField, StringField

from app.accounts import guard, navigation
from app.campaigns import queries as campaigns
from app.kernel import clock, http, i18n
from app.kernel.forms import PlainForm
from app.kernel.listing import WrongCursor
from app.people.org_desk import network_names
from app.people.org_forms import choices
from app.people.texts import clean
from app.states import queries as states

from . import desk_letters, inviting, member_queries
from .member_queries import SIGNED, UNKNOWN, Asked

letter_members = Blueprint("letter_members", __name__, template_folder="templates")
navigation.register(
    "letter_members.index", lazy("Letters and members"), "letters.members", 60, group=navigation.SIGNATURES
)

ALL = "/<language:lang>/desk/<campaign>/members"
BASE = "/<language:lang>/desk/<campaign>/letters/<letter>/members"


class MembersForm(PlainForm):
    """What stands above the list. Whatever is not known narrows nothing."""

    q = StringField(lazy("Name, acronym or domain"), filters=[lambda text: clean(text)[:200]])
    network = SelectField(lazy("Network"), validate_choice=False, default="")
    signed = SelectField(lazy("Public list"), validate_choice=False, default="")

    def __init__(self, formdata, *, networks: dict[str, str]):
        super().__init__(formdata)
        self.networks = networks
        self.network.choices = choices(networks, _("All"))
        self.signed.choices = choices({SIGNED: _("On the public list"), UNKNOWN: _("Not known")}, _("All"))

    def asked(self) -> Asked:
        """What is looked for."""
        network = int(self.network.data) if self.network.data in self.networks else None
        signed = self.signed.data if self.signed.data in (SIGNED, UNKNOWN) else ""
        return Asked(self.q.data, network, signed)


def letter_or_404(lang: str, campaign: str, letter: str) -> desk_letters.Named:
    """A letter of the campaign in the reader's language; 404 where there is none."""
    return desk_letters.one(campaign, letter, lang) or abort(404)


def letters_page(lang: str, campaign: str, endpoint: str, title: str, words: str):
    """The campaign's letters, each leading to its page `endpoint`; where there is one, straight there."""
    campaigns.campaign_view(campaign, lang) or abort(404)
    found = desk_letters.letters(campaign, lang)
    if len(found) == 1:
        url = url_for(endpoint, lang=lang, campaign=campaign, letter=found[0].letter.slug)
        return http.private(redirect(url, code=303))
    return guard.page(
        "letters/desk/choose.html", campaign=campaign, letters=found, endpoint=endpoint, title=title, words=words
    )


@letter_members.get(ALL)
@guard.staff("letters.members")
def index(lang: str, campaign: str):
    """The campaign's letters; where there is one, straight to its members."""
    words = _("Which of your members signed in public, and invitations to sign.")
    return letters_page(lang, campaign, "letter_members.members", _("Letters and members"), words)


@letter_members.get(BASE)
@guard.staff("letters.members")
def members(lang: str, campaign: str, letter: str):
    """Members of the networks that one may see, and whether each stands on the public list."""
    named = letter_or_404(lang, campaign, letter)
    networks = network_names(lang)
    form = MembersForm(request.args, networks=networks)
    asked = form.asked()
    try:
        part = member_queries.members(named.letter.id, asked, guard.current().networks, request.args.get("at"))
    except WrongCursor:
        abort(404)
    now = clock.now()
    can_invite = named.is_open(now) and asked.network is not None
    return guard.page(
        "letters/desk/members.html",
        campaign=campaign,
        named=named,
        form=form,
        part=part,
        values={"lang": lang, "campaign": campaign, "letter": letter, **asked.said},
        searched=bool(asked.said),
        areas=states.area_names(lang),
        network=networks.get(str(asked.network)),
        network_id=asked.network,
        is_open=named.is_open(now),
        numbers=inviting.numbers(named.letter.id, asked.network, now) if can_invite else None,
    )


@letter_members.post(f"{BASE}/invite")
@guard.staff("letters.members")
def invite(lang: str, campaign: str, letter: str):
    """Invite who in a network agreed to get letters to sign. Nobody is signed by it."""
    named = letter_or_404(lang, campaign, letter)
    network, who, now = request.form.get("network", ""), guard.current(), clock.now()
    if network not in network_names(lang):
        abort(404)
    back = url_for(".members", lang=lang, campaign=campaign, letter=letter, network=network)
    if not named.is_open(now):
        return guard.done(back, _("The letter cannot be signed any longer: nobody was invited."))
    done = inviting.invite(named.letter, campaign, int(network), who.staff_id, now)
    if not done:
        return guard.done(back, _("There was nobody to invite."))
    words = ngettext(
        "%(count)s invitation is on its way.",
        "%(count)s invitations are on their way.",
        done,
        count=i18n.plain_number(done),
    )
    return guard.done(back, words)
