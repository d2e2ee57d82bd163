"""The two drawings of a petition's figures, as plain numbers: a curve over time, bars by area. Pure.

The curve lives in a box of WIDTH by HEIGHT units whose origin is the upper corner at the start of the line; the
template draws it, and the style sheet turns it round where time runs from the right.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

WIDTH, HEIGHT = 1000, 400
# More would be neither seen nor read, and a page may not grow with the years.
MOST_POINTS = 75
MOST_BARS = 10


@dataclass(frozen=True)
class Point:
    """How many there were at the end of a day, and where that is in the box."""

    day: date
    count: int
    x: int
    y: int


@dataclass(frozen=True)
class Curve:
    """A growing number. `first` is the day it begins, `top` the number at the upper edge, always even."""

    first: date
    top: int
    points: tuple[Point, ...]

    @property
    def last(self) -> Point:
        return self.points[-1]

    @property
    def line(self) -> str:
        """The path of the curve, from nought."""
        return f"M0 {HEIGHT}" + "".join(f"L{point.x} {point.y}" for point in self.points)

    @property
    def ground(self) -> str:
        """The path of what lies under the curve."""
        return f"{self.line}L{self.last.x} {HEIGHT}Z"


def curve(by_day: Mapping[date, int], opened: date, today: date) -> Curve | None:
    """The sum of what each day added, from the day a petition was opened to today; None while there is no curve to
    see: nobody has signed, or all on one day that is not over.

    Days are taken while there are at most MOST_POINTS of them, then weeks, months, years; the last is always today.
    """
    days = sorted(by_day)
    if not days or not any(by_day.values()):
        return None
    first, today = min(opened, days[0]), max(today, days[-1])
    if first == today:
        return None
    sums = list(accumulate(by_day[day] for day in days))
    found = [(day, sums[at - 1] if (at := bisect_right(days, day)) else 0) for day in _marks(first, today)]
    top = _top(max(count for _, count in found))
    length = (today - first).days + 1
    return Curve(
        first=first,
        top=top,
        points=tuple(
            Point(day, count, round(((day - first).days + 1) * WIDTH / length), HEIGHT - round(count * HEIGHT / top))
            for day, count in found
        ),
    )


def _marks(first: date, last: date) -> list[date]:
    """The days to be drawn, as close as MOST_POINTS allows."""
    length = (last - first).days + 1
    for step in (1, 7):
        if length <= step * MOST_POINTS:
            return [last - timedelta(days=step * back) for back in range((length - 1) // step, -1, -1)]
    months = [date(number // 12, number % 12 + 1, 1) for number in range(_month(first) + 1, _month(last) + 1)]
    if len(months) >= MOST_POINTS:
        months = [start for start in months if start.month == 1]
    # The end of a month is the day before the next.
    return [*(start - timedelta(days=1) for start in months), last]


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _top(count: int) -> int:
    power = 10 ** (len(str(count)) - 1)
    return next(step * power for step in (2, 4, 6, 8, 10) if step * power >= count)


@dataclass(frozen=True)
class Bar:
    """One bar: its code, its number, its length in WIDTH units."""

    code: str
    count: int
    width: int


def bars(by_area: Mapping[str, int]) -> list[Bar]:
    """The largest of these figures, at most MOST_BARS, the largest of all as long as the box is wide."""
    largest = sorted(by_area.items(), key=lambda item: (-item[1], item[0]))[:MOST_BARS]
    return [Bar(code, count, max(1, round(count * WIDTH / largest[0][1]))) for code, count in largest if count > 0]
