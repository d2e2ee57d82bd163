"""Public HTTP of petitions: parse, call, answer."""

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from app.campaigns import further
from app.campaigns import queries as campaigns
from app.campaigns.views import share_image
from app.kernel import clock, http, i18n, network, share
from app.kernel.db import db
from app.kernel.qr import qr_code

from . import blocks, figures, operations, partners, queries, rules, signature_queries
from .forms import SignForm

petitions = Blueprint("petitions", __name__, template_folder="templates")

BASE = "/<language:lang>/<campaign>/petitions/<petition>"
PAUSED_SECONDS = 60


@petitions.app_context_processor
def calls():
    """For every template: `can_sign(campaign)`, whether a call to sign it leads to an open form; `sign_url(campaign,
    code)`, where it is signed in a language besides the six, or None; names of channels."""
    return {
        "can_sign": lambda campaign: queries.can_sign(campaign.id, clock.now()),
        "sign_url": _sign_url,
        "brands": share.BRANDS,
    }


def _sign_url(campaign, code: str) -> str | None:
    petition = queries.open_petition(campaign.id, clock.now())
    return petition and further.petition_url(campaign, petition, code)


def _views(lang: str, campaign: str, petition: str, code: str | None = None):
    campaign_view = campaigns.campaign_view(campaign, lang) or abort(404)
    if code and not further.is_spoken(campaign_view.id, code):
        abort(404)
    return campaign_view, queries.petition_view(petition, lang, campaign, code) or abort(404)


def post_of(campaign_view, petition_view) -> share.Post:
    """What somebody passes on of a petition."""
    values = {"lang": petition_view.language, "campaign": campaign_view.slug, "petition": petition_view.slug}
    code = petition_view.further
    values |= {"code": code} if code else {}
    address = i18n.site_url(f"petitions.petition{'_in' if code else ''}", **values)
    return blocks.post(campaign_view, address, code)


def _page(campaign_view, petition_view, form, late=False, robots=None):
    source = form and form.source.data
    code = petition_view.further
    here = {"lang": petition_view.language, "campaign": campaign_view.slug, "petition": petition_view.slug}
    # The text is the same in each frame: search engines are told of one of them.
    canonical = (
        i18n.site_url("petitions.petition_in", **{**here, "lang": i18n.FALLBACK, "code": code})
        if code
        else i18n.site_url("petitions.petition", **here)
    )
    plain = {c: i18n.site_url("petitions.petition", **{**here, "lang": c}) for c in i18n.CODES} if code else None
    urls = {"page_urls": {}, "language_urls": plain} if code else {}
    return render_template(
        "petitions/petition.html",
        campaign=campaign_view,
        petition=petition_view,
        form=form,
        late=late,
        source=source,
        partner=partners.came_through(source, campaign_view.slug, petition_view.language),
        figures=figures.figures(petition_view, clock.today()),
        post=post_of(campaign_view, petition_view),
        robots=robots,
        canonical=canonical,
        share_image=share_image(campaign_view, campaigns.CALL, code),
        text_language=i18n.EVERY[code] if code else None,
        further_languages=queries.further_languages(petition_view),
        **urls,
    )


@petitions.get(f"{BASE}/in/<code>", endpoint="petition_in")
@petitions.get(BASE)
def petition(lang: str, campaign: str, petition: str, code: str | None = None):
    """The petition's text, the form, and how it stands; as all that follow also in a language besides the six, in which
    the text stands where it has been translated."""
    campaign_view, petition_view = _views(lang, campaign, petition, code)
    form = blocks.sign_form(petition_view, http.source())
    return http.public_with_names(_page(campaign_view, petition_view, form))


@petitions.get(f"{BASE}/in/<code>/shared", endpoint="shared_in")
@petitions.get(f"{BASE}/shared")
def shared(lang: str, campaign: str, petition: str, code: str | None = None):
    """The same for a device that others use, too: kept nowhere, and no field is filled in by the browser."""
    campaign_view, petition_view = _views(lang, campaign, petition, code)
    form = blocks.sign_form(petition_view, http.source(), shared_device=True)
    return http.private(_page(campaign_view, petition_view, form, robots="noindex"))


@petitions.post(f"{BASE}/in/<code>", endpoint="sign_in")
@petitions.post(BASE)
def sign(lang: str, campaign: str, petition: str, code: str | None = None):
    """Take a signature: 303 to the thanks page, the same for everyone; or the form again with what was typed: 422, and
    503 while signing is paused.

    After the petition's end its page says so, 409, and nothing is stored.
    On a device that is shared nothing that was typed comes back.
    """
    form = SignForm(request.form, lang=lang, further=code)
    valid = form.validate()
    words = queries.last_read(petition, lang, campaign, code)
    if not (valid and words and not _fault(form, petition, words) and _signed(form, campaign, words)):
        # Something is not right with the form, or with what was read last: what is read now decides.
        campaign_view, petition_view = _views(lang, campaign, petition, code)
        if not petition_view.is_open:
            return http.private(_page(campaign_view, petition_view, None, late=True), 409)
        words = petition_view.open_text
        if petition_view.signing_paused:
            return _paused(campaign_view, petition_view, form)
        fault = _fault(form, petition, words)
        if not valid or fault or not _signed(form, campaign, words):
            notice = _fault_words(fault or "changed", form) if fault or valid else None
            return _again(campaign_view, petition_view, form, notice, 422)
    db.session.commit()
    shared_device = bool(form.shared_device.data)
    return onward("petitions.thanks", shared_device, lang=lang, campaign=campaign, petition=petition, code=code)


def onward(endpoint: str, shared_device: bool, **values):
    """303 to what comes after a form; on a shared device to its page there, and the browser is asked to forget. With a
    `code` it goes on in that language besides the six."""
    endpoint += "_shared" if shared_device else ""
    address = url_for(f"{endpoint}_in" if values.get("code") else endpoint, **values)
    return (http.forgets if shared_device else http.private)(redirect(address, code=303))


def _again(campaign_view, petition_view, form: SignForm, notice: str | None, status: int):
    form.notice = notice
    form.token.data = blocks.fresh_token(petition_view)
    if form.shared_device.data:
        form.forget()
    return http.private(_page(campaign_view, petition_view, form), status)


def _paused(campaign_view, petition_view, form: SignForm):
    response = _again(campaign_view, petition_view, form, blocks.paused_words(form.shared_device.data), 503)
    response.headers["Retry-After"] = str(PAUSED_SECONDS)
    return response


def _signed(form: SignForm, campaign: str, words: operations.OpenText) -> bool:
    signing = form.signing(network.of_request())
    try:
        return operations.sign(words, campaign, signing, clock.now())
    except IntegrityError:
        # The person was being forgotten at this very moment; now they are, and sign as somebody new.
        db.session.rollback()
        return operations.sign(words, campaign, signing, clock.now())


def _fault(form: SignForm, petition: str, words: operations.OpenText) -> str | None:
    secret = current_app.config["SECRET_KEY"]
    return rules.token_fault(form.token.data or "", secret, petition, words.digest, form.lang, clock.today())


def _fault_words(fault: str, form: SignForm) -> str:
    if fault == "expired" and form.shared_device.data:
        return _("This page was open for more than a week. Please fill in the form once more.")
    if fault == "expired":
        return _("This page was open for more than a week. Nothing is lost: please send the form once more.")
    return _("The text of the petition has changed since you opened it. Please read it again, then sign.")


@petitions.get(f"{BASE}/in/<code>/thanks", endpoint="thanks_in")
@petitions.get(f"{BASE}/thanks")
def thanks(lang: str, campaign: str, petition: str, code: str | None = None):
    """What to do next: look into the mailbox. It is the same page whoever signed."""
    campaign_view, petition_view = _views(lang, campaign, petition, code)
    response = http.public(
        render_template(
            "petitions/thanks.html",
            campaign=campaign_view,
            petition=petition_view,
            post=post_of(campaign_view, petition_view),
            robots="noindex",
        )
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@petitions.get(f"{BASE}/in/<code>/mastodon", endpoint="mastodon_in")
@petitions.get(f"{BASE}/mastodon")
def mastodon(lang: str, campaign: str, petition: str, code: str | None = None):
    """Ask for the reader's Mastodon server, then show the link that leads there.

    A link and no redirect: our own policy would stop it in some browsers, and nobody can send readers elsewhere by an
    address of this site. Only our own form makes the link.
    """
    campaign_view, petition_view = _views(lang, campaign, petition, code)
    typed, shared_device = request.args.get("server", ""), bool(request.args.get("shared_device"))
    server = share.mastodon_server(typed)
    from_here = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    body = render_template(
        "petitions/mastodon.html",
        campaign=campaign_view,
        petition=petition_view,
        typed="" if shared_device else typed,
        server=server if from_here else None,
        post=post_of(campaign_view, petition_view),
        wrong=bool(typed) and server is None,
    )
    answer = http.forgets if shared_device else http.private
    return answer(body, 422 if typed and server is None else None)


@petitions.get(f"{BASE}/qr.svg")
def qr(lang: str, campaign: str, petition: str):
    """A QR code that leads to the petition."""
    campaign_view, petition_view = _views(lang, campaign, petition)
    response = http.public(qr_code(post_of(campaign_view, petition_view).address_from("qr")))
    response.mimetype = "image/svg+xml"
    return response


@petitions.get(f"{BASE}/in/<code>/thanks/shared", endpoint="thanks_shared_in")
@petitions.get(f"{BASE}/thanks/shared")
def thanks_shared(lang: str, campaign: str, petition: str, code: str | None = None):
    """The same after signing on a shared device, with what to do there now."""
    campaign_view, petition_view = _views(lang, campaign, petition, code)
    return http.forgets(
        render_template(
            "petitions/thanks.html",
            campaign=campaign_view,
            petition=petition_view,
            shared_device=True,
            robots="noindex",
        )
    )


@petitions.get(f"{BASE}/paper.pdf")
def paper(lang: str, campaign: str, petition: str):
    """The sheet for signatures on paper; 404 where there is none, and after the petition's end."""
    _, petition_view = _views(lang, campaign, petition)
    pdf = queries.paper_pdf(petition_view) if petition_view.is_open else None
    if pdf is None:
        abort(404)
    response = http.public(Response(pdf, mimetype="application/pdf"))
    response.headers["Content-Disposition"] = f"attachment; filename={petition}-{petition_view.version}-{lang}.pdf"
    return response


@petitions.get(f"{BASE}/signatories")
def signatories(lang: str, campaign: str, petition: str):
    """Those who chose to be shown, newest first."""
    campaign_view, petition_view = _views(lang, campaign, petition)
    before = request.args.get("before", type=int)
    if before is not None and not 0 < before < 2**63:
        abort(404)
    rows, older = signature_queries.signatories(petition_view.petition.id, before)
    older_url = older and url_for("petitions.signatories", **request.view_args, before=older)
    return http.names_people(
        render_template(
            "petitions/signatories.html",
            campaign=campaign_view,
            petition=petition_view,
            rows=figures.lines(rows, lang),
            older_url=older_url,
            canonical=i18n.site_url("petitions.signatories", **request.view_args),
            robots="noindex" if before else None,
        )
    )
