"""The queue of comments: each is read by a person before it appears."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.accounts import guard, navigation
from app.campaigns import queries as campaigns
from app.kernel import clock, listing

from . import comments, desk_words

comments_desk = Blueprint("comments", __name__, template_folder="templates")
navigation.register("comments.queue", lazy("Comments"), "signatures.moderate", 44, group=navigation.SIGNATURES)

ALL = "/<language:lang>/desk/<campaign>/comments"


@comments_desk.get(ALL)
@guard.staff("signatures.moderate")
def queue(lang: str, campaign: str):
    """What waits to be read, the oldest first; or what was let, or refused."""
    state = request.args.get("state", comments.WAITING)
    if campaigns.campaign_view(campaign, lang) is None or state not in comments.STATES:
        abort(404)
    try:
        found, part = comments.queue(campaign, state, request.args.get("at"))
    except listing.WrongCursor:
        abort(404)
    return guard.page(
        "petitions/desk/comments.html",
        campaign=campaign,
        state=state,
        words=desk_words.comment_words(),
        found=found,
        part=part,
        values={"lang": lang, "campaign": campaign, "state": state},
    )


@comments_desk.post(f"{ALL}/<int:signature_id>")
@guard.staff("signatures.moderate")
def decide(lang: str, campaign: str, signature_id: int):
    """Let the comment that was read appear beside its name, or refuse it."""
    verdict, state = request.form.get("verdict"), request.form.get("state", comments.WAITING)
    if verdict not in ("let", "refuse") or state not in comments.STATES:
        abort(404)
    done = comments.decide(
        signature_id,
        verdict == "let",
        campaign=campaign,
        stamp=request.form.get("stamp", ""),
        actor=guard.current().staff_id,
        now=clock.now(),
    )
    if not done:
        notice = _("This comment was changed or deleted meanwhile: please read it again.")
    elif verdict == "let":
        notice = _("The comment is shown.")
    else:
        notice = _("The comment is not shown.")
    return guard.done(url_for("comments.queue", lang=lang, campaign=campaign, state=state), notice)
