"""The desk's page of switches: signing, counting and mailing, paused and resumed for the whole site."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, navigation
from app.kernel import audit, clock, switches

switches_desk = Blueprint("switches", __name__, template_folder="templates")
navigation.register("switches.index", lazy("Switches"), "campaign.switches", 90, campaign=False)

BASE = "/<language:lang>/desk/switches"


@switches_desk.get(BASE)
@guard.staff("campaign.switches")
def index(lang: str):
    """What runs and what is paused."""
    words = {
        "signing": (_("Signing"), _("While it is paused, the form says so and nothing that is typed is lost.")),
        "counting": (_("Counting"), _("While it is paused, no total moves; what comes in is counted afterwards.")),
        "mailing": (_("Mailing"), _("While it is paused, mails wait and go out afterwards.")),
    }
    return guard.page("petitions/desk/switches.html", words=words, since=switches.since())


@switches_desk.post(BASE)
@guard.staff("campaign.switches")
def turn(lang: str):
    """Pause or resume one of them."""
    name, action = request.form.get("name"), request.form.get("action")
    if name not in switches.NAMES or action not in ("pause", "resume"):
        abort(404)
    now = clock.now()
    if action == "pause":
        switches.pause(name, now)
        notice = _("It is paused.")
    else:
        switches.resume(name)
        notice = _("It runs again.")
    audit.record(f"switches.{action}", f"switch:{name}", actor=guard.current().staff_id, now=now)
    return guard.done(url_for("switches.index", lang=lang), notice)
