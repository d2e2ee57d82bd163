"""Who a mailing goes to, in which language and variant, and who is left out and why: one statement.

Everybody in the segment is in it exactly once, as a person in one organisation; nothing here writes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import force_locale
from sqlalchemy import Select, case, func, literal, select

from app.campaigns import drafts
from app.kernel import i18n
from app.kernel.db import db
from app.people import org_models
from app.people.rules import SAFE_RATINGS
from app.positions import queries as positions
from app.positions.wording import POSITIONS
from app.states import members
from app.states import queries as states
from app.states.models import Area, CivicSpace

from . import eligibility, mailing_settings, missions, slots, tongues
from .checking import NEUTRAL, PLAIN
from .composing import Composed
from .models import Mailing
from .segments import rule, sql
from .segments.facts import Viewer

DISCREET, NO_SLOT = "discreet", "slot"
BATCH = 2000


@dataclass(frozen=True)
class Recipient:
    """One line of the audience; `reason` says why they are left out, None that they are not. `values` fill the slots of
    the text they get, `lacking` are those that nothing fills."""

    contact_id: int
    organisation_id: int
    country: str | None
    language: str
    by_fallback: bool
    variant: str
    reason: str | None
    values: Mapping[str, str]
    lacking: tuple[str, ...] = ()


def segment(said: str, networks: tuple[int, ...] | None, campaign: str, now: datetime) -> Select:
    """Everybody whom a rule means, in these networks or (None) in all, each once with the organisation to write to
    them for: contact_id, organisation_id. Raises segments.rule.Bad, LookupError for no campaign."""
    return sql.audience(rule.parse(said), Viewer(networks), campaign, now)


def left_out(campaign: str, networks: tuple[int, ...] | None, week_cap: int, now: datetime) -> Select:
    """Contacts that may not be written to, each once, with the first reason."""
    return eligibility.excluded(campaign, now, week_cap=week_cap, networks=networks)


def statement(mailing: Mailing, written: frozenset[str], now: datetime, name: bool) -> Select:
    """Everybody a mailing means, as rows; with `name` their names, which have to be opened one by one."""
    networks = None if mailing.network_id is None else (mailing.network_id,)
    who = segment(mailing.segment, networks, mailing.campaign, now).subquery("who")
    # A mailing may hold itself to fewer mails a week than its campaign, never to more.
    most = mailing_settings.of(mailing.campaign).week_cap
    cap = min(mailing.week_cap or most, most)
    out = left_out(mailing.campaign, networks, cap, now).subquery("out")
    contact = who.c.contact_id
    place = _places(name).subquery("place")
    language, by_fallback = tongues.statement(
        place.c.language,
        place.c.second_language,
        place.c.area,
        written=written,
        countries=_official(written),
        default=mailing.language,
    )
    # As people.rules.discreet: where nothing is known of a country, nothing is known to be safe.
    safe = func.coalesce(place.c.rating.in_(sorted(SAFE_RATINGS)), literal(False))
    discreet = None if mailing.neutral else literal(DISCREET)
    return (
        select(
            contact.label("contact_id"),
            place.c.organisation_id,
            place.c.country,
            language.label("language"),
            by_fallback.label("by_fallback"),
            case((safe, PLAIN), else_=NEUTRAL).label("variant"),
            func.coalesce(out.c.reason, case((safe, None), else_=discreet)).label("reason"),
            place.c.organisation,
            place.c.names,
            *([place.c.name] if name else []),
        )
        .select_from(who)
        .join(place, (place.c.person_id == contact) & (place.c.organisation_id == who.c.organisation_id))
        .outerjoin(out, out.c.contact_id == contact)
    )


def _official(written: frozenset[str]) -> dict[str, str]:
    """The official language of every area that is written: its own, such as Spanish in Puerto Rico, or else that of the
    state that it is counted for."""
    areas = db.session.execute(select(Area.code, Area.iso2, Area.fold_to)).all()
    found = tongues.of_countries({area.code: area.iso2 for area in areas}, written)
    said = {area.code: found.get(area.code) or found.get(area.fold_to) for area in areas}
    return {code: language for code, language in said.items() if language}


def _places(name: bool) -> Select:
    """Everybody in every organisation, with what a mail to them there goes by."""
    position, organisation = org_models.Position, org_models.Organisation
    state = func.coalesce(Area.fold_to, Area.code)
    return (
        select(
            position.person_id,
            position.organisation_id,
            position.language,
            position.second_language,
            organisation.name.label("organisation"),
            organisation.names,
            organisation.country.label("area"),
            state.label("country"),
            CivicSpace.rating,
            *([position.name] if name else []),
        )
        .join(organisation, organisation.id == position.organisation_id)
        .outerjoin(Area, Area.code == organisation.country)
        .outerjoin(CivicSpace, CivicSpace.state_iso3 == state)
    )


class Values:
    """What fills the slots of one mailing's recipients; what is the same for many is looked up once."""

    def __init__(self, mailing: Mailing, used: frozenset[str], now: datetime):
        self._used = used
        self._standing = {}
        campaign = drafts.campaign(mailing.campaign)
        if mailing.ask and campaign and slots.POSITION in used:
            self._standing = positions.standing(campaign.id, mailing.ask, now.date())
        self._missions = missions.mailboxes(campaign.id) if campaign and slots.MISSION in used else {}
        self._said: dict[tuple[str, str], str] = {}
        self._named: dict[tuple[str, str], str | None] = {}

    def of(self, row) -> dict[str, str]:
        """The values of a row of `statement`, those alone that are used and there."""
        lang = row.language
        found = {
            slots.NAME: lambda: row.name,
            slots.ORGANISATION: lambda: row.names.get(lang) or row.organisation,
            slots.STATE: lambda: row.country and self._state(row.country, lang),
            slots.POSITION: lambda: row.country and self._position(row.country, lang),
            slots.MISSION: lambda: self._missions.get(row.country),
        }
        said = {name: slots.value(found[name](), lang, name) for name in self._used if name in found}
        return {name: value for name, value in said.items() if value}

    def _state(self, code: str, lang: str) -> str | None:
        # Asking once: each look at what is kept of states asks whether it still holds.
        if (lang, code) not in self._named:
            known = members.state(code)
            areas = {} if known or lang not in i18n.BY_CODE else states.area_names(lang)
            self._named[lang, code] = known.names.get(lang) if known else areas.get(code)
        return self._named[lang, code]

    def _position(self, code: str, lang: str) -> str | None:
        stands = self._standing.get(code)
        if stands is None:
            return None
        if (lang, stands.position) not in self._said:
            with force_locale(lang):
                self._said[lang, stands.position] = str(POSITIONS[stands.position])
        return self._said[lang, stands.position]


def read(mailing: Mailing, texts: Mapping[tuple[str, str], Composed], now: datetime) -> Iterator[Recipient]:
    """Everybody a mailing means, one after the other, from one statement and never all at once.

    Whoever the text in their language does not fit (no neutral one, a slot without value) is told by `lacking` and
    `reason`. The session may write while this is read, and not commit.
    """
    used = frozenset().union(*(text.used for text in texts.values())) if texts else frozenset()
    values = Values(mailing, used, now)
    written = frozenset(language for language, variant in texts if variant == PLAIN)
    asked = statement(mailing, written, now, slots.NAME in used)
    # Sorted by what is only known in the end, so that all is read before the first row comes: what a caller writes
    # meanwhile is then not looked through for each row that follows.
    by = asked.selected_columns
    asked = asked.order_by(by.language, by.variant, by.contact_id).execution_options(yield_per=BATCH)
    for row in db.session.execute(asked):
        said, lacking, reason = {}, (), row.reason
        if reason is None:
            text = texts.get((row.language, row.variant))
            said = values.of(row) if text else {}
            said = {name: value for name, value in said.items() if name in text.used} if text else {}
            lacking = text.lacking({**said, slots.SIGN_LINK: "https://"}) if text else ()
            reason = NO_SLOT if lacking else None
        yield Recipient(
            row.contact_id,
            row.organisation_id,
            row.country,
            row.language,
            row.by_fallback,
            row.variant,
            reason,
            said,
            lacking,
        )


def one(mailing: Mailing, texts, contact_id: int, now: datetime):
    """What `statement` says of one contact; None where they are not meant."""
    written = frozenset(language for language, variant in texts if variant == PLAIN)
    asked = statement(mailing, written, now, True).subquery()
    return db.session.execute(select(asked).where(asked.c.contact_id == contact_id)).one_or_none()


def some(mailing: Mailing, texts, now: datetime, most: int = 20) -> list:
    """A few rows of `statement` that are not left out, for a preview."""
    written = frozenset(language for language, variant in texts if variant == PLAIN)
    asked = statement(mailing, written, now, True)
    inner = asked.subquery()
    return db.session.execute(select(inner).where(inner.c.reason.is_(None)).limit(most)).all()
