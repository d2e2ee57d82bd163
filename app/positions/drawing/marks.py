"""What every drawing has in common: a state to be shown, its colour, its sign, its hatching, its link.

All colours come from data/positions.csv and stand as presentation attributes, so that a drawing looks the same on a
page and in a file; a style sheet may overrule them by class. Colour is never alone: each position has a sign, and what
rests on a group alone is hatched.
"""

import csv
import functools
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from app.positions.record import POSITIONS, UNKNOWN

FOLDER = Path(__file__).parent
# Lines around groups, in the order in which they are asked for: plain, and dashed upon it where both run.
LINES = ("#b0006d", "#00733b")
DASHES = ("none", "14 9")


@dataclass(frozen=True, slots=True)
class Mark:
    """One state as it is drawn: `code` ISO3, `words` what is said of it ("Kenya: Supports, through NAM"), `url` of its
    page or None, `within` the codes of outlined groups that it is in, `dimmed` when a filter leaves it out, `disputed`
    when a state disputes the claim that it stands there by."""

    code: str
    words: str
    position: str = UNKNOWN
    inferred: bool = False
    url: str | None = None
    within: frozenset[str] = frozenset()
    dimmed: bool = False
    member: bool = True
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Paint:
    """The colours of a position: its ground, and what is written or drawn on it."""

    fill: str
    text: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished drawing: its size in its own units, and what is inside of the svg element."""

    width: int
    height: int
    body: Markup


@functools.cache
def paints() -> dict[str, Paint]:
    """The colours of every position, by code."""
    with (FOLDER.parent / "data" / "positions.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: Paint(row["fill"], row["text"]) for row in csv.DictReader(file)}


# Signs in a square from -10 to 10: star, disc, half disc, ring, triangle that points down, cross, point.
SIGNS = {
    "champion": Markup(
        '<path d="M0-10 2.6-3.4 9.6-3.1 4.1 1.3 6 8.1 0 4.2-6 8.1-4.1 1.3-9.6-3.1-2.6-3.4Z" stroke="none"/>'
    ),
    "support": Markup('<circle r="7" stroke="none"/>'),
    "partial": Markup(
        '<circle r="6.5" fill="none" stroke="currentColor" stroke-width="2"/><path d="M0-6.5A6.5 6.5 0 0 0 0 6.5Z"/>'
    ),
    "undecided": Markup('<circle r="6" fill="none" stroke="currentColor" stroke-width="2.4"/>'),
    "sceptical": Markup('<path d="M-8-6H8L0 8Z" fill="none" stroke="currentColor" stroke-width="2.4"/>'),
    "opposed": Markup('<path d="M-6.5-6.5 6.5 6.5M6.5-6.5-6.5 6.5" stroke="currentColor" stroke-width="3.4"/>'),
    "unknown": Markup('<circle r="2.4" stroke="none"/>'),
}


def defs() -> Markup:
    """What drawings and legends refer to: the signs (#s-…) and the hatchings (#h-…). Once on a page or in a file."""
    signs = (Markup('<g id="s-{}" fill="currentColor">{}</g>').format(code, sign) for code, sign in SIGNS.items())
    hatchings = (
        Markup(
            '<pattern id="h-{}" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            '<rect width="9" height="9" fill="{}" stroke="none"/>'
            '<rect width="3" height="9" fill="{}" stroke="none" fill-opacity=".7"/></pattern>'
        ).format(code, paint.fill, paint.text)
        for code, paint in paints().items()
    )
    return Markup("<defs>{}{}</defs>").format(Markup().join(signs), Markup().join(hatchings))


def on_page() -> dict:
    """What the templates need to show a position by its colour and sign."""
    return {"defs": defs(), "ground": ground, "sign": sign}


def ground(position: str, inferred: bool) -> str:
    """The value of `fill` for a position: its colour, or its hatching when it rests on a group alone."""
    return f"url(#h-{position})" if inferred else paints()[position].fill


def sign(position: str, inferred: bool, x: float, y: float, scale: float) -> Markup:
    """The sign of a position at a point; on a hatching it stands on a disc of the position's own colour."""
    back = Markup()
    paint = paints()[position]
    if inferred:
        back = Markup('<circle cx="{}" cy="{}" r="{}" fill="{}" stroke="none"/>').format(
            x, y, round(11 * scale, 1), paint.fill
        )
    return back + Markup('<use href="#s-{}" transform="translate({} {}) scale({})" color="{}" class="glyph"/>').format(
        position, x, y, scale, paint.text
    )


# Upon a drawing, that a claim is disputed: a lozenge of its own colours with a stroke and a point in it.
DISPUTE = Markup(
    '<path d="M0-11 11 0 0 11-11 0Z" fill="#fff" stroke="#1a1f1d" stroke-width="1.6"/>'
    '<path d="M0-5.5V1.5M0 4V6" fill="none" stroke="#1a1f1d" stroke-width="2.4"/>'
)


def dispute(x: float, y: float, scale: float = 1) -> Markup:
    """The sign that a claim is disputed, at a point."""
    return Markup('<g class="dispute" transform="translate({} {}) scale({})">{}</g>').format(
        round(x, 1), round(y, 1), scale, DISPUTE
    )


def disputes(marks: Iterable[Mark], place: Callable[[Mark], tuple[float, float]], scale: float = 1) -> Markup:
    """That sign for each of the marks that is disputed, at its place; a finger touches what is below it."""
    signs = Markup().join(dispute(*place(mark), scale) for mark in marks if mark.disputed and not mark.dimmed)
    return Markup('<g pointer-events="none">{}</g>').format(signs) if signs else Markup()


def linked(mark: Mark, inside: Markup) -> Markup:
    """What is drawn for a state, with its words, as a link to its page where it has one.

    The link is not in the order of the keyboard: the list beside the drawing and the table have the same links.
    """
    title = Markup("<title>{}</title>").format(mark.words)
    if mark.url is None:
        return Markup("<g>{}{}</g>").format(title, inside)
    return Markup('<a href="{}" tabindex="-1">{}{}</a>').format(mark.url, title, inside)


def painted(marks: Iterable[Mark], shape: Callable[[Mark], Markup]) -> Markup:
    """All marks, each drawn by `shape`, those of one look together under one group that holds their colour."""
    looks: dict[tuple[str, bool, bool], list[Mark]] = defaultdict(list)
    for mark in marks:
        looks[mark.position, mark.inferred, mark.dimmed].append(mark)
    groups = []
    # What is known lies above what is not.
    for position, inferred, dimmed in sorted(looks, key=lambda look: (-POSITIONS.index(look[0]), look[1])):
        groups.append(
            Markup('<g class="at-{}" fill="{}"{}>{}</g>').format(
                position,
                ground(position, inferred),
                Markup(' opacity=".22"') if dimmed else "",
                Markup().join(shape(mark) for mark in looks[position, inferred, dimmed]),
            )
        )
    return Markup().join(groups)


def line(number: int, code: str, d: str, width: float) -> Markup:
    """The outline of the group that is `number` in the order asked for, on a light seam that keeps it apart from any
    ground."""
    seam = (
        Markup('<path class="seam" d="{}" stroke="#fff" stroke-width="{}"/>').format(d, width * 1.9)
        if number == 0
        else Markup()
    )
    return Markup(
        '<g class="line-{code}" fill="none" stroke-linejoin="round">{seam}'
        '<path class="ink" d="{d}" stroke="{stroke}" stroke-width="{width}" stroke-dasharray="{dash}"/></g>'
    ).format(
        code=code,
        seam=seam,
        d=d,
        stroke=LINES[number],
        width=width if number == 0 else width * 0.8,
        dash=DASHES[number],
    )
