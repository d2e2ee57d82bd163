"""What stands around a mailing's text in each language: why it came, how to get no more, who is responsible.

The frame is made once per language and variant; the one thing in it that is each recipient's own is the address where
they leave, a slot that the engine fills as a mail goes out.
"""

from collections.abc import Mapping

from flask import current_app, render_template
from flask_babel import force_locale, get_translations
from flask_babel import gettext as _
from markupsafe import escape

from app.kernel import i18n

from . import stamps
from .checking import NEUTRAL, Frame
from .composing import Composed
from .engine.compile import Text
from .models import Mailing
from .slots import SIGN_LINK, Piece, Slot

LEAVE_LINK = "leave_link"
# Where the text, its first line and the address to leave stand in the templates.
_BODY, _FIRST, _LEAVE, _TITLE = "\ue010", "\ue011", "\ue012", "\ue013"


def frame(language: str) -> Frame:
    """The words around a text in a language; empty where nobody has translated them."""
    if language not in i18n.BY_CODE:
        return Frame("", "")
    with force_locale(language):
        unsubscribe, consent, neutral = (_translated(words, language) for words in (UNSUBSCRIBE, CONSENT, GIVEN))
    return Frame(unsubscribe, consent if neutral else "")


def _translated(words: str, language: str) -> str:
    """The words in the language of the moment; none where they are English still."""
    said = get_translations().gettext(words)
    return "" if said == words and language != i18n.FALLBACK else said


# As they stand below: a catalogue is asked for them by these very words.
UNSUBSCRIBE = "Get no more of these mails"
CONSENT = "You get this mail because you agreed to get mails about campaigns."
GIVEN = "You get this mail because your address was given to us."


def _consent(neutral: bool) -> str:
    if neutral:
        return _("You get this mail because your address was given to us.")
    return _("You get this mail because you agreed to get mails about campaigns.")


def framed(composed: Composed) -> Text:
    """A text of a mailing with what stands around it, as pieces for the engine (engine/compile.py)."""
    neutral, lang = composed.variant == NEUTRAL, composed.language
    with force_locale(lang):
        values = {
            "lang": lang,
            "dir": i18n.EVERY[lang].dir,
            "neutral": neutral,
            "consent": _consent(neutral),
            "leave": _("Get no more of these mails"),
            "controller": None if neutral else current_app.config["CONTROLLER"],
            "site_url": current_app.config["SITE_URL"],
            "body": _BODY,
            "first": _FIRST,
            "title": _TITLE,
            "leave_url": _LEAVE,
        }
        text = render_template("mobilisation/mail/mailing.txt", **values)
        html = render_template("mobilisation/mail/mailing.html", **values)
    leave = (Slot(LEAVE_LINK),)
    return Text(
        composed.subject,
        _put(text, {_BODY: composed.text, _LEAVE: leave}),
        _put(
            html,
            {_BODY: composed.html, _FIRST: _html(composed.preheader), _TITLE: _html(composed.subject), _LEAVE: leave},
        ),
    )


def _html(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Plain pieces as HTML holds them; what fills their slots is escaped as it is put in."""
    return tuple(str(escape(piece)) if isinstance(piece, str) else piece for piece in pieces)


def _put(around: str, parts: Mapping[str, tuple[Piece, ...]]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    last = 0
    for place, sign in enumerate(around):
        if sign in parts:
            pieces += [around[last:place], *parts[sign]]
            last = place + 1
    pieces.append(around[last:])
    return tuple(piece for piece in pieces if piece != "")


def own_links(mailing: Mailing, token: bytes, language: str, variant: str) -> dict[str, str]:
    """The addresses that are one delivery's own, by slot: where they leave, and where they sign. Neither says who they
    are to whoever does not hold our books."""
    url = i18n.neutral_url if variant == NEUTRAL else i18n.site_url
    word = stamps.link_word(token)
    base = current_app.config["NEUTRAL_URL" if variant == NEUTRAL else "SITE_URL"]
    return {
        LEAVE_LINK: f"{base}/{language}/mail/{word}",
        SIGN_LINK: url("mailing_links.sign", lang=language, token=word),
    }
