"""What may be wrong with how a name is written, said so that its writer can mend it. Pure."""

import unicodedata

from flask_babel import gettext as _

# The characters that turn the direction of writing round (UAX #9): embeddings, overrides, isolates, and their ends.
_TURNING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
# What is pasted along with an address and is not seen: those, marks of direction, and spaces of no width.
_UNSEEN = {ord(mark): None for mark in (*_TURNING, "\u200e", "\u200f", "\u061c", "\u200b", "\ufeff")}
# More marks on one letter than any script needs; Tibetan and Khmer come nearest.
_PILED = 5


def turns_direction(text: str | None) -> bool:
    """Whether a text holds characters that turn the direction of what stands around them."""
    return not _TURNING.isdisjoint(text or "")


def plain(typed: str | None) -> str:
    """An address of a mailbox or of a website as it was typed, without what cannot be seen and is no part of one."""
    return (typed or "").translate(_UNSEEN).strip()


def fault(typed: str | None = None) -> str | None:
    """What is wrong with the writing of a name as it was typed, in the reader's language; None: nothing. The form shows
    the cleaned name again, from which such characters are gone: nothing is changed that its writer did not see."""
    if turns_direction(typed):
        return _("We took out characters that turn the direction of writing. Please check the name and send it again.")
    if _is_piled(typed or ""):
        return _("There are too many marks on one letter. Please write the name without them.")
    return None


def _is_piled(name: str) -> bool:
    run = 0
    for c in unicodedata.normalize("NFD", name):
        run = run + 1 if unicodedata.category(c) in ("Mn", "Me") else 0
        if run >= _PILED:
            return True
    return False
