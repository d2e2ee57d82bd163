"""What a reader asks of a tracker: the day, the filter, the outlines, the order; read from the words of an address.

Pure. Whatever is not understood is a fault in words, the rest is kept, and nothing is guessed.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from flask_babel import lazy_gettext as lazy

from .record import LEVELS, POSITIONS

NAMES = ("as_of", "group", "region", "basis", "position", "outlines", "sort")
# The two groups that this is about. `both` is what a page shows unasked.
OUTLINED = ("NAM", "G77")
OUTLINES = ("both", "NAM", "G77", "none")
SORTS = ("name", "position", "level", "date", "-name", "-position", "-level", "-date")
FIRST_DAY = date(1945, 1, 1)
# Python reads more than one form of a day; an address has one.
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Asked:
    """What was asked; empty texts where nothing was. `typed` is what stood in the address, `faults` what is wrong with
    it, by field."""

    as_of: date
    dated: bool = False
    group: str = ""
    region: str = ""
    basis: str = ""
    position: str = ""
    outlines: str = "both"
    sort: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def outlined(self) -> tuple[str, ...]:
        """The groups to be outlined, in their order."""
        return tuple(code for code in OUTLINED if self.outlines in ("both", code))

    @property
    def filtered(self) -> bool:
        """Whether only some of the states are asked for."""
        return bool(self.group or self.region or self.basis or self.position)

    def next_sort(self, column: str) -> str:
        """The order that the head of a column leads to: its own, then the other way; of days the latest first."""
        first, second = (f"-{column}", column) if column == "date" else (column, f"-{column}")
        return second if (self.sort or "name") == first else first

    def query(self, **changes: str) -> dict[str, str]:
        """The words of an address that asks for the same but for the `changes`; what is as always is left out."""
        values = {name: getattr(self, name) for name in NAMES[1:]}
        values["as_of"] = self.as_of.isoformat() if self.dated else ""
        if values["outlines"] == "both":
            values["outlines"] = ""
        values.update(changes)
        return {name: values[name] for name in NAMES if values[name]}


def read(typed: Mapping[str, str], today: date, groups: Collection[str], regions: Collection[str]) -> Asked:
    """What the words ask for on the day `today`, of these groups and regions."""
    faults: dict[str, str] = {}
    as_of = today
    if said := typed.get("as_of"):
        try:
            as_of = date.fromisoformat(said if DAY.fullmatch(said) else "")
        except ValueError:
            faults["as_of"] = lazy("This is no day. Write it as 2024-05-01, or leave it empty for today.")
        else:
            if as_of > today:
                faults["as_of"] = lazy("This day has not come yet. Choose today or an earlier day.")
            elif as_of < FIRST_DAY:
                faults["as_of"] = lazy("The United Nations began in 1945. Choose a later day.")
    if "as_of" in faults:
        as_of = today
    choices = {
        "group": (groups, lazy("There is no such group. Choose one from the list.")),
        "region": (regions, lazy("There is no such region. Choose one from the list.")),
        "basis": (LEVELS, lazy("There is no such basis. Choose one from the list.")),
        "position": (POSITIONS, lazy("There is no such position. Choose one from the list.")),
        "outlines": (OUTLINES, lazy("There are no such outlines. Choose one from the list.")),
        "sort": (SORTS, lazy("There is no such order. Choose a column of the table.")),
    }
    taken = {}
    for name, (known, complaint) in choices.items():
        if not (said := typed.get(name)):
            continue
        if said in known:
            taken[name] = said
        else:
            faults[name] = complaint
    dated = bool(typed.get("as_of")) and "as_of" not in faults
    return Asked(as_of=as_of, dated=dated, typed=dict(typed), faults=faults, **taken)
