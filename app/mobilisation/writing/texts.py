"""The letters that help somebody to write: words of the campaign, in whatever of the six languages they are there."""

from flask_babel import force_locale
from flask_babel import gettext as _

from app.campaigns import documents
from app.campaigns.queries import AskView
from app.kernel.i18n import format_day
from app.positions import record, wording
from app.positions.blocks import title


def template(campaign_id: int, ask: str, letter: str, language: str) -> str:
    """What the campaign has for this letter in a language: plain paragraphs; "" where it has nothing."""
    found = documents.words(campaign_id, "asks", ask, language)
    return dict(found.blocks).get(letter, "") if found else ""


def subject(ask: AskView, language: str) -> str:
    """The subject of a letter: what the ask is called in a language."""
    return title(ask, language)[0]


def reference(piece: record.Evidence | None, language: str) -> str:
    """The line that says what a letter speaks to: the act by which a state stands where it stands; "" for none."""
    if piece is None:
        return ""
    with force_locale(language):
        source = piece.un_symbol or piece.url or ""
        said = [wording.act(piece), format_day(piece.date, language), source]
        return _("With reference to: %(what)s", what=", ".join(part for part in said if part))


def whole(campaign_id: int, ask: str, letter: str, piece: record.Evidence | None, language: str) -> str:
    """The letter as it is offered in a language, with what it refers to at its head; "" where there is no letter."""
    words = template(campaign_id, ask, letter, language)
    head = reference(piece, language) if words else ""
    return f"{head}\n\n{words}" if head else words
