"""The letters that help somebody to write: words of the campaign, in whatever of the six languages they are there."""

import re
from html import unescape

from flask_babel import force_locale
from flask_babel import gettext as _

from app.campaigns import documents
from app.campaigns.markdown import render
from app.campaigns.queries import AskView
from app.kernel.i18n import comma, format_day
from app.positions import record, wording
from app.positions.blocks import title

from . import rules


def template(campaign_id: int, ask: str, letter: str, language: str) -> str:
    """The letter in a language, in plain paragraphs: the campaign's own, or one around what it asks for; "" where it
    does not ask in this language."""
    found = documents.words(campaign_id, "asks", ask, language)
    if found is None:
        return ""
    blocks = dict(found.blocks)
    return blocks.get(letter) or around(letter, found.fields["title"], plain_text(blocks["ask"]), language)


def around(letter: str, title: str, asked: str, language: str) -> str:
    """A start for a letter of an ask that has none of its own: whoever writes says what it means to them, and this says
    what is asked for, in the ask's own words. Pure."""
    with force_locale(language):
        head, said = _("Excellency,"), _("This is what is asked for: %(words)s", words=asked)
        if letter == rules.THANK:
            begins = _("I write to thank your Government for its support. It is about this: %(title)s.", title=title)
            ends = _(
                "Please say this support again, in your own name, wherever it is discussed. And please speak about it"
                " with others, above all in the groups to which your country belongs."
            )
        elif letter == rules.ANSWER:
            begins = _(
                "I have read where your Government stands, and I ask it to look at the matter again. It is about this:"
                " %(title)s.",
                title=title,
            )
            ends = _(
                "Above I say why it matters to me. If a reason against it weighs more for your Government, I would be"
                " glad to learn of it."
            )
        else:
            begins = _("I ask your Government to support this in its own name: %(title)s.", title=title)
            ends = _(
                "A sentence in a statement, or a letter to the Secretary-General, would show where your Government"
                " stands."
            )
        return "\n\n".join((head, begins, said, ends, _("Yours faithfully,")))


def plain_text(markdown: str) -> str:
    """What Markdown says, as a letter of plain text says it: paragraphs, without marks and addresses."""
    html = render(markdown)
    parts = (" ".join(part.split()) for part in re.split(r"</(?:p|li|h[2-4]|blockquote)>|<hr ?/?>", html))
    said = (unescape(re.sub(r"<[^>]*>", "", part)).strip() for part in parts)
    return "\n\n".join(part for part in said if part)


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
        return _("With reference to: %(what)s", what=comma(language).join(part for part in said if part))


def letter_in(campaign_id: int, ask: str, letter: str, piece: record.Evidence | None, languages) -> tuple[str, str]:
    """The letter as it is offered, in the first of these languages in which there is one, and that language; "" and the
    first of them where there is none at all."""
    for language in languages:
        if words := whole(campaign_id, ask, letter, piece, language):
            return words, language
    return "", languages[0]


def whole(campaign_id: int, ask: str, letter: str, piece: record.Evidence | None, language: str) -> str:
    """The letter as it is offered in a language, with what it refers to at its head; "" where there is no letter."""
    words = template(campaign_id, ask, letter, language)
    head = reference(piece, language) if words else ""
    return f"{head}\n\n{words}" if head else words
