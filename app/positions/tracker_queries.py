"""What the tracker reads: states, groups and regions in the reader's language, and where everybody stands."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from flask_babel import gettext as _
from markupsafe import Markup

from app.campaigns.queries import AskView, CampaignView
from app.states import groups, members
from app.states import queries as areas
from app.states.models import UN_WORLD
from app.states.records import GroupRecord, StateRecord
from app.states.rules import REGIONAL_GROUPS

from . import archive_queries, names, queries, tallies
from . import words as contract
from .asking import OUTLINED, Asked
from .record import Position
from .tracker import Bar, Place, Row, Tracker, matches

LATEST = 12


@dataclass(frozen=True)
class Setting:
    """What can be asked for in a campaign's world: its groups by name, NAM and the G77 first, its M49 regions; and the
    codes of its states."""

    world: str
    lang: str
    groups: Mapping[str, GroupRecord]
    regions: Mapping[str, str]
    states: frozenset[str]

    @property
    def shown(self) -> dict[str, Markup]:
        """What each group is called, marked where that is English."""
        return {code: names.marked(group.name(self.lang), self.lang) for code, group in self.groups.items()}


def setting(campaign: CampaignView) -> Setting:
    """The groups and regions of a campaign's world."""
    world, lang = queries.world(campaign.id), campaign.language
    known = sorted(groups.groups(world).values(), key=lambda group: (_late(group.code), group.name(lang).text))
    states = members.states(world)
    regions = {state.region for state in states.values()}
    return Setting(
        world,
        lang,
        {group.code: group for group in known},
        {code: name for code, name in areas.region_names(lang).items() if code in regions},
        frozenset(states),
    )


def _late(code: str) -> int:
    return OUTLINED.index(code) if code in OUTLINED else len(OUTLINED)


@cache
def seats() -> tuple[tuple[int, float, float], ...]:
    """Row and place of each seat of the hall, from left to right."""
    return tuple((seat.row, seat.x, seat.y) for seat in sorted(members.seats(), key=lambda seat: seat.number))


def inside(world: str, day: date) -> dict[str, frozenset[str]]:
    """Who is in which group on a day, as member or associated, by group; a suspended member still is one."""
    found: dict[str, set[str]] = defaultdict(set)
    for period in groups.memberships(world):
        if tallies.belongs(period, day):
            found[period.group].add(period.state)
    return {code: frozenset(states) for code, states in found.items()}


def _place(state: StateRecord, lang: str, base: str, of: Mapping[str, frozenset[str]]) -> Place:
    return Place(
        code=state.iso3,
        name=state.names[lang],
        label=state.labels[lang],
        order=state.orders[lang],
        un_order=state.un_order or 0,
        member=state.member,
        region=state.region or "",
        groups=frozenset(code for code, states in of.items() if state.iso3 in states),
        tile=state.tile,
        url=f"{base}/states/{state.iso3}",
    )


def read(campaign: CampaignView, ask: AskView, asked: Asked, setting: Setting) -> Tracker:
    """The tracker of an ask of the campaign, as it was asked for, in the campaign view's language."""
    of = inside(setting.world, asked.as_of)
    standing = queries.standing(campaign.id, ask.slug, asked.as_of)
    decided = queries.deciding(campaign.id, {found.evidence for found in standing.values() if found.evidence})
    withheld = queries.withheld(campaign.id, ask.slug)
    disputes = queries.disputes(campaign.id)
    rows = []
    for state in members.states(setting.world).values():
        place = _place(state, campaign.language, campaign.url, of)
        found = standing.get(place.code) or Position(place.code, ask.slug, asked.as_of)
        source = decided.get(found.evidence) if found.evidence else None
        rows.append(
            Row(
                place,
                found,
                source,
                withheld.get(place.code),
                matches(place, found, asked),
                disputes.get(found.evidence) if found.evidence else None,
            )
        )
    everybody = frozenset(row.place.code for row in rows if row.place.member)
    chosen = frozenset(row.place.code for row in rows if row.chosen)
    return Tracker(
        ask=ask.slug,
        asked=asked,
        rows=rows,
        whole=tallies.tally(tallies.UN_MEMBERS, everybody, standing),
        selection=tallies.tally("", chosen, standing) if asked.filtered else None,
        closed=ask.status != "open",
        bars=bars(standing, everybody, of, setting) if ask.status == "open" else (),
        silent=_silent(campaign.id, ask.slug, asked.as_of, setting) if ask.status == "open" else (),
        world=setting.world,
        variants=_variants(rows) if ask.variants else {},
    )


def _variants(rows: list[Row]) -> dict[str, tuple[int, int]]:
    wordings = {row.source.ref: row.source.variant for row in rows if row.source}
    return tallies.by_variant((row.standing for row in rows if row.place.member), wordings)


def bars(
    standing: Mapping[str, Position], everybody: frozenset[str], of: Mapping[str, frozenset[str]], setting: Setting
) -> list[Bar]:
    """Towards the majorities of all members, of NAM and the G77 and of each regional group."""
    goals, lang = contract.thresholds(), setting.lang
    found = [Bar(_("All members"), lang, tallies.tally(tallies.UN_MEMBERS, everybody, standing, goals))]
    for code in (*OUTLINED, *REGIONAL_GROUPS):
        if group := setting.groups.get(code):
            # Palestine, which is no member of the UN, counts in NAM and the G77.
            name, states = group.name(lang), of.get(code, frozenset())
            found.append(Bar(name.text, name.lang, tallies.tally(code, states, standing, goals)))
    if setting.world != UN_WORLD:
        for code, group in setting.groups.items():
            name = group.name(lang)
            found.append(Bar(name.text, name.lang, tallies.tally(code, of.get(code, frozenset()), standing, goals)))
    return found


def _silent(campaign_id: int, ask: str, as_of: date, setting: Setting) -> list[Markup]:
    """NAM and the G77, if nothing on file commits them."""
    spoke = queries.spoke(campaign_id, ask, as_of)
    return [name for code, name in setting.shown.items() if code in OUTLINED and code not in spoke]


@dataclass(frozen=True)
class Piece:
    """A piece of evidence in a list: who spoke, what it is, where it can be read."""

    speaker: str
    title: str
    url: str
    date: date
    ref: str
    dispute: queries.Dispute | None
    kept: archive_queries.Kept | None


def evidence(campaign: CampaignView, ask: str, as_of: date, setting: Setting) -> list[Piece]:
    """The latest published pieces on an ask that speak to it directly."""
    named = names.Names(setting.world, setting.lang)
    disputes = queries.disputes(campaign.id)
    found = queries.latest(campaign.id, ask, as_of, LATEST)
    kept = archive_queries.kept(campaign.id, [one.ref for one in found])
    return [
        Piece(
            named.speaker(one),
            one.un_symbol or one.forum or one.ref,
            one.url,
            one.date,
            one.ref,
            disputes.get(one.ref),
            kept.get(one.ref),
        )
        for one in found
    ]
