"""The list as a picture: every state with its sign, in columns; what the table is on a page, for a file."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from . import marks
from .marks import Drawing, Mark

COLUMNS = 5
ROW = 36
WIDTH = 2000
MARGIN = 20


def draw(shown: Sequence[Mark], labels: Mapping[str, str], outlined: Sequence[str], mirrored: bool) -> Drawing:
    """The marks in the given order, down the columns; `labels` are compact names by code. From the right where
    `mirrored`; a ring beside the name for each of the `outlined` groups that a state is in."""
    rows = -(-len(shown) // COLUMNS) or 1
    across = (WIDTH - 2 * MARGIN) / COLUMNS
    places = {mark.code: divmod(number, rows) for number, mark in enumerate(shown)}

    def along(x: float) -> float:
        return round(WIDTH - x if mirrored else x, 1)

    def row(mark: Mark) -> Markup:
        column, number = places[mark.code]
        x, y = MARGIN + column * across, MARGIN + number * ROW + ROW / 2
        rings = Markup().join(
            Markup(
                '<circle class="ink line-{}" cx="{}" cy="{}" r="7" fill="none" stroke="{}" stroke-width="3"'
                ' stroke-dasharray="{}"/>'
            ).format(code, along(x + across - 78 + 20 * place), y, marks.LINES[place], ("none", "5 3")[place])
            for place, code in enumerate(outlined)
            if code in mark.within
        )
        return marks.linked(
            mark,
            Markup(
                '<circle cx="{}" cy="{}" r="13"/>{}<text class="name" x="{}" y="{}" font-size="22" fill="#1a1f1d"'
                ' stroke="none" text-anchor="{}">{}</text>{}'
            ).format(
                along(x + 16),
                y,
                marks.sign(mark.position, mark.inferred, along(x + 16), y, 0.8),
                along(x + 40),
                y + 7,
                "end" if mirrored else "start",
                isolated(labels[mark.code]) if mirrored else labels[mark.code],
                rings,
            ),
        )

    def corner(mark: Mark) -> tuple[float, float]:
        column, number = places[mark.code]
        return along(MARGIN + column * across + 27), MARGIN + number * ROW + ROW / 2 - 9

    signs = marks.disputes(shown, corner, 0.75)
    return Drawing(WIDTH, rows * ROW + 2 * MARGIN, marks.painted(shown, row) + signs)


def isolated(text: str) -> str:
    """A line of right-to-left text as SVG has to hold it: readers of SVG take no direction from elsewhere (UAX #9)."""
    return f"\u2067{text}\u2069"
