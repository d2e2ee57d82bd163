"""The desk's pages about organisations that may be one: joined, or kept apart."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _

from app.accounts import guard
from app.kernel import clock
from app.kernel.listing import WrongCursor
from app.states import queries as states

from . import doubles as operations
from . import joining, org_queries
from .languages import language_names
from .org_operations import data_of

doubles = Blueprint("doubles", __name__, template_folder="templates")


@doubles.get("/<language:lang>/desk/organisations/doubles")
@guard.staff("organisations.join")
def index(lang: str):
    """Pairs that may be one, the likeliest first."""
    try:
        part = org_queries.doubles(request.args.get("at"))
    except WrongCursor:
        abort(404)
    return guard.page("people/doubles.html", part=part, values={"lang": lang}, areas=states.area_names(lang))


@doubles.route("/<language:lang>/desk/organisations/doubles/<int:double_id>", methods=["GET", "POST"])
@guard.staff("organisations.join")
def pair(lang: str, double_id: int):
    """Two side by side: join them, or say that they are two."""
    found = org_queries.double(double_id) or abort(404)
    sides = [org_queries.organisation(side, None) for side in (found.first_id, found.second_id)]
    if found.state != "open" or None in sides:
        abort(404)
    who, now = guard.current(), clock.now()
    if request.method == "POST" and request.form.get("decision") == "apart":
        operations.keep_apart(found.id, who.staff_id, now)
        return guard.done(url_for(".index", lang=lang), _("They are kept apart, and are not offered again."))
    if request.method == "POST" and request.form.get("decision") == "join":
        kept = next((side for side in sides if str(side.id) == request.form.get("kept")), None)
        if kept is not None:
            gone = next(side for side in sides if side is not kept)
            chosen = frozenset(name for name in joining.CHOSEN if request.form.get(name) == str(gone.id))
            kept_id = kept.id
            try:
                joining.join(kept_id, gone.id, chosen, who.staff_id, now)
            except joining.CannotJoin:
                abort(404)
            there = url_for("organisations.organisation", lang=lang, organisation_id=kept_id)
            return guard.done(there, _("They are one now. For 30 days this can be taken back."))
    return guard.page(
        "people/double.html",
        status=422 if request.method == "POST" else None,
        pair=found,
        sides=sides,
        data={side.id: data_of(side) for side in sides},
        people={side.id: org_queries.people(side.id) for side in sides},
        memberships={side.id: org_queries.memberships(side.id, None) for side in sides},
        areas=states.area_names(lang),
        language_names=language_names(lang),
    )


@doubles.post("/<language:lang>/desk/organisations/joinings/<int:joining_id>/undo")
@guard.staff("organisations.join")
def undo(lang: str, joining_id: int):
    """Take a joining back."""
    try:
        back = joining.undo(joining_id, guard.current().staff_id, clock.now())
    except joining.CannotUndo:
        abort(404)
    there = url_for("organisations.organisation", lang=lang, organisation_id=back)
    return guard.done(there, _("They are two again, and are kept apart."))
