"""The map: world.json, in which neighbours share their borders. README.md says where it comes from."""

import functools
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from markupsafe import Markup

from . import marks
from .marks import Drawing, Mark

SPOT = 15  # what is seen of a circle; all of it can be touched
# Closed lines around islands smaller than this are left out of a group's outline: the line would hide them.
LEAST_ISLAND = 14


@functools.cache
def _world() -> dict:
    return json.loads((marks.FOLDER / "world.json").read_text(encoding="utf-8"))


def states() -> frozenset[str]:
    """The codes of all states that have a shape or a circle."""
    return frozenset(_world()["hearts"]) | frozenset(_world()["circles"])


def size() -> tuple[int, int]:
    """How wide and how high the map is."""
    width, height = _world()["size"]
    return width, height


def place(code: str) -> tuple[int, int]:
    """Where the sign of a state stands: in its circle, or in its shape. Raises KeyError for what has no place."""
    circles = _world()["circles"]
    x, y = circles[code][2:] if code in circles else _world()["hearts"][code][:2]
    return x, y


def small_states() -> frozenset[str]:
    """The codes of the states that are too small for a shape that one could touch: they have a circle."""
    return frozenset(_world()["circles"])


@functools.cache
def shape(code: str) -> str:
    """The data of a state's path; of all that belongs to no state under the empty code."""
    world = _world()
    rings = world["states"].get(code, ()) if code else world["neutral"]
    return "".join(_ring(ring) for ring in rings)


def _ring(arcs: Sequence[int]) -> str:
    points = _points(arcs[0])
    for arc in arcs[1:]:
        points += _points(arc)[1:]
    return _path(points) + "z"


def _points(arc: int) -> list[tuple[int, int]]:
    flat = _world()["arcs"][arc if arc >= 0 else ~arc]
    x = y = 0
    points = []
    for dx, dy in zip(flat[::2], flat[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append((x, y))
    return points if arc >= 0 else points[::-1]


def _path(points: Sequence[tuple[int, int]]) -> str:
    steps = "".join(_number(bx - ax) + _number(by - ay) for (ax, ay), (bx, by) in pairwise(points))
    return f"M{points[0][0]} {points[0][1]}l{steps.strip()}"


def _number(number: int) -> str:
    # A minus sign parts two numbers, too.
    return str(number) if number < 0 else f" {number}"


@functools.lru_cache(maxsize=64)
def outline(codes: frozenset[str]) -> str:
    """The line around a set of states, as the data of a path: every border that only one of them has."""
    world = _world()
    uses = Counter(
        arc if arc >= 0 else ~arc for code in codes for ring in world["states"].get(code, ()) for arc in ring
    )
    lines = (_points(arc) for arc, times in sorted(uses.items()) if times == 1)
    return "".join(_path(points) for points in lines if len(points) > 1 and not _islet(points))


def _islet(points: Sequence[tuple[int, int]]) -> bool:
    across, down = zip(*points, strict=True)
    return points[0] == points[-1] and max(max(across) - min(across), max(down) - min(down)) < LEAST_ISLAND


def draw(shown: Iterable[Mark], outlined: Sequence[str]) -> Drawing:
    """The world: neutral grounds, states in their colours, lines around the `outlined` groups, circles above all."""
    world = _world()
    hearts, circles = world["hearts"], world["circles"]
    shown = list(shown)
    width, height = world["size"]

    def land(mark: Mark) -> Markup:
        path = Markup('<path d="{}"/>').format(shape(mark.code)) if shape(mark.code) else Markup()
        if mark.code not in hearts or mark.position == "unknown":
            return marks.linked(mark, path)
        x, y, room = hearts[mark.code]
        scale = round(max(0.62, min(1.2, room / 16)), 2)
        return marks.linked(mark, path + marks.sign(mark.position, mark.inferred, x, y, scale))

    def spot(mark: Mark) -> Markup:
        ax, ay, x, y = circles[mark.code]
        lead = Markup('<path class="lead" d="M{} {}L{} {}"/>').format(ax, ay, x, y) if (ax, ay) != (x, y) else ""
        ring = Markup('<circle class="touch" cx="{}" cy="{}" r="{}" fill="none" stroke="none" pointer-events="all"/>')
        return marks.linked(
            mark,
            Markup('{}{}<circle cx="{}" cy="{}" r="{}"/>{}{}').format(
                lead,
                ring.format(x, y, world["circle"]),
                x,
                y,
                SPOT,
                marks.sign(mark.position, mark.inferred, x, y, 0.8),
                _rings(mark, x, y, outlined),
            ),
        )

    lines = (
        marks.line(number, code, outline(frozenset(mark.code for mark in shown if code in mark.within)), 3.4)
        for number, code in enumerate(outlined)
    )
    neutral = Markup('<path class="neutral" d="{}" fill="#c9cbc7"/>').format(shape(""))
    body = (
        neutral
        + marks.painted(shown, land)
        + Markup('<g class="lines" pointer-events="none">{}</g>').format(Markup().join(lines))
        + Markup('<g class="spots">{}</g>').format(
            marks.painted((mark for mark in shown if mark.code in circles), spot)
        )
    )
    return Drawing(width, height, body + marks.disputes(shown, _corner, 0.8))


def _corner(mark: Mark) -> tuple[float, float]:
    """Beside the sign of a state."""
    world = _world()
    if mark.code in world["circles"]:
        _, _, x, y = world["circles"][mark.code]
        return x + SPOT - 3, y - SPOT + 3
    x, y, room = world["hearts"][mark.code]
    aside = max(8, min(14, room * 0.7))
    return x + aside, y - aside


def _rings(mark: Mark, x: int, y: int, outlined: Sequence[str]) -> Markup:
    return Markup().join(
        Markup(
            '<circle class="ink line-{}" cx="{}" cy="{}" r="{}" fill="none" stroke="{}" stroke-width="2.6"'
            ' stroke-dasharray="{}"/>'
        ).format(code, x, y, SPOT + 2 + 3.4 * number, marks.LINES[number], ("none", "7 4")[number])
        for number, code in enumerate(outlined)
        if code in mark.within
    )
