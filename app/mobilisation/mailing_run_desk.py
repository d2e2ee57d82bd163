"""What the desk does with a mailing: try it out, have it start, hold it; its balance, its results, the uncertain."""

import csv
import io

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts import guard
from app.campaigns.forms import MOMENT_WRONG
from app.campaigns.head import WrongMoment, moment
from app.kernel import audit, clock, http, i18n, listing
from app.kernel.db import db
from app.positions.wording import POSITIONS

from . import balance, mailing_operations, mailing_queries, mailing_words, results, slots
from .back.sums import came_back
from .mailing_forms import PaceForm, StartForm
from .mailings_desk import ONE, mailing_or_404, page, state_names

mailing_run = Blueprint("mailing_run", __name__, template_folder="templates")


def _done(lang: str, campaign: str, mailing_id: int, notice: str):
    return guard.done(url_for("mailings.one", lang=lang, campaign=campaign, mailing_id=mailing_id), notice)


def _refused(lang: str, campaign: str, mailing_id: int, refused, **forms):
    db.session.rollback()
    found = mailing_or_404(campaign, mailing_id)
    return page(lang, campaign, found, 422, why=mailing_words.refusal(refused.why), faults=refused.faults, **forms)


def _do(lang: str, campaign: str, mailing_id: int, act, notice, **said):
    """Have `act` (of mailing_operations) happen, told on its page; or the page again with why not: 422."""
    found = mailing_or_404(campaign, mailing_id, lock=True)
    try:
        came = act(found, **said, actor=guard.current().staff_id, now=clock.now())
    except mailing_operations.Refused as refused:
        return _refused(lang, campaign, mailing_id, refused)
    return _done(lang, campaign, mailing_id, notice(came) if callable(notice) else notice)


@mailing_run.post(f"{ONE}/try")
@guard.staff("mailings.write")
def try_out(lang: str, campaign: str, mailing_id: int):
    """Have every recipient's mail made and none sent."""
    notice = _("The dry run has begun. Its report stands here when it is done.")
    return _do(lang, campaign, mailing_id, mailing_operations.try_out, notice)


@mailing_run.post(f"{ONE}/ask")
@guard.staff("mailings.write", fresh=True)
def ask(lang: str, campaign: str, mailing_id: int):
    """Have it start, or wait for a second person."""
    found, form, now = mailing_or_404(campaign, mailing_id, lock=True), StartForm(request.form), clock.now()
    at = None
    if form.validate() and form.local is not None:
        try:
            at = moment(form.local, form.zone.data)
            if at <= now:
                form.at.errors = [MOMENT_WRONG["past"]]
        except WrongMoment as error:
            form.at.errors = [MOMENT_WRONG[error.why]]
    if form.errors:
        db.session.rollback()
        return page(lang, campaign, mailing_or_404(campaign, mailing_id), 422, form=form)
    try:
        actor = guard.current().staff_id
        mailing_operations.ask(found, at, form.zone.data, form.quiet, actor=actor, now=now, seen=form.seen.data)
    except mailing_operations.Refused as refused:
        return _refused(lang, campaign, mailing_id, refused, form=form)
    if found.state == "waiting":
        return _done(lang, campaign, mailing_id, _("It waits for a second person. Whoever can be that gets a mail."))
    return _done(lang, campaign, mailing_id, _("It starts when its hour comes.") if at else _("It starts now."))


@mailing_run.post(f"{ONE}/approve")
@guard.staff("mailings.approve", fresh=True)
def approve(lang: str, campaign: str, mailing_id: int):
    """A second person says yes."""
    seen = request.form.get("seen")
    return _do(lang, campaign, mailing_id, mailing_operations.approve, _("It will start."), seen=seen)


@mailing_run.post(f"{ONE}/take-back")
@guard.staff("mailings.write")
def take_back(lang: str, campaign: str, mailing_id: int):
    """Make it a plan again."""
    return _do(lang, campaign, mailing_id, mailing_operations.take_back, _("It is a plan again. Nobody gets it."))


@mailing_run.post(f"{ONE}/pause")
@guard.staff("mailings.write")
def pause(lang: str, campaign: str, mailing_id: int):
    """Send nothing more for now."""
    notice = _("It is paused. What a connection held at this moment still goes out.")
    return _do(lang, campaign, mailing_id, mailing_operations.pause, notice)


@mailing_run.post(f"{ONE}/resume")
@guard.staff("mailings.write")
def resume(lang: str, campaign: str, mailing_id: int):
    """Go on."""
    return _do(lang, campaign, mailing_id, mailing_operations.resume, _("It goes on."))


@mailing_run.route(f"{ONE}/pace", methods=["GET", "POST"])
@guard.staff("mailings.write")
def slow_down(lang: str, campaign: str, mailing_id: int):
    """Say how fast it goes: on a page of its own, as the mailing's is asked for anew while somebody types."""
    found = mailing_or_404(campaign, mailing_id)
    form = PaceForm(request.form) if request.method == "POST" else PaceForm(data={"pace": str(found.pace or "")})
    if request.method == "GET" or not form.validate():
        return guard.page(
            "mobilisation/desk/pace.html",
            422 if form.errors else None,
            campaign=campaign,
            form=form,
            found=found,
            place={"lang": lang, "campaign": campaign, "mailing_id": mailing_id},
        )
    act = mailing_operations.slow_down
    return _do(lang, campaign, mailing_id, act, _("This holds from now on."), pace=form.per_hour)


@mailing_run.post(f"{ONE}/cancel")
@guard.staff("mailings.write")
def cancel(lang: str, campaign: str, mailing_id: int):
    """End it."""
    return _do(lang, campaign, mailing_id, mailing_operations.cancel, _gone)


def _gone(number: int) -> str:
    return ngettext(
        "Cancelled: %(count)s recipient gets nothing.",
        "Cancelled: %(count)s recipients get nothing.",
        number,
        count=i18n.plain_number(number),
    )


@mailing_run.post(f"{ONE}/cancel-state")
@guard.staff("mailings.write")
def cancel_state(lang: str, campaign: str, mailing_id: int):
    """Have whoever waits in a state that has moved get nothing."""
    code = request.form.get("state", "")
    if code not in state_names(lang):
        mailing_or_404(campaign, mailing_id)
        abort(404)
    return _do(lang, campaign, mailing_id, mailing_operations.cancel_state, _gone, country=code)


@mailing_run.get(f"{ONE}/balance")
@guard.staff("mailings.see")
def balanced(lang: str, campaign: str, mailing_id: int):
    """Where everybody stands by language and state, and what came of it."""
    found = mailing_or_404(campaign, mailing_id)
    rows, names = mailing_queries.spread(mailing_id), state_names(lang)
    return guard.page(
        "mobilisation/desk/balance.html",
        campaign=campaign,
        found=found,
        balance=balance.counted(found.audience, rows),
        back=came_back(mailing_id),
        languages=_table(rows, 2, lambda code: i18n.EVERY[code].autonym if code in i18n.EVERY else code),
        countries=_table(rows, 3, lambda code: names.get(code, _("not known"))),
        results=results.told(found),
        replied=results.replied(found),
        moved=results.moved(found, {row[3] for row in rows if row[3]}),
        positions=POSITIONS,
        names=names,
        words=mailing_words,
        parts=list(mailing_words.PARTS),
        place={"lang": lang, "campaign": campaign, "mailing_id": mailing_id},
    )


def _table(rows, column: int, name) -> list[tuple[str, dict[str, int]]]:
    """The sums by what stands in a column, by their names: part by number."""
    sums: dict[object, dict[str, int]] = {}
    for row in rows:
        part = sums.setdefault(row[column], {})
        part[row[0]] = part.get(row[0], 0) + row[4]
    return sorted(((name(key), part) for key, part in sums.items()), key=lambda line: (-sum(line[1].values()), line[0]))


@mailing_run.get(f"{ONE}/balance.csv")
@guard.staff("mailings.see")
def export(lang: str, campaign: str, mailing_id: int):
    """The balance as a file: numbers and codes, of nobody."""
    found = mailing_or_404(campaign, mailing_id)
    rows = mailing_queries.spread(mailing_id)
    out = io.StringIO(newline="")
    lines = csv.writer(out)
    lines.writerow(["part", "reason", "language", "state", "number"])
    # As it was fixed, whatever its parts say: whoever reads the file can see that they are the whole.
    lines.writerow(["audience", "", "", "", found.audience or 0])
    lines.writerows([part, why or "", code, country or "", number] for part, why, code, country, number in rows)
    audit.record(
        "mailings.export",
        f"mailing:{mailing_id}",
        actor=guard.current().staff_id,
        now=clock.now(),
        campaign=campaign,
        after={"state": found.state},
    )
    db.session.commit()
    response = http.private(Response("\ufeff" + out.getvalue(), mimetype="text/csv"))
    response.headers["Content-Disposition"] = f'attachment; filename="mailing-{mailing_id}.csv"'
    return response


@mailing_run.get(f"{ONE}/lacking/<slot>")
@guard.staff("mailings.see")
def lacking(lang: str, campaign: str, mailing_id: int, slot: str):
    """Everybody for whom a slot had no value when the mailing was last tried out."""
    found = mailing_or_404(campaign, mailing_id)
    try:
        part = mailing_queries.lacking(mailing_id, slot, request.args.get("at"))
    except listing.WrongCursor:
        abort(404)
    if slot not in slots.NAMES:
        abort(404)
    report = mailing_operations.report(found)
    return guard.page(
        "mobilisation/desk/lacking.html",
        campaign=campaign,
        found=found,
        part=part,
        slot="{" + slot + "}",
        words=mailing_words,
        number=report and report["lacking"].get(slot, 0),
        people=mailing_queries.people((row.contact_id for row in part.rows), guard.current().networks),
        place={"lang": lang, "campaign": campaign, "mailing_id": mailing_id},
        values={"lang": lang, "campaign": campaign, "mailing_id": mailing_id, "slot": slot},
    )


@mailing_run.get(f"{ONE}/uncertain")
@guard.staff("mailings.see")
def uncertain(lang: str, campaign: str, mailing_id: int):
    """The recipients of whom nobody knows whether they got it."""
    found = mailing_or_404(campaign, mailing_id)
    try:
        part = mailing_queries.uncertain(mailing_id, request.args.get("at"))
    except listing.WrongCursor:
        abort(404)
    return guard.page(
        "mobilisation/desk/uncertain.html",
        campaign=campaign,
        found=found,
        part=part,
        open=len(mailing_queries.open_uncertain([mailing_id]).get(mailing_id, ())),
        left=mailing_operations.LEFT,
        people=mailing_queries.people(
            (row.contact_id for row in part.rows if row.contact_id), guard.current().networks
        ),
        names=state_names(lang),
        languages=i18n.EVERY,
        may_write=guard.current().may("mailings.write", campaign),
        place={"lang": lang, "campaign": campaign, "mailing_id": mailing_id},
    )


@mailing_run.post(f"{ONE}/uncertain")
@guard.staff("mailings.write", fresh=True)
def again(lang: str, campaign: str, mailing_id: int):
    """Send to those of them that were ticked, or to all, although they may have it already; or leave them as they
    are."""
    ticked = request.form.getlist("again")
    ids = [int(one) for one in ticked if one.isascii() and one.isdigit() and len(one) < 18]
    said = {"ids": None if "everybody" in request.form else ids}
    if request.form.get("act") == "leave":
        return _do(lang, campaign, mailing_id, mailing_operations.leave, _left, **said)

    def notice(number: int) -> str:
        return ngettext(
            "%(count)s recipient gets it, perhaps a second time.",
            "%(count)s recipients get it, perhaps a second time.",
            number,
            count=i18n.plain_number(number),
        )

    return _do(lang, campaign, mailing_id, mailing_operations.again, notice, **said)


def _left(number: int) -> str:
    return ngettext(
        "%(count)s recipient is left as they are: nobody knows whether they got it, and it is not sent again.",
        "%(count)s recipients are left as they are: nobody knows whether they got it, and it is not sent again.",
        number,
        count=i18n.plain_number(number),
    )
