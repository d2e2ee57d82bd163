"""The desk's pages for mailings: the list, a new one, one with all that holds for it, what a campaign settles."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, holders, navigation
from app.campaigns import queries as campaigns
from app.kernel import clock, http, i18n, listing, progress
from app.kernel.db import db
from app.letters import desk_letters
from app.people import org_queries
from app.states import members
from app.states import queries as states

from . import (
    audience,
    balance,
    mailing_operations,
    mailing_queries,
    mailing_settings,
    mailing_versions,
    mailing_words,
    proposals,
    starting,
    tongues,
)
from .back.sums import came_back
from .mailing_forms import PlanForm, SettingsForm, StartForm
from .mailing_operations import Plan
from .models import Mailing
from .segments import rule
from .segments.facts import Facts, Viewer
from .segments.words import Names

mailings = Blueprint("mailings", __name__, template_folder="templates")
navigation.register("mailings.index", lazy("Mailings"), "mailings.see", 60, group=navigation.OUTWARD)

ALL = "/<language:lang>/desk/<campaign>/mailings"
ONE = f"{ALL}/<int:mailing_id>"
REFRESH = 4


def mailing_or_404(campaign: str, mailing_id: int, lock: bool = False) -> Mailing:
    """A mailing of a campaign that its reader may see: a coordinator those of their own networks. 404 for others."""
    found = mailing_operations.get(campaign, mailing_id, lock) or abort(404)
    mine = guard.current().networks
    if mine is not None and found.network_id not in mine:
        abort(404)
    return found


def campaign_or_404(campaign: str, lang: str) -> campaigns.CampaignView:
    """A campaign; 404 for none."""
    return campaigns.campaign_view(campaign, lang) or abort(404)


def state_names(lang: str) -> dict[str, str]:
    """The names of states and areas by code."""
    return {**states.area_names(lang), **{code: one.names[lang] for code, one in members.states().items()}}


@mailings.get(ALL)
@guard.staff("mailings.see")
def index(lang: str, campaign: str):
    """Every mailing of the campaign, the latest first, and whom one could write to next."""
    campaign_or_404(campaign, lang)
    who = guard.current()
    try:
        part, balances = mailing_queries.page(campaign, who.networks, request.args.get("at"))
    except listing.WrongCursor:
        abort(404)
    return guard.page(
        "mobilisation/desk/mailings.html",
        campaign=campaign,
        part=part,
        balances=balances,
        words=mailing_words,
        names=state_names(lang),
        proposals=proposals.proposals(campaign, who.networks, clock.now()),
        may_settle=who.may("mailings.approve", campaign),
        values={"lang": lang, "campaign": campaign},
    )


def _form(lang: str, campaign: str, formdata=None, data=None) -> PlanForm:
    view = campaign_or_404(campaign, lang)
    asks = [(ask.slug, ask.titles.get(lang) or ask.titles.get("en") or ask.slug) for ask in campaigns.asks(view.id)]
    letters = [(one.letter.slug, one.title) for one in desk_letters.letters(campaign, lang)]
    mine = guard.current().networks
    networks = None if mine is None else [(number, name) for number, name in org_queries.network_names(lang)]
    if networks is not None:
        networks = [(number, name) for number, name in networks if int(number) in mine]
    cap = mailing_settings.of(campaign).week_cap
    return PlanForm(formdata, data=data, asks=asks, letters=letters, networks=networks, most_cap=cap)


def _plan(form: PlanForm, campaign: str, networks: tuple[int, ...] | None) -> Plan | None:
    """What the form says; None, and the form says why, where it is wrong."""
    good = form.validate()
    said = (form.segment.data or "").strip()
    try:
        audience.segment(said, networks, campaign, clock.now())
    except rule.Bad as error:
        form.segment.errors = [*form.segment.errors, error.told]
        good = False
    if not good:
        return None
    return Plan(
        name=form.name.data.strip(),
        segment=str(rule.parse(said)),
        language=form.language.data,
        sender_name=form.sender,
        reply_to=form.address,
        neutral=bool(form.neutral.data),
        ask=form.ask.data or None,
        letter=form.letter.data or None,
        week_cap=form.cap,
    )


def _plan_page(lang: str, campaign: str, form: PlanForm, found: Mailing | None, status: int | None = None):
    return guard.page(
        "mobilisation/desk/plan.html",
        status,
        campaign=campaign,
        form=form,
        found=found,
        words=mailing_words,
        settings=mailing_settings.of(campaign),
        place={"lang": lang, "campaign": campaign},
    )


@mailings.get(f"{ALL}/new")
@guard.staff("mailings.write")
def new(lang: str, campaign: str):
    """A form for a mailing; the address may bring a segment and an ask along."""
    asked = {name: request.args.get(name, "")[:2000] for name in ("segment", "ask", "letter")}
    data = {"language": lang, **{name: value for name, value in asked.items() if value}}
    return _plan_page(lang, campaign, _form(lang, campaign, data=data), None)


@mailings.post(f"{ALL}/new")
@guard.staff("mailings.write")
def create(lang: str, campaign: str):
    """Begin a mailing: a plan that goes to nobody yet."""
    form, who = _form(lang, campaign, request.form), guard.current()
    network = None
    if who.networks is not None:
        network = int(form.network.data) if (form.network.data or "").isdigit() else 0
    plan = _plan(form, campaign, None if network is None else (network,))
    if plan is None:
        return _plan_page(lang, campaign, form, None, 422)
    made = mailing_operations.create(campaign, plan, network, actor=who.staff_id, now=clock.now())
    url = url_for("mailings.one", lang=lang, campaign=campaign, mailing_id=made.id)
    return guard.done(url, _("It is there. Now write its texts."))


@mailings.route(f"{ONE}/plan", methods=["GET", "POST"])
@guard.staff("mailings.write")
def plan(lang: str, campaign: str, mailing_id: int):
    """Say something else of a plan."""
    found = mailing_or_404(campaign, mailing_id, lock=request.method == "POST")
    if request.method == "GET":
        said = {name: getattr(found, name) or "" for name in vars(Plan("", "", ""))}
        said["neutral"], said["network"] = found.neutral, str(found.network_id or "")
        said["seen"] = mailing_versions.of_plan(found)
        return _plan_page(lang, campaign, _form(lang, campaign, data=said), found)
    form = _form(lang, campaign, request.form)
    if "network" in form:
        form.network.data = str(found.network_id)
    wanted = _plan(form, campaign, None if found.network_id is None else (found.network_id,))
    if wanted is None:
        return _plan_page(lang, campaign, form, found, 422)
    try:
        actor = guard.current().staff_id
        mailing_operations.change(found, wanted, actor=actor, now=clock.now(), seen=form.seen.data)
    except mailing_versions.Newer:
        _told(form, wanted, found)
        db.session.rollback()
        return _plan_page(lang, campaign, form, mailing_or_404(campaign, mailing_id), 409)
    except mailing_operations.Refused as refused:
        form.notice = mailing_words.refusal(refused.why)
        db.session.rollback()
        return _plan_page(lang, campaign, form, mailing_or_404(campaign, mailing_id), 422)
    return guard.done(url_for("mailings.one", lang=lang, campaign=campaign, mailing_id=mailing_id), _("Saved."))


def _told(form: PlanForm, wanted: Plan, found: Mailing) -> None:
    """Have the form say what a colleague saved in the meantime, where it says something else."""
    form.notice = _("Somebody else saved this part in the meantime")
    form.seen.data = mailing_versions.of_plan(found)
    for name, said in vars(wanted).items():
        stands = getattr(found, name)
        if stands != said:
            chosen = dict((one.value, one.label) for one in getattr(form[name], "choices", ()))
            words = (_("Yes") if stands else _("No")) if isinstance(stands, bool) else chosen.get(stands, stands)
            form[name].errors = [_("Saved now: %(words)s", words=words or "–")]


@mailings.get(ONE)
@guard.staff("mailings.see")
def one(lang: str, campaign: str, mailing_id: int):
    """One mailing: what it is, what it still lacks, how far it is, and what can be done with it."""
    return page(lang, campaign, mailing_or_404(campaign, mailing_id))


def _sentence(lang: str, found: Mailing) -> str | None:
    """To whom it goes, in words; None where its rule means nothing any more."""
    networks = None if found.network_id is None else (found.network_id,)
    facts = Facts(found.campaign, Viewer(networks), clock.now())
    try:
        said = rule.parse(found.segment)
        facts.check(said)
    except rule.Bad:
        return None
    return Names(facts, lang).sentence(said)


def page(lang: str, campaign: str, found: Mailing, status=None, form=None, why=None, faults=()):
    """The page of a mailing; `form` and `why` where something was refused."""
    who, counted = guard.current(), balance.of([found.id])[found.id]
    planned = found.frozen_at is None and found.state != "cancelled"
    tried = mailing_operations.report(found) if planned else None
    work = progress.get(found.tried_by) if planned and found.tried_by else None
    named = {one for ids in (tried or {}).get("named", {}).values() for one in ids}
    wrong = starting.faults(found, starting.words(found.id), (tried or {}).get("neutral", ())) if planned else []
    texts = mailing_queries.texts(found.id)
    # One that was begun for other words is waited for by nobody.
    trying = work is not None and work.ended_at is None and work.input.get("changed_at") == found.changed_at.isoformat()
    form = form or StartForm(data=_when(found))
    form.seen.data = mailing_versions.of(found, tried) if planned else ""
    response = guard.page(
        "mobilisation/desk/mailing.html",
        status,
        campaign=campaign,
        found=found,
        sentence=_sentence(lang, found),
        balance=counted,
        back=came_back(found.id),
        planned=planned,
        texts=texts,
        written={(text.language, text.variant) for text in texts},
        languages=i18n.EVERY,
        faults=list(faults) or wrong,
        tried=tried,
        trying=trying,
        work=work,
        tried_table=tongues.table(tuple(row) for row in tried["languages"]) if tried else [],
        people=mailing_queries.people(named, who.networks),
        left=mailing_queries.left(found),
        form=form,
        starts=_there(found.starts_at, found.zone) if found.starts_at else None,
        why=why,
        words=mailing_words,
        names=state_names(lang),
        who=holders.names({found.asked_by, found.approved_by, found.created_by}),
        seconds=bool(mailing_operations.seconds(found)) if found.state == "waiting" else True,
        own=who.staff_id in (found.asked_by, found.created_by),
        may_write=who.may("mailings.write", campaign),
        may_approve=who.may("mailings.approve", campaign),
        alone=mailing_settings.alone(campaign, {found.created_by, found.asked_by or who.staff_id}),
        place={"lang": lang, "campaign": campaign, "mailing_id": found.id},
    )
    soon = found.state == "scheduled" and (found.starts_at is None or found.starts_at <= clock.now())
    # Not what a form was answered with: its fault is to be read, and its address cannot be asked for.
    if status is None and (found.state == "running" or trying or soon):
        http.asks_again(response, REFRESH)
    return response


def _there(at: datetime, zone: str) -> datetime | None:
    """A moment as clocks of a zone show it; None where nobody needs to be told, or there is no such zone."""
    try:
        return at.astimezone(ZoneInfo(zone)) if "/" in zone and zone != "Etc/UTC" else None
    except (ZoneInfoNotFoundError, ValueError, OverflowError):
        return None


def _when(found: Mailing) -> dict:
    said = {"zone": found.zone if "/" in found.zone else "Etc/UTC"}
    if found.quiet_from is not None:
        said |= {"quiet_from": str(found.quiet_from), "quiet_until": str(found.quiet_until)}
    return said


@mailings.route(f"{ALL}/settings", methods=["GET", "POST"])
@guard.staff("mailings.approve")
def settings(lang: str, campaign: str):
    """What holds for every mailing of the campaign."""
    campaign_or_404(campaign, lang)
    if request.method == "GET":
        stands = mailing_settings.of(campaign)
        form = SettingsForm(data={"approve_above": str(stands.approve_above), "week_cap": str(stands.week_cap)})
    else:
        form = SettingsForm(request.form)
        if form.validate():
            wanted = mailing_settings.Settings(form.above, form.cap)
            mailing_settings.put(campaign, wanted, actor=guard.current().staff_id, now=clock.now())
            return guard.done(url_for("mailings.index", lang=lang, campaign=campaign), _("Saved."))
    return guard.page(
        "mobilisation/desk/mailing_settings.html",
        422 if form.errors else None,
        campaign=campaign,
        form=form,
        place={"lang": lang, "campaign": campaign},
    )
