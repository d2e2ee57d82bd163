"""How many there are in each state: discs upon the map, larger where there are more. A list beside it has the words."""

import functools
from collections.abc import Iterable
from math import log10

from markupsafe import Markup

from . import world
from .marks import Drawing

LEAST, TENFOLD = 14, 10  # the radius for one, and what it grows by with each ten times as many
NUMBERED = 10  # from so many on the number stands in the disc: it finds room there


def radius(number: int) -> float:
    """How large the disc of a number is."""
    return round(LEAST + TENFOLD * log10(max(number, 1)), 1)


def draw(shown: Iterable[tuple[str, int, str]]) -> Drawing:
    """The world with a disc for each of the states that are `shown`: code, number, and what is said of it. What has no
    place on the map is left out; small discs lie above large ones."""
    width, height = world.size()
    placed = [(code, number, words) for code, number, words in shown if number > 0 and code in world.states()]
    discs = (_disc(*one) for one in sorted(placed, key=lambda one: (-one[1], one[0])))
    body = Markup('{}<g class="discs" fill="#0b5d4b" stroke="#fbfbf9" stroke-width="2">{}</g>')
    return Drawing(width, height, body.format(_land(), Markup().join(discs)))


@functools.cache
def _land() -> Markup:
    shapes = "".join(world.shape(code) for code in sorted(world.states()))
    return Markup('<path class="land" d="{}{}" fill="#d9deda" stroke="#fbfbf9"/>').format(world.shape(""), shapes)


def _disc(code: str, number: int, words: str) -> Markup:
    (x, y), size = world.place(code), radius(number)
    written = Markup()
    if number >= NUMBERED:
        written = Markup(
            '<text class="code" x="{}" y="{}" font-size="{}" text-anchor="middle" fill="#fff" stroke="none">{}</text>'
        ).format(x, round(y + size * 0.33, 1), round(size * 0.95, 1), number)
    disc = Markup('<g><title>{}</title><circle cx="{}" cy="{}" r="{}"/>{}</g>')
    return disc.format(words, x, y, size, written)
