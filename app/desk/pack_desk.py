"""A campaign's pack at the desk: taken away as a ZIP file; brought back, looked at block by block, and taken in."""

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.exceptions import RequestEntityTooLarge

from app.accounts import guard, navigation
from app.campaigns import board, importing, labels, readiness
from app.campaigns.desk import open_campaign
from app.campaigns.documents_desk import languages
from app.campaigns.faults import PackFaults
from app.campaigns.models import Campaign
from app.campaigns.rooms import TextWasSigned
from app.campaigns.zips import MOST_BYTES, WrongZip
from app.kernel import clock, http
from app.kernel.db import db
from app.petitions import packs

pack_desk = Blueprint("pack_desk", __name__, template_folder="templates")
navigation.register("pack_desk.index", lazy("Pack"), "campaign.settings", 66)

BASE = "/<language:lang>/desk/<campaign>/pack"
WHY = {
    "none": lazy("Please choose a file."),
    "too-large": lazy("The file holds more than what can be taken in: four megabytes, and 24 when it is unpacked."),
    "no-zip": lazy("The file is no ZIP file."),
    "broken": lazy("The file is damaged, or packed in a way that is not read here."),
    "path": lazy(
        "A name in the file leads out of its folder, or is a link. Such files are not read, as they can harm."
    ),
    "kind": lazy("The file holds something that belongs to no pack."),
    "twice": lazy("A name stands in the file more than once."),
    "locked": lazy("The file is locked with a password."),
    "two-folders": lazy("The file holds more than one folder. A pack is one."),
    "no-head": lazy("The file holds no campaign.toml."),
    "other": lazy("This is the pack of another campaign, or its originals are in another language."),
}
WHAT_NAMES = {
    "new": lazy("new"),
    "changed": lazy("changed"),
    "removed": lazy("removed"),
    "state": lazy("the same words in another state"),
}


def _index(campaign: Campaign, status: int | None = None, wrong: str | None = None, name: str = "", faults=()):
    return guard.page(
        "desk/pack.html",
        status,
        campaign=campaign.slug,
        wrong=wrong and WHY[wrong],
        wrong_name=name[:200],
        faults=faults,
        public=readiness.public(campaign.id),
        unpublished=board.unpublished(campaign.id),
    )


@pack_desk.get(BASE)
@guard.staff("campaign.settings")
def index(lang: str, campaign: str):
    """Take the pack away, or bring one."""
    return _index(open_campaign(campaign))


@pack_desk.get(f"{BASE}/<slug>.zip")
@guard.staff("campaign.settings")
def take_away(lang: str, campaign: str, slug: str):
    """What is published as a ZIP file, or, with `drafts`, what the desk has."""
    found = open_campaign(campaign)
    drafts = "drafts" in request.args
    if slug != campaign or not (drafts or readiness.public(found.id)):
        abort(404)
    response = http.private(Response(packs.zipped(found, drafts), mimetype="application/zip"))
    response.headers["Content-Disposition"] = f'attachment; filename="{campaign}.zip"'
    return response


@pack_desk.post(BASE)
@guard.staff("campaign.settings")
def bring(lang: str, campaign: str):
    """Read a ZIP file, and lead to what it would change."""
    found = open_campaign(campaign)
    request.max_content_length = MOST_BYTES + 64 * 1024
    try:
        upload = request.files.get("file")
        content = upload.read(MOST_BYTES + 1) if upload else b""
    except RequestEntityTooLarge:
        return _index(found, 413, "too-large")
    if not content:
        return _index(found, 422, "none")
    try:
        kept = packs.bring(found, content, guard.current().staff_id, clock.now())
    except WrongZip as error:
        return _index(found, 422, error.why, error.name)
    except packs.OtherCampaign:
        return _index(found, 422, "other")
    except PackFaults as error:
        return _index(found, 422, faults=error.faults)
    return guard.done(url_for("pack_desk.look", lang=lang, campaign=campaign, pack_id=kept.id))


@pack_desk.get(f"{BASE}/<int:pack_id>")
@guard.staff("campaign.settings")
def look(lang: str, campaign: str, pack_id: int):
    """What a pack would change, and where both sides have changed the same."""
    found = open_campaign(campaign)
    return _look(found, packs.brought(found, pack_id) or abort(404))


def _look(campaign: Campaign, kept, status: int | None = None, wrong: str = "", faults=(), chosen=None):
    review = None if kept.taken_at else packs.review(campaign, kept)
    return guard.page(
        "desk/pack_look.html",
        status,
        campaign=campaign.slug,
        kept=kept,
        review=review,
        wrong=wrong,
        faults=faults,
        chosen=chosen or {},
        named=languages(campaign.spoken + [change.language for change in (review.changes if review else ())]),
        labels=labels,
        what_names=WHAT_NAMES,
    )


@pack_desk.post(f"{BASE}/<int:pack_id>")
@guard.staff("campaign.settings")
def take_in(lang: str, campaign: str, pack_id: int):
    """Take a pack in, each conflict decided: all of it or nothing."""
    found = open_campaign(campaign)
    kept = packs.brought(found, pack_id) or abort(404)
    if kept.taken_at:
        return _look(found, kept, 409)
    names = packs.review(found, kept).names
    said = {name: request.form.get(f"choice-{number}") for number, name in enumerate(names)}
    choices = {name: choice for name, choice in said.items() if choice in (importing.OURS, importing.THEIRS)}
    try:
        packs.take_in(found, kept, choices, request.form.get("seen", ""), guard.current().staff_id, clock.now())
    except packs.Moved:
        return _again(campaign, pack_id, 409, _("Something else stands here by now. Please look once more."))
    except importing.PackConflicts:
        return _again(campaign, pack_id, 422, _("Please choose for every conflict."), chosen=choices)
    except TextWasSigned:
        words = _("People have signed a text that this pack changes. Raise its version in campaign.toml.")
        return _again(campaign, pack_id, 422, words, chosen=choices)
    except PackFaults as error:
        words = _("Joined with what was edited here, this would be no sound pack. Nothing has been changed.")
        return _again(campaign, pack_id, 422, words, error.faults, choices)
    return guard.done(url_for("pack_desk.look", lang=lang, campaign=campaign, pack_id=pack_id), _("Taken in."))


def _again(campaign: str, pack_id: int, status: int, wrong: str, faults=(), chosen=None):
    db.session.rollback()
    found = open_campaign(campaign)
    return _look(found, packs.brought(found, pack_id) or abort(404), status, wrong, faults, chosen)
