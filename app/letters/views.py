"""Public HTTP of letters: parse, call, answer."""

from dataclasses import replace

from flask import Blueprint, abort, redirect, render_template, request
from flask_babel import gettext as _

from app.campaigns import queries as campaigns
from app.kernel import clock, http, i18n, listing, network, share
from app.kernel.db import db
from app.people import words
from app.positions import wording
from app.positions.drawing import marks
from app.states import queries as states

from . import blocks, invited_queries, list_queries, operations, queries, seals, where
from .floods import floods
from .forms import SignOnForm
from .models import INDIVIDUAL, ORGANISATION

letters = Blueprint("letters", __name__, template_folder="templates")

BASE = "/<language:lang>/<campaign>/letters/<letter>"
PAUSED_SECONDS = 60
SHOWN_DIGESTS = 60
# No letter has so many, and the database counts them in four bytes.
MOST_VERSIONS = 99_999


def views(lang: str, campaign: str, letter: str, version: int | None = None):
    """The campaign and the letter of an address; 404 where there is none."""
    campaign_view = campaigns.campaign_view(campaign, lang) or abort(404)
    return campaign_view, queries.letter_view(letter, lang, campaign, version) or abort(404)


def roll_of(individual: str | None) -> str:
    """The list that an address speaks of."""
    return INDIVIDUAL if individual else ORGANISATION


def _page(campaign_view, view, form, roll: str, late: bool = False, robots: str | None = None) -> str:
    areas = states.area_names(view.language)
    return render_template(
        "letters/letter.html",
        campaign=campaign_view,
        letter=view,
        form=form,
        roll=roll,
        late=late,
        robots=robots,
        deliveries=queries.deliveries(view.letter.id),
        how=blocks.HOW,
        areas=areas,
        where=where.read(campaign_view, view, areas),
        defs=marks.defs(),
        ground=marks.ground,
        sign=marks.sign,
        wording=wording,
        post=blocks.post(view),
        regions=states.region_names(view.language),
        networks=blocks.network_names(view.language),
        statuses=words.ECOSOC_WORDS,
        languages=i18n.EVERY,
        canonical=i18n.site_url("letters.letter", lang=view.language, campaign=view.campaign, letter=view.slug),
    )


@letters.get(BASE)
@letters.get(f"{BASE}/<any('person'):individual>", endpoint="person")
def letter(lang: str, campaign: str, letter: str, individual: str | None = None):
    """The letter, how it stands, and the form by which an organisation signs; at `/person` the one for individuals."""
    campaign_view, view = views(lang, campaign, letter)
    roll = roll_of(individual)
    if individual and not view.letter.individuals:
        abort(404)
    form = blocks.empty_form(view, roll) if view.is_open else None
    return http.public_with_names(_page(campaign_view, view, form, roll, robots="noindex" if individual else None))


@letters.post(BASE)
@letters.post(f"{BASE}/<any('person'):individual>", endpoint="sign_as_person")
def sign(lang: str, campaign: str, letter: str, individual: str | None = None):
    """Take a sign-on: 303 to what comes next, the same for everyone; or the form again with what was typed: 422 where
    something is wrong with it or the text is another one by now, 409 after the letter's end, 503 while signing is
    paused.
    """
    roll = roll_of(individual)
    form = blocks.form_of(roll, lang, request.form)
    valid = form.validate()
    read = queries.last_read(letter, lang, campaign)
    if not (valid and read and not _fault(form, letter, roll, read) and _signed(form, read)):
        # Something is not right with the form, or with what was read last: what is read now decides.
        campaign_view, view = views(lang, campaign, letter)
        if individual and not view.letter.individuals:
            abort(404)
        form.token.data, sent = blocks.fresh_token(view, roll), form.token.data
        if not view.is_open:
            form.notice = _(
                "The letter closed before your form came. Nothing was stored; what you typed still stands here."
            )
            return http.private(_page(campaign_view, view, form, roll, late=True), 409)
        if view.signing_paused:
            form.notice = _("Signing is paused for a moment. Nothing you typed is lost: please send it again soon.")
            response = http.private(_page(campaign_view, view, form, roll), 503)
            response.headers["Retry-After"] = str(PAUSED_SECONDS)
            return response
        fault = blocks.token_fault(sent or "", letter, roll, view.words.digest, lang)
        if not valid or fault or not _signed(form, view.open_text):
            form.notice = _fault_words(fault or "changed") if fault or valid else None
            return http.private(_page(campaign_view, view, form, roll), 422)
    db.session.commit()
    address = _onward(lang, campaign, letter)
    return http.private(redirect(address, code=303))


def _onward(lang: str, campaign: str, letter: str) -> str:
    return f"{request.script_root}/{lang}/{campaign}/letters/{letter}/thanks"


def _signed(form: SignOnForm, read: operations.OpenText) -> bool:
    signing = form.signing()
    if form.roll == ORGANISATION and form.invitation.data:
        known = invited_queries.organisation_of(read.letter_id, form.invitation.data)
        signing = replace(signing, record=replace(signing.record, organisation_id=known))
    now = clock.now()
    return operations.sign_on(read, signing, now, floods.wait(network.of_request(), now))


def _fault(form: SignOnForm, letter: str, roll: str, read: operations.OpenText) -> str | None:
    return blocks.token_fault(form.token.data or "", letter, roll, read.digest, form.lang)


def _fault_words(fault: str) -> str:
    if fault == "expired":
        return _("This page was open for more than a week. Nothing is lost: please send the form once more.")
    return _(
        "A new version of the letter was published since you opened it. It stands here now, and what you typed is kept:"
        " please read it again, then sign."
    )


@letters.get(f"{BASE}/thanks")
def thanks(lang: str, campaign: str, letter: str):
    """What to do next: look into the mailbox. It is the same page whoever signed."""
    campaign_view, view = views(lang, campaign, letter)
    body = render_template("letters/thanks.html", campaign=campaign_view, letter=view, robots="noindex")
    response = http.public(body)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@letters.get(f"{BASE}/mastodon")
def mastodon(lang: str, campaign: str, letter: str):
    """Ask for the reader's Mastodon server, then show the link that leads there; a link and no redirect, and only from
    our own form, so that nobody can send readers elsewhere by an address of this site. No link bears a mark: nobody
    keeps how the signatories of a letter came."""
    campaign_view, view = views(lang, campaign, letter)
    typed = request.args.get("server", "")
    server = share.mastodon_server(typed)
    from_here = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    wrong = bool(typed) and server is None
    body = render_template(
        "letters/mastodon.html",
        campaign=campaign_view,
        letter=view,
        typed=typed,
        server=server if from_here else None,
        post=blocks.post(view),
        wrong=wrong,
    )
    return http.private(body, 422 if wrong else None)


@letters.get(f"{BASE}/signatories")
def signatories(lang: str, campaign: str, letter: str):
    """Who is public: searched, and narrowed by country, region, network and ECOSOC status."""
    campaign_view, view = views(lang, campaign, letter)
    asked = http.asked(list_queries.ASKED)
    search = list_queries.search_of(asked)
    try:
        part = list_queries.lines(view.letter.id, search, asked.get("at"))
    except listing.WrongCursor:
        abort(404)
    return http.names_people(
        render_template(
            "letters/signatories.html",
            campaign=campaign_view,
            letter=view,
            part=part,
            search=search,
            areas=states.area_names(lang),
            regions=states.region_names(lang),
            networks=blocks.network_names(lang),
            statuses=words.ECOSOC_WORDS,
            withdrawals=queries.withdrawals(view.letter.id),
            here={"lang": lang, "campaign": campaign, "letter": letter, **search.values},
            canonical=i18n.site_url("letters.signatories", **request.view_args),
            robots="noindex" if asked else None,
        )
    )


@letters.get(f"{BASE}/versions/<int:version>")
def version(lang: str, campaign: str, letter: str, version: int):
    """One version, as it stays for ever, and what it changed."""
    if version > MOST_VERSIONS:
        abort(404)
    campaign_view, view = views(lang, campaign, letter, version)
    body = render_template(
        "letters/version.html",
        campaign=campaign_view,
        letter=view,
        comparison=queries.comparison(view.letter, version, lang),
        languages=i18n.EVERY,
        digests=queries.digests(view.letter.id).get(version, {}),
        canonical=i18n.site_url("letters.version", **request.view_args),
    )
    return http.public(body)


@letters.get(f"{BASE}/verify")
def verify(lang: str, campaign: str, letter: str):
    """How receipts and the daily digests of the list are checked, with all that is needed for it."""
    return http.names_people(_verify_page(lang, campaign, letter))


@letters.post(f"{BASE}/verify")
def check(lang: str, campaign: str, letter: str):
    """Check a receipt: 200 with what it says, 422 where this site never gave it. Nothing of it is kept."""
    text = request.form.get("receipt", "")[:4000].replace("\r\n", "\n")
    found = seals.receipt_in(text)
    page = _verify_page(lang, campaign, letter, typed=text, receipt=found, checked=True)
    return http.private(page, 200 if found else 422)


def _verify_page(lang: str, campaign: str, letter: str, **values) -> str:
    campaign_view, view = views(lang, campaign, letter)
    return render_template(
        "letters/verify.html",
        campaign=campaign_view,
        letter=view,
        keys=seals.public_keys(),
        digests=queries.daily(view.letter.id, SHOWN_DIGESTS),
        canonical=i18n.site_url("letters.verify", lang=lang, campaign=campaign, letter=letter),
        robots="noindex" if values else None,
        **values,
    )
