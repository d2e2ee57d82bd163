"""The hall: the members' seats in a half circle, and observer States apart beneath it."""

from collections.abc import Sequence

from markupsafe import Markup

from . import marks
from .marks import Drawing, Mark

UNIT = 400  # hemicycle.csv counts the radius of the first row as 1
SEAT = 30
MARGIN = 44
WIDTH = round(2 * 2.4 * UNIT + 2 * MARGIN)
HEIGHT = round(2.4 * UNIT + 2 * MARGIN)


def places(seats: Sequence[tuple[int, float, float]], wanted: int) -> list[tuple[float, float]]:
    """Where so many members sit, from left to right; `seats` are row, x and y of hemicycle.csv from left to right.

    Fewer members than seats take the inner rows, evenly; who finds none is not seated.
    """
    rows = sorted({row for row, _, _ in seats})
    inner = next((last for last in rows if sum(row <= last for row, _, _ in seats) >= wanted), None)
    chosen = [(x, y) for row, x, y in seats if inner is None or row <= inner]
    if 1 < wanted < len(chosen):
        chosen = [chosen[round(place * (len(chosen) - 1) / (wanted - 1))] for place in range(wanted)]
    return [(round(WIDTH / 2 + x * UNIT, 1), round(HEIGHT - MARGIN - y * UNIT, 1)) for x, y in chosen]


def draw(
    members: Sequence[Mark],
    observers: Sequence[Mark],
    seats: Sequence[tuple[int, float, float]],
    outlined: Sequence[str],
    mirrored: bool,
) -> Drawing:
    """The members on their seats in the given order, from the right where `mirrored`; rings for `outlined` groups."""
    at = {
        mark.code: (WIDTH - x if mirrored else x, y)
        for mark, (x, y) in zip(members, places(seats, len(members)), strict=False)
    }
    for number, mark in enumerate(observers):
        at[mark.code] = (round(WIDTH / 2 + (number - (len(observers) - 1) / 2) * 110), HEIGHT - MARGIN)

    def seat(mark: Mark) -> Markup:
        x, y = at[mark.code]
        return marks.linked(
            mark,
            Markup('<circle cx="{}" cy="{}" r="{}"/>{}{}').format(
                x,
                y,
                SEAT,
                marks.sign(mark.position, mark.inferred, x, y - 8, 0.95),
                code_at(mark, x, y + 19, 16),
            ),
        )

    shown = [mark for mark in (*members, *observers) if mark.code in at]
    rings = (
        Markup('<g class="line-{}">{}</g>').format(
            code,
            Markup().join(
                Markup(
                    '<circle class="ink" cx="{}" cy="{}" r="{}" fill="none" stroke="{}" stroke-width="3.6"'
                    ' stroke-dasharray="{}"/>'
                ).format(*at[mark.code], SEAT + 3.4 + 4.4 * number, marks.LINES[number], ("none", "9 5")[number])
                for mark in shown
                if code in mark.within and not mark.dimmed
            ),
        )
        for number, code in enumerate(outlined)
    )
    signs = marks.disputes(shown, lambda mark: (at[mark.code][0] + 23, at[mark.code][1] - 23))
    return Drawing(WIDTH, HEIGHT, marks.painted(shown, seat) + Markup().join(rings) + signs)


def code_at(mark: Mark, x: float, y: float, size: int) -> Markup:
    """The code of a state, written under its sign; on a hatching with a seam of the ground's colour."""
    paint = marks.paints()[mark.position]
    seam = (
        Markup(' stroke="{}" stroke-width="9" stroke-linejoin="round" paint-order="stroke"').format(paint.fill)
        if mark.inferred
        else Markup(' stroke="none"')
    )
    return Markup('<text class="code" x="{}" y="{}" font-size="{}" text-anchor="middle" fill="{}"{}>{}</text>').format(
        x, y, size, paint.text, seam, mark.code
    )
