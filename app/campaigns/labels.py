"""What the desk calls kinds of documents, states of a cell and what happened to a block, in the reader's language."""

from flask import current_app, url_for
from flask_babel import lazy_gettext as lazy

KIND_NAMES = {
    "campaign": lazy("The campaign's own words"),
    "pages": lazy("Pages"),
    "updates": lazy("News"),
    "petitions": lazy("Petitions"),
    "letters": lazy("Sign-on letters"),
    "asks": lazy("Asks"),
    "mails": lazy("Mails"),
}
STATE_NAMES = {
    "missing": lazy("Missing"),
    "stale": lazy("Out of date"),
    "draft": lazy("Draft"),
    "reviewed": lazy("Reviewed"),
    "published": lazy("Published"),
}
MADE_NAMES = {
    "machine": lazy("made by a machine"),
    "draft": lazy("not reviewed yet"),
    "reviewed": lazy("reviewed"),
}
WHAT_NAMES = {
    "imported": lazy("Brought by a pack"),
    "edited": lazy("Edited"),
    "reviewed": lazy("Reviewed"),
    "restored": lazy("Brought back"),
    "removed": lazy("Removed"),
}
MAIL_NAMES = {
    "confirm": lazy("Please confirm"),
    "reminder": lazy("Reminder to confirm"),
    "repeat": lazy("You have signed before"),
    "confirm-neutral": lazy("Please confirm, neutral"),
    "reminder-neutral": lazy("Reminder to confirm, neutral"),
    "repeat-neutral": lazy("You have signed before, neutral"),
}


def translator_url(lang: str, campaign: str, code: str, kind: str, slug: str) -> str | None:
    """Where a document is translated; None in an app without the translator's pages."""
    if "translate.document" not in current_app.view_functions:
        return None
    return url_for("translate.document", lang=lang, campaign=campaign, code=code, kind=kind, slug=slug)
