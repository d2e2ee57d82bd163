"""What letters to missions offer to pages that span features: the way to write, and how many have written."""

from dataclasses import dataclass

from flask import url_for

from app.campaigns.queries import CampaignView

from . import queries


@dataclass(frozen=True)
class Writing:
    """Where a reader writes to a mission about an ask, and by state how many are told to have written: whole tens."""

    url: str
    wrote: dict[str, int]


def writing(campaign: CampaignView, ask: str, state: str | None = None) -> Writing | None:
    """The way to write about an open ask to a campaign's missions, or to those of one state; None where none of them
    is on file. Two queries."""
    on_file = queries.states_on_file(campaign.id)
    if not on_file or (state is not None and state not in on_file):
        return None
    values = {"lang": campaign.language, "campaign": campaign.slug, "ask": ask}
    url = url_for("writing.state", iso3=state, **values) if state else url_for("writing.choose", **values)
    return Writing(url, queries.wrote(campaign.id, ask, state))
