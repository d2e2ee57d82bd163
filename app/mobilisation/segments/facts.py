"""What the conditions of a rule mean today: codes of states, numbers of networks, letters and petitions.

All of it is read before the segment's one statement is made. Who sees some networks alone (people.org_queries) knows of
no other: its name is no name to them.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from flask_babel import lazy_gettext as lazy
from sqlalchemy import Date, Select, cast, func, select

from app.campaigns.models import Ask, Campaign
from app.kernel.db import db
from app.letters.models import Letter
from app.people.org_queries import network_choices
from app.petitions.models import Petition
from app.positions import queries as positions
from app.positions.models import Change
from app.positions.record import Position
from app.states import groups, members
from app.states import queries as states
from app.states.membership import ASSOCIATED, MEMBER

from .rule import INFERRED, Bad, Is, Rule, conditions

# Who wrote to a mission in a campaign (its id), each once, as a statement with the column `contact_id`; of the people
# in a second statement those alone, where there is one. The room where people write says so when it is there.
Writers = Callable[[int, Select | None], Select]
_writers: list[Writers] = []


def register_writers(writers: Writers) -> None:
    """Have the condition `wrote:mission` be asked of this."""
    _writers[:] = [writers]


def writers() -> Writers | None:
    """What was registered, if anything."""
    return _writers[0] if _writers else None


@dataclass(frozen=True)
class Viewer:
    """Who asks: the networks whose members they may see (`Signed.networks`); None means all."""

    networks: tuple[int, ...] | None = None


class Facts:
    """The names that rules of a campaign may say, for a viewer, and what they mean on a day. Each is read once."""

    def __init__(self, campaign: str, viewer: Viewer, now: datetime):
        """Raises LookupError where there is no such campaign."""
        row = db.session.execute(select(Campaign.id, Campaign.world).where(Campaign.slug == campaign)).one_or_none()
        if row is None:
            raise LookupError(campaign)
        self.campaign, self.campaign_id, self.world = campaign, row.id, row.world
        self.viewer, self.now = viewer, now
        self._standing: dict[str, dict[str, Position]] = {}
        self._moved: dict[tuple[str, str], frozenset[str]] = {}

    @property
    def today(self) -> date:
        """The day that positions and memberships are as of."""
        return self.now.date()

    @cached_property
    def networks(self) -> dict[str, int]:
        """The networks that the viewer may see: ids by slug."""
        return {row.slug: row.id for row in network_choices(self.viewer.networks)}

    @cached_property
    def asks(self) -> list[str]:
        """The asks of the campaign by slug, in its order."""
        return list(
            db.session.scalars(select(Ask.slug).where(Ask.campaign_id == self.campaign_id).order_by(Ask.position))
        )

    @cached_property
    def letters(self) -> dict[str, int]:
        """The campaign's letters that were published: ids by slug."""
        statement = select(Letter.slug, Letter.id).where(Letter.campaign_id == self.campaign_id, Letter.version > 0)
        return dict(db.session.execute(statement.order_by(Letter.slug)).all())

    @cached_property
    def petitions(self) -> dict[str, int]:
        """The campaign's petitions: ids by slug."""
        statement = select(Petition.slug, Petition.id).where(Petition.campaign_id == self.campaign_id)
        return dict(db.session.execute(statement.order_by(Petition.slug)).all())

    @cached_property
    def _areas(self) -> dict[str, list[str]]:
        """The areas that count for each state."""
        found: dict[str, list[str]] = {}
        for area, state in states.counted_for().items():
            found.setdefault(state, []).append(area)
        return found

    def areas_of(self, of: Iterable[str]) -> frozenset[str]:
        """The codes of areas where an organisation's state is one of these: they themselves, and what is counted for
        them, such as Aruba for the Netherlands."""
        return frozenset(area for state in of for area in self._areas.get(state, (state,)))

    def standing(self, ask: str) -> dict[str, Position]:
        """Where every state stands on an ask, as everybody may read it."""
        if ask not in self._standing:
            self._standing[ask] = positions.standing(self.campaign_id, ask, self.today)
        return self._standing[ask]

    def moved(self, ask: str, since: str) -> frozenset[str]:
        """The states whose position on an ask is another one since a day; not those whose position is withheld."""
        if (ask, since) not in self._moved:
            day = func.coalesce(Change.since, cast(func.timezone("UTC", Change.at), Date))
            statement = select(Change.state).where(
                Change.campaign_id == self.campaign_id,
                Change.ask == ask,
                Change.was != Change.position,
                day >= date.fromisoformat(since),
            )
            found = frozenset(db.session.scalars(statement.distinct()))
            self._moved[ask, since] = found - positions.withheld(self.campaign_id, ask).keys()
        return self._moved[ask, since]

    def members(self, codes: Collection[str]) -> frozenset[str]:
        """The states in one of these groups today: members and associated states, suspended ones too."""
        return frozenset(
            state
            for code in codes
            for state, standing in groups.members_on(code, self.today).items()
            if standing.status in (MEMBER, ASSOCIATED)
        )

    def countries(self, asked: Is) -> frozenset[str] | None:
        """The areas in which an organisation fulfils a condition on its country or state; None: it is about neither."""
        if asked.kind == "country":
            return frozenset(asked.values)
        if asked.kind == "region":
            return frozenset(area for area, region in states.region_of().items() if region in asked.values)
        if asked.kind == "group":
            return self.areas_of(self.members(asked.values))
        if asked.kind == "changed":
            return self.areas_of(self.moved(asked.ask, asked.values[0]))
        if asked.kind == "position":
            return self.areas_of(
                state
                for state, at in self.standing(asked.ask).items()
                if at.position in asked.values or (INFERRED in asked.values and at.inferred)
            )
        return None

    def check(self, rule: Rule) -> None:
        """Raises Bad, with the place, for a name that means nothing here: a slip in a `not` would mean everybody."""
        for one in conditions(rule):
            if one.ask and one.ask not in self.asks:
                raise Bad(lazy("There is no ask of this name."), one.at, str(one))
            if one.kind == "wrote" and not (writers() and self.viewer.networks is None):
                raise Bad(lazy("This cannot be asked here."), one.at, str(one))
            known = self._known(one.kind)
            for value in one.values if known is not None else ():
                if value not in known:
                    raise Bad(lazy("“%(value)s” is not known here.", value=value), one.at, str(one))

    def _known(self, kind: str) -> Collection[str] | None:
        if kind == "country":
            return states.area_codes()
        if kind == "region":
            return states.region_names("en")
        if kind == "group":
            return groups.groups(self.world)
        name = {"network": "networks", "signed-letter": "letters", "signed-petition": "petitions"}.get(kind)
        return getattr(self, name) if name else None

    def state_of(self, area: str) -> str | None:
        """The state that an organisation's country counts for, of the campaign's world; None: no state."""
        state = states.counted_for().get(area)
        return state if state in members.states(self.world) else None
