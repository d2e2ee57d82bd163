"""The drawings of a petition's figures: right at their ends, bounded in between."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from app.petitions import charts

START = date(2023, 1, 10)


def daily(days: int, each: int = 2) -> dict[date, int]:
    return {START + timedelta(days=n): each for n in range(days)}


@pytest.mark.parametrize("days", [2, 3, 75, 76, 400, 525, 526, 1096, 5000, 12_000])
def test_a_curve_is_short_rises_to_the_sum_and_ends_today(days):
    today = START + timedelta(days=days - 1)
    curve = charts.curve(daily(days), START, today)
    assert 2 <= len(curve.points) <= charts.MOST_POINTS + 1
    assert (curve.first, curve.last.day, curve.last.count) == (START, today, 2 * days)
    assert curve.last.x == charts.WIDTH
    for before, after in pairwise(curve.points):
        assert before.day < after.day and before.x <= after.x
        assert before.count <= after.count and before.y >= after.y
    for point in curve.points:
        assert point.count == 2 * ((point.day - START).days + 1), "a thinned curve tells no other number"
        assert 0 <= point.y <= charts.HEIGHT
    assert curve.top >= curve.last.count and curve.top % 2 == 0


def test_days_without_signatures_are_flat_and_the_time_since_the_last_is_shown():
    curve = charts.curve({START: 5, START + timedelta(days=3): 1}, START, START + timedelta(days=5))
    assert [p.count for p in curve.points] == [5, 5, 5, 6, 6, 6]


def test_a_withdrawal_lowers_the_curve():
    curve = charts.curve({START: 5, START + timedelta(days=1): -2}, START, START + timedelta(days=1))
    assert [p.count for p in curve.points] == [5, 3]
    assert curve.top == 6


def test_there_is_no_curve_before_there_is_something_to_see():
    assert charts.curve({}, START, START + timedelta(days=9)) is None
    assert charts.curve({START: 0}, START, START + timedelta(days=9)) is None
    assert charts.curve({START: 7}, START, START) is None


def test_signatures_before_the_opening_and_clocks_that_differ_stay_in_the_box():
    curve = charts.curve({START: 1, START + timedelta(days=9): 1}, START + timedelta(days=4), START + timedelta(days=8))
    assert (curve.first, curve.last.day) == (START, START + timedelta(days=9))
    assert all(0 <= p.x <= charts.WIDTH for p in curve.points)


@pytest.mark.parametrize(("count", "top"), [(1, 2), (2, 2), (3, 4), (9, 10), (10, 20), (41, 60), (62_418, 80_000)])
def test_the_scale_ends_at_a_round_number_whose_half_is_whole(count, top):
    assert charts.curve({START: count}, START, START + timedelta(days=1)).top == top


def test_the_ten_largest_have_bars_and_the_largest_fills_the_box():
    bars = charts.bars({f"A{n:02}": n for n in range(40)})
    assert [bar.count for bar in bars] == list(range(39, 29, -1))
    assert bars[0].width == charts.WIDTH
    assert all(0 < bar.width <= charts.WIDTH for bar in bars)


def test_a_small_figure_beside_a_large_one_is_still_to_be_seen():
    assert charts.bars({"A": 1_000_000, "B": 1})[1].width == 1


def test_no_figure_has_no_bar():
    assert charts.bars({}) == [] == charts.bars({"A": 0})
