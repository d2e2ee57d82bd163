"""Text that somebody typed or that stood in a file, as it is kept. Pure."""

import unicodedata

# They join letters in Persian and Indic scripts.
_JOINERS = "\u200c\u200d"


def clean(text: str | None) -> str:
    """NFC, single spaces, without control and formatting characters."""
    text = unicodedata.normalize("NFC", text or "")
    kept = (" " if c.isspace() else c for c in text if _may_stay(c))
    return unicodedata.normalize("NFC", " ".join("".join(kept).split()))


def clean_lines(text: str | None) -> str:
    """The same line by line, without empty lines at the end."""
    return "\n".join(clean(line) for line in (text or "").splitlines()).strip()


def _may_stay(c: str) -> bool:
    return c in _JOINERS or c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn")
