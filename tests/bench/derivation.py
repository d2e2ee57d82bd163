"""Deriving all positions in one pass: the seconds for the size of the contract, and what twice the evidence costs.

No database and no server: invented evidence for 195 invented states and 20 asks, of all types, over ten years, with ten
groups of up to 130 members. The floor is the least that any derivation does: it looks at each piece and at each state
named in it once. Seconds are CPU time; the two sizes alternate.
"""

import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.positions import record, words
from app.positions.record import Evidence, Membership
from app.positions.rules import derive_all

PIECES = 100_000
STATES = tuple(f"S{number:03}" for number in range(195))
ASKS = tuple(f"ask-{number:02}" for number in range(20))
GROUPS = tuple(f"GROUP-{number}" for number in range(10))
AS_OF = date(2026, 11, 28)


@dataclass
class Derived:
    """Seconds by number of pieces, the seconds of the floor at PIECES, and what doubling cost, a figure each round."""

    seconds: dict[int, list[float]] = field(default_factory=lambda: {PIECES: [], 2 * PIECES: []})
    floor: list[float] = field(default_factory=list)
    doubled: list[float] = field(default_factory=list)


def compare(rounds: int) -> Derived:
    """Measure in alternating rounds, after one that is thrown away."""
    chooser = random.Random(75)
    evidence, memberships = _evidence(chooser, 2 * PIECES), _memberships(chooser)
    half = evidence[:PIECES]
    derive_all(STATES, ASKS, AS_OF, half, memberships)
    found = Derived()
    for number in range(rounds):
        sizes = (half, evidence) if number % 2 else (evidence, half)
        took = {
            len(size): _seconds(lambda size=size: derive_all(STATES, ASKS, AS_OF, size, memberships)) for size in sizes
        }
        for size, seconds in took.items():
            found.seconds[size].append(seconds)
        found.doubled.append(took[2 * PIECES] / took[PIECES])
        found.floor.append(_seconds(lambda: _look(half)))
    return found


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _look(evidence: list[Evidence]) -> dict[tuple[str, str], date]:
    """The latest day on which each state is named on each ask."""
    latest: dict[tuple[str, str], date] = {}
    for piece in evidence:
        for state in piece.states or (piece.speaker,):
            if latest.get((state, piece.ask), date.min) < piece.date:
                latest[state, piece.ask] = piece.date
    return latest


def _evidence(chooser: random.Random, many: int) -> list[Evidence]:
    types = list(words.evidence_types())
    found = []
    for number in range(many):
        kind = chooser.choice(types)
        of_group = kind in ("group_statement", "group_draft")
        listed = kind == "joint_statement" or (of_group and chooser.random() < 0.3)
        vote = kind == "vote"
        found.append(
            Evidence(
                ref=f"R{number}",
                ask=chooser.choice(ASKS),
                speaker=record.UN if kind == "consensus_adoption" else chooser.choice(GROUPS if of_group else STATES),
                type=kind,
                date=AS_OF - timedelta(days=chooser.randrange(3650)),
                states=tuple(sorted(chooser.sample(STATES, 25))) if listed else (),
                on=chooser.choice(record.ON[:3]) if vote else "",
                yes_means=chooser.choice((record.FOR, record.AGAINST)) if vote else "",
                cast=chooser.choice(record.CASTS) if vote else "",
                signal="" if vote else chooser.choice(record.SCALE),
                relevance=chooser.choice((record.DIRECT, record.DIRECT, record.RELATED)),
                regards=f"R{chooser.randrange(many)}" if chooser.random() < 0.3 else "",
            )
        )
    return found


def _memberships(chooser: random.Random) -> list[Membership]:
    return [
        Membership(group, state, "member", chooser.choice((None, date(1961, 9, 1), date(2020, 1, 1))))
        for group in GROUPS
        for state in chooser.sample(STATES, chooser.randrange(5, 130))
    ]


def spread(values: list[float]) -> tuple[float, str, str]:
    """The median, the smallest and the largest, and the quartiles, as the table shows them."""
    lower, middle, upper = statistics.quantiles(values, n=4, method="inclusive")
    return middle, f"{min(values):.2f}-{max(values):.2f}", f"{lower:.2f}-{upper:.2f}"
