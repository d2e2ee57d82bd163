"""Write to your mission, for readers: choose a country, see where it stands, write; and one's own letter."""

from dataclasses import replace

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.campaigns import queries as campaigns
from app.campaigns.queries import AskView, CampaignView
from app.kernel import clock, http, i18n, network
from app.kernel.db import db
from app.people.rules import discreet
from app.positions import accounts, archive_queries, names, wording
from app.positions import queries as positions
from app.positions.blocks import title as title_of
from app.positions.drawing import marks
from app.positions.tracker_views import ask_of
from app.states import members
from app.states import queries as states

from . import blocks, operations, queries, rules, texts, words
from .forms import ByOthersForm, ByUsForm, lines
from .pages import Page

writing = Blueprint("writing", __name__, template_folder="templates")

BASE = "/<language:lang>/<campaign>/write/<ask>"
ONE = f"{BASE}/<iso3>"
AT = f"{ONE}/<any('new-york', 'geneva', 'ministry'):place>"
OWN = "/<language:lang>/written/<token>"
# The fields of both forms that hold what somebody has written.
TYPED = [f"{form}-{name}" for form in ("us", "org") for name in ("own", "subject", "body")]


@writing.app_context_processor
def ways_to_write():
    """For every template: `writing_of(campaign, ask, state)`, the way to write to missions about an ask."""
    return {"writing_of": blocks.writing}


@writing.get(BASE)
def choose(lang: str, campaign: str, ask: str):
    """Choose your country."""
    found, named = _open(lang, campaign, ask)
    every = members.in_order(lang, found.world)
    chosen = http.asked(("state",)).get("state")
    if chosen in {state.iso3 for state in every}:
        there = url_for("writing.state", lang=lang, campaign=campaign, ask=ask, iso3=chosen)
        return http.private(redirect(there, code=303))
    title, title_lang = title_of(named, lang)
    page = render_template(
        "writing/choose.html",
        campaign=found,
        ask=named,
        title=title,
        title_lang=title_lang,
        states=every,
        unchosen=chosen is not None,
        wrote=queries.wrote(found.id, ask),
        on_file=queries.states_on_file(found.id),
        canonical=i18n.site_url(request.endpoint, **request.view_args),
    )
    return http.public(page, by_query=("state",)) if chosen is None else http.private(page, 404)


@writing.get(ONE)
def state(lang: str, campaign: str, ask: str, iso3: str):
    """Where a state stands and why, a letter that fits, and three ways to have it there."""
    return http.public(_state(_page(lang, campaign, ask, iso3, None)))


@writing.get(AT)
def at(lang: str, campaign: str, ask: str, iso3: str, place: str):
    """The same for another of its addresses."""
    return http.public(_state(_page(lang, campaign, ask, iso3, place)))


@writing.post(AT)
def send(lang: str, campaign: str, ask: str, iso3: str, place: str):
    """Take a letter, by us or through an organisation, as the form's `way` says."""
    page, way = _page(lang, campaign, ask, iso3, None), request.form.get("way", "")
    if there := next((one for one in page.targets if one.place == place), None):
        page = replace(page, target=there)
    if there is None or page.policy == rules.CLOSED:
        return http.private(_state(page, _typed()), 409)
    if way not in rules.WAYS or (way == rules.BY_OTHERS and not page.trusted):
        return http.private(_state(page, _typed()), 422)
    form = _forms(page, {way: request.form})[way]
    if not form.validate():
        return http.private(_state(page, **{way: form}), 422)
    done = redirect(url_for("writing.thanks", lang=lang, campaign=campaign, way=way), code=303)
    if form.remark.data:
        return http.private(done)
    said = operations.Written(
        ask=ask,
        letter=page.letter,
        language=lang,
        subject=form.subject.data,
        own=form.own.data,
        body=form.body.data,
        lives_there=form.lives_there.data,
        name=form.name.data if way == rules.BY_US else None,
        address=form.address if way == rules.BY_US else None,
    )
    through = None
    if way == rules.BY_OTHERS:
        through = next(one for one in page.trusted if str(one.id) == form.organisation.data)
    try:
        operations.write(page.target, said, trusted=through, network=network.of_request(), now=clock.now())
    except operations.TooMany:
        db.session.rollback()
        form.notice = _("Much has been written from your network. Please try again later.")
        return http.private(_state(_page(lang, campaign, ask, iso3, place), **{way: form}), 429)
    db.session.commit()
    return http.private(done)


def _typed() -> str:
    """What somebody has written, of a form that cannot be taken as it is: they are given it back."""
    said = (lines(value)[: rules.LONGEST_BODY] for name, value in request.form.items() if name in TYPED)
    return "\n\n".join(words for words in said if words)


@writing.get("/<language:lang>/<campaign>/written/<any('us', 'organisation'):way>")
def thanks(lang: str, campaign: str, way: str):
    """What comes next. It is the same page whoever wrote."""
    view = campaigns.campaign_view(campaign, lang) or abort(404)
    return http.public(render_template("writing/thanks.html", campaign=view, way=way, robots="noindex"))


@writing.get("/<language:lang>/m/<token>/w")
def door(lang: str, token: str):
    """The neutral address in a neutral mail: to the page that says what it is about."""
    return http.private(redirect(url_for("writing.own", lang=lang, token=token), code=303))


@writing.get(OWN)
def own(lang: str, token: str):
    """What the link in a mail opens: the letter and what became of it. It changes nothing."""
    return _own(lang, token)


@writing.post(OWN)
def answer(lang: str, token: str):
    """ "It is mine", or "take it back": what the button's `action` says."""
    found = queries.by_link(token, lock=True)
    action = request.form.get("action", "")
    if found is None or action not in ("confirm", "take-back"):
        return _own(lang, token, 422)
    try:
        if action == "confirm":
            operations.confirm(found.letter, clock.now())
        else:
            operations.take_back(found.letter)
    except operations.WrongStep:
        db.session.rollback()
        return _own(lang, token, 409)
    db.session.commit()
    if action == "take-back":
        return http.private(render_template("writing/own.html", own=None, deleted=True, robots="noindex"))
    return http.private(redirect(url_for("writing.own", lang=lang, token=token), code=303))


def _own(lang: str, token: str, status: int | None = None):
    found = queries.by_link(token)
    late = found and found.letter.status == rules.ASKED
    late = late and found.letter.asked_at <= clock.now() - rules.LINK_WORKS
    page = render_template(
        "writing/own.html",
        own=found,
        late=late,
        deleted=False,
        view=found and campaigns.campaign_view(found.campaign.slug, lang),
        state_name=found and members.states(found.campaign.world)[found.letter.state].names[lang],
        words=words,
        digests=found and found.target and queries.heeded([found.target])[found.target.id] in rules.ONLY_DIGESTS,
        robots="noindex",
    )
    return http.private(page, status or (200 if found else 404))


def _open(lang: str, campaign: str, ask: str) -> tuple[CampaignView, AskView]:
    found, named = ask_of(lang, campaign, ask)
    if named.status != "open":
        abort(404)
    return found, named


def _page(lang: str, campaign: str, ask: str, iso3: str, place: str | None) -> Page:
    found, named = _open(lang, campaign, ask)
    about = members.states(found.world).get(iso3) or abort(404)
    every = queries.targets(found.id, iso3)
    policies = queries.heeded(every)
    if place is None:
        # The first that may be written to; where none may, the page of the first says so.
        target = next((one for one in every if policies[one.id] != rules.CLOSED), every[0] if every else None)
    else:
        target = next((one for one in every if one.place == place), None) or abort(404)
    return Page(
        found,
        named,
        about,
        next(one for one in accounts.of_state(found, iso3, clock.today()) if one.slug == ask),
        every,
        policies,
        target,
        queries.trusted(found.id),
        operations.settings(found.id),
        discreet(states.civic_space(iso3)),
    )


def _forms(page: Page, sent: dict) -> dict:
    """The forms of both ways that a form can take; `sent` is what was posted, by way."""
    asked = {
        "template": page.offered[0] + page.reading,
        "residents_only": page.settings.residents_only,
        "subject": texts.subject(page.ask, page.target.language),
        "body": page.offered[0],
    }
    named = {str(one.id): one.name for one in page.trusted}
    return {
        rules.BY_US: ByUsForm(sent.get(rules.BY_US), prefix="us-", **asked),
        rules.BY_OTHERS: ByOthersForm(sent.get(rules.BY_OTHERS), prefix="org-", organisations=named, **asked),
    }


def _state(page: Page, lost: str = "", **sent) -> str:
    """The page of a state; `sent` are forms as they came, by way, and `lost` what was written in one that cannot be
    taken any more."""
    lang, target = page.campaign.language, page.target
    title, title_lang = title_of(page.ask, lang)
    forms = {} if page.policy == rules.CLOSED else _forms(page, {}) | sent
    subject, subject_lang = title_of(page.ask, target.language if target else lang)
    letter, letter_lang = page.offered
    prompt = _("[First, please put your own words here.]")
    mailto, whole = rules.mail_link(target.email, subject, prompt, letter) if target else ("", True)
    replies = queries.replies(page.campaign.id, page.state.iso3)
    others = any(reply.ask != page.ask.slug for reply in replies)
    refs = [page.piece.ref] if page.piece else []
    return render_template(
        "writing/state.html",
        page=page,
        campaign=page.campaign,
        ask=page.ask,
        title=title,
        title_lang=title_lang,
        state=page.state,
        name=page.state.names[lang],
        target=target,
        forms=forms,
        faults=lost or any(form.errors or form.notice for form in forms.values()),
        lost=lost,
        order=page.ways,
        letter=letter,
        letter_lang=letter_lang,
        reading=page.reading if target else "",
        subject=subject,
        subject_lang=subject_lang,
        copied=f"{prompt}\n\n{letter}" if letter else prompt,
        mailto=mailto,
        whole=whole,
        replies=replies,
        asks={one.slug: title_of(one, lang) for one in campaigns.asks(page.campaign.id)} if others else {},
        wrote=queries.wrote(page.campaign.id, page.ask.slug, page.state.iso3).get(page.state.iso3),
        languages=i18n.BY_CODE,
        kept=archive_queries.kept(page.campaign.id, refs),
        disputes=positions.disputes(page.campaign.id),
        names=names.Names(page.campaign.world, lang),
        words=wording,
        called=words,
        rules=rules,
        **marks.on_page(),
        canonical=i18n.site_url(request.endpoint, **request.view_args),
    )
