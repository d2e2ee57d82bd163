"""A bar towards a majority: in their own name, through a group (hatched), and from the other end who opposes."""

from collections.abc import Sequence

from markupsafe import Markup

from . import marks

WIDTH = 1000
HEIGHT = 40


def draw(size: int, own: int, inferred: int, opposed: int, goals: Sequence[int]) -> Markup:
    """The inside of an svg of WIDTH by HEIGHT for a set of `size` states; `goals` are marked by lines across it.

    It says nothing that the words beside it do not say.
    """

    def along(count: int) -> float:
        return round(count * WIDTH / size, 1) if size else 0

    parts = [
        (0, along(own), marks.ground("support", False)),
        (along(own), along(inferred), marks.ground("support", True)),
        (WIDTH - along(opposed), along(opposed), marks.ground("opposed", False)),
    ]
    rects = Markup().join(
        Markup('<rect x="{}" y="8" width="{}" height="24" fill="{}"/>').format(x, across, fill)
        for x, across, fill in parts
        if across
    )
    ticks = Markup().join(
        Markup('<path class="tick" d="M{} 0V{}" fill="none" stroke="#1a1f1d" stroke-width="3"/>').format(
            along(goal), HEIGHT
        )
        for goal in goals
    )
    return Markup('<rect class="rest" y="8" width="{}" height="24" fill="#fff" stroke="#727e78"/>{}{}').format(
        WIDTH, rects, ticks
    )
