"""What is read for what-if and for whom to talk to first; nothing is stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from app.campaigns.queries import CampaignView
from app.states import groups, members

from . import prospects, queries, record, tallies, tracker_queries
from .supposing import Supposed
from .tracker import Bar
from .tracker_queries import Setting


@dataclass(frozen=True)
class Way:
    """A set of states on its way to its majorities: now, and as it would be."""

    now: Bar
    then: Bar


@dataclass(frozen=True)
class Step:
    """A step that several states would take alike: from where, to where (the position of one of them), and all of
    their codes in the order of their names."""

    was: record.Position
    then: record.Position
    states: tuple[str, ...]


@dataclass(frozen=True)
class Projection:
    """What would follow: the sets whose count would be another, all members always among them; who would newly be
    counted in their own voice or through a group, who would stand elsewhere, whose own word so far lies on another
    side; and of the groups, those that bind nobody by themselves."""

    ways: tuple[Way, ...]
    own: list[Step]
    inferred: list[Step]
    elsewhere: list[Step]
    contradicted: list[tuple[str, record.Position]]
    loose: tuple[str, ...]


def projected(campaign: CampaignView, ask: str, supposed: Supposed, today: date, setting: Setting) -> Projection:
    """What would follow today if they spoke. A position that is withheld stays unknown and is not moved."""
    hidden = queries.withheld(campaign.id, ask)
    rows = groups.memberships(setting.world)
    shown = [state.iso3 for state in members.in_order(setting.lang, setting.world) if state.iso3 not in hidden]
    pieces = queries.counting(campaign.id, ask, today)
    found = prospects.what_if(
        supposed.signal, ask, today, shown, pieces, rows, groups=supposed.groups, voices=supposed.states
    )
    now, then = (_bars(standing, today, setting) for standing in (found.before, found.positions))
    moves = [*found.own, *found.inferred]
    counted = [move for move in moves if move.newly_counted]
    return Projection(
        tuple(
            Way(was, will)
            for number, (was, will) in enumerate(zip(now, then, strict=True))
            if not number or was.tally != will.tally
        ),
        _steps(move for move in counted if move.after.level in tallies.OWN_VOICE),
        _steps(move for move in counted if move.after.level not in tallies.OWN_VOICE),
        _steps(move for move in moves if not move.newly_counted and move.before.position != move.after.position),
        [(state, found.before[state]) for state in found.contradicted],
        tuple(code for code in supposed.groups if not prospects.binds(code, rows)),
    )


def _steps(moves: Iterable[prospects.Move]) -> list[Step]:
    """The moves, those alike together, in their order."""
    alike: dict[tuple, list[prospects.Move]] = {}
    for move in moves:
        look = move.before.position, move.before.inferred, move.after.position, move.after.inferred, move.after.flags
        alike.setdefault(look, []).append(move)
    return [Step(some[0].before, some[0].after, tuple(move.after.state for move in some)) for some in alike.values()]


def _bars(standing: Mapping[str, record.Position], today: date, setting: Setting) -> list[Bar]:
    everybody = frozenset(code for code, state in members.states(setting.world).items() if state.member)
    return tracker_queries.bars(standing, everybody, tracker_queries.inside(setting.world, today), setting)


def whom_first(
    campaign: CampaignView, ask: str, today: date, setting: Setting, organisations: Mapping[str, int]
) -> list[prospects.Candidate]:
    """The undecided and unknown states, those first whose word would bring most. A position that is withheld is not
    told in this way either. `organisations` is how many of ours are in a state, by its code."""
    hidden = queries.withheld(campaign.id, ask)
    standing = {state: at for state, at in queries.standing(campaign.id, ask, today).items() if state not in hidden}
    held = [
        prospects.Office(office.holder, office.office, office.body)
        for office in groups.offices_on(today, setting.world)
        if office.holder
    ]
    regions = {code: state.region for code, state in members.states(setting.world).items() if state.region}
    return prospects.unlocks(standing, today, groups.memberships(setting.world), held, regions, organisations)


@dataclass(frozen=True)
class Ranking:
    """The candidates as a page shows them: `first` those with a reason of their own; `near` by region (its code, how
    many support it there, the states) those of which no more is known than their neighbours; `rest` the others."""

    first: list[prospects.Candidate]
    near: list[tuple[str, int, list[str]]]
    rest: list[str]


def ranking(candidates: Iterable[prospects.Candidate]) -> Ranking:
    """Put together what would be the same words again and again."""
    first, rest = [], []
    near: dict[tuple[str, int], list[str]] = {}
    for candidate in candidates:
        kinds = [reason.kind for reason in candidate.reasons]
        if kinds == ["neighbours"]:
            reason = candidate.reasons[0]
            near.setdefault((reason.code, reason.count), []).append(candidate.state)
        elif kinds:
            first.append(candidate)
        else:
            rest.append(candidate.state)
    return Ranking(first, [(*where, states) for where, states in near.items()], rest)
