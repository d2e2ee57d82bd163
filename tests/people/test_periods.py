"""What a report tells of a period's parts: nothing small, not by subtracting reports either."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise, product

import pytest

from app.people import periods, rules
from app.people.periods import NOWHERE, Step, steps, tell

REGIONS = ("002", "009", "150")


def test_a_part_with_fewer_than_ten_is_not_told_and_one_more_is_kept_back_with_it():
    told = tell([{"002": 40, "009": 3, "150": 25}], REGIONS)
    assert told.parts == {"150": 25}, "83 - 25 - 40 would have said that Oceania had three"
    assert told.rest == 43


def test_where_every_part_has_ten_all_are_told():
    told = tell([{"002": 40, "009": 10, "150": 25}], REGIONS)
    assert told.parts == {"002": 40, "009": 10, "150": 25}
    assert told.rest == 0


def test_what_has_no_name_is_kept_back_before_what_has_one():
    assert tell([{NOWHERE: 500, "partner": 12, "friend": 4}]).parts == {"partner": 12}


def test_the_part_that_was_told_least_is_kept_back_again():
    first = {"002": 40, "009": 3, "150": 25}
    assert tell([first, {"002": 11, "009": 0, "150": 90}], REGIONS, slice(1, 2)).parts == {"150": 90}


def test_a_longer_report_is_the_sum_of_shorter_ones():
    months = [{"002": a, "009": b, "150": c} for a, b, c in product((0, 9, 10, 40), (3, 12), (9, 31))]
    whole = tell(months, REGIONS)
    one_by_one = [tell(months, REGIONS, slice(n, n + 1)) for n in range(len(months))]
    assert whole.rest == sum(told.rest for told in one_by_one)
    for region in REGIONS:
        assert whole.parts.get(region, 0) == sum(told.parts.get(region, 0) for told in one_by_one)


def test_a_report_and_a_longer_one_differ_in_a_part_by_nothing_or_by_ten_and_more():
    months = [{"002": 40, "009": 3, "150": 25}, {"002": 41, "009": 12, "150": 10}, {"002": 9, "009": 9, "150": 9}]
    spans = [(a, b) for a in range(3) for b in range(a, 4)]
    for (a, b), (c, d) in product(spans, spans):
        if c <= a and b <= d:
            shorter, longer = tell(months, REGIONS, slice(a, b)), tell(months, REGIONS, slice(c, d))
            gaps = {longer.parts.get(region, 0) - shorter.parts.get(region, 0) for region in REGIONS}
            assert all(gap == 0 or gap >= 10 for gap in gaps)


@pytest.mark.parametrize("known", [("A", "B", "C"), ("A", "B", "C", NOWHERE)])
@pytest.mark.parametrize("before", [{}, {"C": 20}, {"A": 20, "B": 30}])
def test_nobody_who_knows_the_rule_and_the_total_learns_a_small_count(monkeypatch, known, before):
    """Every month of three or four parts, with three for ten: whatever is told, and with the month's total, no part
    that had one or two is the only thing that fits."""
    monkeypatch.setattr(rules, "SMALL", 3)
    monkeypatch.setattr(periods, "SMALL", 3)
    first = dict.fromkeys(known, 0) | before
    seen = defaultdict(set)
    for counts in product(range(9), repeat=len(known)):
        month = dict(zip(known, counts, strict=True))
        told = tell([first, month], known, slice(1, 2))
        seen[tuple(sorted(told.parts.items())), told.rest].add(counts)
    alone = 0
    for (parts, _), fitting in seen.items():
        # Counts were tried up to eight: a sum of more has more ways to come about than were tried.
        if _ >= 9:
            continue
        alone += bool(parts)
        for place in range(len(known)):
            assert {counts[place] for counts in fitting} not in ({1}, {2}), (parts, _, known[place])
    assert alone, "no part ever stood alone: the search has shown nothing"


def test_small_sources_are_not_even_named():
    told = tell([{NOWHERE: 30, "newsletter-of-a-person": 9}])
    assert told.parts == {} and told.rest == 39


MONDAY = date(2026, 3, 2)


def test_a_partner_is_told_of_weeks_that_are_over_ten_at_least_at_a_time():
    days = {MONDAY: 4, MONDAY + timedelta(days=9): 5, MONDAY + timedelta(days=15): 1, MONDAY + timedelta(days=22): 30}
    assert steps(days, MONDAY + timedelta(days=23)) == [Step(MONDAY, MONDAY + timedelta(days=20), 10)]
    assert [step.number for step in steps(days, MONDAY + timedelta(days=28))] == [10, 30]


def test_a_partner_who_looks_each_day_never_sees_the_figure_move_by_fewer_than_ten():
    days = {MONDAY + timedelta(days=n): (n * 7) % 5 for n in range(200)}
    figures = [
        sum(step.number for step in steps({d: n for d, n in days.items() if d <= today}, today))
        for today in (MONDAY + timedelta(days=n) for n in range(220))
    ]
    assert {after - before for before, after in pairwise(figures)} - {0}
    assert all(after == before or after - before >= 10 for before, after in pairwise(figures))
