"""What may be wrong with what somebody writes into the form of a letter, said so that they can mend it. Pure.

What can be mended by us is, and the form comes back with it for its writer to check; nothing is changed unseen.
"""

import re
import unicodedata

from flask_babel import gettext as _
from flask_babel import ngettext

from app.kernel import i18n
from app.people.naming import latin, legal_forms, tokens
from app.people.org_operations import LONGEST_NAME
from app.people.texts import clean
from app.people.websites import InvalidWebsite, checked_website

# The characters that turn the direction of writing round (UAX #9): embeddings, overrides, isolates, and their ends.
_TURNING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_LINK = re.compile(r"[a-z][a-z0-9+.-]*://|\bwww\.|@|\bmailto:", re.IGNORECASE)
# More marks on one letter than any script needs; Tibetan and Khmer come nearest.
_PILED = 5


def turns_direction(text: str | None) -> bool:
    """Whether a text holds characters that turn the direction of what stands around them."""
    return not _TURNING.isdisjoint(text or "")


def name_fault(typed: str | None, longest: int = LONGEST_NAME) -> str | None:
    """What is wrong with a name of an organisation or a person as it was typed, in the reader's language; None:
    nothing. The form shows `texts.clean` of it again, so characters that turn the direction are gone by then."""
    name = clean(typed)
    if turns_direction(typed):
        return _("We took out characters that turn the direction of writing. Please check the name and send it again.")
    if len(name) > longest:
        most = i18n.plain_number(longest)
        return ngettext(
            "A name may have at most %(count)s character.",
            "A name may have at most %(count)s characters.",
            longest,
            count=most,
        )
    if not any(c.isalpha() for c in name):
        return _("Please write the name in letters.")
    if _LINK.search(unicodedata.normalize("NFKC", name)):
        return _("A name holds no web or e-mail address. There is a field of its own for each.")
    if _is_piled(name):
        return _("There are too many marks on one letter. Please write the name without them.")
    return None


def website_fault(typed: str | None) -> str | None:
    """What is wrong with a website that somebody typed, in the reader's language; None: nothing, or none was given."""
    if not (typed or "").strip():
        return None
    try:
        checked_website(typed)
    except InvalidWebsite:
        return _("This is no web address. It should look like www.example.org.")
    return None


def names_a_body(name: str) -> bool:
    """Whether a name says that it is an organisation's: a word such as association, foundation, e. V., among others.
    A person with such a name is asked about at the desk, never refused."""
    words = [latin(word) for word in tokens(name)]
    spans = (tuple(words[start : start + size]) for size in (1, 2, 3) for start in range(len(words)))
    return any(legal_forms().get(span) for span in spans)


def _is_piled(name: str) -> bool:
    run = 0
    for c in unicodedata.normalize("NFD", name):
        run = run + 1 if unicodedata.category(c) in ("Mn", "Me") else 0
        if run >= _PILED:
            return True
    return False
