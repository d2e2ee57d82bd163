"""What positions offer to pages that span features."""

from dataclasses import dataclass

from app.campaigns.queries import AskView, CampaignView, asks
from app.kernel import clock
from app.states import members

from . import queries, tallies
from .tallies import Tally


@dataclass(frozen=True)
class Standing:
    """How far one open ask of a campaign is: its title in `lang`, and the tally of all members."""

    slug: str
    title: str
    lang: str
    tally: Tally


def standings(campaign: CampaignView) -> list[Standing]:
    """Where states stand today on each open ask of a campaign, in its order; asks without any position are left out."""
    everybody, today = None, clock.today()
    found = []
    for ask in asks(campaign.id):
        if ask.status != "open":
            continue
        everybody = everybody or members.member_codes(queries.world(campaign.id))
        counted = tallies.tally(tallies.UN_MEMBERS, everybody, queries.standing(campaign.id, ask.slug, today))
        if counted.unknown < counted.size:
            found.append(Standing(ask.slug, *title(ask, campaign.language), counted))
    return found


def title(ask: AskView, lang: str) -> tuple[str, str]:
    """What an ask is called, in a language or else in English or the first that there is; and the language of it."""
    code = next(code for code in (lang, "en", *ask.titles) if code in ask.titles)
    return ask.titles[code], code
