"""How our own exports head their columns, in each language in which they are made: what was taken out can be brought
back, and adds nothing then."""

from collections.abc import Sequence
from functools import cache

from flask import has_app_context
from flask_babel import force_locale

from app.kernel.i18n import CODES

from .. import words
from ..naming import latin, tokens


def folded(text: str) -> str:
    """A header as it is compared: its words in Latin letters, without signs between."""
    return " ".join(latin(word) for word in tokens(text.replace("_", " ").replace("-", " ")))


def column_of(header: str) -> str | None:
    """What a column of this header is in an export of ours, in whichever language."""
    found = (headers.get(folded(header)) for headers in _headers())
    return next((column for column in found if column), None)


def columns_of(header: Sequence[str]) -> dict[str, str | None]:
    """What the columns are of a file that has ours alone, by their headers in small letters; also those that say
    nothing to an import. Empty: it is no export of ours, or somebody added to it."""
    said = [cell.strip() for cell in header]
    for headers in _headers():
        if len(said) > 1 and all(folded(cell) in headers for cell in said):
            return {cell.casefold(): headers[folded(cell)] for cell in said}
    return {}


def _headers() -> tuple[dict[str, str | None], ...]:
    # Where there is no app there are no translations, and no lists either.
    return _translated() if has_app_context() else ()


@cache
def _translated() -> tuple[dict[str, str | None], ...]:
    return tuple(map(_in, CODES))


def _in(language: str) -> dict[str, str | None]:
    with force_locale(language):
        nothing = {folded(str(label)): None for label in words.EXPORT_WORDS.values()}
        # A language may say two alike; exports have the first.
        columns = reversed(words.COLUMN_WORDS.items())
        return nothing | {folded(str(label)): column for column, label in columns}
