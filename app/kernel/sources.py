"""The name in an address that says who sent its reader (`?from=`): a channel, a partner. Never a person."""

import re
from urllib.parse import parse_qs

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
# No honest address of ours is longer, and each request would have to be read to its end.
LONGEST_QUERY = 1000


def checked(text: str | None) -> str | None:
    """The text if it is such a name, else None: it may come from anywhere."""
    return text if text and NAME.fullmatch(text) else None


def in_query(query: str) -> str | None:
    """The name that a query string carries under `from`, or None. The page cache and the views both ask this."""
    if "from=" not in query or len(query) > LONGEST_QUERY:
        return None
    return checked(parse_qs(query).get("from", [None])[0])
