"""Languages that people and organisations may have, beyond the six of the site: BCP 47 codes and their names."""

from functools import cache

from babel import Locale, UnknownLocaleError

from app.kernel.i18n import CODES

# Besides codes of two letters, these of three are spoken by many who write to us.
_THREE_LETTERS = ("bem", "ceb", "fil", "haw", "kok", "luo", "mai", "nso", "sat", "tet", "tpi", "wal")


@cache
def language_names(lang: str) -> dict[str, str]:
    """The name of each language in `lang`: the six first, the others in the order of their names."""
    known = Locale.parse(lang).languages
    others = [code for code in known if (len(code) == 2 or code in _THREE_LETTERS) and code not in CODES]
    return {code: known[code] for code in (*CODES, *sorted(others, key=lambda code: known[code].casefold()))}


def is_language(code: str) -> bool:
    """Whether this is the code of a language of `language_names`."""
    return code in language_names("en")


@cache
def language_of() -> dict[str, str]:
    """The code of a language by its code, and by its name in itself and in each of the six, in lower case."""
    found = {}
    for lang in reversed(CODES):
        found |= {name.casefold(): code for code, name in language_names(lang).items()}
    for code in language_names("en"):
        try:
            name = Locale.parse(code).languages.get(code)
        except UnknownLocaleError:
            name = None
        if name:
            found[name.casefold()] = code
        found[code] = code
    return found
