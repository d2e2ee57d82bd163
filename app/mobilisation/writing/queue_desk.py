"""The desk's page of letters to missions: what waits to be passed on, mails of which nobody knows, figures, replies,
and the settings."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, navigation
from app.campaigns import queries as campaigns
from app.kernel import clock, listing
from app.kernel.db import db
from app.positions import contacts
from app.positions.blocks import title as title_of
from app.positions.contacts import Told

from . import desk_queries, directory, operations, queries, rules, sending, words
from .desk import campaign_of, state_names
from .desk_forms import ReplyForm, SettingsForm, TrustedForm

writing_queue = Blueprint("writing_queue", __name__, template_folder="templates")
navigation.register("writing_queue.index", lazy("Letters to missions"), "writing.manage", 61)

BASE = "/<language:lang>/desk/<campaign>/mission-letters"


@writing_queue.get(BASE)
@guard.staff("writing.manage")
def index(lang: str, campaign: str):
    """What waits to be passed on by a person, mails of which nobody knows, and how letters stand by state and ask."""
    found = campaign_of(campaign)
    try:
        part = desk_queries.queue(found.id, request.args.get("at"))
    except listing.WrongCursor:
        abort(404)
    return guard.page(
        "writing/desk_queue.html",
        campaign=campaign,
        part=part,
        whom=queries.targets_of([row.MissionLetter for row in part.rows]),
        uncertain=desk_queries.uncertain(found.id),
        balances=desk_queries.balances(found.id),
        state_names=state_names(found, lang),
        titles=_titles(found.id, lang),
        rules=rules,
        words=words,
        values={"lang": lang, "campaign": campaign},
    )


@writing_queue.post(f"{BASE}/<int:letter_id>/<any('pass-on', 'drop'):what>")
@guard.staff("writing.manage")
def settle(lang: str, campaign: str, letter_id: int, what: str):
    """Say that an organisation has taken a letter on, or that it is not passed on."""
    found = campaign_of(campaign)
    letter = desk_queries.queued(found.id, letter_id) or abort(404)
    verb = operations.pass_on if what == "pass-on" else operations.drop
    try:
        verb(found, letter, actor=guard.current().staff_id, now=clock.now())
    except operations.WrongStep:
        db.session.rollback()
        return _back(lang, campaign, _("Somebody was quicker: it is settled already."))
    return _back(lang, campaign, _("It is written down."))


@writing_queue.post(f"{BASE}/mails/<int:mail_id>/<any('gone', 'again'):what>")
@guard.staff("writing.manage")
def decide(lang: str, campaign: str, mail_id: int, what: str):
    """Say of a mail of which nobody knows that it has gone, or have it sent once more."""
    found = campaign_of(campaign)
    try:
        sending.settle(found, mail_id, what == "gone", actor=guard.current().staff_id, now=clock.now())
    except operations.WrongStep:
        db.session.rollback()
        abort(404)
    return _back(lang, campaign, _("It is written down."))


@writing_queue.route(f"{BASE}/reply", methods=["GET", "POST"])
@guard.staff("writing.manage")
def reply(lang: str, campaign: str):
    """Write down that a mission answered. On the record, what it said is public and leads to the form of evidence; else
    it is kept among what we were told."""
    found, asks = campaign_of(campaign), _titles(campaign_of(campaign).id, lang)
    called, posted = state_names(found, lang), request.method == "POST"
    every = {str(one.id): one for one in desk_queries.everything(found.id)}
    offered = {number: f"{called[one.state]}: {words.PLACES[one.place]}" for number, one in every.items()}
    offered = dict(sorted(offered.items(), key=lambda item: list(called).index(every[item[0]].state)))
    form = ReplyForm(
        request.form if posted else None, asks=asks, targets=offered, target=request.args.get("target", "")
    )
    if posted and form.validate():
        return _answered(lang, found, every[form.target.data], form)
    return guard.page(
        "writing/desk_reply.html",
        status=422 if form.errors else None,
        campaign=campaign,
        form=form,
        any_target=bool(every),
    )


def _answered(lang: str, found, target, form: ReplyForm):
    who, now = guard.current(), clock.now()
    directory.replied(
        found,
        target,
        ask=form.ask.data,
        received_on=form.received.data,
        words=form.told.data if form.on_record else None,
        language=form.language.data,
        actor=who.staff_id,
        now=now,
    )
    if not form.on_record:
        told: Told = form.told_of(target.state)
        contacts.note(found, told, actor=who.staff_id, now=now)
        there = url_for("contacts.one", lang=lang, campaign=found.slug, state=target.state)
        return guard.done(there, _("It is kept among what we were told. The mission gets digests from now on."))
    there = url_for(
        "entry.new",
        lang=lang,
        campaign=found.slug,
        type="official_reply",
        ask=form.ask.data,
        date=form.received.data.isoformat(),
        speaker=f"state:{target.state}",
    )
    return guard.done(there, _("Its answer is shown to whoever writes. Here it can be entered as evidence, too."))


@writing_queue.get(f"{BASE}/replies")
@guard.staff("writing.manage")
def replies(lang: str, campaign: str):
    """What missions answered."""
    found = campaign_of(campaign)
    try:
        part = desk_queries.all_replies(found.id, request.args.get("at"))
    except listing.WrongCursor:
        abort(404)
    return guard.page(
        "writing/desk_replies.html",
        campaign=campaign,
        part=part,
        state_names=state_names(found, lang),
        titles=_titles(found.id, lang),
        words=words,
        values={"lang": lang, "campaign": campaign},
    )


@writing_queue.post(f"{BASE}/replies/<int:reply_id>/remove")
@guard.staff("writing.manage")
def unreply(lang: str, campaign: str, reply_id: int):
    """Take a reply off that was written down by mistake."""
    found = campaign_of(campaign)
    row = desk_queries.reply(found.id, reply_id) or abort(404)
    directory.unreply(found, row, actor=guard.current().staff_id, now=clock.now())
    return guard.done(url_for(".replies", lang=lang, campaign=campaign), _("The reply is off the file."))


@writing_queue.route(f"{BASE}/settings", methods=["GET", "POST"])
@guard.staff("writing.manage")
def settings(lang: str, campaign: str):
    """Limits, who may write, how long letters are kept; and the organisations that take letters on."""
    found, posted = campaign_of(campaign), request.method == "POST"
    form = SettingsForm(request.form if posted else None, obj=operations.settings(found.id))
    if posted and form.validate():
        operations.put_settings(found, dict(form.data), actor=guard.current().staff_id, now=clock.now())
        return guard.done(url_for(".settings", lang=lang, campaign=campaign), _("The settings are kept."))
    return guard.page(
        "writing/desk_settings.html",
        status=422 if form.errors else None,
        campaign=campaign,
        form=form,
        trusted=queries.trusted(found.id),
    )


@writing_queue.route(f"{BASE}/organisations/new", methods=["GET", "POST"])
@guard.staff("writing.manage")
def trust(lang: str, campaign: str):
    """Name an organisation that takes letters on."""
    return _trusted(lang, campaign_of(campaign), None)


@writing_queue.route(f"{BASE}/organisations/<int:trusted_id>", methods=["GET", "POST"])
@guard.staff("writing.manage")
def trusted(lang: str, campaign: str, trusted_id: int):
    """Change one."""
    found = campaign_of(campaign)
    return _trusted(lang, found, desk_queries.one_trusted(found.id, trusted_id) or abort(404))


def _trusted(lang: str, found, row):
    posted = request.method == "POST"
    form = TrustedForm(request.form if posted else None, obj=row)
    if posted and form.validate():
        said = (form.name.data, form.website.data, form.address)
        try:
            directory.trust(found, *said, actor=guard.current().staff_id, now=clock.now(), row=row)
            there = url_for(".settings", lang=lang, campaign=found.slug)
            return guard.done(there, _("The organisation is named on the page."))
        except directory.Taken:
            form.name.errors = [_("An organisation of this name is there already.")]
    return guard.page(
        "writing/desk_trusted.html", status=422 if form.errors else None, campaign=found.slug, form=form, row=row
    )


@writing_queue.post(f"{BASE}/organisations/<int:trusted_id>/remove")
@guard.staff("writing.manage")
def distrust(lang: str, campaign: str, trusted_id: int):
    """Name an organisation no more."""
    found = campaign_of(campaign)
    row = desk_queries.one_trusted(found.id, trusted_id) or abort(404)
    directory.distrust(found, row, actor=guard.current().staff_id, now=clock.now())
    return guard.done(url_for(".settings", lang=lang, campaign=campaign), _("The organisation is named no more."))


def _titles(campaign_id: int, lang: str) -> dict[str, str]:
    return {ask.slug: title_of(ask, lang)[0] for ask in campaigns.asks(campaign_id)}


def _back(lang: str, campaign: str, notice: str):
    return guard.done(url_for("writing_queue.index", lang=lang, campaign=campaign), notice)
