"""The right of reply for readers: ask for a correction of a claim, confirm it from the mail, and the public log."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.campaigns import queries as campaigns
from app.kernel import clock, http, i18n, listing, network
from app.kernel.db import db

from . import archive_queries, correction_queries, corrections, names, queries, wording
from .correction_forms import AskForm

corrections_pages = Blueprint("corrections", __name__, template_folder="templates")

BASE = "/<language:lang>/<campaign>/corrections"
CLAIM = f"{BASE}/<path:ref>"
OWN = "/<language:lang>/correction/<token>"
PAGED = ("at",)


@corrections_pages.get(BASE)
def log(lang: str, campaign: str):
    """Every request that was confirmed, and what came of it; nothing about who asked."""
    view = _campaign(lang, campaign)
    try:
        entries, part = correction_queries.log(view.id, http.asked(PAGED).get("at"))
    except listing.WrongCursor:
        abort(404)
    page = render_template(
        "positions/corrections.html",
        campaign=view,
        entries=entries,
        part=part,
        state_names=names.Names(view.world, lang),
        claims=queries.deciding(view.id, {entry.evidence for entry in entries}),
    )
    return http.public(page, by_query=PAGED)


@corrections_pages.get(CLAIM)
def claim(lang: str, campaign: str, ref: str):
    """One published claim, with who disputes it, and the form to ask for a correction."""
    return http.public(_claim(lang, campaign, ref, AskForm()))


@corrections_pages.post(CLAIM)
def ask(lang: str, campaign: str, ref: str):
    """Ask for a correction: a mail asks whether it was you."""
    view = _campaign(lang, campaign)
    row = correction_queries.row(view.id, ref) or abort(404)
    form = AskForm(request.form)
    if not form.validate():
        return http.private(_claim(lang, campaign, ref, form), 422)
    done = http.private(redirect(url_for("corrections.thanks", lang=lang, campaign=campaign), code=303))
    if form.remark.data:
        return done
    try:
        corrections.ask(
            row,
            wrong=form.wrong.data,
            source=form.source.data,
            name=form.name.data,
            address=form.address,
            language=lang,
            network=network.of_request(),
            now=clock.now(),
        )
    except corrections.TooMany:
        db.session.rollback()
        form.notice = _("Much has been asked for from your network or with your address. Please try again later.")
        return http.private(_claim(lang, campaign, ref, form), 429)
    db.session.commit()
    return done


@corrections_pages.get("/<language:lang>/<campaign>/correction-asked")
def thanks(lang: str, campaign: str):
    """What to do next: look into the mailbox. It is the same page whoever asked."""
    return http.public(
        render_template("positions/correction_asked.html", campaign=_campaign(lang, campaign), robots="noindex")
    )


@corrections_pages.get("/<language:lang>/m/<token>/c")
def door(lang: str, token: str):
    """The neutral address in a neutral mail: to the page that says what it is about."""
    return http.private(redirect(url_for("corrections.own", lang=lang, token=token), code=303))


@corrections_pages.get(OWN)
def own(lang: str, token: str):
    """What the link in a mail opens. It changes nothing: mail scanners open links, too."""
    return _own(lang, token)


@corrections_pages.post(OWN)
def answer(lang: str, token: str):
    """ "That was me", or "that was not me": what the button's `action` says."""
    now = clock.now()
    found = correction_queries.by_link(token, now, lock=True)
    action = request.form.get("action", "")
    if found is None or action not in ("confirm", "deny"):
        return _own(lang, token, 422)
    correction, campaign = found
    try:
        if action == "deny":
            corrections.deny(correction)
        else:
            corrections.confirm(correction, campaign, now)
    except corrections.WrongStep:
        db.session.rollback()
    else:
        db.session.commit()
    if action == "deny":
        page = render_template("positions/correction_own.html", found=None, denied=True, robots="noindex")
        return http.private(page)
    return http.private(redirect(url_for("corrections.own", lang=lang, token=token), code=303))


def _own(lang: str, token: str, status: int | None = None):
    found = correction_queries.by_link(token, clock.now())
    correction, campaign = found or (None, None)
    page = render_template(
        "positions/correction_own.html",
        found=correction,
        view=campaign and campaigns.campaign_view(campaign.slug, lang),
        state_name=campaign and correction.from_state and names.Names(campaign.world, lang)[correction.from_state],
        denied=False,
        robots="noindex",
    )
    return http.private(page, status if found else 404)


def _campaign(lang: str, campaign: str):
    return campaigns.campaign_view(campaign, lang) or abort(404)


def _claim(lang: str, campaign: str, ref: str, form: AskForm) -> str:
    view = _campaign(lang, campaign)
    piece = correction_queries.piece(view.id, ref) or abort(404)
    return render_template(
        "positions/claim.html",
        campaign=view,
        piece=piece,
        ask=next((one.titles for one in campaigns.asks(view.id) if one.slug == piece.ask), {}),
        state_names=names.Names(view.world, lang),
        dispute=queries.disputes(view.id).get(ref),
        kept=archive_queries.kept(view.id, [ref]).get(ref),
        form=form,
        fallback=i18n.FALLBACK,
        words=wording,
    )
