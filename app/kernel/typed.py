"""What people type, cleaned: names without what cannot be seen or turns a line round. Pure."""

import re
import unicodedata

from idna.core import IDNAError, valid_contextj

_LINK = re.compile(
    r"://|\bwww\.|@|\b(?:https?|mailto|javascript):|\w\.\w+/"
    r"|\b[\w-]+\.(?:com|net|org|info|biz|edu|gov|int|eu|uk|ru|cn|jp|io|me|cc|tv|xyz|top|link|site|shop|online|club|app"
    r"|dev|page|live|news|vip|icu|рф|中国)\b",
    re.IGNORECASE,
)
_QUOTES = " '\"`´‘’‚‛“”„«»‹›「」"
# Spreadsheets take what begins so for a formula. NFKC makes the full-width ones plain.
_SIGNS = "=+-@−‐‑‒–—"
_JOINERS = "\u200c\u200d"
# Letters and marks by their category, and nothing to be seen.
_BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"


def clean_name(text: str | None) -> str:
    """A name as it is kept: NFC, single spaces, without control, formatting, direction-override or blank characters.

    The zero-width joiners stay where Persian and Indic letters need them, by the rule that names of hosts have for them
    (RFC 5892, appendix A.1 and A.2), and nowhere else.
    """
    text = unicodedata.normalize("NFC", text or "")
    text = " ".join("".join(" " if c.isspace() else c for c in text if _may_stay(c)).split())
    text = re.sub(f"([{_JOINERS}])[{_JOINERS}]+", r"\1", text)
    text = "".join(c for place, c in enumerate(text) if c not in _JOINERS or _joins(text, place))
    return unicodedata.normalize("NFC", text)


def _may_stay(c: str) -> bool:
    if c in _JOINERS or c in "\t\n\r":
        return True
    return unicodedata.category(c) not in ("Cf", "Cc", "Cs", "Co", "Cn") and c not in _BLANKS


def _joins(text: str, place: int) -> bool:
    # A few letters on either side decide; the rule takes no longer text.
    start = max(0, place - 40)
    try:
        return valid_contextj(text[start : place + 40], place - start)
    except (ValueError, IDNAError):
        return False


def is_a_formula(name: str) -> bool:
    """Whether a spreadsheet would take a name for a formula."""
    return unicodedata.normalize("NFKC", name).lstrip(_QUOTES)[:1] in tuple(_SIGNS)


def holds_a_link(name: str) -> bool:
    """Whether a web or e-mail address stands in a text."""
    return _LINK.search(unicodedata.normalize("NFKC", name).replace("。", ".")) is not None
