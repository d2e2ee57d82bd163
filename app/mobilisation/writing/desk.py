"""The desk's directory of where states can be written to: list, entry, file, and the file of it."""

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, navigation
from app.campaigns.models import Campaign
from app.kernel import clock, http, i18n, listing
from app.kernel.spreadsheet import CsvWriter
from app.positions import queries as positions
from app.states import members

from . import desk_queries, directory, queries, rules, targets_csv, words
from .desk_forms import FileForm, TargetForm
from .models import Target

writing_desk = Blueprint("writing_desk", __name__, template_folder="templates")
navigation.register("writing_desk.index", lazy("Whom states are written to"), "writing.manage", 62)

BASE = "/<language:lang>/desk/<campaign>/targets"
ONE = f"{BASE}/<int:target_id>"


@writing_desk.get(BASE)
@guard.staff("writing.manage")
def index(lang: str, campaign: str):
    """The directory, by state; narrowed by policy and by letters of the state's name."""
    found = campaign_of(campaign)
    called = state_names(found, lang)
    name, policy = request.args.get("name", "").strip(), request.args.get("policy", "")
    policy = policy if policy in rules.POLICIES else ""
    wanted = None
    if name:
        wanted = [code for code, said in called.items() if name.casefold() in f"{said} {code}".casefold()]
    try:
        part = desk_queries.directory(found.id, policy, wanted, request.args.get("at"))
    except listing.WrongCursor:
        abort(404)
    return guard.page(
        "writing/desk_targets.html",
        campaign=campaign,
        part=part,
        heeded=queries.heeded([row.Target for row in part.rows]),
        name=name,
        policy=policy,
        state_names=called,
        words=words,
        values={"lang": lang, "campaign": campaign, "name": name, "policy": policy},
    )


@writing_desk.route(f"{BASE}/new", methods=["GET", "POST"])
@guard.staff("writing.manage")
def new(lang: str, campaign: str):
    """Enter a target."""
    return _edit(lang, campaign_of(campaign), None)


@writing_desk.route(ONE, methods=["GET", "POST"])
@guard.staff("writing.manage")
def one(lang: str, campaign: str, target_id: int):
    """Change a target."""
    found = campaign_of(campaign)
    return _edit(lang, found, desk_queries.target(found.id, target_id) or abort(404))


def _edit(lang: str, found: Campaign, target: Target | None):
    posted = request.method == "POST"
    form = TargetForm(request.form if posted else None, obj=target, states=state_names(found, lang))
    if posted and form.validate():
        who, now = guard.current().staff_id, clock.now()
        try:
            put = directory.put(found, form.said(), actor=who, now=now, target=target)
            said = _("The address is on file.")
            if put.policy != form.policy.data:
                said = _("The address is on file. As it has replied, it gets digests only.")
            return guard.done(url_for(".index", lang=lang, campaign=found.slug), said)
        except directory.Taken:
            form.place.errors = [_("There is an entry of this office already.")]
    if not posted and target is not None:
        # Whoever changes an entry looks again whether it is a general mailbox.
        form.general.data = form.again.data = True
    return guard.page(
        "writing/desk_target.html",
        status=422 if form.errors else None,
        campaign=found.slug,
        form=form,
        target=target,
        heeded=target and queries.heeded([target])[target.id],
        state_names=state_names(found, lang),
        words=words,
    )


@writing_desk.post(f"{ONE}/remove")
@guard.staff("writing.manage")
def remove(lang: str, campaign: str, target_id: int):
    """Take a target off the file."""
    found = campaign_of(campaign)
    target = desk_queries.target(found.id, target_id) or abort(404)
    directory.remove(found, target, actor=guard.current().staff_id, now=clock.now())
    return guard.done(url_for(".index", lang=lang, campaign=campaign), _("The address is off the file."))


@writing_desk.route(f"{BASE}/file", methods=["GET", "POST"])
@guard.staff("writing.manage")
def file(lang: str, campaign: str):
    """Try a file out, then take in what is new or changed in it. Nothing is kept of a file that is only tried out."""
    request.max_content_length = 2 * targets_csv.LARGEST
    found = campaign_of(campaign)
    form, tried, wrong = FileForm(request.form if request.method == "POST" else None), None, None
    if request.method == "POST":
        try:
            if not form.validate():
                raise targets_csv.NoTable(form.content.errors[0])
            sent = request.files.get("file")
            if sent and sent.filename:
                form.content.data = targets_csv.text_of(sent.read(targets_csv.LARGEST + 1))
            read = targets_csv.read(form.content.data, _called(found), clock.today())
        except targets_csv.NoTable as none:
            wrong = none.why
        else:
            tried = _outcomes(found, read)
            if request.form.get("action") == "take" and not (sent and sent.filename):
                number = _take(found, tried)
                said = _("Taken in: %(count)s.", count=number)
                return guard.done(url_for(".index", lang=lang, campaign=campaign), said)
    return guard.page(
        "writing/desk_file.html",
        status=422 if wrong else None,
        campaign=campaign,
        form=form,
        wrong=wrong,
        tried=tried,
        outcomes=OUTCOMES,
        numbers={code: sum(code == one[1] for one in tried or ()) for code in OUTCOMES},
        state_names=state_names(found, lang),
        words=words,
        places=rules.PLACES,
        policies=rules.POLICIES,
        codes=i18n.CODES,
        needed=targets_csv.NEEDED,
        personal=rules.personal,
        personal_words=words.PERSONAL,
        columns=COLUMNS,
    )


# What each column holds, for whoever fills in a file.
COLUMNS = {
    "state": lazy("The state: its name in one of the six languages, or its code of three letters, such as KEN"),
    "place": lazy("Which of its offices"),
    "email": lazy("General mailbox"),
    "language": lazy("Language in which it corresponds"),
    "source": lazy("Where it is published: a whole web address"),
    "checked_on": lazy("The day on which you looked there, such as 2026-05-01"),
    "policy": lazy("What it may be sent; empty: as it stands, and letters for a new one"),
    "general": lazy("“yes” where you have made sure that it is a general mailbox and nobody's own"),
}
OUTCOMES = {
    targets_csv.NEW: lazy("new"),
    targets_csv.CHANGED: lazy("changed"),
    targets_csv.SAME: lazy("as it stands"),
    targets_csv.REFUSED: lazy("refused"),
}


def _outcomes(found: Campaign, read: list[targets_csv.Line]) -> list[tuple[targets_csv.Line, str, Target | None]]:
    there = {(one.state, one.place): one for one in desk_queries.everything(found.id)}
    replied = directory.answered(found.id)
    tried = []
    for line in read:
        row = there.get((line.said.state, line.said.place)) if line.said else None
        if line.said is None:
            outcome = targets_csv.REFUSED
        elif row is None:
            outcome = targets_csv.NEW
        else:
            outcome = targets_csv.SAME if directory.same(row, line.said, replied) else targets_csv.CHANGED
        tried.append((line, outcome, row))
    return tried


def _take(found: Campaign, tried) -> int:
    number = 0
    for line, outcome, row in tried:
        if outcome in (targets_csv.NEW, targets_csv.CHANGED):
            directory.put(found, line.said, actor=guard.current().staff_id, now=clock.now(), target=row)
            number += 1
    return number


@writing_desk.get(f"{BASE}/targets.csv")
@guard.staff("writing.manage")
def export(lang: str, campaign: str):
    """The directory as a file that can be taken in again."""
    found = campaign_of(campaign)
    parts: list[bytes] = []
    writer = CsvWriter(parts.append)
    writer.row(targets_csv.COLUMNS)
    for one in desk_queries.everything(found.id):
        day = one.checked_on.isoformat()
        writer.row([one.state, one.place, one.email, one.language, one.source, day, one.policy, "yes"])
    writer.close()
    response = http.private(Response(b"".join(parts), mimetype="text/csv"))
    response.headers["Content-Disposition"] = f'attachment; filename="{campaign}-targets.csv"'
    return response


def campaign_of(slug: str) -> Campaign:
    """The campaign of a desk page, or 404."""
    return positions.campaign(slug) or abort(404)


def _called(found: Campaign) -> dict[str, str]:
    every = members.states(found.world)
    names = {targets_csv.folded(name): code for code, state in every.items() for name in state.names.values()}
    labels = {targets_csv.folded(name): code for code, state in every.items() for name in state.labels.values()}
    return labels | names | {targets_csv.folded(code): code for code in every}


def state_names(found: Campaign, lang: str) -> dict[str, str]:
    """What the states of a campaign's world are called, in their order."""
    return {state.iso3: state.names[lang] for state in members.in_order(lang, found.world)}
