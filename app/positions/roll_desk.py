"""The desk's pages of votes and lists in one go: pasted, looked through, stored whole, and checked as one."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, navigation
from app.kernel import clock
from app.kernel.listing import WrongCursor
from app.states import members

from . import desk_queries, desk_words, ground, operations, record
from . import rolls as rolling
from .evidence_desk import ADDRESS
from .evidence_forms import ReasonForm, RollForm
from .pieces import ALIGNMENT, LISTING, VOTE
from .rollcall import Directory, Roll, Total, parse

rolls = Blueprint("rolls", __name__, template_folder="templates")
ALL = f"{ADDRESS}/rolls"
ONE = f"{ALL}/<int:roll_id>"
LEFT_OUT = "-"
MOST_PASTED = 200_000
STEPS = {"check": rolling.check, "publish": rolling.publish}
navigation.register("rolls.index", lazy("Votes and lists"), "evidence.see", 43)


@dataclass(frozen=True)
class Choice:
    """A name that was not matched, or a state that is there twice, and what somebody made of it: a state's code or a
    cast, LEFT_OUT, or nothing yet. `field` is the name of its control."""

    field: str
    name: str
    cast: str
    made: str


@dataclass(frozen=True)
class Looked:
    """A pasted text as read, with what was made of the rest: the states with their cast, what is to be decided, totals
    that the source states."""

    states: list[tuple[str, str]]
    unmatched: list[Choice]
    doubles: list[Choice]
    totals: list[Total]

    @property
    def undecided(self) -> int:
        """How many names are neither given to a state nor left out."""
        return sum(not choice.made for choice in (*self.unmatched, *self.doubles))

    @property
    def differs(self) -> bool:
        """Whether a total is not as the source states it."""
        return any(not total.agrees for total in self.totals)


def look(roll: Roll, sent, states: dict[str, str], vote: bool) -> Looked:
    """What a roll and the choices in a posted form come to. A choice goes with the name that stood beside it."""
    said = dict(zip(sent.getlist("name"), sent.getlist("made"), strict=False))
    unmatched = []
    for place, (name, cast) in enumerate(roll.unmatched):
        made = said.get(f"{cast}:{name}", "")
        unmatched.append(Choice(f"made-{place}", name, cast, made if made in states or made == LEFT_OUT else ""))
    doubles = []
    for place, (state, casts) in enumerate(roll.doubles):
        if len(set(casts)) == 1:
            continue
        made = said.get(f"double:{state}", "")
        doubles.append(Choice(f"double-{place}", state, "", made if made in (*casts, LEFT_OUT) else ""))
    decided = {choice.name: choice.made for choice in doubles}
    found = {state: decided.get(state, cast) for state, cast in roll.matched if decided.get(state) != LEFT_OUT}
    for choice in unmatched:
        if choice.made and choice.made != LEFT_OUT:
            found.setdefault(choice.made, choice.cast)
    counted = Counter(found.values())
    totals = [Total(total.cast, total.stated, counted[total.cast]) for total in roll.totals] if vote else []
    return Looked(list(found.items()), unmatched, doubles, totals)


@rolls.get(ALL)
@guard.staff("evidence.see")
def index(lang: str, campaign: str):
    """What came in one go."""
    base = ground.of(campaign, lang)
    try:
        part = desk_queries.rolls(base.campaign.id, request.args.get("at"))
    except WrongCursor:
        abort(404)
    return guard.page(
        "positions/desk/rolls.html", campaign=campaign, part=part, values={"lang": lang, "campaign": campaign}
    )


@rolls.route(f"{ALL}/new", methods=["GET", "POST"])
@guard.staff("evidence.edit")
def new(lang: str, campaign: str):
    """Paste it, look at every name, store it whole."""
    # A roll-call of all states and their long names, in letters of three bytes, and with what was made of it.
    request.max_form_memory_size = request.max_content_length = 4 * MOST_PASTED
    base = ground.of(campaign, lang)
    posted = request.method == "POST"
    form = RollForm(request.form if posted else None, relevance=record.DIRECT, confidence=record.HIGH)
    form.offer(base.titles, base.states)
    looked, alike = None, []
    if posted and _told(form):
        vote = form.kind.data == VOTE
        looked = look(parse(form.pasted.data, _directory(base)), request.form, base.states, vote)
        _judge(form, looked, vote)
        alike = _alike(base, form)
        if "store" in request.form and not form.errors and not form.notice:
            kept = _store(base, form, looked, alike)
            if kept is not None:
                there = url_for(".one", lang=lang, campaign=campaign, roll_id=kept.id)
                return guard.done(there, _("It is kept, as drafts. Another person can check it now."))
    return guard.page(
        "positions/desk/roll_new.html",
        status=422 if form.errors or form.notice else None,
        campaign=campaign,
        base=base,
        form=form,
        looked=looked,
        alike=alike,
        vote=form.kind.data == VOTE,
        left_out=LEFT_OUT,
    )


def _told(form: RollForm) -> bool:
    if form.kind.data not in [choice.value for choice in form.kind.choices][1:]:
        form.kind.errors = [_("Please choose what it is.")]
    if not (form.pasted.data or "").strip():
        form.pasted.errors = [_("Please paste the vote or list.")]
    elif len(form.pasted.data) > MOST_PASTED:
        form.pasted.errors = [_("This is too long for one vote or list.")]
    return not form.errors


def _directory(base: ground.Ground) -> Directory:
    found = members.states(base.campaign.world).values()
    return Directory((state.iso3, name) for state in found for name in (*state.names.values(), *state.labels.values()))


def _judge(form: RollForm, looked: Looked, vote: bool) -> None:
    """Say what keeps it from being stored."""
    if not looked.states:
        form.pasted.errors = [_("No state was found in this text.")]
    elif vote and any(not cast for _state, cast in looked.states):
        form.pasted.errors = [
            _("Some states stand under no heading: write what was cast above each list, such as “In favour:”.")
        ]
    if "store" in request.form:
        if looked.undecided:
            form.notice = _("Please say of each name below which state it is, or leave it out.")
        elif looked.differs and not form.differs.data:
            form.differs.errors = [_("The numbers are not what the source states. Please look again.")]


def _alike(base: ground.Ground, form: RollForm) -> list:
    try:
        day = date.fromisoformat(form.date.data)
    except ValueError:
        return []
    return desk_queries.alike(base.campaign.id, day, form.url.data, form.un_symbol.data)


def _store(base: ground.Ground, form: RollForm, looked: Looked, alike: list):
    if alike and not form.anyway.data:
        form.anyway.errors = [_("This looks like something that is on file already: see below.")]
        return None
    cells = form.cells()
    kind = cells["type"]
    if kind in LISTING and not cells["speaker"]:
        form.speaker.errors = [_("Please choose who made it for the others.")]
        return None
    if kind != VOTE:
        cells |= {"on": "", "yes_means": ""}
    if kind != ALIGNMENT:
        cells["regards"] = ""
    try:
        return rolling.enter(
            base.campaign,
            cells,
            looked.states,
            {total.cast: total.stated for total in looked.totals},
            form.pasted.data,
            actor=guard.current().staff_id,
            now=clock.now(),
            provisional=form.provisional.data,
        )
    except operations.Unfit as unfit:
        form.blame(unfit.faults)
        return None


@rolls.get(ONE)
@guard.staff("evidence.see")
def one(lang: str, campaign: str, roll_id: int):
    """A vote or list, with all its pieces, and what may be done next."""
    return page(lang, campaign, roll_id)


def page(lang: str, campaign: str, roll_id: int, reason: ReasonForm | None = None):
    """Its page; a form that came back with something wrong in it makes it 422."""
    base = ground.of(campaign, lang)
    roll = desk_queries.roll(base.campaign.id, roll_id) or abort(404)
    rows = desk_queries.roll_rows(roll.id)
    who, now = guard.current(), clock.now()
    statuses, seen = Counter(row.status for row in rows), _seen(rows)
    casts = Counter(row.vote_cast for row in rows if row.vote_cast and row.status != record.WITHDRAWN)
    drafts = [row for row in rows if row.status == record.DRAFT]
    return guard.page(
        "positions/desk/roll.html",
        status=422 if reason else None,
        campaign=campaign,
        base=base,
        roll=roll,
        rows=rows,
        statuses=[(status, statuses[status]) for status in record.STATUSES if statuses[status]],
        totals=[(cast, casts[cast], (roll.stated or {}).get(cast)) for cast in record.CASTS if casts[cast]],
        alone=any(row.entered_by == who.staff_id and now < row.changed_at + operations.ALONE_AFTER for row in drafts),
        drafts=len(drafts),
        seen=seen,
        reason=reason or ReasonForm(),
    )


def _seen(rows) -> str:
    """What tells that one of the pieces is another one than it was."""
    return max((row.changed_at.isoformat() for row in rows), default="")


@rolls.post(f"{ONE}/step")
@guard.staff("evidence.check")
def step(lang: str, campaign: str, roll_id: int):
    """Check or publish all of it."""
    base = ground.of(campaign, lang)
    roll = desk_queries.roll(base.campaign.id, roll_id, held=True) or abort(404)
    there = url_for(".one", lang=lang, campaign=campaign, roll_id=roll.id)
    name = request.form.get("step", "")
    act = STEPS.get(name) or abort(404)
    # Nobody says that they compared what was changed since they read it.
    if request.form.get("seen", stands := _seen(desk_queries.roll_rows(roll.id))) != stands:
        return guard.done(there, str(desk_words.NOT_YET["status"]))
    try:
        act(base.campaign, roll, actor=guard.current().staff_id, now=clock.now())
    except operations.NotYet as refused:
        return guard.done(there, str(desk_words.NOT_YET[refused.why]))
    return guard.done(there, str(desk_words.DONE[name]))


@rolls.post(f"{ONE}/withdraw")
@guard.staff("evidence.check")
def withdraw(lang: str, campaign: str, roll_id: int):
    """Take all of it back, with a reason."""
    base = ground.of(campaign, lang)
    roll = desk_queries.roll(base.campaign.id, roll_id, held=True) or abort(404)
    form = ReasonForm(request.form)
    if not form.validate():
        return page(lang, campaign, roll_id, form)
    there = url_for(".one", lang=lang, campaign=campaign, roll_id=roll.id)
    try:
        rolling.withdraw(base.campaign, roll, form.reason.data, actor=guard.current().staff_id, now=clock.now())
    except operations.NotYet as refused:
        return guard.done(there, str(desk_words.NOT_YET[refused.why]))
    return guard.done(there, str(desk_words.DONE["withdraw"]))
