"""Tiles: each state one square of the same size, roughly where it lies."""

from collections.abc import Collection, Mapping, Sequence

from markupsafe import Markup

from . import marks
from .hall import code_at
from .marks import Drawing, Mark

STEP = 64
TILE = 56
MARGIN = 10


def draw(shown: Sequence[Mark], places: Mapping[str, tuple[int, int]], outlined: Sequence[str]) -> Drawing:
    """A tile for each mark that has a place (column, row; tilegrid.csv), and a line around the tiles of each of the
    `outlined` groups."""
    shown = [mark for mark in shown if mark.code in places]

    def tile(mark: Mark) -> Markup:
        column, row = places[mark.code]
        x, y = MARGIN + column * STEP, MARGIN + row * STEP
        middle = x + STEP / 2
        return marks.linked(
            mark,
            Markup('<rect x="{}" y="{}" width="{}" height="{}" rx="5"/>{}{}').format(
                x + (STEP - TILE) / 2,
                y + (STEP - TILE) / 2,
                TILE,
                TILE,
                marks.sign(mark.position, mark.inferred, middle, y + 24, 1),
                code_at(mark, middle, y + 53, 18),
            ),
        )

    lines = (
        marks.line(number, code, around({places[mark.code] for mark in shown if code in mark.within}), 5)
        for number, code in enumerate(outlined)
    )
    signs = marks.disputes(
        shown, lambda mark: (MARGIN + (places[mark.code][0] + 1) * STEP - 10, MARGIN + places[mark.code][1] * STEP + 10)
    )
    columns, rows = (max((place[axis] for place in places.values()), default=0) + 1 for axis in (0, 1))
    return Drawing(
        columns * STEP + 2 * MARGIN,
        rows * STEP + 2 * MARGIN,
        marks.painted(shown, tile) + Markup().join(lines) + signs,
    )


def around(cells: Collection[tuple[int, int]]) -> str:
    """The line around a set of squares, as the data of a path: every side that has a square on one hand only."""
    parts = []
    for column, row in sorted(cells):
        x, y = MARGIN + column * STEP, MARGIN + row * STEP
        sides = (
            ((column, row - 1), f"M{x} {y}h{STEP}"),
            ((column + 1, row), f"M{x + STEP} {y}v{STEP}"),
            ((column, row + 1), f"M{x} {y + STEP}h{STEP}"),
            ((column - 1, row), f"M{x} {y}v{STEP}"),
        )
        parts += [d for neighbour, d in sides if neighbour not in cells]
    return "".join(parts)
