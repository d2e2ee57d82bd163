"""The desk's pages of segments: those with a name, building a rule, why somebody is in or out."""

from datetime import datetime

from flask import Blueprint, abort, current_app, jsonify, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_babel import ngettext

from app.accounts import guard, navigation
from app.kernel import clock, http, i18n
from app.kernel.listing import WrongCursor
from app.people.texts import clean
from app.states import queries as states

from .. import mailing_words, proposals
from . import draft, operations, queries
from .facts import Facts, Viewer
from .models import LONGEST_NAME, Segment
from .rule import EVERYBODY, Bad, Rule, conditions, parse
from .words import Names

segments = Blueprint("segments", __name__, template_folder="templates")
navigation.register("segments.index", lazy("Segments"), "segments.use", 30, group=navigation.OUTWARD)

BASE = "/<language:lang>/desk/<campaign>/segments"
MAILING = "mailings.new"
SAVING = ("save", "save-new")


def _viewer() -> Viewer:
    return Viewer(guard.current().networks)


def _facts(campaign: str, now: datetime) -> Facts:
    try:
        return Facts(campaign, _viewer(), now)
    except LookupError:
        abort(404)


def _checked(text: str, facts: Facts) -> Rule:
    """The rule of a text. Raises Bad, with the place."""
    rule = parse(text)
    facts.check(rule)
    return rule


def _bounded(rule: Rule) -> None:
    """Raises Bad for a rule that a form says and no address can hold."""
    try:
        parse(str(rule))
    except Bad as bad:
        raise Bad(_("%(why)s Take a condition away, or choose fewer.", why=bad.message)) from None


def _one(segment_id: str | int | None, campaign: str) -> Segment | None:
    """The segment that a page is about, if it is about one with a name; 404 where there is none."""
    text = str(segment_id or "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        abort(404)
    return queries.segment(int(text), campaign, guard.current().staff_id, _viewer()) or abort(404)


@segments.get(BASE)
@guard.staff("segments.use")
def index(lang: str, campaign: str):
    """The segments that have a name, the last changed first."""
    _facts(campaign, clock.now())
    words = clean(request.args.get("q", ""))[:LONGEST_NAME]
    try:
        part = queries.saved(campaign, guard.current().staff_id, _viewer(), words, request.args.get("at"))
    except WrongCursor:
        abort(404)
    values = {"lang": lang, "campaign": campaign, **({"q": words} if words else {})}
    may = guard.current().may("mailings.write", campaign)
    return guard.page(
        "segments/index.html",
        campaign=campaign,
        part=part,
        values=values,
        words=words,
        proposals=proposals.proposals(campaign, guard.current().networks, clock.now()) if may else [],
        proposal=mailing_words.proposal,
    )


@segments.get(f"{BASE}/rule")
@guard.staff("segments.use")
def build(lang: str, campaign: str):
    """A rule: its conditions as a form, how many it means, a sample. The address holds it; `segment` is the number of
    one that has a name."""
    now = clock.now()
    facts = _facts(campaign, now)
    named = _one(request.args.get("segment"), campaign)
    text = request.args.get("rule")
    text = (named.rule if named else "") if text is None else text
    try:
        rule = _checked(text, facts)
    except Bad as bad:
        return _page(facts, lang, now, draft.Group(), typed=text, fault=bad.told, named=named, status=422)
    return _page(facts, lang, now, draft.draft_of(rule), rule=rule, named=named)


@segments.post(f"{BASE}/rule")
@guard.staff("segments.use")
def edit(lang: str, campaign: str):
    """One step of building: a row more or less, a rule that was written, the count, or the rule is given a name."""
    now = clock.now()
    facts = _facts(campaign, now)
    named = _one(request.form.get("segment"), campaign)
    do, typed = request.form.get("do", ""), request.form.get("typed", "")
    group = draft.read(request.form)
    if do == "write" or (do in ("count", *SAVING) and _written(typed)):
        try:
            rule = _checked(typed, facts)
        except Bad as bad:
            said = {"typed": typed, "name": request.form.get("name")}
            return _page(facts, lang, now, group, fault=bad.told, named=named, status=422, **said)
        if do in SAVING:
            return _save(lang, facts, draft.draft_of(rule), rule, named if do == "save" else None, now)
        return _there(lang, campaign, rule, named)
    acted = draft.act(group, do, request.form)
    rule = draft.rule_of(group)
    try:
        if rule is not None:
            _bounded(rule)
            facts.check(rule)
    except Bad as bad:
        return _page(facts, lang, now, group, fault=bad.message, named=named, status=422)
    if acted:
        # What was just added is not finished, and nobody has to be told so.
        for _path, row in draft.rows(group):
            row.fault = None
        return _page(facts, lang, now, group, rule=rule, named=named)
    if rule is None:
        return _page(facts, lang, now, group, fault=_("A condition is not finished."), named=named, status=422)
    if do in SAVING:
        return _save(lang, facts, group, rule, named if do == "save" else None, now)
    return _there(lang, campaign, rule, named)


def _written(typed: str) -> bool:
    """Whether somebody has written another rule than the page held: that is meant, whichever button they press."""
    return typed.split() != request.form.get("was", typed).split()


def _there(lang: str, campaign: str, rule: Rule, named: Segment | None):
    values = {"rule": str(rule), **({"segment": named.id} if named else {})}
    return guard.done(url_for(".build", lang=lang, campaign=campaign, **values))


def _save(lang: str, facts: Facts, group: draft.Group, rule: Rule, named: Segment | None, now: datetime):
    name = clean(request.form.get("name", ""))
    if not 0 < len(name) <= LONGEST_NAME:
        fault = _("Give it a name of at most %(count)s characters.", count=LONGEST_NAME)
        return _page(facts, lang, now, group, rule=rule, named=named, name=name, name_fault=fault, status=422)
    who = guard.current().staff_id
    if named is None:
        number = operations.create(facts.campaign, name, rule, who, now)
    else:
        operations.change(named, name, rule, who, now)
        number = named.id
    url = url_for(".build", lang=lang, campaign=facts.campaign, segment=number)
    return guard.done(url, _("The segment is kept."))


def _page(facts: Facts, lang: str, now: datetime, group: draft.Group, rule: Rule | None = None, status=None, **values):
    """The page of a rule. `group` is the form; `rule` what it says, if it says one: that is counted and shown."""
    names, viewer, found = Names(facts, lang), facts.viewer, {}
    if rule is not None:
        found = {
            "number": queries.number(rule, viewer, facts.campaign, now),
            "sample": queries.sample(rule, viewer, facts.campaign, now),
            "sentence": names.sentence(rule),
            "text": str(rule),
            "mailing": _mailing(lang, facts.campaign, rule),
        }
    return guard.page(
        "segments/build.html",
        campaign=facts.campaign,
        status=status,
        scripts=("segment.js",),
        group=group,
        names=names,
        areas=states.area_names(lang),
        most_depth=draft.MOST_DEPTH,
        longest_name=LONGEST_NAME,
        **{"typed": found.get("text", ""), "fault": None, "named": None, "name": None, "name_fault": None, **values},
        **{"number": None, "sample": [], "sentence": "", "text": "", "mailing": None, **found},
    )


def _mailing(lang: str, campaign: str, rule: Rule) -> str | None:
    """Where a mailing to them is written, if there is such a page and it is for who asks."""
    view = current_app.view_functions.get(MAILING)
    if view is None or not guard.current().may(view.staff_action, campaign):
        return None
    return url_for(MAILING, lang=lang, campaign=campaign, segment=str(rule))


@segments.post(f"{BASE}/count")
@guard.staff("segments.use")
def count(lang: str, campaign: str):
    """How many the form means as it stands, in words, for the script that asks while it is filled in."""
    now = clock.now()
    facts = _facts(campaign, now)
    rule = draft.rule_of(draft.read(request.form))
    if rule is None:
        return http.private(jsonify(words=_("A condition is not finished.")))
    try:
        _bounded(rule)
        facts.check(rule)
        number = queries.number(rule, facts.viewer, campaign, now)
    except Bad as bad:
        return http.private(jsonify(words=str(bad.message)))
    return http.private(jsonify(words=counted(number), text=str(rule), sentence=Names(facts, lang).sentence(rule)))


def counted(number: int) -> str:
    """How many contacts, in words."""
    said = i18n.plain_number(number)
    return ngettext("%(count)s contact", "%(count)s contacts", number, count=said) if number else _("Nobody")


segments.add_app_template_global(counted, "contacts_counted")


@segments.get(f"{BASE}/why")
@guard.staff("segments.use")
def why(lang: str, campaign: str):
    """Why a contact is in a segment, or out: what each condition answers, and by what. Without a contact, those in
    organisations of a name are shown to choose from."""
    now = clock.now()
    facts = _facts(campaign, now)
    try:
        rule = _checked(request.args.get("rule", ""), facts)
    except Bad as bad:
        # Where it can be mended, with what is wrong with it.
        typed = request.args.get("rule", "")
        return _page(facts, lang, now, draft.Group(), typed=typed, fault=bad.told, status=404)
    names, words, contact = Names(facts, lang), clean(request.args.get("q", ""))[:200], request.args.get("contact", "")
    rows, person = [], None
    if contact:
        if not (contact.isascii() and contact.isdigit() and len(contact) < 19):
            abort(404)
        rows = _why(rule, int(contact), facts, names, now) or abort(404)
        person = queries.person_name(int(contact), [row["organisation_id"] for row in rows])
    return guard.page(
        "segments/why.html",
        campaign=campaign,
        rule=rule,
        everybody=rule == EVERYBODY,
        sentence=names.sentence(rule),
        rows=rows,
        person=person,
        words=words,
        people=queries.people_found(words, facts.viewer) if words else [],
        areas=states.area_names(lang),
    )


def _why(rule: Rule, contact_id: int, facts: Facts, names: Names, now: datetime) -> list[dict]:
    asked = list(conditions(rule))
    return [
        {
            "organisation_id": row.organisation_id,
            "organisation": row.organisation,
            "language": row.organisation_language,
            "meant": queries.is_in(rule, row),
            "answers": [
                {"words": names.condition(one), "yes": yes, "reason": names.reason(one, yes, row)}
                for one, yes in zip(asked, row.answers, strict=True)
            ],
        }
        for row in queries.answered(rule, contact_id, facts.viewer, facts.campaign, now)
    ]


@segments.post(f"{BASE}/<int:segment_id>/remove")
@guard.staff("segments.use")
def remove(lang: str, campaign: str, segment_id: int):
    """Drop a segment that has a name."""
    named = _one(segment_id, campaign)
    operations.remove(named, guard.current().staff_id, clock.now())
    return guard.done(url_for(".index", lang=lang, campaign=campaign), _("The segment is removed."))
