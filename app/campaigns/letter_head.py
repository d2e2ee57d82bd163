"""What [[letters]] of campaign.toml may say. Pure."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from app.kernel.i18n import CODES

KEYS = (
    *("slug", "version", "change", "opened", "closes", "time_zone", "negotiated", "individuals", "addressees"),
    *("official", "milestones", "untranslated"),
)
CHANGES = ("editorial", "material")
MISSIONS = "missions"
_STATE = re.compile("[A-Z]{3}")


def faults(letter: dict) -> Iterator[str]:
    """What is wrong with an entry, but for its end, which petitions have alike."""
    version, change = letter.get("version"), letter.get("change")
    if type(version) is not int or version < 0:
        yield "needs a version, a number from 1, or 0 while it is not open yet"
    elif (version < 2) != (change is None) or (change is not None and change not in CHANGES):
        yield "change says of each version after the first whether it is editorial or material"
    elif (type(letter.get("opened")) is not date) if version else "opened" in letter:
        yield "needs the day it opened, such as 2026-11-28, once it has a version"
    if letter.get("negotiated") not in CODES:
        yield "negotiated is the language in which the text was negotiated, one of the six"
    if type(letter.get("individuals", False)) is not bool:
        yield "individuals is true where people may sign, too, and else left out"
    if not is_addressed(letter.get("addressees")):
        yield "addressees lists missions, for all permanent missions, or codes of states such as KEN"
    official = letter.get("official", [])
    if not isinstance(official, list) or any(
        code not in CODES or code == letter.get("negotiated") for code in official
    ):
        yield "official lists languages of translations that are official"
    milestones = letter.get("milestones", [])
    whole = isinstance(milestones, list) and all(type(number) is int and number > 0 for number in milestones)
    if not whole or any(low >= high for low, high in pairwise(milestones)):
        yield "milestones are whole numbers, each larger than the one before"


def is_addressed(said) -> bool:
    """Whether this says to whom a letter is addressed: all permanent missions, or states by ISO 3166-1 alpha-3."""
    if not isinstance(said, list) or not said or not all(isinstance(code, str) for code in said):
        return False
    return said == [MISSIONS] or (len(set(said)) == len(said) and all(_STATE.fullmatch(code) for code in said))
