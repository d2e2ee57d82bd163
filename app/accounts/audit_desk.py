"""The desk's pages of the audit log: who did what to what, before and after."""

from datetime import date

from flask import Blueprint, abort, request
from flask_babel import lazy_gettext as lazy

from app.kernel import listing

from . import audit_queries, guard, holders, navigation

audit_desk = Blueprint("audit", __name__, template_folder="templates")

navigation.register("audit.site", lazy("Log"), "audit.see-all", 90, campaign=False)
navigation.register("audit.campaign", lazy("Log"), "audit.see", 90, campaign=True)


@audit_desk.get("/<language:lang>/desk/audit")
@guard.staff("audit.see-all")
def site(lang: str):
    """The whole log."""
    return _page(None)


@audit_desk.get("/<language:lang>/desk/<campaign>/audit")
@guard.staff("audit.see")
def campaign(lang: str, campaign: str):
    """What was done in a campaign."""
    return _page(campaign)


def _page(slug: str | None):
    said = {name: request.args.get(name, "").strip().replace("\0", "") for name in FILTERS}
    wanted = audit_queries.Wanted(
        actor=_actor(said["actor"]),
        action=said["action"] or None,
        subject=said["subject"] or None,
        first=_day(said["first"]),
        last=_day(said["last"]),
        campaign=slug or said["campaign"] or None,
    )
    try:
        part = audit_queries.entries(wanted, request.args.get("at"))
    except listing.WrongCursor:
        abort(404)
    values = {"lang": request.view_args["lang"], **{name: value for name, value in said.items() if value}}
    if slug:
        values["campaign"] = slug
    ids = {row.actor for row in part.rows}
    chosen = int(wanted.actor) if wanted.actor and wanted.actor != audit_queries.MACHINE else None
    names = holders.names({*ids, chosen})
    choices = audit_queries.actors(slug)
    if chosen in names:
        choices[chosen] = names[chosen]
    return guard.page(
        "desk/audit.html",
        campaign=slug,
        part=part,
        said=said,
        chosen=_chosen(wanted, slug),
        values=values,
        names=names,
        choices=choices,
        machine=audit_queries.MACHINE,
        plain=audit_queries.plain,
        filtered=any(said.values()),
    )


def _chosen(wanted: audit_queries.Wanted, slug: str | None) -> dict[str, str]:
    """The filters that hold, as the link to the export says them."""
    values = {name: str(value) for name, value in vars(wanted).items() if value}
    return {name: value for name, value in values.items() if name != "campaign" or not slug}


FILTERS = ("actor", "action", "subject", "first", "last", "campaign")


def _actor(text: str) -> str | None:
    """An id of staff, or the machine; whatever is neither finds nobody's."""
    if text == audit_queries.MACHINE or not text:
        return text or None
    return text if text.isascii() and text.isdigit() and len(text) < 19 else "0"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
