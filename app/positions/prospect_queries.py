"""What is read for what-if and for whom to talk to first; nothing is stored."""

from collections.abc import Mapping
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
class Projection:
    """What would follow: the sets whose count would be another, all members always among them; who would newly be
    counted in their own voice or through a group, who would stand elsewhere, whose own word so far lies on another
    side; and of the groups, those that bind nobody by themselves."""

    ways: tuple[Way, ...]
    own: tuple[prospects.Move, ...]
    inferred: tuple[prospects.Move, ...]
    elsewhere: tuple[prospects.Move, ...]
    contradicted: tuple[tuple[str, record.Position], ...]
    loose: tuple[str, ...]


def projected(campaign: CampaignView, ask: str, supposed: Supposed, today: date, setting: Setting) -> Projection:
    """What would follow today if they spoke. A position that is withheld stays unknown and is not moved."""
    hidden = queries.withheld(campaign.id, ask)
    rows = groups.memberships(setting.world)
    shown = sorted(setting.states - hidden.keys())
    pieces = queries.counting(campaign.id, ask, today)
    found = prospects.what_if(
        supposed.signal, ask, today, shown, pieces, rows, groups=supposed.groups, voices=supposed.states
    )
    before = queries.standing(campaign.id, ask, today)
    now, then = (_bars(standing, today, setting) for standing in (before, found.positions))
    counted = [move for move in (*found.own, *found.inferred) if move.newly_counted]
    other = [move for move in (*found.own, *found.inferred) if not move.newly_counted]
    return Projection(
        tuple(
            Way(was, will)
            for number, (was, will) in enumerate(zip(now, then, strict=True))
            if not number or was.tally != will.tally
        ),
        tuple(move for move in counted if move.after.level in tallies.OWN_VOICE),
        tuple(move for move in counted if move.after.level not in tallies.OWN_VOICE),
        tuple(move for move in other if move.before.position != move.after.position),
        tuple((state, before[state]) for state in found.contradicted),
        tuple(code for code in supposed.groups if not prospects.binds(code, rows)),
    )


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
