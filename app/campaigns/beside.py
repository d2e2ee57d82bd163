"""What rooms above offer beside a campaign's own words: each puts itself into this list, and no page below knows it."""

from collections.abc import Callable
from dataclasses import dataclass

from .queries import CampaignView


@dataclass(frozen=True)
class Offer:
    """One thing that a reader can do besides, in their language: a heading, a sentence, and a link with its words;
    `menu` is what it is called in the campaign's menu."""

    title: str
    words: str
    label: str
    url: str
    menu: str


_makers: list[Callable[[CampaignView], Offer | None]] = []


def register(make: Callable[[CampaignView], Offer | None]) -> None:
    """Have `make(campaign)` asked by pages of every campaign; None: nothing is offered there."""
    if make not in _makers:
        _makers.append(make)


def offers(campaign: CampaignView) -> list[Offer]:
    """What is offered beside a campaign, in the order of registering."""
    return [found for make in _makers if (found := make(campaign)) is not None]
