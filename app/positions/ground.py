"""What the desk's pages of evidence stand on: a campaign with its asks, states and groups in the reader's language."""

from dataclasses import dataclass
from datetime import date

from app.campaigns import queries as campaigns
from app.campaigns.desk import open_campaign
from app.campaigns.models import Ask, Campaign
from app.states import groups, members

from . import desk_queries, queries, record
from .pieces import OF_GROUPS, Rolls


@dataclass(frozen=True)
class Ground:
    """A campaign; its asks by slug, their titles; the names of states and of groups by code, in their order."""

    campaign: Campaign
    asks: dict[str, Ask]
    titles: dict[str, str]
    states: dict[str, str]
    groups: dict[str, str]

    def name(self, speaker: str, kind: str = "") -> str:
        """What a speaker is called: a group, where the type is an act of groups or no state has the code."""
        if speaker == record.UN:
            return "UN"
        first, second = (self.groups, self.states) if kind in OF_GROUPS else (self.states, self.groups)
        return first.get(speaker) or second.get(speaker) or speaker

    def title(self, ask: str) -> str:
        """What an ask is called."""
        return self.titles.get(ask, ask)

    def speakers(self) -> dict[str, str]:
        """Everybody who can have spoken, by code; who shares a code shares an entry."""
        both = {code: name for code, name in self.states.items()}
        for code, name in self.groups.items():
            both[code] = f"{both[code]} / {name}" if code in both else name
        return {**both, record.UN: "UN"}


def of(slug: str, lang: str) -> Ground:
    """The ground of a campaign, published or not; 404 where there is none."""
    campaign = open_campaign(slug)
    titles = {ask.slug: ask.titles.get(lang) or ask.titles.get("en") for ask in campaigns.asks(campaign.id)}
    asks = {ask.slug: ask for ask in desk_queries.asks(campaign.id)}
    named = sorted(groups.groups(campaign.world).items(), key=lambda pair: pair[1].name(lang).text)
    return Ground(
        campaign,
        asks,
        {slug: titles.get(slug) or slug for slug in asks},
        {state.iso3: state.names[lang] for state in members.in_order(lang, campaign.world)},
        {code: f"{group.name(lang).text} ({code})" for code, group in named},
    )


@dataclass(frozen=True)
class Bound:
    """Whom a group's statement of a day would bind: names in their order, each with whether it is unknown since when
    it is a member; `binds`: the group speaks for its members at all."""

    binds: bool
    names: list[tuple[str, bool]]

    @property
    def unknown(self) -> int:
        """For how many that is not known."""
        return sum(unknown for _, unknown in self.names)


def bound(ground: Ground, group: str, day: date) -> Bound:
    """The same, by the rule that derivations go by."""
    found = groups.groups(ground.campaign.world)[group]
    rolls = Rolls(groups.memberships(queries.world(ground.campaign.id)))
    names = []
    for code, name in ground.states.items():
        rows = [row for row in rolls.spoken_for(code, group, day) if row.binds]
        if rows:
            names.append((name, all(row.joined is None for row in rows)))
    return Bound(found.binds == "yes", names)
