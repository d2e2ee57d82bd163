"""The pages that end mails: by the link of any mail, and by one of a fresh mail, which shows what was chosen."""

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from app.campaigns import queries as campaigns
from app.kernel import clock, http
from app.kernel.db import db
from app.people.words import PURPOSE_WORDS

from . import leaving, leaving_choices
from .leaving import ALL, CAMPAIGN, LEAVABLE, NETWORK, Leaving

leaving_pages = Blueprint("leaving", __name__, template_folder="templates")

PATH = "/<language:lang>/mail/<token>"
CHOICES = "/<language:lang>/mail/choices/<token>"


@leaving_pages.get(PATH)
def page(lang: str, token: str):
    """What the link in a mail opens. It changes nothing: mail scanners open links, too."""
    return _page(lang, leaving.find(token))


@leaving_pages.post(PATH)
@http.from_anywhere
def leave(lang: str, token: str):
    """End mails at once. A mail program posts here by itself (RFC 8058), without cookies and from anywhere: that leaves
    the campaign, and nothing else. On the page its reader chooses."""
    found = leaving.find(token)
    by_program = "List-Unsubscribe" in request.form
    what = CAMPAIGN if by_program else request.form.get("leave", CAMPAIGN)
    if found is None or found.person_id is None:
        return _page(lang, None)
    if what not in LEAVABLE:
        return _page(lang, found, status=422)
    wording = words(found, lang)[what]
    leaving.leave(found, what, wording, lang, clock.now(), "mail" if by_program else "web")
    db.session.commit()
    return _page(lang, found, done=wording)


@leaving_pages.post(f"{PATH}/again")
def again(lang: str, token: str):
    """Have a mail sent to whom this mail went, with a link to what they chose. The answer is the same for everybody."""
    found = leaving.find(token)
    if found is None or found.person_id is None:
        return _page(lang, None)
    leaving_choices.ask(found, lang, clock.now())
    db.session.commit()
    return _page(lang, found, asked=True)


def words(found: Leaving, lang: str) -> dict[str, str]:
    """What can be left, in words. Of a neutral mail they name neither campaign nor network."""
    if found.neutral:
        return {
            CAMPAIGN: _("No more mails like this one"),
            NETWORK: _("No more mails from whoever wrote this one"),
            ALL: _("No more mails from this site at all"),
        }
    view = campaigns.campaign_view(found.campaign, lang)
    names = found.network
    network = names and (names.get(lang) or names["en"])
    return {
        CAMPAIGN: _("No more mails of the campaign “%(name)s”", name=view.name)
        if view
        else _("No more mails like this one"),
        NETWORK: _("No more mails through the network %(network)s", network=network)
        if network
        else _("No more calls to act through any network"),
        ALL: _("No more mails from this site at all"),
    }


def _page(lang: str, found: Leaving | None, status: int = 200, done: str | None = None, asked: bool = False):
    known = found is not None and found.person_id is not None
    body = render_template(
        "mobilisation/leaving.html",
        found=found if known else None,
        token=request.view_args["token"],
        words=words(found, lang) if known else {},
        done=done,
        asked=asked,
        robots="noindex",
    )
    return http.private(body, status if known else 404)


@leaving_pages.get(CHOICES)
def choices(lang: str, token: str):
    """What somebody agreed to and left, for whoever got the mail."""
    return _choices(lang, token)


@leaving_pages.post(CHOICES)
def choose(lang: str, token: str):
    """Have it be as the boxes say."""
    person_id = leaving_choices.person_of(token, clock.now())
    if person_id is None:
        return _choices(lang, token)
    held = leaving_choices.of(person_id)
    ticked, shown = set(request.form.getlist("choice")), set(request.form.getlist("shown"))

    def wanted(name: str, holds: bool) -> bool:
        # What was agreed to after the page had been opened did not stand on it: nobody took it back. Whoever left all
        # gets nothing but what they tick.
        return name in ticked if name in shown or held.all_left else holds

    networks = {key: wanted(f"{key[0]}-{key[1]}", holds) for key, holds in held.networks.items()}
    of_campaigns = {slug: wanted(f"campaign-{slug}", holds) for slug, holds in held.campaigns.items()}
    leaving_choices.choose(held, networks, of_campaigns, _("This is what I want to get"), lang, clock.now())
    db.session.commit()
    return _choices(lang, token, kept=True)


def _choices(lang: str, token: str, kept: bool = False):
    person_id = leaving_choices.person_of(token, clock.now())
    held = person_id and leaving_choices.of(person_id)
    boxes = []
    for (network_id, purpose), holds in held.networks.items() if held else ():
        names = held.names[network_id]
        boxes.append((f"{network_id}-{purpose}", names.get(lang) or names["en"], PURPOSE_WORDS[purpose], holds))
    for slug, holds in held.campaigns.items() if held else ():
        view = campaigns.campaign_view(slug, lang)
        boxes.append((f"campaign-{slug}", view.name if view else slug, PURPOSE_WORDS["mobilisation"], holds))
    body = render_template(
        "mobilisation/choices.html",
        held=held,
        boxes=[(name, label, purpose, holds and not held.all_left) for name, label, purpose, holds in boxes],
        kept=kept,
        robots="noindex",
    )
    return http.private(body, 200 if held else 404)
