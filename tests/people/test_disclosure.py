"""The small-cell rule: no area with fewer than ten is found, not even by comparing days."""

import random

from app.people.rules import SMALL, AreaCount, disclose

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
    ((areas, rows),) = publish([{"KEN": 12, "TUV": 3}], {"KEN": AFRICA, "TUV": OCEANIA})
    assert areas == {"KEN": 12}
    assert rows == {OCEANIA: 3}


def test_ten_are_enough_and_nine_are_not():
    regions = {"KEN": AFRICA, "NGA": AFRICA, "GHA": AFRICA}
    ((areas, rows),) = publish([{"KEN": 10, "NGA": 9, "GHA": 5}], regions)
    assert areas == {"KEN": 10}
    assert rows == {AFRICA: 14}


def test_the_tenth_signature_alone_does_not_tell_that_there_were_nine():
    regions = {"KEN": AFRICA, "NGA": AFRICA}
    (_, before), (areas, after) = publish([{"KEN": 9, "NGA": 2}, {"KEN": 10, "NGA": 2}], regions)
    assert before == {AFRICA: 11}
    assert areas == {}, "12 - 2 would have said that Kenya had nine"
    assert after == {AFRICA: 12}


def test_an_area_stands_alone_once_the_row_it_leaves_has_grown_past_every_older_one():
    regions = {"KEN": AFRICA, "NGA": AFRICA}
    seen = publish(
        [{"KEN": 9, "NGA": 2}, {"KEN": 14, "NGA": 4}, {"KEN": 14, "NGA": 9}, {"KEN": 15, "NGA": 11}], regions
    )
    assert [areas for areas, _ in seen] == [{}, {}, {}, {"KEN": 15}]


def test_what_has_no_region_stays_together_for_ever():
    ((areas, rows),) = publish([{"other": 40, "unsaid": 2}], {"other": None, "unsaid": None})
    assert areas == {}
    assert rows == {None: 42}


def test_nobody_who_keeps_every_publication_can_tell_a_small_area_from_an_empty_one():
    """For every area that came to stand alone, some history in which it had nobody while it was small fits all that
    was published: its old row is no larger than what the others have now."""
    for seed in range(300):
        rng = random.Random(seed)
        areas = ["AAA", "BBB", "CCC", "DDD", "EEE"]
        regions = dict.fromkeys(areas, AFRICA) | {"EEE": OCEANIA}
        counts = dict.fromkeys(areas, 0)
        history = []
        for _ in range(40):
            for area in rng.choices(areas, weights=[8, 4, 2, 1, 1], k=rng.randint(0, 6)):
                counts[area] += 1
            history.append({area: n for area, n in counts.items() if n})
        seen = publish(history, regions)
        for step, (shown, rows) in enumerate(seen):
            assert all(n >= SMALL for n in shown.values())
            assert sum(shown.values()) + sum(rows.values()) == sum(history[step].values())
            for area in set(shown) - set(seen[step - 1][0] if step else {}):
                others_now = _row_without(history[step], regions, area, shown)
                for earlier in range(step):
                    if history[earlier].get(area, 0) >= SMALL or history[earlier].get(area, 0) == 0:
                        continue
                    old_row = seen[earlier][1].get(regions[area], 0)
                    left_since = sum(
                        history[step][other]
                        for other in shown
                        if other != area and regions[other] == regions[area] and other not in seen[earlier][0]
                    )
                    assert old_row - left_since <= others_now, (seed, step, area)


def _row_without(counts, regions, area, shown) -> int:
    return sum(n for other, n in counts.items() if regions[other] == regions[area] and other not in shown)
