"""What a mailing's rule says of asks, and what it is in words."""

import re

from .models import Mailing

_ASK = re.compile(r"\b(?:position|changed):([a-z0-9-]+)=")


def asks_of(mailing: Mailing) -> list[str]:
    """The asks that a mailing is about: the one it speaks of, and those its rule names."""
    said = [mailing.ask] if mailing.ask else []
    return list(dict.fromkeys([*said, *_ASK.findall(mailing.segment)]))
