"""The short link of each network: where it leads, words that pass it on, and how many came of it.

A petition is opened with the network's mark (kernel/sources.py), and the total is told as partners are told theirs: in
weeks that are over and steps of ten and more. A letter bears no mark, as nobody keeps how its signatories came: its
total is of those members who stand on its public list, which everybody may count. Never is there a list.
"""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import distinct, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import aliased

from app.campaigns import queries as campaigns
from app.campaigns.models import Campaign
from app.kernel import audit, i18n, sources
from app.kernel.db import db
from app.kernel.share import Post
from app.letters import queries as letters
from app.letters.list_models import Line
from app.letters.models import Letter
from app.people import periods
from app.people.org_models import Membership, Network, Organisation
from app.petitions import blocks, ends
from app.petitions.models import Petition
from app.petitions.total_models import PartTotal

from .link_models import NetworkLink

LETTER, PETITION = "letter", "petition"


@dataclass(frozen=True)
class Target:
    """Where a network's link leads: a letter or a petition (`id` and `slug`) of a campaign (its slug)."""

    kind: str
    campaign: str
    slug: str
    id: int

    @property
    def value(self) -> str:
        """The same as a form holds it."""
        return f"{self.kind} {self.campaign} {self.slug}"


@dataclass(frozen=True)
class Words:
    """What a network passes on in one language; `post` has the links and the text to copy."""

    language: i18n.Language
    post: Post


@dataclass(frozen=True)
class Total:
    """What a network is told: of a petition, the steps of its total; of a letter, its members on the public list."""

    number: int
    steps: list[periods.Step]


def mark(network: Network) -> str:
    """The name in addresses that says that somebody came by a network's link. No partner may have a name with a dot."""
    name = f"n.{network.slug}"
    return name if sources.checked(name) else f"n.{network.id}"


def by_slug(slug: str) -> Network | None:
    """A network by its name in addresses, as somebody types it from a leaflet: in whatever capitals."""
    return db.session.scalar(select(Network).where(Network.slug == slug.lower()))


def targets(now: datetime) -> list[Target]:
    """Everything that can be signed now, the newest first and letters before petitions. Two queries."""
    joined = select(Letter, Campaign.slug).join(Campaign, Campaign.id == Letter.campaign_id)
    of_letters = db.session.execute(joined.where(Letter.version > 0).order_by(Letter.id.desc())).all()
    joined = select(Petition, Campaign.slug).join(Campaign, Campaign.id == Petition.campaign_id)
    of_petitions = db.session.execute(joined.order_by(Petition.id.desc())).all()
    return [
        *(
            Target(LETTER, campaign, letter.slug, letter.id)
            for letter, campaign in of_letters
            if letter.closes_at is None or now < letter.closes_at
        ),
        *(
            Target(PETITION, campaign, petition.slug, petition.id)
            for petition, campaign in of_petitions
            if ends.is_open(petition, now)
        ),
    ]


def target_of(network_id: int, now: datetime) -> Target | None:
    """Where a network's link leads: what was chosen, while it can be signed, else the newest letter or petition that
    can; None where there is none."""
    every = targets(now)
    chosen = db.session.get(NetworkLink, network_id)
    if chosen:
        for target in every:
            if (target.kind, target.campaign, target.slug) == (chosen.kind, chosen.campaign, chosen.target):
                return target
    return next((target for target in every if not campaigns.fictional(target.campaign)), None)


def choose(network_id: int, target: Target, actor: int, now: datetime) -> None:
    """Have a network's link lead there."""
    values = {"campaign": target.campaign, "kind": target.kind, "target": target.slug}
    stamp = {"chosen_at": now, "chosen_by": actor}
    statement = upsert(NetworkLink).values(network_id=network_id, **values, **stamp)
    db.session.execute(statement.on_conflict_do_update(index_elements=["network_id"], set_={**values, **stamp}))
    audit.record("networks.link", f"network:{network_id}", actor=actor, now=now, after=values)


def words(network: Network, target: Target) -> list[Words]:
    """What is passed on of a network's link, in each of the six languages."""
    return [Words(language, _post(network, target, language.code)) for language in i18n.LANGUAGES]


def _post(network: Network, target: Target, code: str) -> Post:
    address = i18n.site_url("network_links.go_in", network=network.slug, lang=code)
    if target.kind == PETITION:
        campaign = campaigns.campaign_view(target.campaign, code)
        post = blocks.post(campaign, address)
        return Post(post.text, post.tell, address, post.language, marked=False)
    view = letters.letter_view(target.slug, code, target.campaign)
    with force_locale(code):
        name = network.names.get(code) or network.names[i18n.FALLBACK]
        text = _(
            "“%(title)s”: a letter that organisations sign. %(network)s passes it on.", title=view.title, network=name
        )
        tell = _(
            "Dear members of %(network)s, organisations sign this letter: “%(title)s”. Please read it, and sign for"
            " your organisation if you are authorised to.",
            title=view.title,
            network=name,
        )
    return Post(text, tell, address, view.foreign, marked=False)


def total(network: Network, target: Target, today: date) -> Total:
    """How many came of it. One query."""
    if target.kind == PETITION:
        rows = db.session.execute(
            select(PartTotal.day, func.sum(PartTotal.confirmed))
            .where(PartTotal.petition_id == target.id, PartTotal.kind == "source", PartTotal.part == mark(network))
            .group_by(PartTotal.day)
        )
        steps = periods.steps({day: int(number) for day, number in rows}, today)
        return Total(sum(step.number for step in steps), steps)
    former = aliased(Organisation)
    kept = func.coalesce(former.joined_into, former.id)
    number = db.session.scalar(
        select(func.count(distinct(kept)))
        .select_from(Line)
        .join(former, former.id == Line.organisation_id)
        .join(Membership, Membership.organisation_id == kept)
        .where(Line.letter_id == target.id, Membership.network_id == network.id)
    )
    return Total(number or 0, [])
