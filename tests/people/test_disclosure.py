"""The small-cell rule: no area with fewer than ten is found, not even by comparing days."""

from collections import defaultdict

from app.people import rules
from app.people.rules import AreaCount, disclose

AFRICA, OCEANIA = "002", "009"


def publish(history: list[dict[str, int]], regions: dict[str, str | None]):
    """Publish after each step of a history of counts; yields (areas, rows) as anybody could have kept them."""
    kept: dict[str, AreaCount] = {}
    seen = []
    for counts in history:
        cells = []
        for area, confirmed in counts.items():
            before = kept.get(area)
            cells.append(
                AreaCount(
                    area, regions[area], confirmed, before.shown if before else False, before.row_seen if before else 0
                )
            )
        found = disclose(cells)
        kept = {cell.area: cell for cell in found.cells}
        seen.append((found.areas, found.rows))
    return seen


def test_an_area_with_fewer_than_ten_is_counted_in_its_region_only():
    ((areas, rows),) = publish([{"KEN": 9, "NGA": 40, "TUV": 3}], {"KEN": AFRICA, "NGA": AFRICA, "TUV": OCEANIA})
    assert areas == {}
    assert rows == {AFRICA: 49, OCEANIA: 3}


def test_an_area_with_ten_stands_alone_when_enough_others_stay_in_the_row():
    regions = {"KEN": AFRICA, "NGA": AFRICA, "GHA": AFRICA}
    ((areas, rows),) = publish([{"KEN": 50, "NGA": 30, "GHA": 5}], regions)
    assert areas == {"KEN": 50}
    assert rows == {AFRICA: 35}


def test_the_tenth_signature_alone_does_not_tell_that_there_were_nine():
    regions = {"KEN": AFRICA, "NGA": AFRICA}
    (_, before), (areas, after) = publish([{"KEN": 9, "NGA": 2}, {"KEN": 10, "NGA": 2}], regions)
    assert before == {AFRICA: 11}
    assert areas == {}, "12 - 2 would have said that Kenya had nine"
    assert after == {AFRICA: 12}


def test_an_area_waits_until_the_others_outgrow_every_row_it_was_small_in():
    regions = {"KEN": AFRICA, "NGA": AFRICA, "GHA": AFRICA}
    history = [
        {"KEN": 9, "NGA": 9, "GHA": 9},
        {"KEN": 20, "NGA": 15, "GHA": 9},
        {"KEN": 20, "NGA": 20, "GHA": 11},
        {"KEN": 20, "NGA": 20, "GHA": 12},
    ]
    assert [set(areas) for areas, _ in publish(history, regions)] == [set(), set(), set(), {"KEN"}]


def test_what_has_no_region_stays_together_for_ever():
    ((areas, rows),) = publish([{"other": 40, "unsaid": 2}], {"other": None, "unsaid": None})
    assert areas == {}
    assert rows == {None: 42}


def test_nobody_who_keeps_every_publication_and_knows_the_rule_learns_a_small_count(monkeypatch):
    """Every history of three areas, one signature at a time, with two for ten: whatever was published, as long as two
    areas stay folded, no small count of any area at any time is the only one that fits."""
    monkeypatch.setattr(rules, "SMALL", 2)
    names, steps = "ABC", 13
    memo: dict = {}

    def step(state, name):
        counts = {area: confirmed for area, confirmed, _, _ in state}
        kept = {area: (shown, seen) for area, _, shown, seen in state}
        counts[name] = counts.get(name, 0) + 1
        cells = [AreaCount(n, AFRICA, counts[n], *kept.get(n, (False, 0))) for n in names if n in counts]
        found = disclose(cells)
        after = tuple(sorted((c.area, c.confirmed, c.shown, c.row_seen) for c in found.cells))
        return after, (tuple(sorted(found.areas.items())), found.rows.get(AFRICA, 0))

    # For each trace of publications: the states that fit it, and for each step and area the counts that fit.
    traces: dict = {(): {(): []}}
    opened = 0
    for _ in range(steps):
        longer: dict = defaultdict(dict)
        for trace, states in traces.items():
            for state, fitting in states.items():
                for name in names:
                    if (state, name) not in memo:
                        memo[state, name] = step(state, name)
                    after, published = memo[state, name]
                    counts = {area: confirmed for area, confirmed, _, _ in after}
                    mine = [*fitting, tuple(frozenset([counts.get(n, 0)]) for n in names)]
                    known = longer[(*trace, published)]
                    old = known.get(after)
                    known[after] = (
                        mine
                        if old is None
                        else [tuple(a | b for a, b in zip(x, y, strict=True)) for x, y in zip(old, mine, strict=True)]
                    )
        traces = longer
        for trace, states in traces.items():
            if len(names) - len(trace[-1][0]) < 2:
                continue
            opened += bool(trace[-1][0])
            for moment in range(len(trace)):
                for place in range(len(names)):
                    fits = set().union(*(fitting[moment][place] for fitting in states.values()))
                    assert fits != {1}, (trace, names[place], moment)
    assert opened, "no area ever stood alone: the search has shown nothing"
