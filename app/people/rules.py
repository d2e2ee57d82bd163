"""The one rule of what may be disclosed about where supporters live; and whom to write to in neutral words.

An area with fewer than ten signatures is folded into its region, everywhere. So that nobody finds it out by comparing
two days, three things hold besides:

- Figures by area count everyone who ever confirmed. A withdrawal is shown only in one sum over all areas: no area's
  figure ever falls, so none can be seen to fall back under ten.
- An area leaves its region's row only when the row left behind is at least a power of two that is no smaller than any
  row published while the area had fewer than ten, and no smaller than twice ten. Whoever subtracts an old row from a
  new one then learns only that the area had somewhere between nought and all of the old row. The power of two is there
  because an observer knows this rule, too: the moment of leaving must not tell which old row was the last small one.
- What has no region (another area, not said) stays in one row of its own for ever.

Let R(t) be a published row, x(t) <= x the area's count, r the row it leaves behind. The others never fall, so
subtraction gives x(t) >= R(t) - r, and the rule makes that bound nought. That the moment of leaving tells no more is
shown by a search through every history of small cases, in `tests/people/test_disclosure.py`, and not by a proof.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

SMALL = 10
# Steps of civic space (states/rules.py) in which a word in a mailbox may do no harm.
SAFE_RATINGS = frozenset({"open", "narrowed", "obstructed"})


def discreet(rating: str | None) -> bool:
    """Whether to write neutral mails where civic space is rated so: repressed, closed, or not known (None)."""
    return rating not in SAFE_RATINGS


@dataclass(frozen=True)
class AreaCount:
    """One area's tally.

    `row_seen` is the largest row of its region published while it had fewer than ten; `shown` says that it stands under
    its own name already.
    """

    area: str
    region: str | None
    confirmed: int
    shown: bool = False
    row_seen: int = 0


@dataclass(frozen=True)
class Disclosure:
    """What may be published: areas by their own name, the rest by region (None: no region), and the state to keep."""

    areas: dict[str, int]
    rows: dict[str | None, int]
    cells: list[AreaCount]


def disclose(cells: Iterable[AreaCount]) -> Disclosure:
    """What may be published of these tallies. Pure; the cells that come back are to be stored for the next call."""
    by_region: dict[str | None, list[AreaCount]] = defaultdict(list)
    for cell in cells:
        by_region[cell.region].append(cell)
    areas: dict[str, int] = {}
    rows: dict[str | None, int] = {}
    kept: list[AreaCount] = []
    for region, members in by_region.items():
        folded, row = _fold(region, members)
        kept += folded
        areas |= {cell.area: cell.confirmed for cell in folded if cell.shown}
        if row:
            rows[region] = row
    return Disclosure(areas, rows, kept)


def _enough(row_seen: int) -> int:
    return 1 << (max(2 * SMALL, row_seen) - 1).bit_length()


def _fold(region: str | None, members: list[AreaCount]) -> tuple[list[AreaCount], int]:
    members = sorted(members, key=lambda cell: (-cell.confirmed, cell.area))
    row = sum(cell.confirmed for cell in members if not cell.shown)
    for index, cell in enumerate(members):
        leaves = row - cell.confirmed
        if cell.shown or region is None or cell.confirmed < SMALL or leaves < _enough(cell.row_seen):
            continue
        row = leaves
        members[index] = replace(cell, shown=True, row_seen=0)
    return [
        replace(cell, row_seen=max(cell.row_seen, row)) if not cell.shown and cell.confirmed < SMALL else cell
        for cell in members
    ], row
